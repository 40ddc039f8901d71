"""A site in memory behind the edge: numbered events, rights that get lost, delays and faults."""

import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec

from walletdesk.kit.live.bus import MemoryBus
from walletdesk.kit.live.types import Credential, Envelope, Feed, LiveEvent, Reply

PAGE = 500
PATIENCE = 60.0  # a busy machine must fail no test, and what comes at once costs nothing


class Door:
    """Where threads that call a port are held, as by a slow database, for as long as a test wants.

    `inside`: how many are held now.
    """

    def __init__(self) -> None:
        self._open = threading.Event()
        self._open.set()
        self.inside = 0

    @contextmanager
    def shut(self) -> Iterator[None]:
        """Hold whoever comes until the block ends."""
        self._open.clear()
        try:
            yield
        finally:
            self._open.set()

    def __call__(self) -> None:
        """Pass, as soon as it is open."""
        self.inside += 1
        self._open.wait(PATIENCE)
        self.inside -= 1


class FakeSite:
    """Topics are feeds of numbered events; a credential's value is the name of its subject."""

    def __init__(self, bus: MemoryBus | None = None) -> None:
        self.bus = bus or MemoryBus()
        self.events: dict[str, list[bytes]] = defaultdict(list)
        self.forbidden: set[tuple[str, str]] = set()
        self.unordered: set[str] = set()
        self.reads: list[list[tuple[str, int]]] = []
        self.authorised: list[int] = []
        self.submitted: list[list[bytes]] = []
        self.batch = 0  # the size of the newest
        self.addresses: list[str] = []
        self.reading = Door()
        self.authorising = Door()
        self.submitting = Door()
        self.fail_reads = 0
        self.fail_submits = 0
        self.after_authorise: list[tuple[str, bytes]] = []
        self.lock = threading.Lock()

    @property
    def recorded(self) -> list[bytes]:
        return [body for batch in self.submitted for body in batch]

    def append(self, topic: str, data: bytes | None = None, *, wake: bool = True) -> int:
        """Commit one event; returns its number."""
        with self.lock:
            number = len(self.events[topic]) + 1
            self.events[topic].append(data or b'{"n":%d}' % number)
        if wake:
            self.bus.wake(topic)
        return number

    def revoke(self, subject: str, topic: str) -> None:
        self.forbidden.add((subject, topic))
        self.bus.revoke(subject)

    def authorise(self, wanted: Sequence[tuple[Credential, str]]) -> Sequence[Feed | None]:
        self.authorised.append(len(wanted))
        answers = [self._feed(credential.value, topic) for credential, topic in wanted]
        self.authorising()  # after the snapshot: what is revoked now was not seen
        while self.after_authorise:
            topic, data = self.after_authorise.pop()
            self.append(topic, data)
        return answers

    def _feed(self, subject: str, topic: str) -> Feed | None:
        if (subject, topic) in self.forbidden or topic.startswith("secret:"):
            return None
        return Feed(topic, topic, subject, ordered=topic not in self.unordered)

    def read(self, wanted: Sequence[tuple[Feed, int]]) -> Sequence[Sequence[LiveEvent]]:
        self.reads.append([(feed.key, after) for feed, after in wanted])
        if self.fail_reads:
            self.fail_reads -= 1
            raise ConnectionError("the database is away")
        with self.lock:
            found = [
                [
                    LiveEvent(number, data)
                    for number, data in enumerate(self.events[feed.key], start=1)
                    if number > after
                ][:PAGE]
                for feed, after in wanted
            ]
        self.reading()  # after the snapshot: what is committed now needs another read
        return found

    def submit(self, envelopes: Sequence[Envelope]) -> Sequence[Reply]:
        self.batch = len(envelopes)
        self.submitting()
        if self.fail_submits:
            self.fail_submits -= 1
            raise ConnectionError("the database is away")
        self.submitted.append([envelope.body for envelope in envelopes])
        self.addresses += [envelope.address for envelope in envelopes]
        return [self._reply(envelope) for envelope in envelopes]

    def _reply(self, envelope: Envelope) -> Reply:
        if envelope.credential.value == "flooder":
            return Reply(429, b'{"code":"slow_down"}', retry_after=7)
        return Reply(201, msgspec.json.encode({"bytes": len(envelope.body)}))
