"""What members of staff do with a conversation."""

from uuid import UUID

from django.db import IntegrityError, transaction

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.conversations import events
from walletdesk.conversations.actions.marks import tell_staff_read
from walletdesk.conversations.actions.refusals import AlreadyTaken, NotYours, WrongState
from walletdesk.conversations.actions.timeline import append, append_one
from walletdesk.conversations.models import Conversation, Event, Receipt
from walletdesk.conversations.queries import events_of, lock_conversation
from walletdesk.conversations.types import Author, Kind, NewEvent, Status
from walletdesk.kit import clock
from walletdesk.kit.errors import NotAllowed, NotFound
from walletdesk.kit.outbox.actions import publish
from walletdesk.safety.types import SafeText

UNOWNED = (Status.BOT, Status.QUEUED)


def _require(membership: Membership, permission: Permission) -> None:
    if not may(membership.role, permission):
        raise NotAllowed(permission=permission)


def _lock_for(membership: Membership, conversation: Conversation) -> Conversation:
    locked = lock_conversation(conversation.pk)
    if locked.brand_id != membership.brand_id:
        raise NotFound
    return locked


def _act(kind: Kind, membership: Membership, **fields: object) -> NewEvent:
    return NewEvent(
        kind=kind,
        author=Author.AGENT,
        author_id=membership.pk,
        name=membership.user.name,
        **fields,  # type: ignore[arg-type]
    )


@transaction.atomic
def claim_conversation(*, conversation: Conversation, membership: Membership) -> Conversation:
    """Take a conversation that nobody has. Raises AlreadyTaken or WrongState.

    Taking what one already has is no error: a double click must not show one.
    """
    _require(membership, Permission.CONVERSATION_ANSWER)
    locked = _lock_for(membership, conversation)
    if locked.status == Status.OPEN:
        if locked.assignee_id == membership.pk:
            return locked
        raise AlreadyTaken(name=locked.assignee.user.name if locked.assignee else "")
    if locked.status not in UNOWNED:
        raise WrongState(status=locked.status)
    append_one(
        locked,
        _act(Kind.CLAIMED, membership),
        status=Status.OPEN,
        assignee=membership,
        queued_at=None,
        staff_read_seq=locked.last_customer_seq,
    )
    tell_staff_read(locked.ref, locked.staff_read_seq)
    return locked


@transaction.atomic
def send_reply(
    *, conversation: Conversation, membership: Membership, client_id: UUID, text: SafeText
) -> Event:
    """Answer the customer. A repeated client_id returns the event that is already there.

    Answering a conversation that nobody has takes it. Raises AlreadyTaken, NotYours or WrongState.
    """
    _require(membership, Permission.CONVERSATION_ANSWER)
    locked = _lock_for(membership, conversation)
    if (known := _receipt(locked, client_id)) is not None:
        return known
    if locked.status in UNOWNED:
        locked = claim_conversation(conversation=locked, membership=membership)
    elif locked.status != Status.OPEN:
        raise WrongState(status=locked.status)
    if locked.assignee_id != membership.pk:
        raise AlreadyTaken(name=locked.assignee.user.name if locked.assignee else "")
    return append_one(
        locked,
        _act(Kind.MESSAGE, membership, text=text, client_id=client_id),
        waiting_since=None,
        staff_read_seq=locked.last_customer_seq,
    )


@transaction.atomic
def add_note(
    *, conversation: Conversation, membership: Membership, client_id: UUID, text: SafeText
) -> Event:
    """Write a note that the customer never sees."""
    _require(membership, Permission.CONVERSATION_ANSWER)
    locked = _lock_for(membership, conversation)
    if (known := _receipt(locked, client_id)) is not None:
        return known
    return append_one(locked, _act(Kind.NOTE, membership, text=text, client_id=client_id))


def _receipt(locked: Conversation, client_id: UUID) -> Event | None:
    try:
        with transaction.atomic():
            Receipt.objects.create(conversation=locked, client_id=client_id)
    except IntegrityError:
        return events_of(locked).filter(client_id=client_id).first()
    return None


def _require_hold(locked: Conversation, membership: Membership) -> None:
    _require(membership, Permission.CONVERSATION_ANSWER)
    mine = locked.assignee_id == membership.pk
    if not mine and not may(membership.role, Permission.CONVERSATION_REASSIGN):
        raise NotYours


@transaction.atomic
def hand_over_conversation(
    *, conversation: Conversation, membership: Membership, to: Membership
) -> Conversation:
    """Hand a conversation to a colleague of the same brand who may answer."""
    locked = _lock_for(membership, conversation)
    _require_hold(locked, membership)
    if to.brand_id != locked.brand_id or not to.user.is_active:
        raise NotFound
    _require(to, Permission.CONVERSATION_ANSWER)
    if locked.status not in (*UNOWNED, Status.OPEN):
        raise WrongState(status=locked.status)
    if locked.assignee_id != to.pk:
        append_one(
            locked,
            _act(Kind.ASSIGNED, membership, data={"to": to.user.name}, staff_data={"to_id": to.pk}),
            status=Status.OPEN,
            assignee=to,
            queued_at=None,
        )
    return locked


@transaction.atomic
def release_conversation(*, conversation: Conversation, membership: Membership) -> Conversation:
    """Put a conversation back into the queue, where it stands by its urgency and from now."""
    locked = _lock_for(membership, conversation)
    _require_hold(locked, membership)
    if locked.status != Status.OPEN:
        raise WrongState(status=locked.status)
    append_one(
        locked,
        _act(Kind.RELEASED, membership),
        status=Status.QUEUED,
        assignee=None,
        queued_at=clock.now(),
    )
    publish(
        name=events.CONVERSATION_QUEUED,
        key=str(locked.pk),
        payload={"conversation_id": locked.pk},
    )
    return locked


@transaction.atomic
def resolve_conversation(*, conversation: Conversation, membership: Membership) -> Conversation:
    """Mark a conversation as solved. Solving what is solved is no error."""
    _require(membership, Permission.CONVERSATION_ANSWER)
    locked = _lock_for(membership, conversation)
    if locked.status == Status.RESOLVED:
        return locked
    _require_hold(locked, membership)
    append_one(
        locked,
        _act(Kind.RESOLVED, membership),
        status=Status.RESOLVED,
        resolved_at=clock.now(),
        queued_at=None,
        waiting_since=None,
    )
    publish(
        name=events.CONVERSATION_RESOLVED,
        key=str(locked.pk),
        payload={"conversation_id": locked.pk},
    )
    return locked


@transaction.atomic
def reopen_conversation(*, conversation: Conversation, membership: Membership) -> Conversation:
    """Open a solved conversation again; it belongs to whoever reopened it."""
    _require(membership, Permission.CONVERSATION_ANSWER)
    locked = _lock_for(membership, conversation)
    if locked.status == Status.OPEN and locked.assignee_id == membership.pk:
        return locked
    if locked.status != Status.RESOLVED:
        raise WrongState(status=locked.status)
    append(
        locked,
        [_act(Kind.REOPENED, membership)],
        status=Status.OPEN,
        assignee=membership,
        resolved_at=None,
    )
    return locked
