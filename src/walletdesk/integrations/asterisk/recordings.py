"""Recordings: fetched from Asterisk, handed over to be kept encrypted, and removed there."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from walletdesk.integrations.asterisk import names
from walletdesk.integrations.asterisk.ari import Ari, Refused
from walletdesk.voice.sound import NoWav, channels_of, seconds_of, wav_of
from walletdesk.voice.types import Desk, Event, HungUp, Incoming, Recorded

FALLBACK: Final = "message-down"
"""The name under which the flow hears of a message that was taken while we were down."""
_log = logging.getLogger("walletdesk.asterisk")


class Recordings:
    """What Asterisk has recorded and we have not yet taken. Each is removed after it was kept."""

    def __init__(self, ari: Ari, desk: Desk, tell: Callable[[str, Event], None]) -> None:
        self._ari = ari
        self._desk = desk
        self._tell = tell
        self._ended: set[str] = set()  # files whose end was told; a file is whole only then
        self._one_at_a_time = asyncio.Lock()

    async def finished(self, file: str) -> None:
        """Take a recording when all its parts have ended; twice does no harm."""
        found = names.stored(file)
        if found is None:
            return
        self._ended.add(file)
        files = found.files()
        if self._ended.issuperset(files):
            async with self._one_at_a_time:
                await self._take(found, files)

    async def _take(self, found: names.Stored, files: list[str]) -> None:
        wavs = [wav for each in files if (wav := await self._file(each)) is not None]
        if not wavs and not self._ended.issuperset(files):
            return  # somebody else has taken it
        try:
            wav = wav_of(*(channels_of(each)[0] for each in wavs)) if wavs else b""
            seconds = seconds_of(wav) if wavs else 0.0
        except NoWav:
            _log.warning("asterisk: a recording cannot be read yet")
            return  # looked at again with the next look around
        if seconds:
            await self._desk.keep(found.call, found.name, wav)
        self._tell(found.call, Recorded(found.name, round(seconds, 2)))
        self._ended.difference_update(files)
        for each in files:
            await self._ari.quietly("DELETE", "recordings", "stored", each)

    async def _file(self, name: str) -> bytes | None:
        try:
            return await self._ari.file(name)
        except Refused:
            return None

    async def left_over(self, alive: frozenset[str]) -> None:
        """Take what was recorded while nobody followed; `alive` are the channels there are."""
        for item in await self._ari.ask("GET", "recordings", "stored"):
            name = str(item["name"])
            message = names.fallback(name)
            if message is None:
                await self._take_left_over(name)
            elif message.call not in alive:
                await self._take_fallback(name, message)

    async def _take_left_over(self, file: str) -> None:
        found = names.stored(file)
        for each in found.files() if found else ():
            if await self._ari.quietly("GET", "recordings", "live", each):
                return  # its own end is still to come
            self._ended.add(each)
        await self.finished(file)

    async def _take_fallback(self, file: str, message: names.Fallback) -> None:
        """Tell of a call that is over: it came, it left a message."""
        wav = await self._ari.file(file)
        try:
            seconds = round(seconds_of(wav), 2)
        except NoWav:
            seconds = 0.0
        await self._desk.hear(message.call, Incoming(message.caller, message.called))
        if seconds:
            await self._desk.keep(message.call, FALLBACK, wav)
            await self._desk.hear(message.call, Recorded(FALLBACK, seconds))
        await self._desk.hear(message.call, HungUp("caller"))
        await self._ari.quietly("DELETE", "recordings", "stored", file)
