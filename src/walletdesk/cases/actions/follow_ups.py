"""Days on which somebody looks again, and their coming up."""

from datetime import datetime, timedelta

from django.db import transaction

from walletdesk.accounts.models import Membership
from walletdesk.accounts.queries import people_for
from walletdesk.cases.actions.base import lock_case, lock_place, plain_note, record, settle_step
from walletdesk.cases.models import FollowUp, SecurityCase
from walletdesk.cases.queries import security_team
from walletdesk.cases.types import CaseState
from walletdesk.conversations.actions.cases import note_case
from walletdesk.conversations.models import Conversation
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.safety.types import SafeText

LONGEST = timedelta(days=366)
MOST = 12  # of one case
AT_ONCE = 50


@transaction.atomic
def plan_follow_up(
    *, case: SecurityCase, membership: Membership, due_at: datetime, note: SafeText
) -> FollowUp:
    """Have a case come up again at a moment within a year. Raises BadInput."""
    locked = lock_case(case, membership)
    now = clock.now()
    if not now < due_at <= now + LONGEST:
        raise BadInput(due="out_of_range")
    if FollowUp.objects.filter(case=locked, done_at=None).count() >= MOST:
        raise BadInput(due="too_many")
    planned = FollowUp.objects.create(
        case=locked, due_at=due_at, note=plain_note(note), by_name=membership.user.name
    )
    record(locked, "follow_up", membership, due=due_at.isoformat(timespec="minutes"))
    settle_step(locked, "follow_up", membership)
    return planned


@transaction.atomic
def finish_follow_up(*, case: SecurityCase, membership: Membership, follow_up_id: int) -> None:
    """Say that one has looked, or need not any more. Raises NotFound."""
    locked = lock_case(case, membership)
    rows = FollowUp.objects.filter(case=locked, pk=follow_up_id)
    if not rows.exists():
        raise NotFound
    if rows.filter(done_at=None).update(done_at=clock.now()):
        record(locked, "followed_up", membership)


def remind_due() -> int:
    """Bring up what has come due: the job. Return how many. Each in a transaction of its own."""
    due = FollowUp.objects.filter(due_at__lte=clock.now(), told_at=None, done_at=None)
    ids = list(due.order_by("due_at").values_list("pk", flat=True)[:AT_ONCE])
    return sum(_remind(pk) for pk in ids)


@transaction.atomic
def _remind(follow_up_id: int) -> bool:
    """Tell the person who has the case, else those whom it is offered to; once."""
    row = FollowUp.objects.filter(pk=follow_up_id).select_related("case__conversation").first()
    if row is None:
        return False
    try:
        conversation = lock_place(row.case)
    except Conversation.DoesNotExist:
        return False
    told = FollowUp.objects.filter(pk=row.pk, told_at=None, done_at=None)
    if not told.update(told_at=clock.now()):
        return False
    case = SecurityCase.objects.select_related("brand", "assignee__user").get(pk=row.case_id)
    if case.state == CaseState.CLOSED:
        return False
    record(case, "came_up", None)
    people = [case.assignee] if case.assignee else []
    note_case(
        conversation=conversation,
        case=case.ref,
        state="follow_up",
        people=people or people_for(case.brand, security_team(case.brand)),
    )
    return True
