"""The coalescer: order, batches, faults, cancelled waiters, a bounded queue."""

import asyncio
import contextlib
import threading
from collections.abc import Sequence

import pytest
import uvloop
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kit.live.fakes import PATIENCE, Door
from walletdesk.kit.live.coalesce import Coalescer, OverloadedError


class Doubling:
    """A port that doubles numbers and refuses batches with a negative one."""

    def __init__(self) -> None:
        self.door = Door()
        self.batches: list[list[int]] = []
        self.running = 0
        self.most_running = 0
        self.threads: set[int] = set()

    def __call__(self, items: Sequence[int]) -> list[int]:
        self.running += 1
        self.most_running = max(self.running, self.most_running)
        self.threads.add(threading.get_ident())
        self.batches.append(list(items))
        self.door()
        self.running -= 1
        if min(items) < 0:
            raise ValueError("negative")
        return [2 * item for item in items]


async def held(port: Doubling) -> None:
    """Wait until a batch is held at the port's door."""
    async with asyncio.timeout(PATIENCE):
        while not port.door.inside:  # noqa: ASYNC110 - it is a thread that comes
            await asyncio.sleep(0.001)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(-1, 30), st.sampled_from(["wait", "cancel", "turn"])), max_size=60
    ),
    st.integers(1, 7),
)
def test_every_item_runs_once_in_order_and_gets_its_own_answer(
    plan: list[tuple[int, str]], max_batch: int
) -> None:
    async def story() -> None:
        port = Doubling()
        coalesce: Coalescer[int, int] = Coalescer(port, max_batch=max_batch, name="test")
        waiters = []
        for item, then in plan:
            future = coalesce.submit(item)
            waiters.append(future)
            if then == "cancel":
                future.cancel()
            elif then == "turn":
                await asyncio.sleep(0)
        await coalesce.close()
        assert [item for batch in port.batches for item in batch] == [item for item, _ in plan]
        assert all(len(batch) <= max_batch for batch in port.batches)
        assert port.most_running <= 1
        failed = {id(batch) for batch in port.batches if min(batch) < 0}
        answers = [(item, id(batch) in failed) for batch in port.batches for item in batch]
        for (item, lost), (_, then), future in zip(answers, plan, waiters, strict=True):
            if then == "cancel":
                assert future.cancelled()
            elif lost:
                assert isinstance(future.exception(), ValueError)
            else:
                assert future.result() == 2 * item

    uvloop.run(story())


def test_what_arrives_during_a_batch_forms_the_next_one() -> None:
    async def story() -> None:
        port = Doubling()
        coalesce: Coalescer[int, int] = Coalescer(port, max_batch=100, name="test")
        with port.door.shut():
            first = asyncio.create_task(coalesce(1))
            await held(port)
            rest = [asyncio.create_task(coalesce(item)) for item in range(2, 12)]
            await asyncio.sleep(0)
        assert await first == 2
        assert await asyncio.gather(*rest) == [2 * item for item in range(2, 12)]
        assert port.batches == [[1], list(range(2, 12))]
        assert len(port.threads) == 1
        assert threading.get_ident() not in port.threads
        await coalesce.close()

    uvloop.run(story())


def test_a_cancelled_waiter_breaks_nothing() -> None:
    async def story() -> None:
        port = Doubling()
        coalesce: Coalescer[int, int] = Coalescer(port, max_batch=100, name="test")
        with port.door.shut():
            tasks = [asyncio.create_task(coalesce(item)) for item in range(3)]
            await held(port)
            tasks[1].cancel()
        assert [await tasks[0], await tasks[2]] == [0, 4]
        with pytest.raises(asyncio.CancelledError):
            await tasks[1]
        assert port.batches == [[0, 1, 2]]
        await coalesce.close()

    uvloop.run(story())


def test_a_full_or_closed_queue_refuses() -> None:
    async def story() -> None:
        released: list[int] = []
        port = Doubling()
        coalesce: Coalescer[int, int] = Coalescer(
            port,
            max_batch=1,
            name="test",
            max_waiting=2,
            release=lambda: released.append(threading.get_ident()),
        )
        with port.door.shut():
            accepted = [coalesce.submit(1)]
            await held(port)
            accepted += [coalesce.submit(2), coalesce.submit(3)]
            with pytest.raises(OverloadedError):
                coalesce.submit(4)
        await coalesce.close()
        assert [await each for each in accepted] == [2, 4, 6]
        with pytest.raises(OverloadedError):
            coalesce.submit(5)
        async with asyncio.timeout(PATIENCE):
            while not released:  # noqa: ASYNC110 - the thread ends by itself
                await asyncio.sleep(0.001)
        assert set(released) == port.threads

    uvloop.run(story())


def test_a_port_that_breaks_its_promise_fails_its_batch_and_lives_on() -> None:
    async def story() -> None:
        answers: list[object] = [[], SystemExit(1), StopIteration(), KeyError("x")]

        def port(items: Sequence[int]) -> Sequence[int]:
            if not answers:
                return items
            answer = answers.pop(0)
            if isinstance(answer, BaseException):
                raise answer
            return []

        coalesce: Coalescer[int, int] = Coalescer(port, max_batch=1, name="test")
        for expected in (RuntimeError, RuntimeError, RuntimeError, KeyError):
            with pytest.raises(expected):
                await coalesce(1)
        assert await coalesce(7) == 7
        await coalesce.close()

    uvloop.run(story())


def test_a_closed_loop_ends_the_thread() -> None:
    port = Doubling()
    coalesce: Coalescer[int, int] = Coalescer(port, max_batch=1, name="left-behind")

    async def story() -> None:
        coalesce.submit(1)
        await held(port)

    with port.door.shut():
        uvloop.run(story())
    for thread in threading.enumerate():
        if thread.name == "live-left-behind":
            with contextlib.suppress(RuntimeError):
                thread.join(PATIENCE)
            assert not thread.is_alive()
