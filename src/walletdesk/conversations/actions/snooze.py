"""Put a conversation aside until a time.

The customer is told nothing, and waits no longer for it: what they write wakes it at once.
"""

from datetime import datetime, timedelta

from django.db import transaction

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.conversations import events
from walletdesk.conversations.actions.refusals import WrongState
from walletdesk.conversations.actions.staff import act, lock_for, require_hold
from walletdesk.conversations.actions.timeline import append_one
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import lock_conversation
from walletdesk.conversations.types import Author, Kind, NewEvent, Status
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput
from walletdesk.kit.jobs import later
from walletdesk.kit.one_by_one import OneByOne
from walletdesk.kit.outbox.actions import publish

LONGEST = timedelta(days=366)
SNOOZABLE = (Status.BOT, Status.QUEUED, Status.OPEN, Status.SNOOZED)
WAKE_JOB = "conversations.wake"
AT_ONCE = 100
_sleepers = OneByOne[int]("snoozed conversations")


@transaction.atomic
def snooze_conversation(
    *, conversation: Conversation, membership: Membership, until: datetime
) -> Conversation:
    """Put a conversation aside until a moment within a year. Raises BadInput, NotYours, WrongState.

    A job wakes it then. Snoozing again moves the moment.
    """
    now = clock.now()
    if not now < until <= now + LONGEST:
        raise BadInput(until="within a year from now")
    locked = lock_for(membership, conversation)
    require_hold(locked, membership)
    if locked.status not in SNOOZABLE:
        raise WrongState(status=locked.status)
    append_one(
        locked,
        act(Kind.SNOOZED, membership, staff_data={"until": until.isoformat()}),
        status=Status.SNOOZED,
        snoozed_until=until,
        queued_at=None,
    )
    plan_waking(locked)
    return locked


def plan_waking(locked: Conversation) -> None:
    """Have the job wake a conversation when its time has come, if it is put aside."""
    if locked.status == Status.SNOOZED and locked.snoozed_until is not None:
        later(WAKE_JOB, at=locked.snoozed_until, conversation_id=locked.pk)


@transaction.atomic
def wake_conversation(*, conversation: Conversation, membership: Membership) -> Conversation:
    """Take a conversation up again before its time. Waking what is awake is no error."""
    require_right(membership.role, Permission.CONVERSATION_ANSWER)
    locked = lock_for(membership, conversation)
    if locked.status == Status.SNOOZED:
        require_hold(locked, membership)
        _wake(locked, act(Kind.WOKEN, membership))
    return locked


@transaction.atomic
def wake_due(*, conversation_id: int) -> None:
    """Wake a conversation whose time has come: the job. Does nothing when it was moved or woken."""
    try:
        locked = lock_conversation(conversation_id)
    except Conversation.DoesNotExist:
        return  # erased meanwhile
    until = locked.snoozed_until
    if locked.status == Status.SNOOZED and until is not None and until <= clock.now():
        _wake(locked, NewEvent(kind=Kind.WOKEN, author=Author.SYSTEM))


def wake_overdue() -> int:
    """Wake whose time has come without a job: it was lost, or the time came by a merge or an undo.

    Returns how many were looked at.
    """
    due = Conversation.objects.filter(status=Status.SNOOZED, snoozed_until__lte=clock.now())
    due = due.exclude(pk__in=_sleepers.standing_back())
    keys = list(due.order_by("snoozed_until").values_list("pk", flat=True)[:AT_ONCE])
    for pk in keys:
        with _sleepers.attempt(pk):
            wake_due(conversation_id=pk)
    return len(keys)


def _wake(locked: Conversation, event: NewEvent) -> None:
    """Give it back to who has it, else to the queue."""
    if locked.assignee_id:
        append_one(locked, event, status=Status.OPEN)
        return
    append_one(locked, event, status=Status.QUEUED, queued_at=clock.now())
    publish(
        name=events.CONVERSATION_QUEUED,
        key=str(locked.pk),
        payload={"conversation_id": locked.pk},
    )
