"""Append to a timeline. Every other action goes through here; nothing else writes events."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from walletdesk.contacts.personal.actions.sealing import FoundData, seal_data
from walletdesk.contacts.personal.keys import namer
from walletdesk.conversations import events
from walletdesk.conversations.file_rules import preview_of
from walletdesk.conversations.models import PREVIEW_LENGTH, Conversation, Event
from walletdesk.conversations.types import Author, Kind, NewEvent, Status
from walletdesk.kit import clock
from walletdesk.kit.outbox.actions import publish
from walletdesk.kit.wake import wake
from walletdesk.safety import guard
from walletdesk.safety.types import StorableText

CHAT = "chat"  # read on the pages of the desk's own chat, live


def append(conversation: Conversation, new: Sequence[NewEvent], **changes: Any) -> Sequence[Event]:
    """Append events to a conversation whose row the caller has locked, and change its fields.

    Numbers the events, keeps the row's summary of them, wakes the screens at commit.
    """
    now = clock.now()
    first = conversation.last_seq + 1
    texts = [_storable(conversation, event) for event in new]
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
            text=text.text if text else "",
            data=event.data,
            staff_data=event.staff_data,
            client_id=event.client_id,
        )
        for seq, (event, text) in enumerate(zip(new, texts, strict=True), first)
    ]
    values = [value for text in texts if text for value in text.values]
    seal_data(found=[FoundData(conversation.contact_id, conversation.brand_id, values)])
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
    if conversation.status != Status.SNOOZED:
        conversation.snoozed_until = None
    conversation.change_xid = current_xid()
    conversation.save()
    wake_screens([conversation])
    _publish_posted(conversation, rows)
    return rows


def _publish_posted(conversation: Conversation, rows: Sequence[Event]) -> None:
    """Have what was said to the customer delivered, where that is not done by the chat itself."""
    for row in rows:
        if conversation.channel == CHAT and "letter" not in row.data:
            continue
        if row.kind == Kind.MESSAGE and row.author in (Author.AGENT, Author.BOT):
            publish(
                name=events.MESSAGE_POSTED,
                key=str(conversation.pk),
                payload={"conversation_id": conversation.pk, "seq": row.seq},
            )


def _storable(conversation: Conversation, event: NewEvent) -> StorableText | None:
    """Return an event's text with tokens for personal data, whoever of the people wrote it."""
    if event.text is None:
        return None
    if "letter" in event.data:
        return guard.without_data(event.text)  # made of parts that hold tokens already
    if event.author == Author.BOT and event.kind == Kind.MESSAGE:
        return guard.without_data(event.text)  # published articles, addresses of the wallet too
    return guard.tokenise(event.text, namer(conversation.contact_id))


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
