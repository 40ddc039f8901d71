"""One clock: how it turns, when it is due, and how it explains itself. Pure.

A clock keeps marks, and from the marks everything else follows: what has run is the working time
of the stretches in which it ran, each by the hours that held then. A change of promise or hours
never touches what has run.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from walletdesk.sla.types import Change, ClockState, Mark, Target, Terms
from walletdesk.sla.working_time import SECOND, OpenHours, micros, moment_of

Hours = Callable[[int], OpenHours]  # number of a timetable → what it says
TOLD_CLOSED = 20  # stretches between two marks that an explanation names one by one


@dataclass(slots=True)
class Clock:
    """A clock of a conversation. `ran`: microseconds up to the last mark."""

    kind: Target
    marks: list[Mark]
    ran: int = 0
    due_at: datetime | None = None
    warn_at: datetime | None = None
    warned_at: datetime | None = None
    breached_at: datetime | None = None
    id: int | None = None
    changed: bool = field(default=True, compare=False)
    late: bool = field(default=False, compare=False)  # it was found late when it turned

    @property
    def begin(self) -> datetime:
        """Since when it counts."""
        return self.marks[0].at

    @property
    def last(self) -> Mark:
        """How it stands."""
        return self.marks[-1]

    @property
    def ended(self) -> bool:
        """Whether it stands still for good, unless what ended it is taken back."""
        return self.last.state == ClockState.ENDED


def start(kind: Target, begin: datetime, terms: Terms, hours: Hours) -> Clock:
    """Return a clock that has run since `begin`."""
    clock = Clock(kind, [Mark(begin, ClockState.RUNNING, Change.STARTED, terms)])
    _plan(clock, hours)
    return clock


def turn(
    clock: Clock,
    at: datetime,
    state: ClockState,
    why: str,
    hours: Hours,
    terms: Terms | None = None,
) -> None:
    """Make another mark. A clock that was put back counts nothing, and marks stay in order."""
    at = max(at, clock.last.at)
    before = clock.last
    if before.state == ClockState.RUNNING:
        clock.ran += hours(before.terms.timetable).elapsed(before.at, at)
        if clock.due_at is not None and clock.due_at < at and clock.breached_at is None:
            clock.breached_at, clock.late = clock.due_at, True
    clock.marks.append(Mark(at, state, why, terms or before.terms))
    clock.changed = True
    _plan(clock, hours)


def _plan(clock: Clock, hours: Hours) -> None:
    """Compute when it is due and when it warns."""
    now, terms = clock.last, clock.last.terms
    clock.due_at = clock.warn_at = None
    if now.state != ClockState.RUNNING:
        return
    opening = hours(terms.timetable)
    clock.due_at = opening.reach(now.at, terms.target * SECOND - clock.ran)
    clock.warn_at = opening.reach(now.at, terms.warn * SECOND - clock.ran)


def fires_at(clock: Clock) -> datetime | None:
    """Return when it has something to tell: a warning, once, then that it is late, once."""
    if clock.breached_at is not None or clock.due_at is None:
        return None
    if clock.warned_at is None and clock.warn_at is not None:
        return min(clock.warn_at, clock.due_at)
    return clock.due_at


def left(clock: Clock) -> int:
    """Return the whole seconds of working time that were left at the last mark, below 0 if late."""
    return (clock.last.terms.target * SECOND - clock.ran) // SECOND


# --- as it is stored ------------------------------------------------------------------------


def write_marks(marks: Sequence[Mark]) -> list[list[Any]]:
    """Return marks as JSON."""
    return [
        [micros(m.at), m.state, m.why, m.terms.target, m.terms.warn, m.terms.timetable]
        for m in marks
    ]


def read_marks(stored: Sequence[Sequence[Any]]) -> list[Mark]:
    """Return marks from JSON."""
    return [
        Mark(moment_of(at), ClockState(state), why, Terms(target, warn, timetable))
        for at, state, why, target, warn, timetable in stored
    ]


# --- as it explains itself ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an explanation. `what`: a state's reason, or closed, late, warned, due.

    `to` is the end of a stretch, None for a moment and for what still lasts. `more`: how many
    stretches of the kind are not named one by one. `seconds`: of working time, where it tells some.
    """

    at: datetime
    what: str
    to: datetime | None = None
    seconds: int = 0
    more: int = 0


def explain(clock: Clock, now: datetime, hours: Hours) -> list[Line]:
    """Return the life of a clock in the order of time: turns, closed hours, warning, lateness."""
    lines = [
        line for pair in pairwise([*clock.marks, None]) for line in _stretch(*pair, now, hours)
    ]
    if clock.warned_at:
        lines.append(Line(clock.warned_at, "warned"))
    if clock.breached_at:
        lines.append(Line(clock.breached_at, "late"))
    if clock.due_at and clock.due_at > now and not clock.breached_at:
        lines.append(Line(clock.due_at, "due"))
    return sorted(lines, key=lambda line: line.at)


def _stretch(mark: Mark | None, after: Mark | None, now: datetime, hours: Hours) -> Iterator[Line]:
    if mark is None:
        return
    end = after.at if after else None
    if mark.state == ClockState.PAUSED:
        yield Line(mark.at, mark.why, end)
        return
    yield Line(mark.at, mark.why, seconds=mark.terms.target)
    if mark.state == ClockState.RUNNING:
        yield from _closed(mark, end or max(now, mark.at), hours)


def _closed(mark: Mark, end: datetime, hours: Hours) -> Iterator[Line]:
    """Yield the closed stretches, at most TOLD_CLOSED; the last line counts the others."""
    at, found = mark.at, list[tuple[datetime, datetime]]()
    for since, to in hours(mark.terms.timetable).spans(micros(mark.at), micros(end)):
        if moment_of(since) > at:
            found.append((at, moment_of(since)))
        at = moment_of(to)
    if at < end:
        found.append((at, end))
    more = max(0, len(found) - TOLD_CLOSED)
    for number, (opened, closed) in enumerate(found[more:]):
        yield Line(opened, "closed", closed, more=0 if number else more)
