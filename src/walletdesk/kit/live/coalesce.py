"""Natural group commit: items that arrive while a batch is running form the next one.

No timer: an idle coalescer starts at once, a busy one grows its batches with the load. The
function is synchronous (it does SQL) and has one daemon thread of its own, so a slow read never
delays a message and the event loop never blocks.
"""

import asyncio
import queue
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_Work = tuple[Item, asyncio.Future[Result]]


class OverloadedError(Exception):
    """The queue is full or closed; nothing was accepted, try again later."""


class Coalescer(Generic[Item, Result]):
    """Run `fn` over batches of at most `max_batch` items, one batch at a time.

    `fn` returns one result per item, in order. When it raises, exactly the items of that batch
    fail with its exception. An accepted item is always run, also when its waiter was cancelled.
    `release` is called in the thread as it ends (to close its database connection).
    """

    def __init__(
        self,
        fn: Callable[[Sequence[Item]], Sequence[Result]],
        *,
        max_batch: int,
        name: str,
        max_waiting: int = 10_000,
        release: Callable[[], object] | None = None,
    ) -> None:
        self._fn = fn
        self._max_batch = max_batch
        self._max_waiting = max_waiting
        self._name = name
        self._release = release
        self._waiting: deque[_Work[Item, Result]] = deque()
        self._batches: queue.SimpleQueue[list[_Work[Item, Result]] | None] = queue.SimpleQueue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._busy = False
        self._closed = False
        self._idle: asyncio.Future[None] | None = None

    async def __call__(self, item: Item) -> Result:
        """Wait for the item's own result; raises OverloadedError or what `fn` raised."""
        return await self.submit(item)

    def submit(self, item: Item) -> "asyncio.Future[Result]":
        """Accept an item without waiting; raises OverloadedError. Only from the event loop."""
        if self._closed or len(self._waiting) >= self._max_waiting:
            raise OverloadedError(self._name)
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            threading.Thread(target=self._run, name=f"live-{self._name}", daemon=True).start()
        future: asyncio.Future[Result] = self._loop.create_future()
        self._waiting.append((item, future))
        if not self._busy:
            self._busy = True
            # One turn of the loop later: what arrives in the same turn shares the batch.
            self._loop.call_soon(self._next)
        return future

    async def close(self) -> None:
        """Refuse new items, finish the accepted ones, end the thread."""
        self._closed = True
        if self._loop is None:
            return
        if self._busy and self._idle is None:
            self._idle = self._loop.create_future()
        if self._idle is not None:
            await asyncio.shield(self._idle)
        self._batches.put(None)

    def _next(self) -> None:
        if not self._waiting:
            self._busy = False
            if self._idle is not None and not self._idle.done():
                self._idle.set_result(None)
            return
        size = min(self._max_batch, len(self._waiting))
        self._batches.put([self._waiting.popleft() for _ in range(size)])

    def _run(self) -> None:
        try:
            while (batch := self._batches.get()) is not None:
                results, error = self._call([item for item, _ in batch])
                if not self._hand_back(batch, results, error):
                    return
        finally:
            if self._release is not None:
                self._release()

    def _call(self, items: list[Item]) -> tuple[Sequence[Result], BaseException | None]:
        try:
            results = self._fn(items)
        except BaseException as error:  # noqa: BLE001 - goes to the waiters; the thread must live on
            return (), error
        if len(results) != len(items):
            wrong = f"{self._name}: {len(results)} results for {len(items)} items"
            return (), RuntimeError(wrong)
        return results, None

    def _hand_back(
        self,
        batch: list[_Work[Item, Result]],
        results: Sequence[Result],
        error: BaseException | None,
    ) -> bool:
        loop = self._loop
        try:
            if loop is not None:
                loop.call_soon_threadsafe(self._settle, batch, results, error)
        except RuntimeError:  # the loop is closed: nobody waits any more
            return False
        return loop is not None

    def _settle(
        self,
        batch: list[_Work[Item, Result]],
        results: Sequence[Result],
        error: BaseException | None,
    ) -> None:
        # The next batch first: the thread works while the replies go out.
        self._next()
        if error is not None:
            for _, future in batch:
                if not future.done():
                    future.set_exception(_as_exception(error))
                    future.exception()  # a waiter that left must not cause a log line
            return
        for (_, future), result in zip(batch, results, strict=True):
            if not future.done():
                future.set_result(result)


def _as_exception(error: BaseException) -> Exception:
    """Wrap what would stop the event loop if a future raised it there, such as SystemExit."""
    if isinstance(error, Exception) and not isinstance(error, StopIteration):
        return error
    return RuntimeError(repr(error))
