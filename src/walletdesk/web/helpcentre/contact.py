"""Who answers how soon just now, on each way, and when it is better to ask."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from walletdesk.accounts.models import Brand
from walletdesk.accounts.queries import logo_digest
from walletdesk.conversations.asked import topics_asked
from walletdesk.conversations.overview import usual_wait
from walletdesk.conversations.waits import shorter_time, waits_by_hour
from walletdesk.kit import clock
from walletdesk.sla.queries import hours_of
from walletdesk.sla.types import Hours
from walletdesk.web.common.ways import STEPS, other_ways, wait_now

NOW_SECONDS = 60  # the present wait
WEEK_SECONDS = 3_600  # the usual waits of a week, and what is asked
LONG = timedelta(minutes=5)  # a shorter wait needs no advice
ASKED_DAYS = 30


def contact(brand: Brand, language: str) -> dict[str, Any]:
    """Return the present wait, hours, other ways, when it is shorter, and what people ask about.

    As it was within the last minute; what people ask about, and when it is shorter, within the last
    hour. One statement while they are fresh.
    """
    now_key, week_key = f"help-now:{brand.pk}:{language}", f"help-hours:{brand.pk}"
    known: dict[str, dict[str, Any]] = cache.get_many([now_key, week_key])
    if week_key not in known:
        known[week_key] = _week(brand)
        cache.set(week_key, known[week_key], WEEK_SECONDS)
    if now_key not in known:
        known[now_key] = _now(brand, language, known[week_key]["waits"])
        cache.set(now_key, known[now_key], NOW_SECONDS)
    return {**known[now_key], "asked": known[week_key]["asked"]}


def _now(brand: Brand, language: str, week: dict[int, float]) -> dict[str, Any]:
    hours, wait = hours_of(brand), usual_wait(brand)
    return {
        "wait": wait_now(brand, language),
        "hours": _hours_sentence(hours),
        "ways": other_ways(brand, language),
        "advice": _advice(wait, week, hours.zone if hours else "UTC"),
        "logo": logo_digest(brand),
    }


def _week(brand: Brand) -> dict[str, Any]:
    hours = hours_of(brand)
    waits = waits_by_hour(brand, hours.zone if hours else "UTC")
    return {
        "waits": {hour: wait.total_seconds() for hour, wait in waits.items()},
        "asked": topics_asked(brand, ASKED_DAYS),
    }


def _hours_sentence(hours: Hours | None) -> str:
    """Return when people are there, by the desk's clock: a page without scripts knows no other."""
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
    local, today = at.astimezone(ZoneInfo(zone)), clock.now().astimezone(ZoneInfo(zone))
    time = date_format(local, "H:i")
    if local.date() != today.date():
        time = f"{date_format(local, 'l')} {time}"
    return f"{time} ({zone.rpartition('/')[2].replace('_', ' ')})"


def _advice(wait: timedelta | None, week: dict[int, float], zone: str) -> str:
    if wait is None or wait < LONG:
        return ""
    if not week:
        return _("There is not enough data yet to say when it is shorter.")
    hours = {int(hour): timedelta(seconds=seconds) for hour, seconds in week.items()}
    better = shorter_time(hours, wait, clock.now(), zone)
    if better is None:
        return ""
    minutes = better.wait.total_seconds() / 60
    step = next((step for step in STEPS if minutes <= step), 60)
    return ngettext(
        "It is usually shorter from %(when)s: about %(n)s minute.",
        "It is usually shorter from %(when)s: about %(n)s minutes.",
        step,
    ) % {"when": _moment(better.at, zone), "n": step}
