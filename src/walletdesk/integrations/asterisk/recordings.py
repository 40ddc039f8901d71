"""Recordings: fetched from Asterisk, handed over to be kept encrypted, and removed there."""

import logging
import wave
from collections.abc import Callable
from typing import Final

from walletdesk.integrations.asterisk import names
from walletdesk.integrations.asterisk.ari import Ari, Refused
from walletdesk.integrations.asterisk.sounds import seconds_of, two_sides
from walletdesk.voice.types import Desk, Event, HungUp, Incoming, Recorded

FALLBACK: Final = "fallback"
"""The name under which the flow hears of a message that was taken while we were down."""
_log = logging.getLogger("walletdesk.asterisk")


class Recordings:
    """What Asterisk has recorded and we have not yet taken. Each is removed after it was kept."""

    def __init__(self, ari: Ari, desk: Desk, tell: Callable[[str, Event], None]) -> None:
        self._ari = ari
        self._desk = desk
        self._tell = tell
        self._taking: set[tuple[str, str]] = set()

    async def finished(self, file: str) -> None:
        """Take a recording when all its parts are there; twice does no harm."""
        found = names.stored(file)
        if found is None or (found.call, found.name) in self._taking:
            return
        parts = names.SIDES if found.part in names.SIDES else (found.part,)
        files = [names.recording(found.call, found.name, part) for part in parts]
        self._taking.add((found.call, found.name))
        try:
            for each in files:
                if await self._ari.quietly("GET", "recordings", "live", each):
                    return  # its own end is still to come
            await self._take(found, files)
        finally:
            self._taking.discard((found.call, found.name))

    async def _take(self, found: names.Stored, files: list[str]) -> None:
        try:
            wavs = [await self._ari.file(each) for each in files]
            wav = wavs[0] if len(wavs) == 1 else two_sides(*wavs)
            seconds = seconds_of(wav)
        except (Refused, wave.Error, EOFError):
            # One side alone, or an empty file: what there is is not a recording.
            _log.warning("asterisk: a recording could not be read")
            self._tell(found.call, Recorded(found.name, 0.0))
        else:
            await self._desk.keep(found.call, found.name, wav)
            self._tell(found.call, Recorded(found.name, round(seconds, 2)))
        for each in files:
            await self._ari.quietly("DELETE", "recordings", "stored", each)

    async def left_over(self, alive: frozenset[str]) -> None:
        """Take what was recorded while nobody followed; `alive` are the channels there are."""
        for item in await self._ari.ask("GET", "recordings", "stored"):
            name = str(item["name"])
            message = names.fallback(name)
            if message is None:
                await self.finished(name)
            elif message.call not in alive:
                await self._take_fallback(name, message)

    async def _take_fallback(self, file: str, message: names.Fallback) -> None:
        """Tell of a call that is over: it came, it left a message."""
        wav = await self._ari.file(file)
        try:
            seconds = round(seconds_of(wav), 2)
        except (wave.Error, EOFError):
            seconds = 0.0
        await self._desk.hear(message.call, Incoming(message.caller, message.called))
        if seconds:
            await self._desk.keep(message.call, FALLBACK, wav)
            await self._desk.hear(message.call, Recorded(FALLBACK, seconds))
        await self._desk.hear(message.call, HungUp("caller"))
        await self._ari.quietly("DELETE", "recordings", "stored", file)
