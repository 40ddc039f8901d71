"""Replies for later: written now, sent at a time, or held when something happened meanwhile.

Whoever touches one holds the lock of its conversation first, so that a reply is sent or held or
cancelled, never two of them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from django.db import transaction

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import may, require_right
from walletdesk.accounts.types import Permission
from walletdesk.contacts.personal.actions.sealing import sealed_text
from walletdesk.conversations.actions.asking import refuses_asking
from walletdesk.conversations.actions.drafts import clear_draft
from walletdesk.conversations.actions.link_check import check_links
from walletdesk.conversations.actions.mentions import mention
from walletdesk.conversations.actions.refusals import NotYours, WrongState
from walletdesk.conversations.actions.staff import (
    UNOWNED,
    act,
    claim_conversation,
    lock_for,
    send_reply,
)
from walletdesk.conversations.actions.timeline import append_one
from walletdesk.conversations.models import Conversation, Event, ScheduledReply
from walletdesk.conversations.pending import PENDING
from walletdesk.conversations.queries import lock_conversation
from walletdesk.conversations.types import Author, Kind, NewEvent, ScheduledState, Status
from walletdesk.kit import clock, ids
from walletdesk.kit.errors import BadInput, DomainError, NotFound
from walletdesk.kit.one_by_one import OneByOne
from walletdesk.safety import guard
from walletdesk.safety.types import SafeText

SOONEST = timedelta(seconds=30)
LATEST = timedelta(days=90)
PENDING_IN_CONVERSATION = 10
AT_ONCE = 100
_replies = OneByOne[int]("replies for later")


class NotPending(DomainError):
    """It was sent or cancelled meanwhile. Field `state`."""

    code: ClassVar[str] = "not_pending"


@refuses_asking
@transaction.atomic
def schedule_reply(  # noqa: PLR0913 - what send_reply takes, and the time; by keyword
    *,
    conversation: Conversation,
    membership: Membership,
    client_id: UUID,
    text: SafeText,
    due_at: datetime,
    files: Sequence[str] = (),
    links_seen: bool = False,
) -> ScheduledReply:
    """Have a reply sent at a time, by whole minutes. A repeated client_id changes nothing.

    Like an answer it takes a conversation that nobody has. Raises NotYours, WrongState,
    UnofficialLink, FakeLink, or BadInput: `at` (past, too_far, too_many).
    """
    require_right(membership.role, Permission.CONVERSATION_ANSWER)
    locked = lock_for(membership, conversation)
    known = ScheduledReply.objects.filter(conversation=locked, client_id=client_id).first()
    if known is not None:
        return known
    due = _checked(due_at)
    if locked.status in (*UNOWNED, Status.SNOOZED) and not locked.assignee_id:
        locked = claim_conversation(conversation=locked, membership=membership)
    if locked.status in (Status.NEW, Status.RESOLVED):
        raise WrongState(status=locked.status)
    if locked.assignee_id != membership.pk:
        raise NotYours
    waiting = ScheduledReply.objects.filter(conversation=locked, state__in=PENDING)
    if waiting.count() >= PENDING_IN_CONVERSATION:
        raise BadInput(at="too_many")
    check_links(conversation=locked, membership=membership, text=text, links_seen=links_seen)
    reply = ScheduledReply.objects.create(
        ref=ids.new_ref(),
        conversation=locked,
        membership=membership,
        client_id=client_id,
        text=sealed_text(contact=locked.contact, text=text).text,
        files=list(files),
        due_at=due,
        state=ScheduledState.WAITING,
        customer_seq=locked.last_customer_seq,
    )
    clear_draft(conversation=locked, membership=membership, kind="reply")
    _tell(locked, reply, membership)
    return reply


@refuses_asking
@transaction.atomic
def change_scheduled(
    *,
    reply: ScheduledReply,
    membership: Membership,
    text: SafeText | None = None,
    due_at: datetime | None = None,
    links_seen: bool = False,
) -> ScheduledReply:
    """Change one's own reply for later, or let a held one wait again now that one has looked."""
    locked, row = _lock(reply, membership)
    _require_author(row, membership)
    if text is not None:
        check_links(conversation=locked, membership=membership, text=text, links_seen=links_seen)
        row.text = sealed_text(contact=locked.contact, text=text).text
    row.due_at = _checked(due_at or row.due_at)
    row.state, row.reason = ScheduledState.WAITING, ""
    row.customer_seq = locked.last_customer_seq
    row.save()
    _tell(locked, row, membership)
    return row


@transaction.atomic
def cancel_scheduled(*, reply: ScheduledReply, membership: Membership) -> None:
    """Take a reply for later back: one's own, or with the right to reassign anybody's."""
    locked, row = _lock(reply, membership)
    if row.membership_id != membership.pk:
        require_right(membership.role, Permission.CONVERSATION_REASSIGN)
    row.state = ScheduledState.CANCELLED
    row.save()
    _tell(locked, row, membership)


@transaction.atomic
def send_scheduled_now(*, reply: ScheduledReply, membership: Membership) -> Event:
    """Send one's own reply for later at once. Raises what `send_reply` raises."""
    locked, row = _lock(reply, membership)
    _require_author(row, membership)
    return _send(locked, row, membership)


def send_due() -> int:
    """Send every reply whose time has come, or hold it. Return how many were looked at."""
    due = ScheduledReply.objects.filter(state=ScheduledState.WAITING, due_at__lte=clock.now())
    due = due.exclude(pk__in=_replies.standing_back())
    names = list(due.order_by("due_at", "pk").values_list("pk", "conversation_id")[:AT_ONCE])
    for pk, conversation_id in names:
        with _replies.attempt(pk), transaction.atomic():
            locked = lock_conversation(conversation_id)
            row = _pending(pk)
            if row is not None and row.state == ScheduledState.WAITING:
                _send_or_hold(locked, row)
    return len(names)


def _send_or_hold(locked: Conversation, row: ScheduledReply) -> None:
    author = row.membership
    reason = _why_not(locked, row, author)
    if not reason:
        try:
            with transaction.atomic():
                _send(locked, row, author)
        except DomainError as refused:
            reason = refused.code  # a refusal must not keep the replies behind it waiting
        else:
            return
    row.state, row.reason = ScheduledState.HELD, reason
    row.save()
    event = _tell(locked, row, None)
    mention(conversation=locked, seq=event.seq, people=[author])


def _why_not(locked: Conversation, row: ScheduledReply, author: Membership) -> str:
    """Return why a due reply must not be sent unseen, "" when it may."""
    if not (author.user.is_active and may(author.role, Permission.CONVERSATION_ANSWER)):
        return "no_right"
    if locked.status == Status.RESOLVED:
        return "resolved"
    if locked.assignee_id != author.pk:
        return "not_yours"
    if locked.last_customer_seq > row.customer_seq:
        return "customer_wrote"
    return ""


def _send(locked: Conversation, row: ScheduledReply, author: Membership) -> Event:
    event = send_reply(
        conversation=locked,
        membership=author,
        client_id=row.client_id,
        text=guard.check(row.text).safe,
        files=row.files,
        links_seen=True,  # when it was written; what became a fake since is refused all the same
    )
    row.state, row.reason = ScheduledState.SENT, ""
    row.save()
    return event


def _lock(reply: ScheduledReply, membership: Membership) -> tuple[Conversation, ScheduledReply]:
    require_right(membership.role, Permission.CONVERSATION_ANSWER)
    locked = lock_for(membership, reply.conversation)
    row = _pending(reply.pk)
    if row is None:
        raise NotFound
    if row.state not in PENDING:
        raise NotPending(state=row.state)
    return locked, row


def _pending(pk: int) -> ScheduledReply | None:
    return ScheduledReply.objects.select_related("membership__user").filter(pk=pk).first()


def _require_author(row: ScheduledReply, membership: Membership) -> None:
    if row.membership_id != membership.pk:
        raise NotYours


def _checked(due_at: datetime) -> datetime:
    """Return the next whole minute: jobs look once a minute. Raises BadInput."""
    now = clock.now()
    if due_at < now + SOONEST:
        raise BadInput(at="past")
    if due_at > now + LATEST:
        raise BadInput(at="too_far")
    rest = timedelta(seconds=due_at.second, microseconds=due_at.microsecond)
    return due_at - rest + (timedelta(minutes=1) if rest else timedelta())


def _tell(locked: Conversation, row: ScheduledReply, membership: Membership | None) -> Event:
    """Append the line by which every screen of staff learns of it; it moves no list."""
    data = {"id": row.ref, "state": row.state, "due": row.due_at.isoformat()}
    if row.reason:
        data["reason"] = row.reason
    if membership is not None:
        event = act(Kind.SCHEDULED, membership, staff_data=data)
    else:
        event = NewEvent(kind=Kind.SCHEDULED, author=Author.SYSTEM, staff_data=data)
    return append_one(locked, event, last_event_at=locked.last_event_at)
