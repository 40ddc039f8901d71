"""Whether Asterisk can carry calls: `walletdesk voice check` asks."""

import asyncio
import contextlib
import re
from pathlib import Path
from typing import Final

from django.conf import settings

from walletdesk.integrations.asterisk.ari import Ari, Event, Refused, Unreachable
from walletdesk.integrations.asterisk.types import APP, AsteriskConfig
from walletdesk.kit import ids
from walletdesk.voice.findings import ERROR, OK, WARNING, Finding

# The first versions with what we need; chan_websocket is the youngest part.
_OLDEST: Final = {20: 16, 21: 11, 22: 6}
_MODULES: Final = (
    "res_ari_events.so",
    "res_stasis_snoop.so",
    "res_stasis_recording.so",
    "chan_pjsip.so",
    "chan_websocket.so",
    "res_musiconhold.so",
    "bridge_softmix.so",
)
_CHECK: Final = f"{APP}-check"  # the application and the context of the check's own call
_CALL_SECONDS: Final = 15.0
_WRITE: Final = "Write the configuration anew: walletdesk voice asterisk --write DIR."


async def check() -> list[Finding]:
    """Ask the Asterisk of the settings. Never raises for what is wrong with it."""
    return await check_engine(settings.WALLETDESK.asterisk)


async def check_engine(config: AsteriskConfig) -> list[Finding]:
    """Tell whether an Asterisk answers, is new enough, and has what we need."""
    ari = Ari(config)
    try:
        info = await ari.ask("GET", "asterisk", "info")
        found = [
            _version(str(info["system"]["version"])),
            await _modules(ari),
            await _trunk(ari, config),
        ]
        if (config.sounds / "tone.wav").exists():
            found.append(await _own_call(ari, config))
    except Unreachable:
        way_out = "Is it started, and WALLETDESK_ASTERISK_URL its HTTP server's address?"
        return [Finding(ERROR, f"Asterisk does not answer at {config.url}.", way_out)]
    except Refused as refused:
        way_out = "Is WALLETDESK_ASTERISK_SECRET the password in ari.conf?" + " " + _WRITE
        return [Finding(ERROR, f"{refused}.", way_out)]
    finally:
        await ari.close()
    return [*found, _browsers(config), _sounds(config.sounds)]


def _version(text: str) -> Finding:
    numbers = [int(part) for part in re.findall(r"\d+", text)[:2]]
    major, minor = (*numbers, 0, 0)[:2]
    if major > max(_OLDEST) or minor >= _OLDEST.get(major, 1_000):
        return Finding(OK, f"Asterisk {text} answers.")
    return Finding(ERROR, f"Asterisk {text} is too old.", "Use 20.16, 21.11, 22.6 or newer.")


async def _modules(ari: Ari) -> Finding:
    running: list[Event] = await ari.ask("GET", "asterisk", "modules")
    there = {m["name"] for m in running if m["status"] == "Running"}
    missing = [name for name in _MODULES if name not in there]
    if missing:
        return Finding(ERROR, f"Modules are missing: {', '.join(missing)}.", _WRITE)
    return Finding(OK, "All modules that are needed run.")


async def _trunk(ari: Ari, config: AsteriskConfig) -> Finding:
    if not config.trunk:
        return Finding(WARNING, "No trunk: nobody can call in or be called back.", _SET_TRUNK)
    try:
        await ari.ask("GET", "endpoints", "PJSIP", "trunk")
    except Refused:
        return Finding(ERROR, "Asterisk knows no trunk.", _WRITE)
    return Finding(OK, f"The trunk is {config.trunk}.")


_SET_TRUNK: Final = "Set WALLETDESK_ASTERISK_TRUNK."


async def _own_call(ari: Ari, config: AsteriskConfig) -> Finding:
    """Have Asterisk call itself once and play the tone that callers hear; no desk hears of it."""
    call, news = f"{_CHECK}-{ids.new_ref()}", asyncio.Queue[Event]()
    connected = asyncio.Event()

    async def ready() -> None:
        connected.set()

    following = asyncio.create_task(ari.follow(ready, news.put_nowait, app=_CHECK))
    try:
        async with asyncio.timeout(_CALL_SECONDS):
            await connected.wait()
            return await _played(ari, call, config.sounds / "tone", news)
    except TimeoutError:
        return Finding(ERROR, "Asterisk could not call itself.", _WRITE)
    except Refused as refused:
        return Finding(ERROR, f"Asterisk could not call itself: {refused}.", _WRITE)
    finally:
        await ari.quietly("DELETE", "channels", call)
        following.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await following


async def _played(ari: Ari, call: str, tone: Path, news: "asyncio.Queue[Event]") -> Finding:
    where = {"endpoint": f"Local/check@{_CHECK}", "app": _CHECK, "channelId": call}
    await ari.ask("POST", "channels", values=where)
    while (await news.get())["type"] != "StasisStart":
        continue
    await ari.ask("POST", "channels", call, "play", values={"media": f"sound:{tone}"})
    while (event := await news.get())["type"] != "PlaybackFinished":
        continue
    if event["playback"]["state"] == "done":
        return Finding(OK, "Asterisk called itself once and played our tone.")
    way_out = "Asterisk's user must be able to read them: WALLETDESK_ASTERISK_SOUNDS."
    return Finding(ERROR, f"Asterisk cannot play what lies in {tone.parent}.", way_out)


def _browsers(config: AsteriskConfig) -> Finding:
    if not config.wss:
        way_out = "Set WALLETDESK_ASTERISK_WSS, or give agents SIP telephones."
        return Finding(WARNING, "Agents cannot talk in the browser.", way_out)
    if not config.wss.startswith("wss:"):
        way_out = "Pass /ws on by your web server with TLS, and write wss://."
        return Finding(WARNING, "Agents' telephones speak without TLS.", way_out)
    return Finding(OK, f"Agents' browsers reach Asterisk at {config.wss}.")


def _sounds(folder: Path) -> Finding:
    if (folder / "tone.wav").exists():
        return Finding(OK, f"Sounds lie in {folder}; Asterisk must be able to read them there.")
    way_out = "It is filled by the first start of walletdesk with WALLETDESK_VOICE=asterisk."
    return Finding(WARNING, f"No sounds lie in {folder} yet.", way_out)
