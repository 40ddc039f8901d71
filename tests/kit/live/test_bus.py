"""The bus over a real PostgreSQL: two processes' edges, outages, frozen servers."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvloop

from tests.kit.live.database import Database
from tests.kit.live.fakes import PATIENCE, FakeSite
from tests.kit.live.serving import Running, serving
from walletdesk.kit.live.bus import (
    REVOKE_CHANNEL,
    SIGNAL_CHANNEL,
    WAKE_CHANNEL,
    MemoryBus,
    PostgresBus,
)

QUICK = (0.05, 0.2)


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    # Not tmp_path: a socket's path has at most 107 bytes and another user must reach it.
    with tempfile.TemporaryDirectory(prefix="wd-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        started = Database(Path(folder) / "pg")
        yield started
        started.stop()


class Log:
    """What a bus called back."""

    def __init__(self) -> None:
        self.woken: list[str] = []
        self.revoked: list[str] = []
        self.signals: list[str] = []
        self.gaps = 0

    def on_wake(self, topics: Collection[str]) -> None:
        self.woken += topics

    def on_gap(self) -> None:
        self.gaps += 1

    async def run(self, bus: PostgresBus | MemoryBus) -> None:
        await bus.run(self.on_wake, self.revoked.append, self.on_gap, self.signals.append)

    @asynccontextmanager
    async def listening(self, bus: PostgresBus | MemoryBus) -> AsyncIterator[None]:
        task = asyncio.create_task(self.run(bus))
        await self.until(lambda: self.gaps >= 1)
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def until(self, condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - any condition
                await asyncio.sleep(0.01)


def test_wakes_and_revocations_arrive_in_order(database: Database) -> None:
    async def story() -> None:
        log = Log()
        # The connection is questioned all the time: nothing may be lost around a question.
        async with log.listening(PostgresBus(database.dsn, silence=0.01, back_off=QUICK)):
            for number in range(30):
                database.notify(WAKE_CHANNEL, f"a:{number} b:{number}")
            database.notify(WAKE_CHANNEL, "")
            database.notify(SIGNAL_CHANNEL, "{}")
            database.notify(REVOKE_CHANNEL, "staff:12")
            await log.until(lambda: bool(log.revoked))
            expected = [f"{name}:{number}" for number in range(30) for name in "ab"]
            assert (log.woken, log.revoked, log.gaps) == (expected, ["staff:12"], 1)
            assert log.signals == ["{}"]
        await log.until(lambda: database.listeners() == [])

    uvloop.run(story())


def test_a_cut_connection_is_a_gap_and_then_the_bus_works_again(database: Database) -> None:
    async def story() -> None:
        log = Log()
        async with log.listening(PostgresBus(database.dsn, back_off=QUICK)):
            for round_number in (2, 3):
                database.kill_listeners()
                await log.until(lambda wanted=round_number: log.gaps == wanted)  # type: ignore[misc]
            database.notify(WAKE_CHANNEL, "a:1")
            await log.until(lambda: log.woken == ["a:1"])

    uvloop.run(story())


def test_a_frozen_server_is_noticed(database: Database) -> None:
    async def story() -> None:
        log = Log()
        bus = PostgresBus(database.dsn, silence=0.2, answer=0.5, back_off=QUICK)
        async with log.listening(bus):
            frozen = database.listeners()
            database.freeze(frozen, frozen=True)
            try:
                await log.until(lambda: log.gaps == 2)
                database.notify(WAKE_CHANNEL, "a:1")
                await log.until(lambda: log.woken == ["a:1"])
            finally:
                database.freeze(frozen, frozen=False)

    uvloop.run(story())


def test_an_address_that_nobody_answers_is_tried_for_ever() -> None:
    async def story() -> None:
        bus = PostgresBus("host=127.0.0.1 port=1 dbname=x user=x", back_off=(0.01, 0.02))
        log = Log()
        task = asyncio.create_task(log.run(bus))
        await asyncio.sleep(0.3)
        assert (task.done(), log.gaps) == (False, 0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    uvloop.run(story())


class Sharing(FakeSite):
    """One of several processes: what it commits is announced over PostgreSQL."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.bus = PostgresBus(database.dsn, back_off=QUICK)  # type: ignore[assignment]


@asynccontextmanager
async def two_edges(database: Database) -> AsyncIterator[tuple[Running, Running]]:
    first, second = Sharing(database), Sharing(database)
    second.events = first.events
    second.forbidden = first.forbidden
    async with serving(first) as one, serving(second) as two:
        await one.until(lambda: len(database.listeners()) == 2)
        await asyncio.sleep(0.05)
        yield one, two


def test_two_edges_share_events_and_revocations(database: Database) -> None:
    async def story() -> None:
        async with two_edges(database) as (one, two):
            streams = [await each.client.open("a:1,b:1") for each in (one, two)]
            for number in range(1, 21):
                one.site.append("a:1", wake=False)
                database.notify(WAKE_CHANNEL, "a:1 c:1")
                if number % 7 == 0:
                    await asyncio.sleep(0.01)
            for stream in streams:
                assert [event["n"] for event in await stream.events(20)] == list(range(1, 21))
            one.site.forbidden.add(("ann", "b:1"))
            database.notify(REVOKE_CHANNEL, "ann")
            for stream in streams:
                assert (await stream.to_end())[-1].json() == {"reason": "revoked"}

    uvloop.run(story())


def test_a_dead_database_delays_a_screen_and_loses_nothing(database: Database) -> None:
    async def story() -> None:
        async with two_edges(database) as (one, two):
            streams = [await each.client.open("a:1") for each in (one, two)]
            database.stop()
            try:
                for _ in range(5):
                    one.site.append("a:1", wake=False)
                await asyncio.sleep(0.3)
                assert [len(stream.frames) for stream in streams] == [2, 2]
            finally:
                database.start()
            for stream in streams:
                assert [event["n"] for event in await stream.events(5)] == [1, 2, 3, 4, 5]

    uvloop.run(story())


def test_the_memory_bus_keeps_the_same_promises() -> None:
    async def story() -> None:
        bus, log = MemoryBus(), Log()
        async with log.listening(bus):
            await asyncio.to_thread(bus.wake, "a:1", "b:1")
            await asyncio.to_thread(bus.revoke, "staff:1")
            await asyncio.to_thread(bus.signal, "{}")
            await asyncio.to_thread(bus.gap)
            await log.until(lambda: log.gaps == 2)
            assert (log.woken, log.revoked) == (["a:1", "b:1"], ["staff:1"])
            assert log.signals == ["{}"]
        bus.wake("c:1")
        await asyncio.sleep(0)
        assert log.woken == ["a:1", "b:1"]

    uvloop.run(story())


def test_a_callback_that_fails_does_not_end_the_bus(database: Database) -> None:
    class Failing(Log):
        def on_wake(self, topics: Collection[str]) -> None:
            super().on_wake(topics)
            if "odd" in topics:
                raise RuntimeError

        def on_gap(self) -> None:
            super().on_gap()
            raise RuntimeError

    async def story() -> None:
        log = Failing()
        async with log.listening(PostgresBus(database.dsn, back_off=QUICK)):
            database.notify(WAKE_CHANNEL, "odd")
            database.notify(WAKE_CHANNEL, "even")
            await log.until(lambda: len(log.woken) > 1)
            assert (log.woken, log.gaps) == (["odd", "even"], 1)

    uvloop.run(story())
