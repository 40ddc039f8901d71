"""From the acknowledgement to the answered points: what those who lead and investigate do."""

from datetime import datetime

from django.db import IntegrityError, transaction

from walletdesk.accounts.models import Membership
from walletdesk.accounts.types import Permission
from walletdesk.complaints import rules, texts
from walletdesk.complaints.actions.base import (
    about,
    audit,
    close,
    due_of,
    in_their_language,
    kept_text,
    lock_both,
    move,
    record,
    require_investigator,
    require_move,
    require_open,
    send_letter,
    settle,
    told_text,
)
from walletdesk.complaints.actions.refusals import Involved, TooLate
from walletdesk.complaints.models import (
    ANSWER_LENGTH,
    POINT_LENGTH,
    Complaint,
    ComplaintPoint,
    ComplaintStep,
    ComplaintSubject,
)
from walletdesk.complaints.ports import page_of
from walletdesk.complaints.profiles import calendar_of, get_profile
from walletdesk.complaints.queries import handlers_of, points_of
from walletdesk.complaints.types import (
    Act,
    Category,
    Content,
    Finding,
    LetterKind,
    Outcome,
    State,
    Step,
)
from walletdesk.contacts.personal.actions.sealing import sealed_value
from walletdesk.contacts.personal.types import OWN_LINK
from walletdesk.conversations.actions.complaints import note_complaint
from walletdesk.conversations.models import Conversation
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.safety.types import SafeText

LEAD, ANSWER = Permission.COMPLAINT_LEAD, Permission.CONVERSATION_ANSWER
MOST_POINTS = 30


def copy_of(complaint: Complaint) -> list[tuple[str, str]]:
    """Return the copy of a complaint for its acknowledgement: what was filled in, and the points.

    Headings are codes of fields; who shows a letter has the words.
    """
    rows = [(str(code), str(text)) for code, text in complaint.fields]
    return rows + [("point", one.text) for one in points_of(complaint)]


@transaction.atomic
def acknowledge(*, complaint: Complaint, membership: Membership) -> Content:
    """Say to the complainant that their complaint arrived and is admissible: the letter."""
    locked, conversation = lock_both(complaint, membership, LEAD)
    require_move(locked, Act.ACKNOWLEDGE)
    content = _acknowledgement(locked, conversation)
    move(locked, Act.ACKNOWLEDGE)
    settle(locked, Step.ACKNOWLEDGE)
    record(locked, "admitted", membership)
    send_letter(locked, conversation, LetterKind.ACKNOWLEDGEMENT, content, membership)
    return content


def _acknowledgement(complaint: Complaint, conversation: Conversation) -> Content:
    """Return the letter. In place of its page's address stands a token that no staff can open."""
    link = page_of(conversation)
    page = sealed_value(contact=conversation.contact, kind=OWN_LINK, value=link)
    with in_their_language(complaint):
        return texts.acknowledgement(
            about(complaint),
            answer_by=due_of(complaint, Step.RESPOND),
            page=page,
            copy=copy_of(complaint),
        )


@transaction.atomic
def refuse_complaint(*, complaint: Complaint, membership: Membership, reasons: SafeText) -> Content:
    """Say that a complaint is not admissible and why: it is closed. Raises BadInput."""
    locked, conversation = lock_both(complaint, membership, LEAD)
    require_move(locked, Act.REFUSE)
    kept = told_text(locked, conversation, membership, reasons, "reasons", ANSWER_LENGTH)
    with in_their_language(locked):
        content = texts.refusal(about(locked), reasons=kept, copy=copy_of(locked))
    settle(locked, Step.ACKNOWLEDGE)
    send_letter(locked, conversation, LetterKind.REFUSAL, content, membership)
    close(locked, conversation, Act.REFUSE, Outcome.INADMISSIBLE, membership)
    return content


@transaction.atomic
def choose_investigator(
    *, complaint: Complaint, membership: Membership, person: Membership
) -> None:
    """Give a complaint to somebody who had nothing to do with the matter. Raises Involved."""
    locked, conversation = lock_both(complaint, membership, LEAD)
    require_move(locked, Act.ASSIGN)
    if person.brand_id != locked.brand_id or not person.user.is_active:
        raise NotFound
    _require_uninvolved(locked, person)
    move(locked, Act.ASSIGN, investigator=person)
    record(locked, "assigned", membership, to=person.user.name)
    audit(locked, membership, "assigned", to=person.pk)
    note_complaint(
        conversation=conversation,
        complaint=locked.ref,
        state="assigned",
        by=membership,
        people=[person],
    )


def _require_uninvolved(complaint: Complaint, person: Membership) -> None:
    if person.pk in handlers_of(complaint):
        raise Involved(name=person.user.name)


@transaction.atomic
def add_subject(*, complaint: Complaint, membership: Membership, other: Conversation) -> None:
    """Say that a complaint is about another conversation too.

    Raises Involved when the person who investigates acted in it: choose another one first.
    """
    locked, _conversation = lock_both(complaint, membership, ANSWER)
    require_open(locked)
    if other.brand_id != locked.brand_id or other.pk == locked.conversation_id:
        raise NotFound
    try:
        with transaction.atomic():
            ComplaintSubject.objects.create(complaint=locked, conversation=other)
    except IntegrityError:
        return
    if locked.investigator is not None:
        _require_uninvolved(locked, locked.investigator)
    record(locked, "subject", membership, conversation=other.ref)


@transaction.atomic
def remove_subject(*, complaint: Complaint, membership: Membership, subject_id: int) -> None:
    """Say that a complaint is not about a conversation. Raises NotFound."""
    locked, _conversation = lock_both(complaint, membership, LEAD)
    require_open(locked)
    row = ComplaintSubject.objects.filter(complaint=locked, pk=subject_id).first()
    if row is None:
        raise NotFound
    record(locked, "not_subject", membership, conversation=row.conversation.ref)
    audit(locked, membership, "subject_removed", conversation=row.conversation.ref)
    row.delete()


@transaction.atomic
def set_category(*, complaint: Complaint, membership: Membership, category: Category) -> None:
    """Say what a complaint is about, for the statistics."""
    locked, _conversation = lock_both(complaint, membership, ANSWER)
    if Complaint.objects.filter(pk=locked.pk).exclude(category=category).update(category=category):
        record(locked, "category", membership, category=str(category))


@transaction.atomic
def add_point(*, complaint: Complaint, membership: Membership, text: SafeText) -> ComplaintPoint:
    """Note one more thing that is complained of; each needs an answer. Raises BadInput."""
    locked, conversation = lock_both(complaint, membership, ANSWER)
    require_open(locked)
    if locked.points.count() >= MOST_POINTS:
        raise BadInput(point="too_many")
    kept = kept_text(conversation, text, "point", POINT_LENGTH)
    settle(locked, Step.INVESTIGATE, done=False)
    record(locked, "point", membership)
    return ComplaintPoint.objects.create(complaint=locked, text=kept)


@transaction.atomic
def answer_point(
    *,
    complaint: Complaint,
    membership: Membership,
    point_id: int,
    finding: Finding,
    answer: SafeText,
) -> None:
    """Answer one point. With the last one the investigation is done. Raises NotInvestigator."""
    locked, conversation = lock_both(complaint, membership, ANSWER)
    if locked.state != State.INVESTIGATING:
        require_move(locked, Act.DECIDE)
    require_investigator(locked, membership)
    kept = told_text(locked, conversation, membership, answer, "answer", ANSWER_LENGTH)
    rows = ComplaintPoint.objects.filter(complaint=locked, pk=point_id)
    if not rows.update(answer=kept, finding=finding, by_name=membership.user.name):
        raise NotFound
    record(locked, "answered", membership, finding=str(finding))
    if not locked.points.filter(answer="").exists():
        settle(locked, Step.INVESTIGATE)


@transaction.atomic
def ask_complainant(*, complaint: Complaint, membership: Membership, text: SafeText) -> Content:
    """Ask for what is missing. The clock runs on: the rules know no pause."""
    locked, conversation = lock_both(complaint, membership, ANSWER)
    require_open(locked)
    kept = told_text(locked, conversation, membership, text, "text", ANSWER_LENGTH)
    with in_their_language(locked):
        content = texts.question(about(locked), text=kept)
    send_letter(locked, conversation, LetterKind.QUESTION, content, membership)
    return content


@transaction.atomic
def hold_complaint(
    *, complaint: Complaint, membership: Membership, reasons: SafeText, answer_by: datetime
) -> Content:
    """Say why the answer takes longer, and until when: the holding letter. Raises TooLate.

    The new date is later than the one before and not past what the profile allows at most.
    """
    locked, conversation = lock_both(complaint, membership, LEAD)
    require_open(locked)
    profile = get_profile(locked.profile)
    if answer_by <= due_of(locked, Step.RESPOND) or answer_by <= clock.now():
        raise BadInput(answer_by="out_of_range")
    if profile.longest is not None:
        week = calendar_of(profile, locked.received_at)
        latest = rules.ends_at(profile.longest, locked.received_at, week)
        if answer_by > latest:
            raise TooLate(latest=latest.date().isoformat())
    kept = told_text(locked, conversation, membership, reasons, "reasons", ANSWER_LENGTH)
    warn = next(rule.warn_days for rule in profile.steps if rule.step == Step.RESPOND)
    due = rules.deadline(answer_by, clock.now(), warn)
    ComplaintStep.objects.filter(complaint=locked, code=Step.RESPOND).update(
        due_at=due.due_at, warn_at=due.warn_at, warned_at=None, missed_at=None
    )
    record(locked, "held", membership, until=answer_by.isoformat(timespec="minutes"))
    with in_their_language(locked):
        content = texts.holding(about(locked), reasons=kept, answer_by=answer_by)
    send_letter(locked, conversation, LetterKind.HOLDING, content, membership)
    return content
