"""When people are there, and when it is better to ask than now: sentences for customers."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from walletdesk.accounts.models import Brand
from walletdesk.conversations.waits import shorter_time, waits_by_hour
from walletdesk.kit import clock
from walletdesk.sla.queries import hours_of
from walletdesk.sla.types import Hours

LONG = timedelta(minutes=5)  # a shorter wait needs no advice
WEEK_SECONDS = 3_600  # the usual waits of a week are computed once in so many
STEPS = (1, 2, 3, 5, 10, 15, 20, 30, 45, 60)  # minutes that people think in


def better_time(brand: Brand, wait: timedelta | None) -> str | None:
    """Return from when on it is usually shorter than a wait, in the language that is active.

    "" when the wait is short or unknown, or no hour of the next day is clearly better; None when
    too little is known of the week to say. No statement for a short wait.
    """
    if wait is None or wait < LONG:
        return ""
    hours = hours_of(brand)
    zone = hours.zone if hours else "UTC"
    week = _week(brand, zone)
    if not week:
        return None
    better = shorter_time(week, wait, clock.now(), zone)
    if better is None:
        return ""
    minutes = better.wait.total_seconds() / 60
    step = next((step for step in STEPS if minutes <= step), STEPS[-1])
    return ngettext(
        "It is usually shorter from %(when)s: about %(n)s minute.",
        "It is usually shorter from %(when)s: about %(n)s minutes.",
        step,
    ) % {"when": _moment(better.at, zone), "n": step}


def _week(brand: Brand, zone: str) -> dict[int, timedelta]:
    key = f"week-waits:{brand.pk}:{zone}"
    known: dict[str, float] | None = cache.get(key)
    if known is None:
        found = waits_by_hour(brand, zone)
        known = {str(hour): wait.total_seconds() for hour, wait in found.items()}
        cache.set(key, known, WEEK_SECONDS)
    return {int(hour): timedelta(seconds=seconds) for hour, seconds in known.items()}


def hours_sentence(hours: Hours | None) -> str:
    """Return when people are there, by the desk's clock: who has no script knows no other."""
    if hours is None:
        return ""
    if hours.always:
        return _("People answer day and night")
    if hours.changes_at is None:
        return ""
    when = _moment(hours.changes_at, hours.zone)
    if hours.open:
        return _("People answer until %(when)s") % {"when": when}
    return _("People answer again: %(when)s") % {"when": when}


def _moment(at: datetime, zone: str) -> str:
    """Return a moment by the desk's clock, which is named: with the day unless it is today."""
    local, today = at.astimezone(ZoneInfo(zone)), clock.now().astimezone(ZoneInfo(zone))
    time = date_format(local, "H:i")
    if local.date() != today.date():
        time = f"{date_format(local, 'l')} {time}"
    return f"{time} ({zone.rpartition('/')[2].replace('_', ' ')})"
