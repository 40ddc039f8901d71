"""What leads up by itself: the handlers of what happens in conversations."""

from datetime import datetime

from django.db import transaction

from walletdesk.chain.types import Kind as RefKind
from walletdesk.contacts.vault import derived_key
from walletdesk.conversations.actions.links import link_by_itself
from walletdesk.conversations.diagnoses.naming import refs_in
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import get_conversation, lock_conversation
from walletdesk.conversations.types import Status
from walletdesk.escalation.actions.going_up import go_up_for
from walletdesk.escalation.actions.levels import ensure_levels
from walletdesk.escalation.models import Named
from walletdesk.escalation.queries import (
    LIVE,
    SAME_SHOWN,
    read_message,
    same_matter,
    since_when,
    times_reopened,
    words_at,
)
from walletdesk.escalation.types import Cause
from walletdesk.kit import clock
from walletdesk.kit.seal import keyed_hash
from walletdesk.language.anger import ANGRY

SERVED = (Status.QUEUED, Status.OPEN, Status.SNOOZED)


def notice_message(*, conversation_id: int, seq: int) -> None:
    """Look at what a customer wrote, unless it is old.

    What it says is read before the lock, because whoever holds that makes the way in wait.
    """
    seen = get_conversation(conversation_id)
    if seen is None or seen.status not in LIVE:
        return
    said = words_at(seen, seq)
    if not said:
        return
    ensure_levels(seen.brand)
    reading = read_message(seen.brand, "\n".join(said))
    with transaction.atomic():
        conversation = _recognise(seen, said)
        if reading.asked:
            go_up_for(conversation, Cause.ASKED)
        if reading.anger >= ANGRY:
            go_up_for(conversation, Cause.ANGRY)


def notice_topic(*, conversation_id: int) -> None:
    """Look at what a conversation is about: handles `topic_changed` and `conversation_queued`."""
    seen = get_conversation(conversation_id)
    if seen is None or not seen.topic or seen.status not in LIVE:
        return
    ensure_levels(seen.brand)
    with transaction.atomic():
        conversation = _recognise(seen, [])
        if conversation.status in SERVED:  # the bot may know the answer
            go_up_for(conversation, Cause.TOPIC, topic=conversation.topic)


def notice_warning(*, conversation_id: int, clock_id: int, kind: str) -> None:
    """Look at a promise that is at risk: the handler of `clock_warned`."""
    _notice_clock(conversation_id, clock_id, kind, Cause.WARNED)


def notice_breach(*, conversation_id: int, clock_id: int, kind: str) -> None:
    """Look at a promise that was broken: the handler of `clock_breached`."""
    _notice_clock(conversation_id, clock_id, kind, Cause.BREACHED)


@transaction.atomic
def _notice_clock(conversation_id: int, clock_id: int, kind: str, cause: Cause) -> None:
    seen = get_conversation(conversation_id)
    if seen is not None:
        ensure_levels(seen.brand)
        go_up_for(lock_conversation(conversation_id), cause, key=f"{clock_id} {kind}"[:60])


# --- the same matter again -------------------------------------------------------------------


def _recognise(seen: Conversation, said: list[str]) -> Conversation:
    """Link what is about the same, and go up at the brand's count. Returns the locked row.

    All rows are locked in the order of their ids, as everywhere.
    """
    rules = ensure_levels(seen.brand)
    since = since_when(rules.days)
    marks = [*_remember(seen, said), *_marks_of(seen)]
    found = same_matter(seen, marks, since)
    linked = dict(list(found.items())[:SAME_SHOWN])
    rows = {pk: lock_conversation(pk) for pk in sorted([seen.pk, *(c.pk for c in linked)])}
    conversation = rows[seen.pk]
    for other, reason in linked.items():
        link_by_itself(conversation, rows[other.pk], reason)
    _count(conversation, found, since, rules.times)
    return conversation


def _count(
    conversation: Conversation, found: dict[Conversation, str], since: datetime, times: int
) -> None:
    """Go up when the same customer has come often enough.

    Other customers, and subjects alone ("Question"), only give a hint to people.
    """
    own = [
        other
        for other, reason in found.items()
        if other.contact_id == conversation.contact_id and reason != "subject"
    ]
    if 1 + len(own) + times_reopened(conversation, since) >= times:
        go_up_for(conversation, Cause.REPEATED)


def _remember(conversation: Conversation, said: list[str]) -> list[bytes]:
    """Keep the marks of what these messages name."""
    refs = {(_mark(ref.text), ref.kind is RefKind.TRANSACTION) for t in said for ref in refs_in(t)}
    Named.objects.bulk_create(
        [
            Named(
                brand_id=conversation.brand_id,
                conversation=conversation,
                contact_id=conversation.contact_id,
                mark=mark,
                transaction=is_transaction,
                created_at=clock.now(),
            )
            for mark, is_transaction in sorted(refs)
        ],
        ignore_conflicts=True,
    )
    return [mark for mark, _ in refs]


def _marks_of(conversation: Conversation) -> list[bytes]:
    rows = Named.objects.filter(conversation=conversation).order_by("-pk")
    return [bytes(mark) for mark in rows.values_list("mark", flat=True)[:20]]


def _mark(reference: str) -> bytes:
    plain = reference.lower() if reference[:2].lower() == "0x" else reference
    return keyed_hash(derived_key("named references"), plain)
