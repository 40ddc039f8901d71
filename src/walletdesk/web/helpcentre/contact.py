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
from walletdesk.web.common.ways import STEPS, other_ways, wait_sentence

NOW_SECONDS = 60  # the present wait
WEEK_SECONDS = 3_600  # the usual waits of a week, and what is asked
LONG = timedelta(minutes=5)  # a shorter wait needs no advice
ASKED_DAYS = 30


def contact(brand: Brand, language: str) -> dict[str, Any]:
    """Return the present wait, hours, other ways, when it is shorter, and what people ask about."""
    hours = hours_of(brand)
    facts = facts_of(brand)
    seconds = facts["wait"]
    wait = None if seconds is None else timedelta(seconds=seconds)
    return {
        "wait": wait_sentence(wait),
        "hours": _hours_sentence(hours),
        "ways": other_ways(brand, language),
        "advice": _advice(wait, facts["week"], hours.zone if hours else "UTC"),
        "logo": facts["logo"],
        "asked": facts["asked"],
    }


def facts_of(brand: Brand) -> dict[str, Any]:
    """Return what pages show of the desk's state: of the last minute, and of the last hour.

    One statement while they are fresh.
    """
    now_key, week_key = f"help-now:{brand.pk}", f"help-week:{brand.pk}"
    known = cache.get_many([now_key, week_key])
    if now_key not in known:
        wait = usual_wait(brand)
        known[now_key] = {
            "wait": None if wait is None else wait.total_seconds(),
            "logo": logo_digest(brand),
        }
        cache.set(now_key, known[now_key], NOW_SECONDS)
    if week_key not in known:
        hours = hours_of(brand)
        waits = waits_by_hour(brand, hours.zone if hours else "UTC")
        known[week_key] = {
            "week": {hour: wait.total_seconds() for hour, wait in waits.items()},
            "asked": topics_asked(brand, ASKED_DAYS),
        }
        cache.set(week_key, known[week_key], WEEK_SECONDS)
    return {**known[now_key], **known[week_key]}


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
