"""Sentences about when and where people answer, for the start screen."""

from datetime import timedelta

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


def office_hours(brand: Brand) -> dict[str, str] | None:  # noqa: ARG001 - a brand has no calendar yet
    """Return when people are there, None when the brand has not said.

    `text` may hold {time}: the moment `at` in the reader's own clock.
    """
    return None


def other_ways(brand: Brand, language: str) -> list[dict[str, str]]:  # noqa: ARG001 - as above
    """Return the other ways to reach us that are open: name, address, href and wait."""
    return []
