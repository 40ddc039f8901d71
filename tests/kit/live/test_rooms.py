"""Rooms alone, with reads and listeners that answer when the test says so."""

import asyncio
from collections.abc import Sequence

import pytest
import uvloop

from walletdesk.kit.live.limits import Limits
from walletdesk.kit.live.rooms import Rooms, Subscription
from walletdesk.kit.live.types import Feed, LiveEvent

FEED = Feed("a:1", "a:1", "somebody", ordered=True)
UNORDERED = Feed("a:1", "a:1", "somebody", ordered=False)


def events(first: int, last: int) -> list[LiveEvent]:
    return [LiveEvent(number, b"%d" % number) for number in range(first, last + 1)]


class Listener:
    """Collects what it gets; says that it is written when the test lets it."""

    def __init__(self) -> None:
        self.got: list[int] = []
        self.written = asyncio.Event()
        self.written.set()

    def push(self, _subscription: Subscription, tail: bytes) -> None:
        data = tail.split(b'"e":[')[1].removesuffix(b"]}")
        self.got += [int(number) for number in data.split(b",")]

    def signal(self, *_told: object) -> None:
        raise AssertionError("no signal was sent")

    async def flushed(self) -> bool:
        await self.written.wait()
        return True


class Reads:
    """Each read waits for its answer."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self._answers: list[asyncio.Future[Sequence[LiveEvent]]] = []

    def __call__(self, wanted: tuple[Feed, int]) -> "asyncio.Future[Sequence[LiveEvent]]":
        self.asked.append(wanted[1])
        self._answers.append(asyncio.get_running_loop().create_future())
        return self._answers[-1]

    async def answer(self, number: int, found: Sequence[LiveEvent]) -> None:
        self._answers[number].set_result(found)
        await asyncio.sleep(0)
        await asyncio.sleep(0)


@pytest.mark.parametrize("feed", [FEED, UNORDERED])
def test_who_attaches_during_a_read_that_began_after_it_misses_nothing(feed: Feed) -> None:
    async def story() -> None:
        reads, there, late = Reads(), Listener(), Listener()
        rooms = Rooms(reads, Limits())
        one = rooms.enter(there, feed, index=0, name="a:1", cursor=0)
        attaching = asyncio.create_task(rooms.catch_up(one))
        await asyncio.sleep(0)
        await reads.answer(0, events(1, 2))
        await attaching

        late.written.clear()  # its line is slow
        two = rooms.enter(late, feed, index=0, name="a:1", cursor=0)
        attaching = asyncio.create_task(rooms.catch_up(two))
        await asyncio.sleep(0)
        await reads.answer(1, events(1, 2))
        rooms.wake(["a:1"])
        await reads.answer(2, events(3, 3))  # for those who are there
        rooms.wake(["a:1"])
        assert reads.asked == [0, 0, 2, 3]
        late.written.set()
        await attaching  # with 2, while the read from 3 on is under way
        await reads.answer(3, events(4, 4))
        assert late.got == [1, 2]
        assert reads.asked[4:] == [2]
        await reads.answer(4, events(3, 4))
        assert late.got == [1, 2, 3, 4]
        assert sorted(set(there.got)) == [1, 2, 3, 4]
        assert there.got == [1, 2, 3, 4] or not feed.ordered

    uvloop.run(story())


def test_memory_ends_with_a_wake_that_nobody_could_follow() -> None:
    async def story() -> None:
        reads = Reads()
        rooms = Rooms(reads, Limits())
        first = rooms.enter(Listener(), FEED, index=0, name="a:1", cursor=0)
        attaching = asyncio.create_task(rooms.catch_up(first))
        await asyncio.sleep(0)
        await reads.answer(0, [])
        await attaching
        rooms.wake(["a:1"])
        await reads.answer(1, events(1, 1))  # remembered

        slow = Listener()
        waits = rooms.enter(slow, FEED, index=0, name="a:1", cursor=-1)  # not from memory
        catching_up = asyncio.create_task(rooms.catch_up(waits))
        await asyncio.sleep(0)
        rooms.leave(first)
        rooms.wake(["a:1"])  # event 2, and nobody is attached

        back = Listener()
        again = rooms.enter(back, FEED, index=0, name="a:1", cursor=1)
        returning = asyncio.create_task(rooms.catch_up(again))
        await asyncio.sleep(0)
        assert reads.asked == [0, 0, -1, 1]
        await reads.answer(3, events(2, 2))
        await returning
        assert back.got == [2]
        catching_up.cancel()

    uvloop.run(story())
