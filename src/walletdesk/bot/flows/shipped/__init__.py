"""The flows that we ship: TOML files beside this one."""

import tomllib
from functools import cache
from importlib.resources import files

from walletdesk.bot.flows.documents import read_flow
from walletdesk.bot.flows.types import Flow, Texts


@cache
def shipped() -> dict[str, tuple[Texts, Flow]]:
    """Return code → (name by language, flow). Raises FlowError for a file that is none."""
    found = {}
    for file in sorted(files(__name__).iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            told = tomllib.loads(file.read_text(encoding="utf-8"))
            names = told.pop("name")
            found[file.name.removesuffix(".toml").replace("-", "_")] = (names, read_flow(told))
    return found
