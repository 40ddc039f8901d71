"""`walletdesk check`: every setting, what is wrong with it, and how to mend it. Changes nothing."""

from __future__ import annotations

import difflib
import json
import os
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from walletdesk.site.commands.processes import open_listener
from walletdesk.site.config import Config, database_dsn, load_config, postgres_folder
from walletdesk.site.config.names import DEFAULTS, SETTINGS
from walletdesk.site.config.reading import ConfigError
from walletdesk.site.config.values import has_voice_extra
from walletdesk.site.data_folder import inspect_folder, running_desk
from walletdesk.site.refusal import EXIT_CODE, RefusalError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HIDDEN = "(set, not shown)"
SECRETS = frozenset(setting.name for setting in SETTINGS if setting.secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the report. `level` is ok, warning or error; only errors fail the check."""

    subject: str
    name: str
    level: str = "ok"
    value: str = ""
    source: str = ""
    message: str = ""
    way_out: str = ""


@dataclass(slots=True)
class _Report:
    as_json: bool
    errors: int = 0
    subjects: set[str] = field(default_factory=set)

    def tell(self, finding: Finding) -> None:
        self.errors += finding.level == "error"
        if self.as_json:
            sys.stdout.write(json.dumps(asdict(finding), ensure_ascii=False) + "\n")
            return
        if finding.subject not in self.subjects:
            self.subjects.add(finding.subject)
            sys.stdout.write(f"{finding.subject.capitalize()}\n")
        sys.stdout.write(_for_people(finding))


def run(*, as_json: bool) -> int:
    """Print the findings and return 0, or 2 when something is wrong."""
    report = _Report(as_json)
    for finding in findings(os.environ):
        report.tell(finding)
    if not as_json:
        wrong = "1 thing is" if report.errors == 1 else f"{report.errors} things are"
        sys.stdout.write("\n" + (f"{wrong} wrong.\n" if report.errors else "All is well.\n"))
    return EXIT_CODE if report.errors else 0


def findings(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Yield every finding; what builds on wrong settings is left out."""
    try:
        config = load_config(environ)
    except ConfigError as error:
        yield from _settings(environ, error)
        return
    yield from _settings(environ, None)
    yield from _places(config)
    yield from _database(config)
    yield _files(config)
    yield from _networks(config)
    yield _pictures(config)
    yield _sms(config)
    yield _calls(config)


def _settings(environ: Mapping[str, str], error: ConfigError | None) -> Iterator[Finding]:
    wrong = {problem.setting: problem for problem in error.problems} if error else {}
    for setting in SETTINGS:
        name = setting.name
        given = environ.get(name, "").strip()
        problem = wrong.get(name)
        yield Finding(
            subject="settings",
            name=name,
            level="error" if problem else "ok",
            value=_shown(name, given or DEFAULTS[name]),
            source="environment" if given else "default",
            message=problem.message if problem else setting.meaning,
            way_out=problem.way_out if problem else "",
        )
    for name in sorted(environ):
        if name.startswith("WALLETDESK_") and name not in DEFAULTS:
            near = difflib.get_close_matches(name, DEFAULTS, 1)
            yield Finding(
                subject="settings",
                name=name,
                level="warning",
                source="environment",
                message="walletdesk knows no such setting.",
                way_out=f"Did you mean {near[0]}?" if near else "Remove it.",
            )


def _places(config: Config) -> Iterator[Finding]:
    refusal = inspect_folder(config.data)
    yield _finding("folder", "data", str(config.data), refusal, "can be used")
    running = running_desk(config.data)
    yield Finding(
        subject="desk",
        name="running",
        value=running or "no",
        message="a desk runs on this folder" if running else "no desk runs on this folder",
    )
    if running is None:
        try:
            open_listener(config.host, config.port).close()
        except RefusalError as taken:
            yield _finding("desk", "port", str(config.port), taken, "")
        else:
            yield _finding("desk", "port", str(config.port), None, "is free")


def _database(config: Config) -> Iterator[Finding]:
    kind = "embedded" if config.embedded else "outside"
    if config.embedded and running_desk(config.data) is None:
        created = (postgres_folder(config) / "cluster").exists()
        state = "is there and stopped" if created else "will be created by walletdesk up"
        yield _finding("database", "server", kind, None, state)
        return
    from walletdesk.site.commands.database import inspect_database  # noqa: PLC0415 - psycopg only if needed

    try:
        found = inspect_database(database_dsn(config))
    except RefusalError as refusal:
        yield _finding("database", "server", kind, refusal, "")
        return
    yield _finding("database", "server", kind, None, f"answers, PostgreSQL {found.version}")
    for missing in found.refusals:
        yield _finding("database", "requirement", kind, missing, "")
    for lack in found.warnings:
        yield Finding(
            subject="database",
            name="vectors",
            level="warning",
            value=kind,
            message=lack.message,
            way_out=lack.way_out,
        )


def _files(config: Config) -> Finding:
    """Try an outside store by writing and removing a few bytes; the folder was looked at before."""
    if not config.blobs:
        return _finding("files", "store", str(config.data / "files"), None, "in the data folder")
    from walletdesk.kit.blobs import open_store  # noqa: PLC0415 - a large library, if needed
    from walletdesk.kit.blobs.types import new_blob_name  # noqa: PLC0415 - as above
    from walletdesk.kit.errors import DomainError  # noqa: PLC0415 - as above

    shown, name = config.blobs.partition("?")[0], new_blob_name()
    try:
        store = open_store(config.blobs, config.data / "files")
        store.put(name, iter([b"walletdesk check"]))
        store.delete(name)
    except (DomainError, ValueError) as error:
        cause = str(error.__cause__ or error).partition("\n")[0][:200]
        way_out = "Check the address, the bucket's rights and the AWS_ variables."
        refusal = RefusalError(f"The bucket cannot be written: {cause}", way_out)
        return _finding("files", "store", shown, refusal, "")
    return _finding("files", "store", shown, None, "can be written")


def _networks(config: Config) -> Iterator[Finding]:
    """Tell which networks can be asked; those of the operator's file must be. Asks none itself."""
    from walletdesk.chain.networks import load_book  # noqa: PLC0415 - as above

    packaged, present = load_book().networks, load_book(config.networks).networks
    silent = [network for network in present.values() if not network.endpoints]
    for network in silent:
        if network != packaged.get(network.id):
            yield Finding(
                subject="networks",
                name=network.id,
                level="warning",
                message="has no address of a node, so diagnoses say that it was not reached.",
                way_out="Set the variables that its rpc names, add an address, or enabled = false.",
            )
    without = ", ".join(network.id for network in silent)
    yield Finding(
        subject="networks",
        name="ready",
        value=str(len(present) - len(silent)),
        message="can be asked" + (f"; without a node: {without}" if without else ""),
    )


def _pictures(config: Config) -> Finding:
    """Say whether pictures of customers can be read here; without it the desk warns instead."""
    from walletdesk.kit.ocr import LANGUAGES, NotReadable, find_program, known_languages  # noqa: PLC0415 - if needed

    program = find_program(config.ocr)
    level, value, message, way_out = "warning", config.ocr or "off", "", ""
    if program is None:
        message = "pictures of customers are not read: they wait behind a warning."
        way_out = "On Debian: apt-get install tesseract-ocr tesseract-ocr-chi-sim"
    else:
        try:
            missing = set(LANGUAGES) - set(known_languages(program))
        except NotReadable:
            missing = set(LANGUAGES)
        level, value = ("warning" if missing else "ok"), program
        message = f"has no data for {', '.join(sorted(missing))}" if missing else "reads pictures"
        way_out = "On Debian: apt-get install tesseract-ocr-chi-sim" if missing else ""
    return Finding(
        subject="pictures",
        name="ocr",
        level=level,
        value=value,
        message=message,
        way_out=way_out,
    )


def _calls(config: Config) -> Finding:
    """Say what carries calls; `walletdesk voice check` looks at numbers, prompts and drivers."""
    carried = ", ".join(config.voice)
    if carried:
        more = "more: walletdesk voice check"
        return Finding(subject="calls", name="carried", value=carried, message=more)
    installed = has_voice_extra()
    return Finding(
        subject="calls",
        name="carried",
        level="ok" if installed else "warning",
        value="no",
        message="calls are switched off."
        if installed
        else "nobody can call: the extra [voice] is not installed.",
        way_out="" if installed else "Install it: uv pip install 'walletdesk[voice]'.",
    )


def _sms(config: Config) -> Finding:
    """Say who carries SMS, and what to enter there."""
    carrier = config.sms.carrier
    told = {
        "console": "SMS are written into the log and reach nobody.",
        "twilio": "SMS leave through Twilio, which reports to the address on the page Surveys.",
        "aliyun": "SMS leave through Aliyun as approved templates, never as free text.",
    }
    local = carrier != "console" and not config.base_url.startswith("https://")
    return Finding(
        subject="sms",
        name="carrier",
        level="warning" if local else "ok",
        value=carrier,
        message=told[carrier] + (" Its links lead to this machine." if local else ""),
        way_out="Set WALLETDESK_URL to your public https:// address." if local else "",
    )


def _finding(
    subject: str, name: str, value: str, refusal: RefusalError | None, well: str
) -> Finding:
    if refusal is None:
        return Finding(subject=subject, name=name, value=value, message=well)
    return Finding(
        subject=subject,
        name=name,
        level="error",
        value=value,
        message=refusal.message,
        way_out=refusal.way_out,
    )


def _shown(name: str, value: str) -> str:
    """Return a value without its secrets."""
    if name in SECRETS:
        return HIDDEN if value else ""
    if name == "WALLETDESK_DATA":
        return str(Path(value).expanduser().absolute()) if "\0" not in value else ""
    if name != "DATABASE_URL" or not value:
        return value
    try:
        parts = urlsplit(value)
    except ValueError:
        return HIDDEN
    # The password may also stand in the query; of the address only the host part is needed.
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _for_people(finding: Finding) -> str:
    mark = {"ok": "  ok     ", "warning": "  WARNING", "error": "  WRONG  "}[finding.level]
    source = f" ({finding.source})" if finding.source else ""
    value = f" = {finding.value}" if finding.value else ""
    line = f"{mark} {finding.name}{value}{source}: {finding.message}"
    return f"{line} {finding.way_out}".rstrip() + "\n"
