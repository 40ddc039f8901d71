"""`walletdesk official import FILE`: take in a public list of fakes."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from walletdesk.official.lists import MOST_BYTES, BadList, Found, read_list
from walletdesk.site.commands.database import reachable_database, require_usable
from walletdesk.site.commands.prepare import load_django
from walletdesk.site.config import database_dsn, ensure_secret_key, load_config
from walletdesk.site.refusal import RefusalError

if TYPE_CHECKING:
    import argparse

# Imports inside the functions (PLC0415): models can be imported after load_django only.
# ruff: noqa: PLC0415

PROBLEMS = {
    "too_large": "It has more than 64 MB or a million entries.",
    "not_text": "It is no text in UTF-8.",
    "not_known": "It is neither eth-phishing-detect JSON, ScamSniffer JSON, a hosts file nor CSV.",
    "empty": "It names no domain and no address.",
}


def run(arguments: argparse.Namespace) -> int:
    """Take a list in and say how many of its entries were new.

    Raises:
        RefusalError: the file is no list, or there is no desk.

    """
    found = _list(Path(arguments.file))
    config = load_config(os.environ)
    with reachable_database(config):
        require_usable(database_dsn(config))
        ensure_secret_key(config)
        load_django()
        from walletdesk.official.actions.fakes import import_fakes

        new = import_fakes(found=found, source=arguments.source or Path(arguments.file).name)
    told = {"read": len(found), "new": new, "known": len(found) - new}
    shown = json.dumps(told) if arguments.json else f"{len(found)} entries, {new} of them new."
    sys.stdout.write(shown + "\n")
    return 0


def _list(path: Path) -> list[Found]:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        return read_list(data)
    except OSError as error:
        raise RefusalError(f"{path} cannot be read: {error.strerror}.", "Name a file.") from error
    except BadList as error:
        raise RefusalError(f"{path} is no list.", PROBLEMS[error.code]) from error
