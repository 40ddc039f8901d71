"""Working time between two moments, and the moment at which so much of it has run. Pure and exact.

Time is counted in whole microseconds since 1970 (UTC). As in `rules`, a calendar is a sign on a
door: an interval stands for the moments at which the wall clock shows a time within it. A zone's
offset is constant between two jumps, so an interval is moved by each offset in force and cut to
the stretch in which it is in force: an hour shown twice runs twice, one left out does not run.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from walletdesk.sla.rules import HORIZON_DAYS, intervals_on, offset_change
from walletdesk.sla.types import Week

Span = tuple[int, int]
SECOND = 1_000_000
_MINUTE = 60 * SECOND
_DAY = 86_400 * SECOND
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_KEPT_DAYS = 1_000


def micros(moment: datetime) -> int:
    """Return a moment (aware) in microseconds since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment_of(value: int) -> datetime:
    """Return microseconds since 1970 as a moment in UTC."""
    return _EPOCH + timedelta(microseconds=value)


class OpenHours:
    """A calendar that can be counted in. Safe to share: it only remembers days it has looked at."""

    def __init__(self, week: Week) -> None:
        self.week = week
        self._days: dict[int, tuple[Span, ...]] = {}

    def elapsed(self, start: datetime, end: datetime) -> int:
        """Return the microseconds of working time from one moment to another, 0 backwards."""
        first, last = micros(start), micros(end)
        if self.week.always:
            return max(0, last - first)
        return sum(to - since for since, to in self.spans(first, last))

    def reach(self, start: datetime, amount: int) -> datetime | None:
        """Return the first moment at which `amount` microseconds have run since `start`.

        None when the calendar stays closed for more than a year before that.
        """
        if amount <= 0:
            return start
        if self.week.always:
            return start + timedelta(microseconds=amount)
        left = amount
        for since, to in self.spans(micros(start)):
            if to - since >= left:
                return moment_of(since + left)
            left -= to - since
        return None

    def spans(self, start: int, end: int | None = None) -> Iterator[Span]:
        """Yield the open stretches after `start`, in order and without overlaps, cut at `end`.

        Without an end it goes on until the calendar stays closed for more than a year.
        """
        day, done, closed = start // _DAY - 2, start, 0
        while closed <= HORIZON_DAYS and (end is None or done < end):
            if end is not None and day > end // _DAY + 2:
                return
            closed += 1
            for opens, closes in self._on(day):
                since, to = max(opens, done), closes if end is None else min(closes, end)
                if since < to:
                    done, closed = to, 0
                    yield since, to
            day += 1

    def _on(self, day: int) -> tuple[Span, ...]:
        found = self._days.get(day)
        if found is None:
            if len(self._days) > _KEPT_DAYS:
                self._days.clear()
            found = self._days[day] = tuple(self._made(day))
        return found

    def _made(self, day: int) -> Iterator[Span]:
        # Ordered by their begin: on days without a jump a night is cut by `done` in `spans`.
        intervals = intervals_on(self.week, date.fromordinal(_EPOCH_DAY + day))
        regimes = _regimes(self.week.zone, day)
        moved = [
            (
                max(day * _DAY + start * _MINUTE - offset, since),
                min(day * _DAY + end * _MINUTE - offset, to),
            )
            for since, to, offset in regimes
            for start, end in intervals
        ]
        yield from sorted(span for span in moved if span[0] < span[1])


@lru_cache(maxsize=20_000)
def _regimes(zone: str, day: int) -> tuple[tuple[int, int, int], ...]:
    """Return (from, to, offset) for the stretches around a day in which the offset is constant."""
    info = ZoneInfo(zone)
    low, high = day * _DAY - 2 * _DAY, day * _DAY + 4 * _DAY
    jump = offset_change(info, moment_of(low), moment_of(high))
    if jump is None:
        return ((low, high, _offset(info, low)),)
    at = micros(jump)
    return ((low, at, _offset(info, low)), (at, high, _offset(info, at)))


def _offset(zone: ZoneInfo, at: int) -> int:
    found = moment_of(at).astimezone(zone).utcoffset() or timedelta()
    return found // timedelta(microseconds=1)
