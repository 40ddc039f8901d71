"""The two kinds of listener: a stream of server-sent events and a waiting poll.

A stream costs one task, the server's own, which sleeps in `receive()` until the client leaves. What
must be sent is written by a task that lives only as long as there is something to write.
"""

import asyncio
import contextlib
import secrets
from abc import ABC, abstractmethod
from collections.abc import Sequence

from walletdesk.kit.live.limits import Limits
from walletdesk.kit.live.rooms import Rooms, Subscription
from walletdesk.kit.live.types import Credential, Feed
from walletdesk.kit.live.wire import (
    Receive,
    Send,
    Wish,
    abort_connection,
    detect_dead_peer,
)

#: The reason of an end after which nothing that waits may still be shown.
REVOKED = "revoked"

_MOST_SIGNALS = 32  # senders whose newest signal one stream keeps
_HEARTBEAT = b": beat\n\n"
_STREAM_HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


class Member(ABC):
    """What streams and polls share: who listens, with which right, in which rooms."""

    __slots__ = (
        "_rooms",
        "address",
        "checks",
        "credential",
        "gone",
        "subscriptions",
        "unverified",
    )

    def __init__(self, rooms: Rooms, credential: Credential, address: str) -> None:
        self._rooms = rooms
        self.credential = credential
        self.address = address
        self.gone = False
        self.checks = 0
        self.unverified = False
        self.subscriptions: Sequence[Subscription] = ()

    @property
    def subjects(self) -> set[str]:
        """Whose rights this member uses."""
        return {subscription.feed.subject for subscription in self.subscriptions}

    def enter(self, feeds: Sequence[Feed], wish: Wish) -> None:
        """Register in the rooms, before anything is read."""
        self.subscriptions = tuple(
            self._rooms.enter(self, feed, index=index, name=name, cursor=cursor)
            for index, (feed, name, cursor) in enumerate(
                zip(feeds, wish.topics, wish.after, strict=True)
            )
        )

    def leave(self) -> None:
        """Receive nothing more. Safe to call twice."""
        self.gone = True
        for subscription in self.subscriptions:
            self._rooms.leave(subscription)

    def signal(self, subscription: Subscription, key: bytes, data: bytes) -> None:
        """See `rooms.Listener`. While a right is in doubt signals are dropped, not kept."""
        if self.gone or self.checks or self.unverified:
            return
        name = subscription.name.encode("ascii")
        self.take_signal(name + b" " + key, b'{"t":"%b","s":%b}' % (name, data))

    @abstractmethod
    def take_signal(self, key: bytes, told: bytes) -> None:
        """Take a signal that may be shown."""

    @abstractmethod
    def push(self, subscription: Subscription, tail: bytes) -> None:
        """See `rooms.Listener`."""

    async def flushed(self) -> bool:
        """See `rooms.Listener`."""
        return not self.gone

    @abstractmethod
    def end(self, reason: str) -> None:
        """Finish soon and by itself; the client comes back by cursor."""


class Stream(Member):
    """One open event stream."""

    __slots__ = (
        "_bye",
        "_ends_at",
        "_limits",
        "_loop",
        "_pending",
        "_receive",
        "_send",
        "_signals",
        "_stalled",
        "_started",
        "_task",
        "_waiting_bytes",
        "_writer",
        "beats",
    )

    def __init__(
        self,
        rooms: Rooms,
        credential: Credential,
        address: str,
        limits: Limits,
        receive: Receive,
        send: Send,
    ) -> None:
        super().__init__(rooms, credential, address)
        self._loop = asyncio.get_running_loop()
        self._receive = receive
        self._send = send
        self._started = False
        self._task: asyncio.Task[None] | None = None
        self._writer: asyncio.Task[None] | None = None
        self._ends_at = self._loop.time() + _between(*limits.stream_seconds)
        self._limits = limits
        self.beats = 0
        self._bye: bytes | None = None
        self._pending: list[bytes] = []
        self._signals: dict[bytes, bytes] = {}
        self._stalled = 0
        self._waiting_bytes = 0

    async def run(self) -> None:
        """Serve until the client leaves, the stream ends by itself, or it is cut."""
        self._task = asyncio.current_task()
        try:
            await self._begin()
            await self._catch_up()
            while (await self._receive())["type"] != "http.disconnect":
                pass
        except asyncio.CancelledError:
            if not self.gone or self._task is None or self._task.uncancel() > 0:
                raise
        finally:
            self.leave()
            if self._writer is not None:
                self._writer.cancel()

    async def _begin(self) -> None:
        detect_dead_peer(self._send, 2 * self._limits.heartbeat)
        await self._send({"type": "http.response.start", "status": 200, "headers": _STREAM_HEADERS})
        self._started = True
        retry = int(_between(*self._limits.retry_ms))
        self._write(b"retry: %d\n\nevent: ready\ndata: {}\n\n" % retry)

    async def _catch_up(self) -> None:
        try:
            if len(self.subscriptions) == 1:
                await self._rooms.catch_up(self.subscriptions[0])
            else:
                await asyncio.gather(*map(self._rooms.catch_up, self.subscriptions))
        except Exception:  # noqa: BLE001 - a read may fail in any way; the client resumes by cursor
            self.end("unavailable")

    def push(self, subscription: Subscription, tail: bytes) -> None:
        """Queue one frame; a reader that is too slow is cut."""
        ids = b",".join([b"%d" % each.cursor for each in self.subscriptions])
        name = subscription.name.encode("ascii")
        self._write(b'id: %b\ndata: {"t":"%b%b\n\n' % (ids, name, tail))

    def take_signal(self, key: bytes, told: bytes) -> None:
        """Keep the newest of each sender until the rows are written; drop what is too much."""
        if key in self._signals or len(self._signals) < _MOST_SIGNALS:
            self._signals[key] = told
            self._wake_writer()

    async def flushed(self) -> bool:
        """See `rooms.Listener`."""
        if self._writer is not None:
            await asyncio.wait({self._writer})
        return not self.gone

    def end(self, reason: str) -> None:
        """Say bye and finish; a reader that does not take it is cut."""
        if self._bye is not None or self.gone:
            return
        self.leave()
        if reason == REVOKED:
            self._pending.clear()
        self._signals.clear()
        self._bye = b'event: bye\ndata: {"reason":"%b"}\n\n' % reason.encode("ascii")
        self._wake_writer()
        self._loop.call_later(self._limits.end_grace, self._cut_unless_done)

    def beat(self) -> None:
        """Send a heartbeat, notice a dead reader, end in time; called once per heartbeat."""
        self.beats += 1
        self._stalled = 0 if self._writer is None else self._stalled + 1
        if self._stalled >= self._limits.stalled_beats:
            self.cut()
        elif self._loop.time() >= self._ends_at:
            self.end("expired")
        elif self._writer is None:
            self._write(_HEARTBEAT)

    def cut(self) -> None:
        """Drop the connection now."""
        self.leave()
        self._pending.clear()
        self._signals.clear()
        if self._writer is not None:
            self._writer.cancel()
        if not abort_connection(self._send) and self._task is not None:
            self._task.cancel()

    def _write(self, chunk: bytes) -> None:
        if self.gone:
            return
        self._pending.append(chunk)
        self._waiting_bytes += len(chunk)
        if self._waiting_bytes > self._limits.buffer_bytes:
            self.cut()
        else:
            self._wake_writer()

    def _wake_writer(self) -> None:
        if self._started and self._writer is None:
            self._writer = self._loop.create_task(self._write_pending())

    async def _write_pending(self) -> None:
        try:
            while self._pending or self._signals:
                # Rows first: signals are of no weight, and only rows count against the buffer.
                chunk = b"".join(self._pending) or self._take_signals()
                waited = len(chunk) if self._pending else 0
                self._pending.clear()
                await self._send({"type": "http.response.body", "body": chunk, "more_body": True})
                self._waiting_bytes -= waited
                self._stalled = 0
            if self._bye is not None:
                await self._send({"type": "http.response.body", "body": self._bye})
                self._bye = b""
        except OSError:  # some servers raise for a closed connection; receive() tells the same
            self.leave()
        finally:
            self._writer = None

    def _take_signals(self) -> bytes:
        told = b"".join(b"event: signal\ndata: %b\n\n" % each for each in self._signals.values())
        self._signals.clear()
        return told

    def _cut_unless_done(self) -> None:
        if self._bye:
            self.cut()


class Poll(Member):
    """One request that waits for something new."""

    __slots__ = ("_found", "_news", "_receive", "_signals")

    def __init__(
        self, rooms: Rooms, credential: Credential, address: str, receive: Receive
    ) -> None:
        super().__init__(rooms, credential, address)
        self._news = asyncio.Event()
        self._found: list[bytes] = []
        self._signals: dict[bytes, bytes] = {}
        self._receive = receive

    async def run(self, wait: float) -> bytes:
        """Return what is new as JSON, at the latest after `wait` seconds; raises as reads do."""
        try:
            for subscription in self.subscriptions:
                await self._rooms.catch_up(subscription, one_page=True)
            if not self._found:
                await self._wait(wait)
        finally:
            self.leave()
        signals = b',"signals":[%b]' % b",".join(self._signals.values()) if self._signals else b""
        return b'{"feeds":[%b]%b}' % (b",".join(self._found), signals)

    async def _wait(self, seconds: float) -> None:
        tasks = {
            asyncio.ensure_future(self._news.wait()),
            asyncio.ensure_future(self._disconnected()),
        }
        try:
            await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _disconnected(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    def push(self, subscription: Subscription, tail: bytes) -> None:
        """Keep one batch for the answer."""
        if not self.gone:
            self._found.append(b'{"t":"%b%b' % (subscription.name.encode("ascii"), tail))
            self._news.set()

    def take_signal(self, key: bytes, told: bytes) -> None:
        """Keep the newest of each sender for the answer, and answer."""
        self._signals[key] = told
        self._news.set()

    def end(self, reason: str) -> None:
        """Answer now."""
        self.leave()
        if reason == REVOKED:
            self._found.clear()
            self._signals.clear()
        self._news.set()


def _between(low: float, high: float) -> float:
    return low + (high - low) * secrets.randbelow(1001) / 1000
