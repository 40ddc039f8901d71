"""Make one conversation of two. No event is moved or lost: the one ends and points to the other."""

from django.db import connection, transaction

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import may, require_right
from walletdesk.accounts.types import Permission
from walletdesk.conversations import events
from walletdesk.conversations.actions.refusals import CannotMerge
from walletdesk.conversations.actions.snooze import plan_waking
from walletdesk.conversations.actions.staff import act, lock_for, require_hold
from walletdesk.conversations.actions.timeline import append_one
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.types import Kind, Status
from walletdesk.kit.errors import BadInput
from walletdesk.kit.outbox.actions import publish
from walletdesk.safety.types import SafeText

# The survivor goes on as the livelier of the two stood.
RANK = {
    Status.RESOLVED: 0,
    Status.BOT: 1,
    Status.SNOOZED: 2,
    Status.QUEUED: 3,
    Status.OPEN: 4,
}
STANDING = ("status", "assignee_id", "queued_at", "snoozed_until", "resolved_at")
# A retry of what was sent to the one must be recognised in the other.
RECEIPTS = """
INSERT INTO conversations_receipt (conversation_id, client_id, created_at)
SELECT %s, client_id, created_at FROM conversations_receipt WHERE conversation_id = %s
ON CONFLICT DO NOTHING
"""


@transaction.atomic
def merge_conversations(
    *,
    conversation: Conversation,
    into: Conversation,
    membership: Membership,
    reason: SafeText | None = None,
) -> Conversation:
    """Have `conversation` go on in `into`, and return the latter. Raises CannotMerge, NotYours.

    Two contacts' conversations need the right to reassign and a reason, which is audited. The
    customer of the first then reads the second from here on, never what was said in it before.
    """
    require_right(membership.role, Permission.CONVERSATION_ANSWER)
    merged, survivor = _lock_both(membership, conversation, into)
    _require_mergeable(merged, survivor)
    for one in (merged, survivor):
        if one.assignee_id:
            require_hold(one, membership)
    if merged.contact_id != survivor.contact_id:
        _require_right_to_join(merged, survivor, membership, reason)
    waited = survivor.status == Status.QUEUED
    joined = append_one(
        survivor,
        act(Kind.ABSORBED, membership, staff_data={"ref": merged.ref}),
        **_standing(merged, survivor),
    )
    plan_waking(survivor)  # a job knows one of the two by its number
    Conversation.objects.filter(merged_into=merged).update(
        merged_into=survivor, merged_seq=joined.seq
    )
    append_one(
        merged,
        act(Kind.MERGED, membership, data={"into": survivor.ref}),
        status=Status.MERGED,
        merged_into=survivor,
        merged_seq=joined.seq,
        assignee=None,
        queued_at=None,
        waiting_since=None,
        resolved_at=None,
    )
    with connection.cursor() as cursor:
        cursor.execute(RECEIPTS, [survivor.pk, merged.pk])
    if survivor.status == Status.QUEUED and not waited:
        publish(
            name=events.CONVERSATION_QUEUED,
            key=str(survivor.pk),
            payload={"conversation_id": survivor.pk},
        )
    return survivor


def _lock_both(
    membership: Membership, one: Conversation, other: Conversation
) -> tuple[Conversation, Conversation]:
    """Lock two rows in the order of their numbers, so that two who do the same never deadlock."""
    if one.pk == other.pk:
        raise CannotMerge(why="same")
    locked = {c.pk: lock_for(membership, c) for c in sorted((one, other), key=lambda c: c.pk)}
    return locked[one.pk], locked[other.pk]


def _require_mergeable(merged: Conversation, survivor: Conversation) -> None:
    for one in (merged, survivor):
        if one.status not in RANK:
            raise CannotMerge(why="merged")


def _require_right_to_join(
    merged: Conversation, survivor: Conversation, membership: Membership, reason: SafeText | None
) -> None:
    if not may(membership.role, Permission.CONVERSATION_REASSIGN):
        raise CannotMerge(why="contacts")
    if reason is None or not reason.text:
        raise BadInput(reason="missing")
    record_audit(
        brand=merged.brand,
        actor=membership,
        action="contact.joined",
        subject=f"conversation:{survivor.ref}",
        detail={
            "merged": merged.ref,
            "contact": merged.contact_id,
            "into_contact": survivor.contact_id,
            "reason": reason.text,
        },
    )


def _standing(merged: Conversation, survivor: Conversation) -> dict[str, object]:
    """Return how the survivor stands from now on."""
    waits = [c.waiting_since for c in (merged, survivor) if c.waiting_since]
    changes: dict[str, object] = {
        "urgency": max(merged.urgency, survivor.urgency),
        "waiting_since": min(waits) if waits else None,
    }
    if RANK[Status(merged.status)] > RANK[Status(survivor.status)]:
        changes |= {name: getattr(merged, name) for name in STANDING}
        changes["team_id"] = merged.team_id or survivor.team_id
    return changes
