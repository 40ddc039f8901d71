"""Deadlines: told to those who lead complaints while they are near, and again when missed."""

from django.db import transaction

from walletdesk.complaints import events
from walletdesk.complaints.actions.base import record
from walletdesk.complaints.models import Complaint, ComplaintStep
from walletdesk.complaints.queries import due_steps, leads_of
from walletdesk.complaints.types import State
from walletdesk.conversations.actions.complaints import note_complaint
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import lock_conversation
from walletdesk.kit import clock
from walletdesk.kit.outbox.actions import publish

AT_ONCE = 50
_NAMES = {
    "deadline_near": events.COMPLAINT_DEADLINE_NEAR,
    "deadline_missed": events.COMPLAINT_DEADLINE_MISSED,
}


def tell_deadlines() -> bool:
    """Tell of deadlines that are near or missed, each once, in a transaction of its own.

    Returns whether more may wait.
    """
    due = due_steps(AT_ONCE)
    for complaint_id, conversation_id, step in due:
        _tell(complaint_id, conversation_id, step)
    return len(due) == AT_ONCE


@transaction.atomic
def _tell(complaint_id: int, conversation_id: int, step: str) -> None:
    try:
        conversation = lock_conversation(conversation_id)
    except Conversation.DoesNotExist:
        return  # removed meanwhile
    now = clock.now()
    rows = ComplaintStep.objects.filter(complaint=complaint_id, code=step, done_at=None)
    if rows.filter(missed_at=None, due_at__lte=now).update(missed_at=now, warned_at=now):
        state = "deadline_missed"
    elif rows.filter(warned_at=None, warn_at__lte=now).update(warned_at=now):
        state = "deadline_near"
    else:
        return
    complaint = Complaint.objects.select_related("brand", "investigator__user").get(pk=complaint_id)
    if complaint.state == State.CLOSED:
        return
    people = {one.pk: one for one in leads_of(complaint.brand)}
    if complaint.investigator is not None:
        people.setdefault(complaint.investigator.pk, complaint.investigator)
    names = [one.user.name for one in people.values()]
    record(complaint, state, step=step, told=names[:20])
    note_complaint(
        conversation=conversation,
        complaint=complaint.ref,
        state=state,
        people=list(people.values()),
    )
    publish(
        name=_NAMES[state],
        key=str(complaint.pk),
        payload={"complaint_id": complaint.pk, "step": step},
    )
