"""`walletdesk voice call` and `walletdesk voice check`."""

import asyncio
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from importlib import import_module
from typing import Final

from django.conf import settings
from django.db import transaction

from walletdesk.accounts.models import Brand
from walletdesk.accounts.queries import all_brands
from walletdesk.integrations.console_voice import HELP, ConsoleDriver
from walletdesk.kit import ids
from walletdesk.site.config.values import has_voice_extra
from walletdesk.site.refusal import RefusalError
from walletdesk.site.voice import Host
from walletdesk.voice.actions.flow import settle_command, take_event
from walletdesk.voice.findings import ERROR, OK, WARNING, Finding
from walletdesk.voice.models import Line
from walletdesk.voice.numbers import rules_of
from walletdesk.voice.queries import (
    due_commands,
    lines_of,
    menu_of,
    newest_menu,
    prompt_states,
)
from walletdesk.voice.types import (
    Answered,
    Digits,
    Event,
    Hangup,
    HungUp,
    Incoming,
    Play,
    Played,
)

# `async check() -> list[Finding]` of each driver: it needs no extra to be imported.
CHECKS: Final = {
    "embedded": "walletdesk.integrations.embedded_voice.checking",
    "asterisk": "walletdesk.integrations.asterisk.checking",
    "cpaas": "walletdesk.integrations.cpaas.checking",
}
STEPS = 60  # of the call that the check makes
CALLER = ""  # the check's own: no number of anybody


# --- a call in the terminal ---------------------------------------------------------------


def call(number: str, caller: str) -> int:
    """Call a number of this installation from the terminal."""
    known = [line.inbox.address for line in _numbers()]
    if not known:
        raise RefusalError("No number is connected.", "Connect one: Settings, Telephone.")
    asyncio.run(_call(number or known[0], caller))
    return 0


async def _call(number: str, caller: str) -> None:
    driver = ConsoleDriver()
    host = Host({"console": driver})
    sys.stdout.write(f"  {HELP}\n")
    await host.start()
    running = asyncio.create_task(host.run())
    await driver.ring(caller, number)
    reading = asyncio.create_task(_read(driver))
    over = asyncio.create_task(driver.over.wait())
    await asyncio.wait({reading, over}, return_when=asyncio.FIRST_COMPLETED)
    await host.drain()
    for task in (running, reading, over):
        task.cancel()
    await asyncio.gather(running, reading, over, return_exceptions=True)
    await host.stop()


async def _read(driver: ConsoleDriver) -> None:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        await driver.press(line.decode(errors="replace"))
    await driver.press("q")


def _numbers() -> list[Line]:
    return [line for brand in all_brands() for line in lines_of(brand)]


# --- the check ----------------------------------------------------------------------------


def check(*, as_json: bool) -> int:
    """Tell what is configured and what is missing; 1 when something is wrong."""
    findings = [*_settings(), *_brands(), *_drivers()]
    for finding in findings:
        if as_json:
            sys.stdout.write(json.dumps(asdict(finding), ensure_ascii=False) + "\n")
        else:
            mark = {OK: "ok  ", WARNING: "warn", ERROR: "BAD "}[finding.level]
            way_out = f" {finding.way_out}" if finding.way_out else ""
            sys.stdout.write(f"{mark}  {finding.message}{way_out}\n")
    return int(any(finding.level == ERROR for finding in findings))


def _settings() -> Iterator[Finding]:
    config = settings.WALLETDESK
    if not config.voice:
        if has_voice_extra():
            yield Finding(WARNING, "Calls are switched off.", "Take WALLETDESK_VOICE=none away.")
        else:
            way_out = "Install it: uv pip install 'walletdesk[voice]'."
            yield Finding(ERROR, "Nothing carries calls: the extra [voice] is missing.", way_out)
        return
    yield Finding(OK, f"Calls are carried by {', '.join(config.voice)}.")
    servers = [server.url for server in config.media.ice]
    in_browsers = {"embedded", "asterisk"} & set(config.voice)
    if in_browsers and not any(url.startswith("turn") for url in servers):
        yield Finding(
            WARNING,
            "No TURN server: browsers behind strict networks hear nothing.",
            "Set WALLETDESK_VOICE_ICE.",
        )
    if config.voice == ("embedded",) and config.media.sip is None:
        yield Finding(OK, "No telephone line (WALLETDESK_VOICE_SIP): calls come from the chat.")
    elif "embedded" in config.voice and config.media.sip and config.media.sip.trunk is None:
        yield Finding(
            WARNING,
            "No trunk: nobody can be called back by telephone.",
            "Set WALLETDESK_VOICE_SIP_TRUNK and WALLETDESK_VOICE_DIAL.",
        )


def _brands() -> Iterator[Finding]:
    for brand in all_brands():
        lines = lines_of(brand)
        if not lines:
            yield Finding(
                WARNING,
                f"{brand.name}: no number is connected.",
                "Connect one: Settings, Telephone.",
            )
            continue
        yield from _brand(brand)
        for line in lines:
            yield _self_call(line)


def _brand(brand: Brand) -> Iterator[Finding]:
    rules = rules_of(brand)
    version = newest_menu(brand)
    what = f"version {version.number}" if version else "the one to begin with"
    entries = len(menu_of(brand, version).entries)
    yield Finding(OK, f"{brand.name}: menu, {what}, {entries} entries on the first level.")
    if not rules.countries:
        yield Finding(
            WARNING, f"{brand.name}: no country may be called back.", "Settings, Telephone."
        )
    for language in brand.languages:
        rows = prompt_states(brand, language)
        fit = language in rules.fit
        missing = [row for row in rows if row.state != "recorded" and not (row.state and fit)]
        if missing:
            yield Finding(
                WARNING,
                f"{brand.name}: {len(missing)} of {len(rows)} prompts in {language} have no sound.",
                "Record before going live: Settings, Telephone, Announcements.",
            )
        else:
            yield Finding(OK, f"{brand.name}: all {len(rows)} prompts in {language} have sound.")


def _self_call(line: Line) -> Finding:
    """Call the line once, with a caller who presses nothing, and undo all of it."""
    name = f"check-{ids.new_ref()}"
    heard: list[Event] = [Incoming(CALLER, line.inbox.address), Answered()]
    spoken = steps = 0
    with transaction.atomic():
        while heard and steps < STEPS:
            steps += 1
            take_event(driver="check", name=name, event=heard.pop(0))
            for _driver, due in due_commands(["check"]):
                settle_command(call_id=due.call_id, number=due.number)
                spoken += isinstance(due.command, Play)
                if isinstance(due.command, Play):
                    heard.append(Digits() if due.command.collect else Played())
                if isinstance(due.command, Hangup):
                    heard.append(HungUp("us"))
        transaction.set_rollback(True)
    text = f"{line.inbox}: called itself once: {spoken} announcements in {steps} steps."
    return Finding(
        OK if spoken else ERROR, text, "" if spoken else "Look at the number's settings."
    )


def _drivers() -> Iterator[Finding]:
    """Ask each driver to check itself, and to call itself once."""
    for name in settings.WALLETDESK.voice:
        for found in asyncio.run(import_module(CHECKS[name]).check()):
            yield Finding(found.level, f"{name}: {found.message}", found.way_out)
