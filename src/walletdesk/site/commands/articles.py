"""`walletdesk articles export` and `import`: all articles as a folder of Markdown files."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from walletdesk.site.commands.database import reachable_database, require_usable
from walletdesk.site.commands.prepare import load_django
from walletdesk.site.config import database_dsn, ensure_secret_key, load_config
from walletdesk.site.refusal import RefusalError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from walletdesk.accounts.models import Brand
    from walletdesk.knowledge.actions.exchange import FileReport

FILE_BYTES = 300_000  # of a text; far above any article
MOST_FILES = 20_000
PICTURES = "pictures"

# Imports inside the functions (PLC0415): models can be imported after load_django only.
# ruff: noqa: PLC0415


def run(arguments: argparse.Namespace) -> int:
    """Write a brand's articles into a folder, or take them in. Exit code 1 when some were not.

    Raises:
        RefusalError: no desk yet, no such brand, no such folder.

    """
    config = load_config(os.environ)
    folder = Path(arguments.folder)
    if arguments.way == "import" and not folder.is_dir():
        raise RefusalError(f"There is no folder {folder}.", "Give one that `export` has written.")
    with reachable_database(config):
        require_usable(database_dsn(config))
        ensure_secret_key(config)
        load_django()
        if arguments.way == "export":
            return _export(folder, arguments.brand)
        return _import(folder, arguments.brand, dry_run=arguments.dry_run)


def brand_named(slug: str | None) -> Brand:
    """Return the brand with this name in addresses, the first for None. Raises RefusalError."""
    from walletdesk.accounts.queries import get_brand
    from walletdesk.kit.errors import NotFound

    try:
        return get_brand(slug)
    except NotFound as error:
        raise RefusalError(
            f"There is no brand {slug!r}." if slug else "There is no brand yet.",
            "Leave out --brand for the first one, which the demo makes.",
        ) from error


def _export(folder: Path, slug: str | None) -> int:
    from walletdesk.knowledge.exports import exported

    brand = brand_named(slug)
    contents = exported(brand)
    try:
        for name, data in contents.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    except OSError as error:
        raise RefusalError(
            f"{folder} cannot be written: {error.strerror}.", "Name a folder that can."
        ) from error
    strangers = sorted(set(_names(folder)) - set(contents))
    sys.stdout.write(f"{len(contents)} files written to {folder}.\n")
    for name in strangers:
        sys.stdout.write(f"not from this desk, left as it is: {name}\n")
    return 0


def _import(folder: Path, slug: str | None, *, dry_run: bool) -> int:
    from walletdesk.knowledge.actions.exchange import FileReport, Outcome, import_files
    from walletdesk.web.common.article_files import exported_pictures

    brand = brand_named(slug)
    refused: list[FileReport] = []
    texts = {}
    for name in filter(_is_text, _names(folder)):
        if (folder / name).stat().st_size > FILE_BYTES:
            problem = f"{name}: larger than {FILE_BYTES:,} bytes"
            refused.append(FileReport(name, Outcome.REFUSED, problem))
        else:
            texts[name] = (folder / name).read_bytes()
    found = (name for name in _names(folder) if name.startswith(f"{PICTURES}/"))
    pictures = exported_pictures(((name, (folder / name).read_bytes()) for name in found), refused)
    reports = import_files(brand=brand, articles=texts, pictures=pictures, dry_run=dry_run)
    reports = sorted([*reports, *refused], key=lambda report: report.name)
    counts = dict.fromkeys(Outcome, 0)
    for report in reports:
        counts[report.outcome] += 1
        if report.outcome in {Outcome.CONFLICT, Outcome.REFUSED, Outcome.KEPT}:
            sys.stdout.write(f"{_words(report)}\n")
    told = ", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count)
    sys.stdout.write(f"{'Would be: ' if dry_run else ''}{told or 'nothing to do'}.\n")
    return 1 if counts[Outcome.CONFLICT] or counts[Outcome.REFUSED] else 0


def _words(report: FileReport) -> str:
    from walletdesk.knowledge.actions.exchange import Outcome

    match report.outcome:
        case Outcome.CONFLICT:
            return f"{report.name}: changed here and in the desk since the export; left as it is"
        case Outcome.KEPT:
            return f"{report.name}: the desk's text is newer; left as it is"
        case _:
            return f"refused: {report.problem}"


def _names(folder: Path) -> Iterator[str]:
    """Yield the files that an export could have written, by their path below the folder."""
    found = sorted(path for path in folder.glob("*/*") if path.is_file())
    if len(found) > MOST_FILES:
        raise RefusalError(f"{folder} holds more than {MOST_FILES} files.", "Is it the right one?")
    for path in found:
        name = path.relative_to(folder).as_posix()
        if not any(part.startswith(".") for part in name.split("/")):
            yield name


def _is_text(name: str) -> bool:
    return name.endswith(".md") and not name.startswith(f"{PICTURES}/")
