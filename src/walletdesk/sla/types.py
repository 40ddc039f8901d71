"""What a calendar is to the rules, and what is told of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

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
