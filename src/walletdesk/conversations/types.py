"""What happens in a conversation, and how it is told to whom."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from walletdesk.safety.types import SafeText


class Status(StrEnum):
    """Where a conversation stands."""

    NEW = "new"  # opened, nothing said yet: shown to nobody
    BOT = "bot"  # the bot answers
    QUEUED = "queued"  # waits for a person
    OPEN = "open"  # a person has it
    RESOLVED = "resolved"


class Kind(StrEnum):
    """What an event of the timeline is."""

    MESSAGE = "message"
    NOTE = "note"  # staff only
    SUMMARY = "summary"  # staff only: what the bot knows at the hand-over
    NOTICE = "notice"  # from the system to the customer; data.code names the text
    HANDED_OVER = "handed_over"  # bot → people; data.reason
    CLAIMED = "claimed"
    ASSIGNED = "assigned"  # handed to a colleague
    RELEASED = "released"  # handed back to the queue
    RESOLVED = "resolved"
    REOPENED = "reopened"
    FEEDBACK = "feedback"  # did this help?
    RATED = "rated"
    SCHEDULED = "scheduled"  # staff only: a reply for later; staff_data.state
    CHANGED = "changed"  # staff only: topic, urgency or language was set; staff_data.field
    TAGGED = "tagged"  # staff only; staff_data.tag, tag_id, colour
    UNTAGGED = "untagged"  # staff only; as tagged
    REDACTED = "redacted"  # earlier messages were overwritten; data.texts maps seq → new text


class ScheduledState(StrEnum):
    """What became of a reply for later."""

    WAITING = "waiting"
    HELD = "held"  # something happened since it was written: its author is asked
    SENT = "sent"
    CANCELLED = "cancelled"


class Author(StrEnum):
    """Who caused an event."""

    CUSTOMER = "customer"
    AGENT = "agent"
    BOT = "bot"
    SYSTEM = "system"


class Audience(StrEnum):
    """Who reads."""

    CUSTOMER = "customer"
    STAFF = "staff"


class View(StrEnum):
    """The queue views of the desk."""

    QUEUE = "queue"
    MINE = "mine"
    BOT = "bot"
    OPEN = "open"
    RESOLVED = "resolved"
    ALL = "all"


class TagColour(StrEnum):
    """The colours of tags: names, so that each can be readable in light and in dark."""

    GREY = "grey"
    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    GREEN = "green"
    TEAL = "teal"
    BLUE = "blue"
    VIOLET = "violet"
    PINK = "pink"


TAG_LENGTH = 40


class Urgency:
    """How soon a person must look, as a small integer that sorts."""

    LOW, MEDIUM, HIGH, CRITICAL = range(4)


UNKNOWN_LANGUAGE = ""  # until the first message tells
STAFF_ONLY = frozenset(
    {
        Kind.NOTE,
        Kind.SUMMARY,
        Kind.SCHEDULED,
        Kind.CHANGED,
        Kind.TAGGED,
        Kind.UNTAGGED,
    }
)


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event about to be appended. `data` is public; `staff_data` never leaves the desk."""

    kind: Kind
    author: Author
    author_id: int | None = None
    name: str = ""
    text: SafeText | None = None
    data: dict[str, Any] = field(default_factory=dict)
    staff_data: dict[str, Any] = field(default_factory=dict)
    client_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """What a customer sent, not yet looked at by the guard: it lives in memory only."""

    token_hash: bytes
    ref: str
    client_id: UUID
    text: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """A message is on the disk. `text` is what was stored; `secrets` names what was cut out."""

    ref: str
    seq: int
    text: str
    secrets: tuple[str, ...] = ()
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """A message was not recorded. `code` is stable; `retry_after` in seconds when waiting helps."""

    code: str
    retry_after: int | None = None


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """A customer's place in the queue: 1 is next. `waiting` counts everybody who waits."""

    place: int
    waiting: int


@dataclass(frozen=True, slots=True)
class ChangedConversations:
    """What a desk screen must read again: names of conversations, and the cursor for next time."""

    cursor: int
    refs: tuple[str, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class PageCursor:
    """Where a list page ends: sort key and id of the last row."""

    urgency: int
    at: datetime
    id: int
