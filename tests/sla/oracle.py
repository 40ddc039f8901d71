"""Working time as a stopwatch would measure it: minute by minute, and the odd seconds at both ends.

Written apart from `walletdesk.sla`: it asks the zone what the wall clock shows at each minute, and
looks that up in the sign on the door. Slow, and too plain to be wrong in the same way.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

Pairs = Sequence[tuple[int, int]]
_MINUTE = timedelta(minutes=1)


class Sign:
    """What stands on the door: seven lists of (from, to) in minutes, and dates with their own."""

    def __init__(self, zone: str, days: Sequence[Pairs], special: Mapping[date, Pairs]) -> None:
        self.zone, self.days, self.special = zone, days, special
        self._minutes: dict[date, frozenset[int]] = {}

    def shows_open(self, minute: datetime) -> bool:
        """Tell whether it is open during the minute (UTC) that begins at a moment."""
        day, at = wall(self.zone, minute)
        found = self._minutes.get(day)
        if found is None:
            found = self._minutes[day] = frozenset(self._of(day))
        return at in found

    def _of(self, day: date) -> set[int]:
        yesterday = day - timedelta(days=1)
        today = {m for start, end in self._pairs(day) for m in range(start, min(end, 1_440))}
        rest = {m - 1_440 for start, end in self._pairs(yesterday) for m in range(start, end)}
        return today | {m for m in rest if m >= 0}

    def _pairs(self, day: date) -> Pairs:
        return self.special[day] if day in self.special else self.days[day.weekday()]

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Return the open time between two moments."""
        total, at = timedelta(), start
        while at < end:
            floor = at.replace(second=0, microsecond=0)
            step = min(floor + _MINUTE, end)
            if self.shows_open(floor):
                total += step - at
            at = step
        return total

    def reach(self, start: datetime, amount: timedelta, limit: datetime) -> datetime | None:
        """Return when so much open time has run, None when that is not before `limit`."""
        left, at = amount, start
        while at < limit:
            floor = at.replace(second=0, microsecond=0)
            step = floor + _MINUTE
            if self.shows_open(floor):
                if step - at >= left:
                    return at + left
                left -= step - at
            at = step
        return None


@lru_cache(maxsize=4_000_000)
def wall(zone: str, minute: datetime) -> tuple[date, int]:
    """Return what the wall clock shows at a minute (UTC): the date and the minute of the day."""
    local = minute.astimezone(_zone(zone))
    return local.date(), local.hour * 60 + local.minute


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def utc(*parts: int) -> datetime:
    """Return a moment in UTC."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]
