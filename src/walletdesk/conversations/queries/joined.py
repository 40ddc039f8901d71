"""One thread of several conversations: what was said before a merge stands in its time.

Nothing is copied. A row from elsewhere has `from` (its conversation and its number there), and its
`seq` is its place here: a broken number between two whole ones, never a cursor.
"""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from walletdesk.conversations.models import CLOCK_MARGIN, Conversation, Event
from walletdesk.conversations.queries import (
    event_json,
    events_of,
    events_visible_to,
    in_own_words,
    thread,
)
from walletdesk.conversations.types import STAFF_ONLY, Audience, Kind

JOINED_MOST = 300  # on one page; who needs more opens the other conversation
SAID = (Kind.MESSAGE, Kind.NOTE, Kind.SUMMARY, Kind.NOTICE)
STEP = 1e-6
OFFERS = ("feedback", "offer_person")  # nobody can answer them any more


ANY_JOINED = "SELECT FROM conversations_conversation WHERE merged_into_id = %(conversation)s"


def joined_to(conversation: Conversation, contact_id: int | None = None) -> list[Conversation]:
    """Return the conversations that go on in this one; for a customer their own ones only."""
    rows = Conversation.objects.filter(merged_into=conversation).order_by("pk")
    return list(rows if contact_id is None else rows.filter(contact_id=contact_id))


def joined_thread(
    conversation: Conversation,
    audience: Audience,
    joined: Sequence[Conversation],
    *,
    before: int | None = None,
) -> list[dict[str, Any]]:
    """Return a page as `thread` does, with what was said in the `joined` ones in its time."""
    page = thread(conversation, audience, before=before)
    if not joined or not (page or before is None):
        return page
    times = [_at(event) for event in page]
    since = times[0] if page and _has_older(conversation, audience, page[0]["seq"]) else None
    rows = _said_in(joined, audience, since, _time_of(conversation, before))
    known = {one.pk: one for one in joined}
    placed = list(page)
    for number, row in enumerate(rows, 1):
        told = event_json(row, audience)
        index = bisect_right(times, _at(told))
        origin = known[row.conversation_id]
        place = conversation.visible_after
        if index:  # never after the row that tells of the merge
            place = max(page[0]["seq"], min(page[index - 1]["seq"], origin.merged_seq - 1))
        told["seq"] = place + STEP * number
        told["from"] = {"ref": origin.ref, "seq": row.seq}
        told["data"] = {name: value for name, value in row.data.items() if name not in OFFERS}
        told.pop("client_id", None)
        placed.append(told)
    return sorted(placed, key=lambda event: event["seq"])


def _said_in(
    joined: Sequence[Conversation],
    audience: Audience,
    since: datetime | None,
    until: datetime | None,
) -> list[Event]:
    """Return the newest JOINED_MOST events of that time, ascending; in customers' own words."""
    begin = min(one.created_at for one in joined) - CLOCK_MARGIN  # names the partitions
    found = Event.objects.filter(
        conversation__in=joined, kind__in=SAID, created_at__gte=max(begin, since or begin)
    )
    if until is not None:
        found = found.filter(created_at__lt=until)
    if audience == Audience.CUSTOMER:
        found = found.exclude(kind__in=STAFF_ONLY)
    rows = list(found.order_by("-created_at", "-conversation_id", "-seq")[:JOINED_MOST])[::-1]
    if audience == Audience.CUSTOMER:
        contacts = {one.pk: one.contact_id for one in joined}
        in_own_words([(contacts[row.conversation_id], row) for row in rows])
    return rows


def _has_older(conversation: Conversation, audience: Audience, seq: int) -> bool:
    older = events_visible_to(audience, conversation).filter(seq__lt=seq)
    return seq > 1 and older.exists()


def _time_of(conversation: Conversation, seq: int | None) -> datetime | None:
    if seq is None:
        return None
    at = events_of(conversation).filter(seq=seq).values_list("created_at", flat=True).first()
    return at and at.replace(microsecond=at.microsecond // 1000 * 1000)  # as `_at` reads it


def _at(event: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(event["at"])
