"""A call in the terminal, by text: the whole flow on one machine without any sound."""

import asyncio
import sys
from typing import Final

from walletdesk.kit import ids
from walletdesk.voice.types import (
    Answer,
    Answered,
    Command,
    Connect,
    Desk,
    Dial,
    Digits,
    Disconnect,
    Event,
    Hangup,
    Hold,
    HungUp,
    Incoming,
    LegAnswered,
    LegLeft,
    Play,
    Played,
    Record,
    Recorded,
    StopRecording,
    TakeMessage,
)

HELP: Final = (
    "digits, * and # are keys; Enter is silence; a: the agent answers; b: the agent hangs up; "
    "q: hang up"
)
RECORDED_SECONDS: Final = 3.0


class ConsoleDriver:
    """Carries one call: writes what is said, reads what is pressed."""

    def __init__(self) -> None:
        self.call = f"console-{ids.new_ref()}"
        self.over = asyncio.Event()
        self._desk: Desk | None = None
        self._leg = ""
        self._play = 0

    async def start(self, desk: Desk) -> None:
        """Begin."""
        self._desk = desk

    async def calls(self) -> frozenset[str]:
        """Return the call of this terminal: others ended with theirs."""
        return frozenset() if self.over.is_set() else frozenset({self.call})

    async def stop(self) -> None:
        """Nothing is open."""

    async def ring(self, caller: str, called: str) -> None:
        """Call."""
        await self._hear(Incoming(caller, called))

    async def carry_out(self, call: str, number: int, command: Command) -> None:
        """Write a command down, and tell at once what follows from it by itself."""
        if call != self.call:
            return
        self._write(command)
        follows: list[Event] = []
        match command:
            case Answer():
                follows = [Answered()]
            case Play(collect=None):
                follows = [Played(number)]
            case Play():
                self._play = number
            case Connect():
                self._leg = command.leg
            case Disconnect():
                follows = [LegLeft(command.leg)]
            case TakeMessage() | StopRecording():
                follows = [Recorded(command.name, RECORDED_SECONDS)]
            case Dial() | Hangup():
                follows = [HungUp("us")]
        for event in follows:
            await self._hear(event)

    def _write(self, command: Command) -> None:
        match command:
            case Play():
                lines = [one.text for one in command.said]
            case Hold():
                lines = [f"♪ {command.text}".rstrip()]
            case Connect():
                lines = ["(the agent's telephone rings)"]
            case Record():
                lines = ["(recording)"]
            case TakeMessage():
                lines = ["(beep)"]
            case Hangup():
                lines = ["(the call is over)"]
            case _:
                lines = []
        sys.stdout.write("".join(f"  {line}\n" for line in lines))
        sys.stdout.flush()

    async def press(self, line: str) -> None:
        """Take a line of the terminal."""
        text = line.strip()
        if text == "q":
            await self._hear(HungUp("caller"))
        elif text in ("a", "b"):
            await self._hear(LegAnswered(self._leg) if text == "a" else LegLeft(self._leg))
        elif set(text) <= set("0123456789*#"):
            await self._hear(Digits(text))
        else:
            sys.stdout.write(f"  {HELP}\n")

    async def _hear(self, event: Event) -> None:
        if self._desk is not None:
            await self._desk.hear(self.call, event)
        if isinstance(event, HungUp):
            self.over.set()


def driver() -> ConsoleDriver:
    """Return a driver for one call."""
    return ConsoleDriver()
