"""What is watched, and what is thought of it."""

from dataclasses import dataclass, field
from enum import StrEnum


class AlarmKind(StrEnum):
    """What was odd."""

    REVEALS = "reveals"  # many in an hour
    HABIT = "habit"  # far more reveals than this person usually makes in a day
    OFF_SHIFT = "off_shift"  # reveals at hours at which nobody works here
    OPENINGS = "openings"  # many conversations that are not theirs
    SEARCHES = "searches"
    ASKING = "asking"  # asked a customer for a phrase, key, password or code: it was not sent


@dataclass(frozen=True, slots=True)
class Activity:
    """What a person did, counted from their audit entries. `hour` is the brand's, 0 to 23."""

    hour: int
    oversees: bool = False  # supervisors and owners look at what others do: it is their work
    reveals_hour: int = 0
    reveals_today: int = 0
    reveals_off_shift: int = 0  # of today
    usual_per_day: float | None = None  # None until there are enough days to tell
    usual_hours: frozenset[int] = field(default_factory=frozenset)
    openings: int = 0  # of conversations that were not theirs, in ten minutes
    searches: int = 0  # in ten minutes


@dataclass(frozen=True, slots=True)
class Verdict:
    """One odd thing: what, how often, the number that is too many, and whether to lock out."""

    kind: AlarmKind
    count: int
    bar: int
    lock: bool
