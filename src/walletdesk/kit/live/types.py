"""What crosses the border of the live edge: values and the three ports that the site hands over.

The edge knows nothing of conversations, staff or SQL. A *topic name* is what a client asks for, a
*feed* is what the site grants for it, and a *cursor* says how far a client has read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import msgspec

#: A read returns at most this many events for one feed; a full page means "ask again".
PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Credential:
    """What a client presented, unverified."""

    scheme: Literal["bearer", "cookie"]
    value: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """One posted message, unparsed and unguarded; `address` is the client's IP or empty."""

    credential: Credential
    body: bytes
    address: str


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one envelope; `body` is JSON, `retry_after` is in seconds.

    `passing`: what stood in the way lasts a moment only, so the edge itself tries again first.
    """

    status: int
    body: bytes
    retry_after: int | None = None
    passing: bool = False


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """One event of a feed; `data` is a JSON object, already encoded."""

    cursor: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Feed:
    """What one subscriber may follow.

    `key`: feeds with an equal key share one read and its fan-out. `topic`: what the bus wakes.
    `subject`: who holds the right ("staff:12", "customer:77"). `ordered`: the cursors are sequence
    numbers, so an event at or below one's own cursor is a duplicate; otherwise a cursor is a
    database snapshot: every event is delivered and a client resumes from the newest.
    """

    key: str
    topic: str
    subject: str
    ordered: bool


class Signal(msgspec.Struct, frozen=True):
    """News without a number, as it travels on the bus (see kit/wake.py): never stored or replayed.

    `t`: a topic, or the key of one feed of it. `s`: a JSON object. `to`: only this subject, if any.
    """

    t: str
    s: msgspec.Raw
    to: str = ""


#: (credential, topic name) -> the feed, or None when it may not be seen or does not exist.
Authorise = Callable[[Sequence[tuple[Credential, str]]], Sequence[Feed | None]]
#: (feed, cursor) -> the events after the cursor, ascending, at most PAGE per feed.
Read = Callable[[Sequence[tuple[Feed, int]]], Sequence[Sequence[LiveEvent]]]
#: One transaction per call; the replies are returned after its commit.
Submit = Callable[[Sequence[Envelope]], Sequence[Reply]]
