"""What calendars, promises and clocks are to the rules, and what is told of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

# From minute to minute of a day's wall clock. An end past 1,440 reaches into the next day.
Interval = tuple[int, int]
DAY = 1_440


@dataclass(frozen=True, slots=True)
class Week:
    """When it is open, by the wall clock of a time zone.

    `days` holds seven lists, Monday first. A date in `special` has its own list instead of its
    weekday's; what began the day before still runs out. `always`: day and night, whatever else.
    """

    zone: str
    days: tuple[tuple[Interval, ...], ...]
    special: Mapping[date, tuple[Interval, ...]] = field(default_factory=dict)
    always: bool = False


@dataclass(frozen=True, slots=True)
class Hours:
    """What a customer is told now. `changes_at`: when it opens or closes next; None for never."""

    name: str
    zone: str
    open: bool
    always: bool
    changes_at: datetime | None


class Target(StrEnum):
    """What is promised."""

    FIRST = "first"  # a person's first answer
    NEXT = "next"  # an answer to what the customer wrote after that
    UPDATE = "update"  # that the customer hears something again while the matter is open
    RESOLUTION = "resolution"  # that the matter is settled


class Wait(StrEnum):
    """For whom a matter waits when it does not wait for us; in the order in which they count."""

    WALLET = "wallet"  # its back end carries out an order
    CHAIN = "chain"  # a watched transaction is not settled yet
    CUSTOMER = "customer"  # was answered, has not written since


class ClockState(StrEnum):
    """What a clock does."""

    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


class Outcome(StrEnum):
    """How a clock ended; whether in time tells `breached_at`."""

    MET = "met"
    DROPPED = "dropped"  # nothing is owed any more: settled without an answer, merged, promise gone


class Change(StrEnum):
    """Why a clock has a mark that is neither a pause nor an end."""

    STARTED = "started"
    RESUMED = "resumed"
    RETARGETED = "retargeted"  # another promise holds: urgency, topic or team changed
    HOURS = "hours"  # the calendar was changed


@dataclass(frozen=True, slots=True)
class Terms:
    """What one promise says of one target: seconds of working time, by which hours.

    `warn` is how much of them runs before the warning; `timetable` names the hours.
    """

    target: int
    warn: int
    timetable: int


@dataclass(frozen=True, slots=True)
class Promise:
    """What is promised in a conversation: the policy that matched, its targets, what pauses it."""

    policy: int | None = None
    terms: Mapping[Target, Terms] = field(default_factory=dict)
    pauses: frozenset[Wait] = frozenset(Wait)


@dataclass(frozen=True, slots=True)
class Mark:
    """A turn in a clock's life: from `at` on it is in `state`, because of `why`, by `terms`."""

    at: datetime
    state: ClockState
    why: str
    terms: Terms


@dataclass(frozen=True, slots=True)
class ClockView:
    """A clock as the desk shows it. `due_at` is None while it is paused, or never closes."""

    id: int
    conversation_id: int
    kind: Target
    state: ClockState
    why: str
    started_at: datetime
    due_at: datetime | None
    warn_at: datetime | None
    warned_at: datetime | None
    breached_at: datetime | None
    ended_at: datetime | None
    target: int
    left: int  # seconds of working time that were left when it paused or ended
    policy: str


@dataclass(frozen=True, slots=True)
class AtRisk:
    """How a brand's running promises stand."""

    running: int
    warned: int
    breached: int
    paused: int
