"""A TCP proxy that loses replies: the work is done, and the one who asked never hears of it."""

from __future__ import annotations

import asyncio
import random
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
    Upstream = Callable[[], Awaitable[Streams]]

CHUNK = 65_536


class CuttingProxy:
    """Cuts a connection when the reply to something that holds `mark` arrives, with `chance`."""

    def __init__(self, upstream: Upstream, mark: bytes, chance: float) -> None:
        self.upstream = upstream
        self.mark = mark
        self.chance = chance
        self.port = 0
        self.cuts = 0
        self.calm = True  # until somebody wants cuts
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, started: threading.Event, stop: asyncio.Event) -> None:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        await stop.wait()
        server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._carry(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            behind_reader, behind_writer = await self.upstream()
            try:
                await self._both_ways((reader, writer), (behind_reader, behind_writer))
            finally:
                for each in (writer, behind_writer):
                    each.transport.abort()

    async def _both_ways(self, front: Streams, behind: Streams) -> None:
        marked = [False]
        ways = [
            asyncio.ensure_future(self._there(front[0], behind[1], marked)),
            asyncio.ensure_future(self._back(behind[0], front[1], marked)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _there(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, marked: list[bool]
    ) -> None:
        while data := await reader.read(CHUNK):
            marked[0] = self.mark in data
            writer.write(data)
            await writer.drain()

    async def _back(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, marked: list[bool]
    ) -> None:
        while data := await reader.read(CHUNK):
            if marked[0] and not self.calm and random.random() < self.chance:  # noqa: S311 - chance
                self.cuts += 1
                return
            writer.write(data)
            await writer.drain()


@contextmanager
def cutting(upstream: Upstream, *, mark: bytes, chance: float) -> Iterator[CuttingProxy]:
    """Run a proxy in a thread of its own for as long as the block lasts."""
    proxy = CuttingProxy(upstream, mark, chance)
    started = threading.Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    thread = threading.Thread(
        target=lambda: loop.run_until_complete(proxy.serve(started, stop)), daemon=True
    )
    thread.start()
    try:
        assert started.wait(90)
        yield proxy
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()
