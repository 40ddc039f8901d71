"""Keep a contact from writing for a time. They are told so, politely, and until when."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.contacts.models import Contact
from walletdesk.conversations import events
from walletdesk.conversations.actions.refusals import Blocked
from walletdesk.conversations.actions.staff import act, lock_for, require_hold
from walletdesk.conversations.actions.timeline import append_one
from walletdesk.conversations.models import Block, Conversation
from walletdesk.conversations.queries import lock_conversation
from walletdesk.conversations.types import Kind, Status
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput
from walletdesk.kit.outbox.actions import publish
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
    _lock_in_order(
        Q(pk=conversation.pk) | Q(contact_id=conversation.contact_id, status__in=STANDING)
    )
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
        settled = one.status in STANDING
        append_one(
            one,
            act(Kind.BLOCKED, membership, data={"until": until.isoformat()}),
            status=Status.RESOLVED if settled else one.status,
            resolved_at=now if settled else one.resolved_at,
            queued_at=None,
            waiting_since=None,
        )
        if settled:
            publish(
                name=events.CONVERSATION_RESOLVED,
                key=str(one.pk),
                payload={"conversation_id": one.pk},
            )
        block.told.append(one.pk)
    block.save(update_fields=["told"])
    _audit("contact.blocked", block, locked, membership)
    return block


@transaction.atomic
def unblock_contact(*, conversation: Conversation, membership: Membership) -> None:
    """Let a contact write again. Needs the right to reassign; unblocking twice is no error."""
    require_right(membership.role, Permission.CONVERSATION_REASSIGN)
    standing = active_block(conversation.contact_id)
    _lock_in_order(Q(pk__in={conversation.pk, *(standing.told if standing else ())}))
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


def carry_block(*, source: Contact, target: Contact, moved: Sequence[int]) -> None:
    """Keep a blocked visitor's block where their conversations are a known customer's from now on.

    The longer of two holds. The visitor, who may write from other devices, stays blocked as long
    as staff can find them by a conversation.
    """
    block = active_block(source.pk)
    if block is None or not moved:
        return
    shown = [pk for pk in block.told if pk in moved]
    if not Conversation.objects.filter(contact=source).exists():
        block.lifted_at = clock.now()
        block.save(update_fields=["lifted_at"])
    standing = active_block(target.pk)
    if standing is not None:
        standing.until = max(standing.until, block.until)
        standing.told = [*standing.told, *shown]
        standing.save(update_fields=["until", "told"])
        return
    Block.objects.filter(contact=target, lifted_at=None).update(lifted_at=clock.now())
    Block.objects.create(
        contact=target, by=block.by, reason=block.reason, until=block.until, told=shown
    )


def _lock_in_order(wanted: Q) -> None:
    """Lock several conversations by their numbers, as a merge does, so that no two deadlock."""
    rows = Conversation.objects.select_for_update(of=("self",)).filter(wanted)
    list(rows.order_by("pk").values_list("pk", flat=True)[: CLOSED_AT_ONCE + 1])


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
