"""Append to a timeline. Every other action goes through here; nothing else writes events."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from walletdesk.conversations.file_rules import preview_of
from walletdesk.conversations.models import PREVIEW_LENGTH, Conversation, Event
from walletdesk.conversations.types import Author, Kind, NewEvent
from walletdesk.kit import clock
from walletdesk.kit.wake import wake


def append(
    conversation: Conversation, events: Sequence[NewEvent], **changes: Any
) -> Sequence[Event]:
    """Append events to a conversation whose row the caller has locked, and change its fields.

    Numbers the events, keeps the row's summary of them, wakes the screens at commit.
    """
    now = clock.now()
    first = conversation.last_seq + 1
    rows = [
        Event(
            conversation=conversation,
            seq=seq,
            created_at=now,
            brand_id=conversation.brand_id,
            kind=event.kind,
            author=event.author,
            author_id=event.author_id,
            name=event.name,
            text=event.text.text if event.text else "",
            data=event.data,
            staff_data=event.staff_data,
            client_id=event.client_id,
        )
        for seq, event in enumerate(events, first)
    ]
    Event.objects.bulk_create(rows)
    conversation.last_seq += len(rows)
    conversation.last_event_at = now
    for row in rows:
        if row.kind == Kind.MESSAGE:
            preview = row.text or preview_of(row.data.get("files", []))
            conversation.preview = preview[:PREVIEW_LENGTH]
            conversation.last_author = row.author
            if row.author == Author.CUSTOMER:
                conversation.last_customer_seq = row.seq
    for name, value in changes.items():
        setattr(conversation, name, value)
    conversation.change_xid = current_xid()
    conversation.save()
    wake_screens([conversation])
    return rows


def append_one(conversation: Conversation, event: NewEvent, **changes: Any) -> Event:
    """Append a single event: see `append`."""
    return append(conversation, [event], **changes)[0]


def current_xid() -> int:
    """Return the number of the present transaction, for `change_xid`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        return int(cursor.fetchone()[0])


def wake_screens(conversations: Sequence[Conversation]) -> None:
    """Wake whoever looks at these conversations or at a list that may hold them."""
    topics = {f"conversation:{c.ref}" for c in conversations}
    topics |= {f"desk:{c.brand_id}" for c in conversations}
    wake(sorted(topics))
