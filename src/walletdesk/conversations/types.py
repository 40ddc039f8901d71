"""What happens in a conversation, and how it is told to whom."""

from collections.abc import Mapping
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
    SNOOZED = "snoozed"  # put aside until a time; customers are told nothing of it
    RESOLVED = "resolved"
    MERGED = "merged"  # goes on in another one: see `merged_into`


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
    ROUTED = "routed"  # staff only: given to a team; data.to
    SNOOZED = "snoozed"  # staff only; staff_data.until
    WOKEN = "woken"  # staff only
    MERGED = "merged"  # goes on in data.into
    ABSORBED = "absorbed"  # another one goes on here; staff_data.ref
    SPLIT = "split"  # a part goes on in data.ref
    SPLIT_FROM = "split_from"  # began as a part of data.ref
    LINKED = "linked"  # staff only; staff_data.ref
    UNLINKED = "unlinked"  # staff only
    BLOCKED = "blocked"  # the customer cannot write until data.until
    UNBLOCKED = "unblocked"
    UNDONE = "undone"  # staff took back data.what
    SCHEDULED = "scheduled"  # staff only: a reply for later; staff_data.state
    CHANGED = "changed"  # staff only: topic, urgency, language or sender; staff_data.field
    TAGGED = "tagged"  # staff only; staff_data.tag, tag_id, colour
    UNTAGGED = "untagged"  # staff only; as tagged
    DELIVERY = "delivery"  # staff only: what became of messages; staff_data.first, last, state
    CHAIN = "chain"  # a transaction is watched, or has changed; data.reason, verdict, reference
    REPORTED = "reported"  # staff only: a link was reported as phishing; staff_data.host
    CASE = "case"  # staff only: a security case; staff_data.case, state
    COMPLAINT = "complaint"  # staff only: a complaint; staff_data.complaint, state
    FOLLOW_UP = "follow_up"  # staff only: a low score is looked at; staff_data.follow_up, state
    ESCALATED = "escalated"  # staff only: to a higher level, or back; staff_data.state, level
    CALL = "call"  # staff only: a telephone call; staff_data.call, state
    RECOGNISED = "recognised"  # staff only: a secret that was caught before; staff_data.refs
    CHECKED = "checked"  # staff only: pictures were read; staff_data.files maps id → outcome
    REDACTED = "redacted"  # earlier messages were overwritten; data.texts maps seq → new text


class FileState(StrEnum):
    """Where an uploaded file stands."""

    PENDING = "pending"  # its contents are on their way, or never came
    READY = "ready"


class PictureCheck(StrEnum):
    """What is known of the words in a customer's picture, PDF or video."""

    NONE = ""  # text, which the guard has read, or a file of staff
    WAITING = "waiting"  # nobody has read it yet
    CLEAN = "clean"
    UNREAD = "unread"  # it could not be read here
    SECRET = "secret"  # noqa: S105 - a name; its bytes are gone


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
    TEAM = "team"
    MENTIONS = "mentions"
    WAITING = "waiting"  # answered; the customer's turn
    SNOOZED = "snoozed"
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
        Kind.ROUTED,
        Kind.SNOOZED,
        Kind.WOKEN,
        Kind.LINKED,
        Kind.UNLINKED,
        Kind.DELIVERY,
        Kind.REPORTED,
        Kind.CASE,
        Kind.COMPLAINT,
        Kind.FOLLOW_UP,
        Kind.ESCALATED,
        Kind.CALL,
        Kind.RECOGNISED,
        Kind.CHECKED,
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
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What became of an upload's contents: what the row of a ready file says."""

    kind: str
    media_type: str
    name: str
    size: int
    thumb_size: int = 0
    width: int | None = None
    height: int | None = None
    secrets: tuple[str, ...] = ()
    digests: tuple[bytes, ...] = field(default=(), repr=False)  # of those secrets


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


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to. Empty parts ask for nothing; several values of one part mean or.

    In `assignees` 0 stands for nobody. `waiting` in minutes: waits at least so long for an answer.
    `tickets` are numbers of the form; the search asks for them, no list.
    """

    channels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    urgencies: tuple[int, ...] = ()
    statuses: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    assignees: tuple[int, ...] = ()
    teams: tuple[int, ...] = ()
    tags: tuple[int, ...] = ()
    waiting: int | None = None
    verified: bool | None = None
    tickets: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != Filter()


@dataclass(frozen=True, slots=True)
class SavedName:
    """A saved filter as the rail shows it: `query` is what stands in the address after "?"."""

    id: int
    name: str
    view: str
    query: str
    shared: bool


@dataclass(frozen=True, slots=True)
class DeskState:
    """What every list shows besides its rows, read in one statement before them."""

    cursor: int
    counts: dict[View, int]
    attention: int  # unread ones of one's own, and all that wait in the queue
    saved: tuple[SavedName, ...]
    # (part of the filter, value) → name of what is a row: people, teams, tags, a brand's topics.
    names: Mapping[tuple[str, int | str], str]
    above: Mapping[str, int]  # numbers of rooms above, by name
