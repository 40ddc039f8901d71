"""Sentences about when and where people answer, for the start screen."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from walletdesk.accounts.models import Brand

STEPS = (1, 2, 3, 5, 10, 15, 20, 30, 45, 60)  # minutes that people think in


def wait_sentence(wait: timedelta | None) -> str:
    """Return how soon a person usually answers; rounded up, so that nobody waits in vain."""
    if wait is None:
        return _("We cannot tell yet how soon a person answers today.")
    minutes = wait.total_seconds() / 60
    step = next((step for step in STEPS if minutes <= step), None)
    if step is None:
        hours = -int(-minutes // 60)
        return ngettext(
            "A person usually answers in about %(n)s hour",
            "A person usually answers in about %(n)s hours",
            hours,
        ) % {"n": hours}
    return ngettext(
        "A person usually answers in about %(n)s minute",
        "A person usually answers in about %(n)s minutes",
        step,
    ) % {"n": step}


def office_hours(brand: Brand) -> str:  # noqa: ARG001 - the calendars are not there yet
    """Return when people are there, or nothing when the brand has not said."""
    return ""


def other_ways(brand: Brand) -> list[dict[str, Any]]:  # noqa: ARG001 - as above
    """Return the other ways to reach us that are open, with their waits."""
    return []
