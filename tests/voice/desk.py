"""A desk for drivers: keeps what it hears and what it is to keep, and answers as a test says."""

import asyncio
from collections import defaultdict
from collections.abc import Callable

from walletdesk.voice.types import Command, Driver, Event


class FakeDesk:
    """Implements `voice.types.Desk`; `flow` maps a call's event to the commands that follow."""

    def __init__(self, sounds: dict[str, bytes] | None = None) -> None:
        self.sounds = sounds or {}
        self.heard: dict[str, list[Event]] = defaultdict(list)
        self.kept: dict[tuple[str, str], bytes] = {}
        self.driver: Driver
        self.flow: Callable[[str, Event], list[Command]] = lambda _call, _event: []
        self.numbers: dict[str, int] = defaultdict(int)
        self._news = asyncio.Condition()

    async def hear(self, call: str, event: Event) -> None:
        """Keep the news, and carry out what follows, as the host process does."""
        self.heard[call].append(event)
        async with self._news:
            self._news.notify_all()
        for command in self.flow(call, event):
            await self.do(call, command)

    async def do(self, call: str, command: Command) -> None:
        """Give the driver the call's next command."""
        self.numbers[call] += 1
        await self.driver.carry_out(call, self.numbers[call], command)

    async def sound(self, sound: str) -> bytes:
        """Return a sound. Raises KeyError."""
        return self.sounds[sound]

    async def keep(self, call: str, name: str, wav: bytes) -> None:
        """Keep a recording."""
        self.kept[call, name] = wav

    async def until(self, true: Callable[[], bool], seconds: float = 60) -> None:
        """Wait until something is true that news bring about."""
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(true)
