"""What members of staff do with a conversation."""

from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, transaction

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import may, require_right
from walletdesk.accounts.types import Permission
from walletdesk.conversations import events
from walletdesk.conversations.actions.asking import refuses_asking
from walletdesk.conversations.actions.attachments import files_data, send_files, take_files
from walletdesk.conversations.actions.drafts import clear_draft
from walletdesk.conversations.actions.link_check import check_links
from walletdesk.conversations.actions.marks import tell_staff_read
from walletdesk.conversations.actions.mentions import colleagues_named, mention
from walletdesk.conversations.actions.refusals import (
    AlreadyTaken,
    AnsweredMeanwhile,
    NotYours,
    WrongState,
)
from walletdesk.conversations.actions.timeline import append, append_one
from walletdesk.conversations.models import Conversation, Event, Receipt
from walletdesk.conversations.queries import events_of, lock_conversation
from walletdesk.conversations.types import Author, Kind, NewEvent, Status
from walletdesk.kit import clock
from walletdesk.kit.errors import NotFound
from walletdesk.kit.outbox.actions import publish
from walletdesk.safety.types import SafeText

UNOWNED = (Status.BOT, Status.QUEUED)


def lock_for(membership: Membership, conversation: Conversation) -> Conversation:
    """Return a conversation of the member's brand, locked. Raises NotFound."""
    locked = lock_conversation(conversation.pk)
    if locked.brand_id != membership.brand_id:
        raise NotFound
    return locked


def act(kind: Kind, membership: Membership, **fields: object) -> NewEvent:
    """Return an event that a member of staff causes."""
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
    require_right(membership.role, Permission.CONVERSATION_ANSWER)
    locked = lock_for(membership, conversation)
    if locked.status == Status.OPEN and locked.assignee_id == membership.pk:
        return locked
    if locked.status in (Status.OPEN, Status.SNOOZED) and locked.assignee_id:
        raise AlreadyTaken(name=locked.assignee.user.name if locked.assignee else "")
    if locked.status not in (*UNOWNED, Status.SNOOZED):
        raise WrongState(status=locked.status)
    append_one(
        locked,
        act(Kind.CLAIMED, membership),
        status=Status.OPEN,
        assignee=membership,
        queued_at=None,
        staff_read_seq=locked.last_customer_seq,
    )
    tell_staff_read(locked.ref, locked.staff_read_seq)
    return locked


@refuses_asking
@transaction.atomic
def send_reply(  # noqa: PLR0913 - an answer is sent in one go; by keyword
    *,
    conversation: Conversation,
    membership: Membership,
    client_id: UUID,
    text: SafeText,
    seen_seq: int | None = None,
    files: Sequence[str] = (),
    links_seen: bool = False,
) -> Event:
    """Answer the customer. A repeated client_id returns the event that is already there.

    Answering a conversation that nobody has takes it. Raises AlreadyTaken, NotYours or WrongState;
    with `seen_seq` (the newest event that the author has seen) AnsweredMeanwhile when a colleague's
    answer stands behind it. Raises UnofficialLink unless the author has looked at the links
    (`links_seen`), and FakeLink.
    """
    require_right(membership.role, Permission.CONVERSATION_ANSWER)
    locked = lock_for(membership, conversation)
    if (known := _receipt(locked, client_id)) is not None:
        return known
    if seen_seq is not None:
        _refuse_second_answer(locked, membership, seen_seq)
    if locked.status in (*UNOWNED, Status.SNOOZED) and not locked.assignee_id:
        locked = claim_conversation(conversation=locked, membership=membership)
    elif locked.status not in (Status.OPEN, Status.SNOOZED):
        raise WrongState(status=locked.status)
    if locked.assignee_id != membership.pk:
        raise AlreadyTaken(name=locked.assignee.user.name if locked.assignee else "")
    check_links(conversation=locked, membership=membership, text=text, links_seen=links_seen)
    clear_draft(conversation=locked, membership=membership, kind="reply")
    taken = take_files(conversation=locked, membership=membership, refs=files)
    event = append_one(
        locked,
        act(Kind.MESSAGE, membership, text=text, client_id=client_id, data=files_data(taken)),
        status=Status.OPEN,
        waiting_since=None,
        staff_read_seq=locked.last_customer_seq,
    )
    send_files(conversation=locked, files=taken, seq=event.seq, internal=False)
    return event


@transaction.atomic
def add_note(
    *,
    conversation: Conversation,
    membership: Membership,
    client_id: UUID,
    text: SafeText,
    mentions: Sequence[int] = (),
    files: Sequence[str] = (),
) -> Event:
    """Write a note that the customer never sees. `mentions`: memberships of colleagues to call.

    Raises NotFound for one who has no place in this brand.
    """
    require_right(membership.role, Permission.CONVERSATION_ANSWER)
    locked = lock_for(membership, conversation)
    if (known := _receipt(locked, client_id)) is not None:
        return known
    named = colleagues_named(membership, mentions)
    clear_draft(conversation=locked, membership=membership, kind="note")
    data = {"mentions": [{"id": each.pk, "name": each.user.name} for each in named]}
    taken = take_files(conversation=locked, membership=membership, refs=files)
    event = append_one(
        locked,
        act(
            Kind.NOTE,
            membership,
            text=text,
            client_id=client_id,
            data=files_data(taken),
            staff_data=data if named else {},
        ),
    )
    send_files(conversation=locked, files=taken, seq=event.seq, internal=True)
    mention(conversation=locked, seq=event.seq, people=named, by=membership.user.name)
    return event


def _refuse_second_answer(locked: Conversation, membership: Membership, seen_seq: int) -> None:
    """Raise AnsweredMeanwhile when a colleague answered after `seen_seq`."""
    answers = events_of(locked).filter(kind=Kind.MESSAGE, author=Author.AGENT, seq__gt=seen_seq)
    newest = answers.exclude(author_id=membership.pk).order_by("-seq").first()
    if newest is not None:
        ago = max(0, int((clock.now() - newest.created_at).total_seconds()))
        raise AnsweredMeanwhile(name=newest.name, seconds=ago, seq=newest.seq)


def _receipt(locked: Conversation, client_id: UUID) -> Event | None:
    try:
        with transaction.atomic():
            Receipt.objects.create(conversation=locked, client_id=client_id)
    except IntegrityError:
        return events_of(locked).filter(client_id=client_id).first()
    return None


def require_hold(locked: Conversation, membership: Membership) -> None:
    """Raise NotYours unless the member holds the conversation or may move those of others."""
    require_right(membership.role, Permission.CONVERSATION_ANSWER)
    mine = locked.assignee_id == membership.pk
    if not mine and not may(membership.role, Permission.CONVERSATION_REASSIGN):
        raise NotYours


@transaction.atomic
def hand_over_conversation(
    *, conversation: Conversation, membership: Membership, to: Membership
) -> Conversation:
    """Hand a conversation to a colleague of the same brand who may answer."""
    locked = lock_for(membership, conversation)
    require_hold(locked, membership)
    if to.brand_id != locked.brand_id or not to.user.is_active:
        raise NotFound
    require_right(to.role, Permission.CONVERSATION_ANSWER)
    if locked.status not in (*UNOWNED, Status.OPEN, Status.SNOOZED):
        raise WrongState(status=locked.status)
    if locked.assignee_id != to.pk or locked.status != Status.OPEN:
        append_one(
            locked,
            act(Kind.ASSIGNED, membership, data={"to": to.user.name}, staff_data={"to_id": to.pk}),
            status=Status.OPEN,
            assignee=to,
            queued_at=None,
        )
    return locked


@transaction.atomic
def release_conversation(*, conversation: Conversation, membership: Membership) -> Conversation:
    """Put a conversation back into the queue, where it stands by its urgency and from now."""
    locked = lock_for(membership, conversation)
    require_hold(locked, membership)
    if locked.status != Status.OPEN:
        raise WrongState(status=locked.status)
    append_one(
        locked,
        act(Kind.RELEASED, membership),
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
    require_right(membership.role, Permission.CONVERSATION_ANSWER)
    locked = lock_for(membership, conversation)
    if locked.status == Status.RESOLVED:
        return locked
    if locked.status == Status.MERGED:
        raise WrongState(status=locked.status)
    require_hold(locked, membership)
    append_one(
        locked,
        act(Kind.RESOLVED, membership),
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
    require_right(membership.role, Permission.CONVERSATION_ANSWER)
    locked = lock_for(membership, conversation)
    if locked.status == Status.OPEN and locked.assignee_id == membership.pk:
        return locked
    if locked.status != Status.RESOLVED:
        raise WrongState(status=locked.status)
    append(
        locked,
        [act(Kind.REOPENED, membership)],
        status=Status.OPEN,
        assignee=membership,
        resolved_at=None,
    )
    return locked
