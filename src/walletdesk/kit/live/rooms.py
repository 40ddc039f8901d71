"""Rooms: one shared read per feed and its fan-out to everybody who follows it.

The rule that leaves no gap: a subscriber registers first, then reads from its own cursor until the
page is not full, then attaches. A wake that came while it was reading is repeated when it attaches.
A room's read starts from the *lowest* cursor of its attached subscribers, which each of them has
reached by reading, so that a made-up cursor hurts only the client that made it up; each subscriber
drops what it has. Whoever attaches during a read and has less than where that read began gets
nothing of it, and another read follows. What a room remembers is what its own reads returned; a
wake that nobody could follow ends what it remembers.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Protocol

import msgspec

from walletdesk.kit.live.coalesce import OverloadedError
from walletdesk.kit.live.limits import Limits
from walletdesk.kit.live.types import PAGE, Feed, LiveEvent, Signal
from walletdesk.kit.shapes import decode

ReadPage = Callable[[tuple[Feed, int]], "asyncio.Future[Sequence[LiveEvent]]"]

logger = logging.getLogger(__name__)


class Listener(Protocol):
    """Who receives events: an open stream or a waiting poll."""

    def push(self, subscription: "Subscription", tail: bytes) -> None:
        """Take one encoded batch; the subscription's cursor is already the batch's. Never waits."""

    def signal(self, subscription: "Subscription", key: bytes, data: bytes) -> None:
        """Take a signal, or drop it; a later one with the same key replaces it. Never waits."""

    async def flushed(self) -> bool:
        """Wait until what was pushed is written; False when the listener is gone."""


class Subscription:
    """One listener in one room. `cursor` is what was pushed to it so far.

    `feed` is its own: those who share a room hold the right as different subjects.
    """

    __slots__ = ("attached", "cursor", "feed", "index", "listener", "name", "room")

    def __init__(
        self, listener: Listener, room: "Room", feed: Feed, *, index: int, name: str, cursor: int
    ) -> None:
        self.listener = listener
        self.feed = feed
        self.room = room
        self.index = index
        self.name = name
        self.cursor = cursor
        self.attached = False

    def deliver(self, batch: "Batch") -> None:
        """Push what is new to this subscriber."""
        if not self.room.feed.ordered:
            self._push(batch.tail, max(self.cursor, batch.last))
        elif self.cursor < batch.first:
            self._push(batch.tail, batch.last)
        elif self.cursor < batch.last:
            fresh = Batch([event for event in batch.events if event.cursor > self.cursor])
            self._push(fresh.tail, fresh.last)

    def _push(self, tail: bytes, cursor: int) -> None:
        self.cursor = cursor
        self.listener.push(self, tail)


class Batch:
    """Some ascending events, encoded once for everybody: all of a feed's JSON after its name."""

    __slots__ = ("events", "first", "last", "tail")

    def __init__(self, events: Sequence[LiveEvent]) -> None:
        self.events = events
        self.first = events[0].cursor
        self.last = events[-1].cursor
        data = b",".join([event.data for event in events])
        if b"\n" in data or b"\r" in data:
            # Only white space between JSON tokens can be a raw line break; it would end the frame.
            data = data.replace(b"\r", b" ").replace(b"\n", b" ")
        self.tail = b'","c":%d,"e":[%s]}' % (self.last, data)


def batches(events: Sequence[LiveEvent], max_bytes: int) -> Iterator[Batch]:
    """Split events into batches of at most `max_bytes` of data (or one large event)."""
    part: list[LiveEvent] = []
    size = 0
    for event in events:
        if part and size + len(event.data) > max_bytes:
            yield Batch(part)
            part, size = [], 0
        part.append(event)
        size += len(event.data)
    if part:
        yield Batch(part)


class _Who(msgspec.Struct):
    what: str = ""
    who: str = ""
    id: int | str | None = None


def _sender(signal: Signal) -> bytes:
    """Return what makes two signals one: of these only the newest counts."""
    try:
        who = decode(signal.s, _Who)
    except msgspec.MsgspecError:
        return b""
    return f"{signal.t} {who.what} {who.who} {who.id}".encode()


class Room:
    """Everybody who follows one feed in this process."""

    __slots__ = (
        "_dirty",
        "_reading",
        "_recent",
        "_recent_bytes",
        "_recent_from",
        "_rooms",
        "feed",
        "members",
        "wakes",
    )

    def __init__(self, feed: Feed, rooms: "Rooms") -> None:
        self.feed = feed
        self.members: set[Subscription] = set()
        self.wakes = 0
        self._rooms = rooms
        self._reading = False
        self._dirty = False
        self._recent: list[LiveEvent] = []
        self._recent_bytes = 0
        self._recent_from = 0

    def wake(self) -> None:
        """Read what is new; wakes during a read cause exactly one more read."""
        self.wakes += 1
        if self._reading:
            self._dirty = True
            return
        cursors = [member.cursor for member in self.members if member.attached]
        if not cursors:
            self._forget()
            return  # those who are still catching up repeat the wake when they attach
        if self._recent:
            cursors.append(self._recent[-1].cursor)
        base = min(cursors)
        try:
            future = self._rooms.read((self.feed, base))
        except OverloadedError:
            self._retry()
            return
        self._reading = True
        future.add_done_callback(lambda done: self._on_read(base, done))

    def replay(self, subscription: Subscription) -> bool:
        """Serve and attach from memory; False when the room does not remember that far back."""
        if not self._recent or subscription.cursor < self._recent_from:
            return False
        missed = [event for event in self._recent if event.cursor > subscription.cursor]
        for batch in batches(missed, self._rooms.limits.frame_bytes):
            subscription.deliver(batch)
        subscription.attached = True
        return True

    def _on_read(self, base: int, done: "asyncio.Future[Sequence[LiveEvent]]") -> None:
        self._reading = False
        if not self.members:
            return
        if done.cancelled() or (error := done.exception()) is not None:
            logger.warning(
                "live read failed, trying again: %r", None if done.cancelled() else error
            )
            self._retry()
            return
        events = done.result()
        self._fan_out(base, events)
        if self.feed.ordered:
            self._remember(base, events)
        more = len(events) >= PAGE and events[-1].cursor > base
        if more or self._dirty:
            self._dirty = False
            self.wake()

    def _fan_out(self, base: int, events: Sequence[LiveEvent]) -> None:
        there = [member for member in self.members if member.attached]
        reached = [member for member in there if member.cursor >= base]
        if len(reached) < len(there):
            self._dirty = True  # somebody attached meanwhile: between them and these lies more
        for batch in batches(events, self._rooms.limits.frame_bytes):
            for member in reached:
                if member.attached:
                    member.deliver(batch)

    def _remember(self, base: int, events: Sequence[LiveEvent]) -> None:
        if not self._recent:
            self._recent_from = base
        newest = self._recent[-1].cursor if self._recent else base
        fresh = [event for event in events if event.cursor > newest]
        self._recent += fresh
        self._recent_bytes += sum(len(event.data) for event in fresh)
        drop = max(0, len(self._recent) - self._rooms.limits.recent_events)
        size = self._recent_bytes - sum(len(event.data) for event in self._recent[:drop])
        while size > self._rooms.limits.recent_bytes:
            size -= len(self._recent[drop].data)
            drop += 1
        if drop:
            self._recent_from = self._recent[drop - 1].cursor
            del self._recent[:drop]
            self._recent_bytes = size

    def _forget(self) -> None:
        self._recent.clear()
        self._recent_bytes = 0

    def _retry(self) -> None:
        seconds = 0.5 + secrets.randbelow(1000) / 1000
        asyncio.get_running_loop().call_later(seconds, self.wake)


class Rooms:
    """All rooms of one edge, found by feed and by what the bus wakes."""

    def __init__(self, read: ReadPage, limits: Limits) -> None:
        self.read = read
        self.limits = limits
        self._by_key: dict[str, Room] = {}
        self._by_topic: dict[str, set[Room]] = {}

    def __len__(self) -> int:
        """Count the rooms that somebody is in."""
        return len(self._by_key)

    def enter(
        self, listener: Listener, feed: Feed, *, index: int, name: str, cursor: int
    ) -> Subscription:
        """Register a listener; it receives nothing before `catch_up` has attached it."""
        room = self._by_key.get(feed.key)
        if room is None:
            room = self._by_key[feed.key] = Room(feed, self)
            self._by_topic.setdefault(feed.topic, set()).add(room)
        subscription = Subscription(listener, room, feed, index=index, name=name, cursor=cursor)
        room.members.add(subscription)
        return subscription

    def leave(self, subscription: Subscription) -> None:
        """Forget a subscription, and its room when it was the last one."""
        room = subscription.room
        subscription.attached = False
        room.members.discard(subscription)
        if room.members or self._by_key.get(room.feed.key) is not room:
            return
        del self._by_key[room.feed.key]
        awake = self._by_topic[room.feed.topic]
        awake.discard(room)
        if not awake:
            del self._by_topic[room.feed.topic]

    def wake(self, topics: Collection[str]) -> None:
        """Read the rooms of these topics."""
        for topic in topics:
            for room in tuple(self._by_topic.get(topic, ())):
                room.wake()

    def signal(self, signal: Signal) -> None:
        """Hand a signal to everybody whom it names; nobody's cursor moves."""
        topic = ":".join(signal.t.split(":", 2)[:2])
        data = bytes(signal.s).replace(b"\n", b" ").replace(b"\r", b" ")
        key = _sender(signal)
        for room in tuple(self._by_topic.get(topic, ())):
            if not f"{room.feed.key}:".startswith(f"{signal.t}:") and signal.t != topic:
                continue
            for member in tuple(room.members):
                if signal.to in {"", member.feed.subject}:
                    member.listener.signal(member, key, data)

    def wake_all(self) -> None:
        """Read every room, because wakes may have been lost."""
        for room in tuple(self._by_key.values()):
            room.wake()

    async def catch_up(self, subscription: Subscription, *, one_page: bool = False) -> None:
        """Deliver what the subscriber missed, page by page at its own speed, then attach it.

        With `one_page` it stops unattached as soon as there was something to deliver. Raises what
        the read raises, or OverloadedError.
        """
        room = subscription.room
        if room.feed.ordered and room.replay(subscription):
            return
        while True:
            wakes, base = room.wakes, subscription.cursor
            events = await self.read((room.feed, base))
            for batch in batches(events, self.limits.frame_bytes):
                subscription.deliver(batch)
                if not await subscription.listener.flushed():
                    return
            if one_page and events:
                return
            if len(events) < PAGE or subscription.cursor <= base:
                break
        if subscription not in room.members:
            return
        subscription.attached = True
        if room.wakes != wakes:
            room.wake()
