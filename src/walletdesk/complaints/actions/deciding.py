"""The end of a complaint: the decision of the person who investigated, or a withdrawal."""

from django.db import transaction

from walletdesk.accounts.models import Membership
from walletdesk.accounts.types import Permission
from walletdesk.complaints import rules, texts
from walletdesk.complaints.actions.base import (
    about,
    close,
    in_their_language,
    kept_text,
    lock_both,
    lock_place,
    lock_row,
    record,
    require_investigator,
    require_move,
    send_letter,
    settle,
    told_text,
)
from walletdesk.complaints.actions.refusals import Involved, NoHandler, PointsOpen
from walletdesk.complaints.models import ANSWER_LENGTH, Complaint
from walletdesk.complaints.profiles import calendar_of, get_profile
from walletdesk.complaints.queries import complaint_of, handlers_of, leads_of, points_of
from walletdesk.complaints.types import Act, Content, LetterKind, Outcome, State, Step
from walletdesk.conversations.actions.complaints import note_complaint
from walletdesk.conversations.tickets.models import Ticket
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput
from walletdesk.safety.types import SafeText


@transaction.atomic
def decide_complaint(
    *,
    complaint: Complaint,
    membership: Membership,
    outcome: Outcome,
    reasons: SafeText,
    remedies: SafeText,
) -> Content:
    """Decide, and send the answer: every point, the reasons, the remedies, who else can help.

    Raises NotNow, NotInvestigator, Involved, PointsOpen, OtherLanguage and BadInput. What is
    upheld needs a remedy.
    """
    locked, conversation = lock_both(complaint, membership, Permission.CONVERSATION_ANSWER)
    require_move(locked, Act.DECIDE)
    require_investigator(locked, membership)
    if membership.pk in handlers_of(locked):
        raise Involved(name=membership.user.name)
    if outcome not in rules.OUTCOMES[Act.DECIDE]:
        raise BadInput(outcome="unknown")
    points = points_of(locked)
    left = sum(not one.answer for one in points)
    if left or not points:
        raise PointsOpen(points=left)
    why = told_text(locked, conversation, membership, reasons, "reasons", ANSWER_LENGTH)
    if remedies.text.strip():
        given = told_text(locked, conversation, membership, remedies, "remedies", ANSWER_LENGTH)
    elif outcome != Outcome.NOT_UPHELD:
        raise BadInput(remedies="required")
    else:
        given = kept_text(conversation, remedies, "remedies", ANSWER_LENGTH, required=False)
    with in_their_language(locked):
        content = texts.decision(
            about(locked),
            outcome=outcome,
            points=[(one.text, one.finding, one.answer) for one in points],
            reasons=why,
            remedies=given,
            summary=_is_summary(locked),
        )
    settle(locked, Step.RESPOND)
    send_letter(locked, conversation, LetterKind.DECISION, content, membership)
    close(locked, conversation, Act.DECIDE, outcome, membership)
    return content


def _is_summary(complaint: Complaint) -> bool:
    """Tell whether the profile's short period is not over yet."""
    profile = get_profile(complaint.profile)
    if profile.summary is None:
        return False
    week = calendar_of(profile, complaint.received_at)
    return clock.now() < rules.ends_at(profile.summary, complaint.received_at, week)


@transaction.atomic
def withdraw_complaint(*, complaint: Complaint) -> None:
    """Close a complaint as its complainant wants. One that is closed stays as it is."""
    conversation = lock_place(complaint)
    locked = lock_row(complaint.pk)
    if locked.state == State.CLOSED:
        return
    try:
        with in_their_language(locked):
            content = texts.withdrawn(about(locked))
    except NoHandler:  # nobody is named yet: the page says it all the same
        record(locked, "no_letter")
    else:
        send_letter(locked, conversation, LetterKind.WITHDRAWN, content, None)
    close(locked, conversation, Act.WITHDRAW, Outcome.WITHDRAWN, None)
    note_complaint(
        conversation=conversation,
        complaint=locked.ref,
        state="withdrawn",
        people=leads_of(locked.brand),
    )


@transaction.atomic
def note_addition(*, ticket: Ticket) -> None:
    """Tell who works on a complaint that its complainant added something on the page."""
    found = complaint_of(ticket.conversation)
    if found is None or found.state == State.CLOSED:
        return
    conversation = lock_place(found)
    locked = lock_row(found.pk)
    record(locked, "added")
    people = [locked.investigator] if locked.investigator else leads_of(locked.brand)
    note_complaint(conversation=conversation, complaint=locked.ref, state="added", people=people)
