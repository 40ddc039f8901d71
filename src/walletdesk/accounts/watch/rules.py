"""Pure rules: which behaviour is odd. Fixed bars first, because everybody can understand them."""

import math
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from walletdesk.accounts.watch.types import Activity, AlarmKind, Verdict

WINDOW = timedelta(minutes=10)
REVEALS_PER_HOUR = (10, 16)  # an alarm from the first number on, locked out from the second
OPENINGS = (20, 40)  # in WINDOW; reading a conversation takes longer than fifteen seconds
SEARCHES = (8, 15)  # in WINDOW
OFF_SHIFT = (1, 5)  # in a day
OVERSEER_FACTOR = 3
HABIT_FACTOR, HABIT_REST = 3, 5  # three times as many as usual, and five
HABIT_DAYS = 14
HABIT_DAYS_LEAST = 5  # days with work, before there is a habit
HOURS_DAYS = 30
HOURS_DAYS_LEAST = 3  # an hour in which somebody worked on so many days is one of theirs
SHIFT_FROM, SHIFT_TO = 7, 22
DAY_STARTS = time(5)  # a night shift's reveals count for the evening on which it began

# Where most of the people work who speak the brand's first language; opening hours, when there are
# any, belong to a room above this one.
_ZONES = {"zh-hans": "Asia/Shanghai", "es": "Europe/Madrid"}


def zone_of(default_language: str) -> ZoneInfo:
    """Return the time zone in which a brand's days and hours are counted."""
    return ZoneInfo(_ZONES.get(default_language, "UTC"))


def shift_day(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when the present working day began and ends: from five in the morning to the next."""
    local = now.astimezone(zone)
    start = datetime.combine(local.date(), DAY_STARTS, zone)
    if local < start:
        start = datetime.combine(local.date() - timedelta(days=1), DAY_STARTS, zone)
    return start, datetime.combine(start.date() + timedelta(days=1), DAY_STARTS, zone)


def on_shift(hour: int, usual: frozenset[int]) -> bool:
    """Tell whether somebody may be expected to work at an hour."""
    return SHIFT_FROM <= hour < SHIFT_TO or hour in usual


def judge(activity: Activity) -> list[Verdict]:
    """Return what is odd about an activity."""
    factor = OVERSEER_FACTOR if activity.oversees else 1
    habit = _habit_bar(activity.usual_per_day)
    off = 0 if on_shift(activity.hour, activity.usual_hours) else activity.reveals_off_shift
    found = [
        _over(AlarmKind.REVEALS, activity.reveals_hour, *REVEALS_PER_HOUR),
        _over(AlarmKind.HABIT, activity.reveals_today, habit, None) if habit else None,
        _over(AlarmKind.OFF_SHIFT, off, *OFF_SHIFT),
        _over(AlarmKind.OPENINGS, activity.openings, *(bar * factor for bar in OPENINGS)),
        _over(AlarmKind.SEARCHES, activity.searches, *(bar * factor for bar in SEARCHES)),
    ]
    return [verdict for verdict in found if verdict is not None]


def _habit_bar(usual: float | None) -> int | None:
    return None if usual is None else math.ceil(usual * HABIT_FACTOR + HABIT_REST)


def _over(kind: AlarmKind, count: int, bar: int, second: int | None) -> Verdict | None:
    if count < bar:
        return None
    return Verdict(kind, count, bar, lock=second is not None and count >= second)
