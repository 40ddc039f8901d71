"""What a customer's start screen tells: their own conversations, and how soon people answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice
from operator import attrgetter
from statistics import median
from typing import Any

from django.db import connection

from walletdesk.accounts.models import Brand
from walletdesk.contacts.models import Contact
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import event_json, events_visible_to
from walletdesk.conversations.types import Audience
from walletdesk.kit import clock

SHOWN = 20
TRANSCRIPT_EVENTS = 5_000
RECENT = timedelta(hours=6)
LOOKED_AT = 200  # conversations: enough for a median, and a few milliseconds
ENOUGH = 3  # first answers; with fewer there is nothing usual to tell

_OWN = """
    SELECT c.ref, c.status, c.preview, c.last_event_at, c.customer_read_seq,
           coalesce(a.seq, 0), coalesce(a.author, ''), coalesce(a.name, '')
    FROM conversations_conversation c
    LEFT JOIN LATERAL (
        SELECT seq, author, name FROM conversations_event e
        WHERE e.conversation_id = c.id AND e.created_at >= c.created_at - interval '1 hour'
          AND e.kind = 'message' AND e.author <> 'customer'
        ORDER BY e.seq DESC LIMIT 1) a ON true
    WHERE c.contact_id = %s AND c.status <> 'new'
    ORDER BY c.id DESC LIMIT %s
"""

_WAITS = """
    SELECT extract(epoch FROM coalesce(a.created_at, %(now)s) - h.created_at)::float8,
           a.created_at IS NOT NULL
    FROM (SELECT id, status, created_at FROM conversations_conversation
          WHERE brand_id = %(brand)s AND status <> 'new' AND last_event_at >= %(since)s
          ORDER BY last_event_at DESC LIMIT %(looked_at)s) c
    CROSS JOIN LATERAL (
        SELECT seq, created_at FROM conversations_event e
        WHERE e.conversation_id = c.id AND e.created_at >= %(since)s AND e.kind = 'handed_over'
        ORDER BY e.seq LIMIT 1) h
    LEFT JOIN LATERAL (
        SELECT created_at FROM conversations_event e
        WHERE e.conversation_id = c.id AND e.created_at >= h.created_at AND e.seq > h.seq
          AND e.kind = 'message' AND e.author = 'agent'
        ORDER BY e.seq LIMIT 1) a ON true
    WHERE a.created_at IS NOT NULL OR c.status IN ('queued', 'open')
"""


@dataclass(frozen=True, slots=True)
class OwnConversation:
    """One conversation as its customer sees it in a list.

    `answer_seq` is the number of the last answer (0: none), `read_seq` how far the customer read.
    """

    ref: str
    status: str
    preview: str
    at: datetime
    read_seq: int
    answer_seq: int
    answer_author: str
    answer_name: str


def own_conversations(contact: Contact) -> list[OwnConversation]:
    """Return a customer's newest conversations, at most SHOWN. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_OWN, [contact.pk, SHOWN])
        return [OwnConversation(*row) for row in cursor.fetchall()]


def usual_wait(brand: Brand) -> timedelta | None:
    """Return how long people usually wait for a person's first answer now; None when unknown.

    Taken from the hand-overs of the last hours. One statement.
    """
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            _WAITS,
            {"now": now, "brand": brand.pk, "since": now - RECENT, "looked_at": LOOKED_AT},
        )
        rows = cursor.fetchall()
    seconds = median_wait(
        answered=[wait for wait, done in rows if done],
        waiting=[wait for wait, done in rows if not done],
    )
    return None if seconds is None else timedelta(seconds=seconds)


def median_wait(*, answered: Sequence[float], waiting: Sequence[float]) -> float | None:
    """Return the median wait in seconds. Who waits longer than usual already counts as well.

    Without them a desk that has stopped answering would still promise what it did this morning.
    """
    if len(answered) < ENOUGH:
        return None
    usual = median(answered)
    return median([*answered, *(wait for wait in waiting if wait > usual)])


def whole_thread(
    conversation: Conversation, joined: Sequence[Conversation] = ()
) -> Iterator[dict[str, Any]]:
    """Yield what the customer may read, from the beginning, at most TRANSCRIPT_EVENTS events.

    Those of the `joined` conversations, which were merged into it, stand among them by their time.
    """
    parts = [
        events_visible_to(Audience.CUSTOMER, one).order_by("seq")[:TRANSCRIPT_EVENTS]
        for one in (conversation, *joined)
    ]
    events = merge(*parts, key=attrgetter("created_at"))
    for event in islice(events, TRANSCRIPT_EVENTS):
        yield event_json(event, Audience.CUSTOMER)
