"""Business hours. Pure.

A calendar is a sign on a door: it is open whenever the wall clock of its zone shows a time within
an interval. So an hour that the clock shows twice is open twice, and one that it leaves out is not
there; no other reading gives the same answer for the same sign. `is_open` looks at the wall clock;
`next_change` walks over the moments at which its answer can change.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from walletdesk.sla.types import DAY, Interval, Week

HORIZON_DAYS = 400  # no change within that: there is none worth telling
_DAY = timedelta(days=1)
_TIMES = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—~至]\s*(\d{1,2}):(\d{2})")
_BETWEEN = re.compile(r"[,;，；、]|\s{1,}(?=\d{1,2}:\d{2}\s*[-–—~至])")


def is_open(week: Week, at: datetime) -> bool:
    """Tell whether it is open at a moment (aware)."""
    if week.always:
        return True
    local = at.astimezone(ZoneInfo(week.zone))
    second = local.hour * 3_600 + local.minute * 60 + local.second + local.microsecond / 1e6
    minute = second / 60
    return any(start <= minute < end for start, end in intervals_on(week, local.date())) or any(
        start <= minute + DAY < end for start, end in intervals_on(week, local.date() - _DAY)
    )


def next_change(week: Week, at: datetime) -> datetime | None:
    """Return the first moment after `at`, in UTC, at which it opens or closes; None for never."""
    if week.always or not (any(week.days) or any(week.special.values())):
        return None
    now = is_open(week, at)
    for moment in _moments(week, at):
        if is_open(week, moment) != now:
            return moment
    return None


def intervals_on(week: Week, day: date) -> tuple[Interval, ...]:
    """Return the intervals that begin on a day."""
    return week.special.get(day, week.days[day.weekday()])


def _moments(week: Week, after: datetime) -> Iterator[datetime]:
    """Yield, in order, every moment after one at which the answer can change."""
    zone = ZoneInfo(week.zone)
    day = after.astimezone(zone).date() - _DAY
    told = after
    for _number in range(HORIZON_DAYS):
        found = set(_jumps(zone, day))
        # What began the day before may end on this one.
        for start in (day - _DAY, day):
            for edge in (edge for pair in intervals_on(week, start) for edge in pair):
                found |= set(_instants(zone, start, edge))
        midnight = _instants(zone, day + _DAY, 0)[0]
        for moment in sorted(found):
            if told < moment < midnight:
                told = moment
                yield moment
        day += _DAY
    return


def _instants(zone: ZoneInfo, day: date, minute: int) -> tuple[datetime, datetime]:
    """Return when the wall clock shows a minute of a day: twice the same but on odd days."""
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the wall clock's
    wall = midnight + timedelta(minutes=minute)
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first, second


def _jumps(zone: ZoneInfo, day: date) -> Iterator[datetime]:
    """Yield the moment around a day at which the clock is put forward or back, if there is one."""
    low = datetime(day.year, day.month, day.day, tzinfo=UTC) - _DAY
    jump = offset_change(zone, low, low + 3 * _DAY)
    if jump is not None:
        yield jump


def offset_change(zone: ZoneInfo, low: datetime, high: datetime) -> datetime | None:
    """Return the moment between two others at which the zone's offset changes, None without one.

    Zones change it at most once within a few days.
    """
    before = low.astimezone(zone).utcoffset()
    if before == high.astimezone(zone).utcoffset():
        return None
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high


# --- as people write it ---------------------------------------------------------------------


def read_intervals(text: str) -> tuple[Interval, ...]:
    """Return the intervals of a text such as "09:00-12:00, 13:00-18:00"; () for an empty one.

    An end at or before its start is on the next day: "22:00-06:00". "00:00-24:00" is a whole day.
    Raises ValueError: `form` or `overlap`.
    """
    parts = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
    found: list[Interval] = []
    for part in parts:
        times = _TIMES.fullmatch(part)
        if times is None:
            raise ValueError("form")
        start, end = _minute(times[1], times[2]), _minute(times[3], times[4])
        if start >= DAY:
            raise ValueError("form")
        found.append((start, end if end > start else end + DAY))
    found.sort()
    if any(later[0] < earlier[1] for earlier, later in pairwise(found)):
        raise ValueError("overlap")
    return tuple(found)


def write_intervals(intervals: Sequence[Interval]) -> str:
    """Return intervals as a text that `read_intervals` reads."""
    return ", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in intervals)


def check_zone(name: str) -> str:
    """Return the name of a time zone. Raises ValueError for one that is not in the data."""
    if name not in available_timezones():
        raise ValueError("zone")
    return name


def _minute(hour: str, minute: str) -> int:
    total = int(hour) * 60 + int(minute)
    if int(minute) > 59 or total > DAY:
        raise ValueError("form")
    return total


def _clock(minute: int) -> str:
    within = minute if minute <= DAY else minute - DAY
    return f"{within // 60:02}:{within % 60:02}"
