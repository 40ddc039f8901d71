"""Reads of conversations, and the access functions: the only way from a name to a row."""

from collections.abc import Sequence
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Count, Q, QuerySet

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.contacts.models import Contact
from walletdesk.contacts.personal.own_words import restore
from walletdesk.conversations.models import CLOCK_MARGIN, Conversation, Event
from walletdesk.conversations.prepared import macros_for as macros_for
from walletdesk.conversations.prepared import tags_on as tags_on
from walletdesk.conversations.queries.lists import (
    CHANGED_LIMIT,
    PAGE,
    count_above,
    desk_state,
    get_conversations_for,
    list_conversations,
)
from walletdesk.conversations.types import (
    STAFF_ONLY,
    Audience,
    Author,
    ChangedConversations,
    Kind,
    QueuePlace,
    Status,
)
from walletdesk.kit import ids
from walletdesk.kit.compiled import Compiled
from walletdesk.kit.errors import NotFound

THREAD_PAGE = 100
EARLIER = 5

__all__ = [
    "CHANGED_LIMIT",
    "PAGE",
    "count_above",
    "desk_state",
    "get_conversations_for",
    "list_conversations",
]  # asked for here by those who read lists and threads both


# --- access -------------------------------------------------------------------------------


def get_conversation_for(membership: Membership, ref: str) -> Conversation:
    """Return a conversation that this member of staff may read, else raise NotFound."""
    if not (may(membership.role, Permission.CONVERSATION_READ) and ids.may_name(ref)):
        raise NotFound
    found = _OF_BRAND.first(brand=membership.brand_id, ref=ref)
    if found is None:
        raise NotFound
    return found


_OF_BRAND = Compiled(
    lambda brand, ref: (
        Conversation.objects.filter(brand_id=brand, ref=ref)
        .exclude(status=Status.NEW)
        .select_related("contact", "assignee__user", "team", "brand")
    ),
    brand=int,
    ref=str,
)


def get_conversation_of(contact: Contact, ref: str) -> Conversation:
    """Return one of this customer's own conversations, else raise NotFound.

    For one that was merged, the one in which it goes on. When that belongs to another contact
    (a supervisor joined the two), `visible_after` says from where on this customer may read it.
    """
    if not ids.may_name(ref):
        raise NotFound
    related = ("brand", "assignee__user", "merged_into__brand", "merged_into__assignee__user")
    found = Conversation.objects.filter(ref=ref).select_related(*related).first()
    if found is None:
        raise NotFound
    if found.contact_id == contact.pk and found.merged_into is not None:
        found = found.merged_into
    if found.contact_id != contact.pk:
        floor = visible_after(found.ref, contact.pk)
        if floor is None:
            raise NotFound
        found.visible_after = floor
    return found


def newest_conversation_of(contact: Contact) -> Conversation | None:
    """Return the conversation to show to a customer who comes: the newest in which anybody spoke.

    An unspoken one only when there is no other, None when there is none at all.
    """
    rows = Conversation.objects.filter(contact=contact).select_related("brand")
    spoken = rows.exclude(status__in=(Status.NEW, Status.MERGED))
    return spoken.order_by("-last_event_at", "-pk").first() or rows.order_by("-pk").first()


def visible_after(ref: str, contact_id: int) -> int | None:
    """Return the number after which a guest may read another contact's conversation, else None.

    A guest is a customer whose own conversation was merged into it.
    """
    joined = Conversation.objects.filter(merged_into__ref=ref, contact_id=contact_id)
    return joined.order_by("merged_seq").values_list("merged_seq", flat=True).first()


def get_conversation(conversation_id: int) -> Conversation | None:
    """Return a conversation for the product's own handlers, or None when it was erased."""
    return (
        Conversation.objects.filter(pk=conversation_id).select_related("brand", "contact").first()
    )


def lock_conversation(conversation_id: int) -> Conversation:
    """Return a conversation with its row locked until the transaction ends."""
    found = (
        Conversation.objects.select_for_update(of=("self",))
        .select_related("brand", "contact", "assignee__user")
        .get(pk=conversation_id)
    )
    if found.assignee_id and found.assignee is None:
        # given away while we waited: the row is the newest, what is joined to it is not
        found.refresh_from_db(fields=["assignee"])
    return found


# --- timeline -----------------------------------------------------------------------------


def event_json(event: Event, audience: Audience) -> dict[str, Any]:
    """Return an event as the live streams, the widget, the desk and the API tell it."""
    told: dict[str, Any] = {
        "seq": event.seq,
        "kind": event.kind,
        "author": event.author,
        "name": event.name,
        "at": event.created_at.isoformat(timespec="milliseconds"),
        "text": event.text,
        "data": event.data,
    }
    if event.client_id is not None:
        told["client_id"] = str(event.client_id)
    if audience == Audience.STAFF:
        told["author_id"] = event.author_id
        told["staff_data"] = event.staff_data
    return told


def events_of(conversation: Conversation) -> QuerySet[Event]:
    """Return the timeline of a conversation, from the partitions that can hold a part of it."""
    return Event.objects.filter(
        conversation=conversation, created_at__gte=conversation.created_at - CLOCK_MARGIN
    )


def events_visible_to(audience: Audience, conversation: Conversation) -> QuerySet[Event]:
    """Return the part of a timeline that an audience may read."""
    events = events_of(conversation)
    if audience == Audience.STAFF:
        return events
    return events.filter(seq__gt=conversation.visible_after).exclude(kind__in=STAFF_ONLY)


def thread(
    conversation: Conversation, audience: Audience, *, after: int = 0, before: int | None = None
) -> list[dict[str, Any]]:
    """Return up to THREAD_PAGE events, ascending: those after a number, or the last before one."""
    events = events_visible_to(audience, conversation)
    if after:
        rows = list(events.filter(seq__gt=after).order_by("seq")[:THREAD_PAGE])
    else:
        if before is not None:
            events = events.filter(seq__lt=before)
        rows = list(events.order_by("-seq")[:THREAD_PAGE])[::-1]
    if audience == Audience.CUSTOMER:
        in_own_words([(conversation.contact_id, event) for event in rows])
    return [event_json(event, audience) for event in rows]


def in_own_words(rows: Sequence[tuple[int, Event]]) -> None:
    """Have events tell their customers (by contact) the values that those wrote themselves."""
    texts = restore([(contact_id, event.text) for contact_id, event in rows])
    for (_contact, event), text in zip(rows, texts, strict=True):
        event.text = text


def events_after(
    cursors: Sequence[tuple[str, int, Audience]], *, limit: int
) -> list[list[tuple[int, bytes]]]:
    """Return, for many (ref, cursor, audience), the encoded events after each cursor.

    One statement for all of them: this feeds the live streams.
    """
    sql = """
        SELECT w.ord, e.seq, e.kind, e.author, e.author_id, e.name, e.created_at, e.text,
               e.data::text, e.staff_data::text, e.client_id, c.contact_id
        FROM unnest(%s::int[], %s::text[], %s::bigint[], %s::bool[]) AS w(ord, ref, after, staff)
        JOIN conversations_conversation c ON c.ref = w.ref
        CROSS JOIN LATERAL (
            SELECT * FROM conversations_event e
            WHERE e.conversation_id = c.id AND e.created_at >= c.created_at - interval '1 hour'
              AND e.seq > w.after
              AND (w.staff OR e.kind <> ALL (%s))
            ORDER BY e.seq LIMIT %s) e
        ORDER BY w.ord, e.seq
    """
    found: list[list[tuple[int, bytes]]] = [[] for _ in cursors]
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            [
                list(range(len(cursors))),
                [ref for ref, _, _ in cursors],
                [after for _, after, _ in cursors],
                [audience == Audience.STAFF for _, _, audience in cursors],
                [str(kind) for kind in STAFF_ONLY],
                limit,
            ],
        )
        rows = cursor.fetchall()
    for row in _in_own_words(rows, cursors):
        staff = cursors[row[0]][2] == Audience.STAFF
        found[row[0]].append((row[1], _encode(row, staff=staff)))
    return found


def _in_own_words(
    rows: list[tuple[Any, ...]], cursors: Sequence[tuple[str, int, Audience]]
) -> list[tuple[Any, ...]]:
    """Return rows of the timeline in which customers read their own values."""
    places = [
        place
        for place, row in enumerate(rows)
        if "⟦" in row[7] and cursors[row[0]][2] == Audience.CUSTOMER
    ]
    for place, text in zip(
        places, restore([(rows[p][11], rows[p][7]) for p in places]), strict=True
    ):
        rows[place] = (*rows[place][:7], text, *rows[place][8:])
    return rows


def _encode(row: tuple[Any, ...], *, staff: bool) -> bytes:
    _, seq, kind, author, author_id, name, at, text, data, staff_data, client_id, _contact = row
    told: dict[str, Any] = {
        "seq": seq,
        "kind": kind,
        "author": author,
        "name": name,
        "at": at.isoformat(timespec="milliseconds"),
        "text": text,
        "data": msgspec.Raw(data.encode()),
    }
    if client_id is not None:
        told["client_id"] = str(client_id)
    if staff:
        told["author_id"] = author_id
        told["staff_data"] = msgspec.Raw(staff_data.encode())
    return msgspec.json.encode(told)


def unanswered_customer_texts(conversation: Conversation) -> list[str]:
    """Return what the customer wrote since anybody last answered, oldest first."""
    events = events_of(conversation).filter(kind=Kind.MESSAGE).order_by("-seq")[:20]
    texts: list[str] = []
    for event in events:
        if event.author != Author.CUSTOMER:
            break
        texts.append(event.text)
    return texts[::-1]


def first_customer_texts(conversation: Conversation) -> list[str]:
    """Return the first three messages of the customer: what the conversation is about."""
    written = events_of(conversation).filter(kind=Kind.MESSAGE, author=Author.CUSTOMER)
    return list(written.order_by("seq").values_list("text", flat=True)[:3])


def was_described(conversation: Conversation) -> bool:
    """Tell whether staff have set topic, urgency or language: then no program changes them."""
    return events_of(conversation).filter(kind=Kind.CHANGED).exists()


# --- about lists --------------------------------------------------------------------------


ANY_EARLIER = """
SELECT FROM conversations_conversation
WHERE contact_id = %(contact)s AND id <> %(conversation)s AND status <> 'new'
"""


def earlier_conversations(conversation: Conversation) -> list[Conversation]:
    """Return the newest other conversations of the same customer, at most EARLIER."""
    return list(
        Conversation.objects.filter(contact_id=conversation.contact_id)
        .exclude(pk=conversation.pk)
        .exclude(status=Status.NEW)
        .order_by("-pk")[:EARLIER]
    )


def queue_place(conversation: Conversation) -> QueuePlace | None:
    """Return the place in the queue of a conversation that waits for a person, else None."""
    if conversation.status != Status.QUEUED:
        return None
    ahead = (
        Q(urgency__gt=conversation.urgency)
        | Q(urgency=conversation.urgency, queued_at__lt=conversation.queued_at)
        | Q(
            urgency=conversation.urgency,
            queued_at=conversation.queued_at,
            id__lt=conversation.pk,
        )
    )
    counted = Conversation.objects.filter(
        brand_id=conversation.brand_id, status=Status.QUEUED
    ).aggregate(ahead=Count("id", filter=ahead), waiting=Count("id"))
    return QueuePlace(place=counted["ahead"] + 1, waiting=counted["waiting"])


def desk_cursor() -> int:
    """Return the cursor of a desk screen that is read now: nothing committed later is before it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


def changed_since(brand_id: int, after: int) -> ChangedConversations:
    """Return which conversations may have changed since a cursor: some named twice, none missed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,"
            " ARRAY(SELECT ref FROM conversations_conversation"
            " WHERE brand_id = %s AND change_xid >= %s AND status <> 'new'"
            " ORDER BY change_xid DESC LIMIT %s)",
            [brand_id, after, CHANGED_LIMIT + 1],
        )
        xmin, refs = cursor.fetchone()
    return ChangedConversations(xmin, tuple(refs[:CHANGED_LIMIT]), len(refs) > CHANGED_LIMIT)
