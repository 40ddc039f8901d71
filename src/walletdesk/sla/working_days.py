"""Counting in working days, as rules of law and promises do. Pure.

A working day is one on which a calendar opens at all: half days count, a night counts for the day
on which it begins. The day of the event is not counted and the last day counts until its end
(Regulation (EEC, Euratom) No 1182/71, article 3), both by the wall clock of the calendar's zone.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from walletdesk.sla.rules import HORIZON_DAYS, intervals_on
from walletdesk.sla.types import Week

_DAY = timedelta(days=1)


def is_working_day(week: Week, day: date) -> bool:
    """Tell whether a calendar opens on a day."""
    return week.always or bool(intervals_on(week, day))


def add_working_days(week: Week, start: date | datetime, n: int) -> date:
    """Return the n-th working day after a day (n >= 0), `start` itself for 0.

    A moment (aware) counts as the day that the calendar's zone shows. Raises ValueError for a
    negative number, and for a calendar that never opens for more than a year.
    """
    if n < 0:
        raise ValueError("a number of days below zero")
    day = start.astimezone(ZoneInfo(week.zone)).date() if isinstance(start, datetime) else start
    left, closed = n, 0
    while left:
        day += _DAY
        open_on = is_working_day(week, day)
        left -= open_on
        closed = 0 if open_on else closed + 1
        if closed > HORIZON_DAYS:
            raise ValueError("a calendar that never opens")
    return day


def end_of_day(week: Week, day: date) -> datetime:
    """Return the moment, in UTC, at which a day ends in the calendar's zone."""
    after = day + _DAY
    midnight = datetime(after.year, after.month, after.day, tzinfo=ZoneInfo(week.zone))
    return midnight.astimezone(UTC)
