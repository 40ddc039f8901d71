"""Keep the hours of calendars, so that clocks can name them, and have promises looked at again."""

from collections.abc import Collection
from typing import Any

from walletdesk.conversations.models import Conversation
from walletdesk.conversations.types import Status
from walletdesk.sla.models import Calendar, Following, Timetable
from walletdesk.sla.queries.promises import ALWAYS, digest_of

NOT_OVER = (Status.QUEUED, Status.OPEN, Status.SNOOZED)


def keep_timetable(*, body: dict[str, Any]) -> int:
    """Return the number of a timetable with these hours, a new one when there is none."""
    row, _new = Timetable.objects.get_or_create(digest=digest_of(body), defaults={"body": body})
    return row.pk


def keep_timetables(*, brands: Collection[int]) -> int:
    """See that each calendar of these brands has a timetable; return that of day and night."""
    for calendar in Calendar.objects.filter(brand__in=brands, timetable=None):
        number = keep_timetable(body=calendar.body())
        Calendar.objects.filter(pk=calendar.pk).update(timetable=number)
    return keep_timetable(body=ALWAYS)


def review_promises(*, brand_id: int) -> None:
    """Have every promise of a brand looked at again: what is promised was changed."""
    open_ones = Conversation.objects.filter(brand_id=brand_id, status__in=NOT_OVER)
    Following.objects.filter(conversation__in=open_ones, stale=False).update(stale=True)
