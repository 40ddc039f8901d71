"""The process of calls: commands in their order, told again after a kill, lost calls ended."""

import asyncio

import pytest

from tests.cast import Cast
from walletdesk.site.voice import Host
from walletdesk.voice.models import Call, Line
from walletdesk.voice.types import Answered, Command, Digits, Incoming, Play

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "+34911234567"


class Recorder:
    """A driver that notes what it is told; `deaf` ones die before they have done it."""

    def __init__(self, alive: set[str], *, deaf: bool = False) -> None:
        self.alive = alive
        self.deaf = deaf
        self.told: list[tuple[str, int, str]] = []
        self.desk: object = None

    async def start(self, desk: object) -> None:
        self.desk = desk

    async def carry_out(self, call: str, number: int, command: Command) -> None:
        if self.deaf:
            await asyncio.Event().wait()
        self.told.append((call, number, type(command).__name__))

    async def calls(self) -> frozenset[str]:
        return frozenset(self.alive)

    async def stop(self) -> None:
        self.desk = None


async def _story(first: Recorder, second: Recorder) -> None:
    host = Host({"fake": first})
    await host.start()
    for name in ("one", "two"):
        await first.desk.hear(name, Incoming("+34600111222", NUMBER))  # type: ignore[attr-defined]
    await host.hand_out()  # and dies while it carries out the first command
    await host.stop()
    again = Host({"fake": second})
    await again.start()
    await again.drain()
    await second.desk.hear("one", Answered())  # type: ignore[attr-defined]
    await second.desk.hear("one", Digits("1"))  # type: ignore[attr-defined]
    await again.drain()
    await again.stop()


def test_a_killed_process_goes_on_where_it_was(cast: Cast, hotline: Line) -> None:
    first, second = Recorder(set(), deaf=True), Recorder({"one"})
    asyncio.run(_story(first, second))
    assert first.told == []
    assert [(call, kind) for call, _number, kind in second.told] == [
        ("one", "Answer"),
        ("one", Play.__name__),
        ("one", Play.__name__),
    ]
    numbers = [number for _call, number, _kind in second.told]
    assert numbers == sorted(set(numbers))
    lost = Call.objects.get(name="two")
    assert lost.ended_at is not None
    assert Call.objects.get(name="one").ended_at is None
