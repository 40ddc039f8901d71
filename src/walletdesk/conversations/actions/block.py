"""Keep a contact from writing for a time. They are told so, politely, and until when."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.contacts.models import Contact
from walletdesk.conversations.actions.refusals import Blocked
from walletdesk.conversations.actions.staff import act, lock_for, require_hold
from walletdesk.conversations.actions.timeline import append_one
from walletdesk.conversations.models import Block, Conversation
from walletdesk.conversations.queries import lock_conversation
from walletdesk.conversations.types import Kind, Status
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput
from walletdesk.safety.types import SafeText

LONGEST = timedelta(days=365)
REASON_LENGTH = 300
STANDING = (Status.BOT, Status.QUEUED, Status.OPEN, Status.SNOOZED)
CLOSED_AT_ONCE = 50


def active_block(contact_id: int) -> Block | None:
    """Return the block under which a contact stands now, if any."""
    return Block.objects.filter(
        contact_id=contact_id, lifted_at=None, until__gt=clock.now()
    ).first()


def blocked_among(contact_ids: Collection[int]) -> set[int]:
    """Return those of the contacts who cannot write for now."""
    rows = Block.objects.filter(contact_id__in=contact_ids, lifted_at=None, until__gt=clock.now())
    return set(rows.values_list("contact_id", flat=True))


def require_unblocked(contact: Contact) -> None:
    """Raise Blocked while a contact cannot write."""
    block = active_block(contact.pk)
    if block is not None:
        raise Blocked(until=block.until.isoformat())


@transaction.atomic
def block_contact(
    *, conversation: Conversation, membership: Membership, until: datetime, reason: SafeText
) -> Block:
    """Keep the contact of a conversation from writing, at most for a year. Audited.

    All that they have open is settled, so that nobody waits and the bot is still. Blocking again
    changes the end. Raises BadInput, NotYours.
    """
    require_right(membership.role, Permission.CONVERSATION_ANSWER)
    now = clock.now()
    if not reason.text or len(reason.text) > REASON_LENGTH:
        raise BadInput(reason="length")
    if not now < until <= now + LONGEST:
        raise BadInput(until="within a year from now")
    locked = lock_for(membership, conversation)
    require_hold(locked, membership)
    Block.objects.filter(contact_id=locked.contact_id, lifted_at=None).update(lifted_at=now)
    try:
        with transaction.atomic():
            block = Block.objects.create(
                contact_id=locked.contact_id, by=membership, reason=reason.text, until=until
            )
    except IntegrityError:  # a colleague did the same at this moment
        return Block.objects.get(contact_id=locked.contact_id, lifted_at=None)
    for one in _shown(locked):
        append_one(
            one,
            act(Kind.BLOCKED, membership, data={"until": until.isoformat()}),
            status=Status.RESOLVED if one.status in STANDING else one.status,
            resolved_at=now if one.status in STANDING else one.resolved_at,
            queued_at=None,
            waiting_since=None,
        )
        block.told.append(one.pk)
    block.save(update_fields=["told"])
    _audit("contact.blocked", block, locked, membership)
    return block


@transaction.atomic
def unblock_contact(*, conversation: Conversation, membership: Membership) -> None:
    """Let a contact write again. Needs the right to reassign; unblocking twice is no error."""
    require_right(membership.role, Permission.CONVERSATION_REASSIGN)
    locked = lock_for(membership, conversation)
    block = (
        Block.objects.select_for_update()
        .filter(contact_id=locked.contact_id, lifted_at=None)
        .first()
    )
    if block is None:
        return
    block.lifted_at = clock.now()
    block.save(update_fields=["lifted_at"])
    for pk in sorted(block.told):
        if Conversation.objects.filter(pk=pk).exists():
            append_one(lock_conversation(pk), act(Kind.UNBLOCKED, membership))
    _audit("contact.unblocked", block, locked, membership)


def _shown(locked: Conversation) -> list[Conversation]:
    """Return, locked, what the contact has open and the conversation at hand."""
    standing = (
        Conversation.objects.filter(contact_id=locked.contact_id, status__in=STANDING)
        .exclude(pk=locked.pk)
        .order_by("pk")
        .values_list("pk", flat=True)[:CLOSED_AT_ONCE]
    )
    return [locked, *(lock_conversation(pk) for pk in standing)]


def _audit(action: str, block: Block, locked: Conversation, membership: Membership) -> None:
    record_audit(
        brand=locked.brand,
        actor=membership,
        action=action,
        subject=f"contact:{locked.contact_id}",
        detail={
            "conversation": locked.ref,
            "until": block.until.isoformat(),
            "reason": block.reason,
        },
    )
