"""`walletdesk verify`: is it official? This machine's desk says, or without one the demo."""

from __future__ import annotations

import json
import os
import sys
import tomllib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import translation

from walletdesk.integrations.email.pasted import by_dns
from walletdesk.official.clean import MOST
from walletdesk.official.judge import Fakes, no_fakes
from walletdesk.official.rules import tidy_value
from walletdesk.official.types import Kind, Registry
from walletdesk.official.verify import Codes, no_codes, verify
from walletdesk.site.commands.database import reachable_database, require_usable
from walletdesk.site.commands.diagnose import language_of, load_words
from walletdesk.site.commands.prepare import load_django
from walletdesk.site.config import database_dsn, ensure_secret_key, load_config, postgres_folder
from walletdesk.site.refusal import RefusalError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from walletdesk.site.config import Config

DEMO = Path(__file__).resolve().parent.parent / "demo" / "official.toml"

# Imports inside the functions (PLC0415): models can be imported after load_django only.
# ruff: noqa: PLC0415


@dataclass(frozen=True, slots=True)
class Source:
    """Who answers: a brand's registry, what is known as fake, and its conversations' codes."""

    registry: Registry
    fakes: Fakes
    codes: Codes
    name: str


def run(arguments: argparse.Namespace) -> int:
    """Check, print, and return 0, whatever the verdict is.

    Raises:
        RefusalError: no such brand or language, or a file that cannot be read.

    """
    config = load_config(os.environ)
    text = _input(arguments.what)
    with (
        _source(config, arguments.brand) as source,
        translation.override(language_of(arguments.lang)),
    ):
        from walletdesk.web.common.official_words import as_json

        found = verify(text, source.registry, source.fakes, source.codes, by_dns)
        answers = [as_json(each) for each in found]
    first = {**answers[0], "parts": answers[1:], "brand": source.registry.brand, "by": source.name}
    shown = json.dumps(first, ensure_ascii=True) if arguments.json else _for_people(first)
    sys.stdout.write(shown + "\n")
    return 0


def _input(what: str) -> str:
    """Return what is to be checked: the argument, standard input for "-", a file for "@name"."""
    if what == "-":
        data = sys.stdin.buffer.read(MOST)
    elif what.startswith("@") and Path(what[1:]).is_file():
        data = _read(Path(what[1:]))
    elif what.endswith((".eml", ".txt")) and Path(what).is_file():
        data = _read(Path(what))
    else:
        return what
    return data.decode("utf-8", errors="replace")


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST)
    except OSError as error:
        raise RefusalError(
            f"{path} cannot be read: {error.strerror}.", "Name another file."
        ) from error


@contextmanager
def _source(config: Config, slug: str | None) -> Iterator[Source]:
    """Yield this machine's desk when there is one, else the demo's registry."""
    if config.embedded and not (postgres_folder(config) / "cluster").exists():
        load_words()
        yield demo_source(slug)
        return
    with reachable_database(config):
        require_usable(database_dsn(config))
        ensure_secret_key(config)
        load_django()
        yield _desk(slug)


def _desk(slug: str | None) -> Source:
    from walletdesk.accounts.queries import get_brand
    from walletdesk.conversations.authenticity.queries import code_answers
    from walletdesk.kit.errors import NotFound
    from walletdesk.official.queries import fakes_of, registry_of

    try:
        brand = get_brand(slug)
    except NotFound as error:
        raise _no_brand(slug) from error
    return Source(registry_of(brand), fakes_of(brand), code_answers(brand), "desk")


def demo_source(slug: str | None = None) -> Source:
    """Return the demo's registry. Raises RefusalError for another brand."""
    told: dict[str, Any] = tomllib.loads(DEMO.read_text())
    if slug not in (None, told["brand"]):
        raise _no_brand(slug)
    entries: dict[str, set[str]] = {}
    names = {told["name"]: False}
    for entry in told["entry"]:
        kind = Kind(entry["kind"])
        value = tidy_value(kind, entry["value"])
        if kind == Kind.NAME:
            names[value] = entry.get("ordinary", False)
        entries.setdefault(kind, set()).add(value)
    frozen = {kind: frozenset(values) for kind, values in entries.items()}
    return Source(Registry(told["brand"], frozen, names), no_fakes, no_codes, "demo")


def _no_brand(slug: str | None) -> RefusalError:
    return RefusalError(
        f"There is no brand {slug!r}." if slug else "There is no brand yet.",
        "Leave out --brand for the first one.",
    )


def _for_people(answer: dict[str, Any]) -> str:
    lines = [
        f"{answer['checked']}",
        f"  {answer['summary']} ({answer['verdict']}, {answer['reason']})",
    ]
    if answer["official_alternative"]:
        lines.append(f"  → {answer['official_alternative']}")
    lines += [f"  - {part['checked']}: {part['summary']}" for part in answer["parts"]]
    return "\n".join(lines)
