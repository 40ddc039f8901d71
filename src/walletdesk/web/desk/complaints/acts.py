"""What is done with a complaint: one address for each act, one table of them.

A preview is the act itself, undone: so what was looked at is what is sent.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from walletdesk.accounts.queries import get_colleague_for
from walletdesk.complaints.actions import deciding, handling, opening
from walletdesk.complaints.actions.settings import change_rules
from walletdesk.complaints.models import Complaint
from walletdesk.complaints.profiles import calendar_of, get_profile
from walletdesk.complaints.queries import get_complaint_for
from walletdesk.complaints.types import Category, Content, Finding, Outcome
from walletdesk.conversations.queries import get_conversation_for
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput, DomainError, NotAllowed, NotFound
from walletdesk.sla.working_days import end_of_day
from walletdesk.web.common import complaint_letters
from walletdesk.web.desk.access import StaffRequest, staff_page
from walletdesk.web.desk.complaints.views import show, show_letter, show_list
from walletdesk.web.desk.posted import chosen, number_in, raw, text
from walletdesk.web.desk.settings.frame import tell


@require_POST
@staff_page
def open_here(request: StaffRequest, ref: str) -> HttpResponse:
    """Make a conversation a complaint, or go to the one that is open."""
    conversation = get_conversation_for(request.membership, ref)
    found = opening.open_complaint(
        conversation=conversation,
        membership=request.membership,
        point=text(request, "point") if request.POST.get("point") else None,
        received_at=_received(request.POST.get("received", "")),
    )
    return redirect("desk:complaint", found.ref)


def _received(day: str) -> datetime | None:
    """Return noon (UTC) of an earlier day, None for today or none."""
    if not day or day == clock.now().date().isoformat():
        return None
    return datetime.combine(_day(day, "received"), time(12), UTC)


@require_POST
@staff_page
def choose_rules(request: StaffRequest) -> HttpResponse:
    """Choose the law, and who is named in letters."""
    try:
        change_rules(
            membership=request.membership,
            profile=raw(request, "profile"),
            handler=raw(request, "handler"),
            email=raw(request, "email"),
            phone=raw(request, "phone"),
        )
    except BadInput as error:
        return show_list(request, error)
    tell(request, _("Saved"))
    return redirect("desk:complaints")


@require_POST
@staff_page
def act(request: StaffRequest, ref: str, what: str) -> HttpResponse:
    """Do one thing with a complaint, or show the letter that it would send (`preview`)."""
    found = get_complaint_for(request.membership, ref)
    perform = ACTS.get(what)
    if perform is None:
        raise NotFound
    preview = "preview" in request.POST
    try:
        with transaction.atomic():
            content = perform(request, found)
            transaction.set_rollback(preview)
    except (NotFound, NotAllowed):
        raise
    except DomainError as error:
        return show(request, get_complaint_for(request.membership, ref), error, what)
    if preview and content is not None:
        shown = complaint_letters.preview(found, content, found.language)
        return show_letter(request, shown, draft=True)
    tell(request, _("The letter was sent") if content else _("Noted"))
    return redirect("desk:complaint", ref)


def _acknowledge(request: StaffRequest, complaint: Complaint) -> Content:
    return handling.acknowledge(complaint=complaint, membership=request.membership)


def _refuse(request: StaffRequest, complaint: Complaint) -> Content:
    return handling.refuse_complaint(
        complaint=complaint, membership=request.membership, reasons=text(request, "reasons")
    )


def _assign(request: StaffRequest, complaint: Complaint) -> None:
    number = number_in(request.POST.get("person", ""), "person")
    handling.choose_investigator(
        complaint=complaint,
        membership=request.membership,
        person=get_colleague_for(request.membership, number),
    )


def _subject(request: StaffRequest, complaint: Complaint) -> None:
    other = get_conversation_for(request.membership, request.POST.get("ref", "").strip()[:40])
    handling.add_subject(complaint=complaint, membership=request.membership, other=other)


def _not_subject(request: StaffRequest, complaint: Complaint) -> None:
    number = number_in(request.POST.get("id", ""), "id")
    handling.remove_subject(complaint=complaint, membership=request.membership, subject_id=number)


def _category(request: StaffRequest, complaint: Complaint) -> None:
    handling.set_category(
        complaint=complaint,
        membership=request.membership,
        category=chosen(request, "category", Category),
    )


def _point(request: StaffRequest, complaint: Complaint) -> None:
    handling.add_point(
        complaint=complaint, membership=request.membership, text=text(request, "point")
    )


def _answer(request: StaffRequest, complaint: Complaint) -> None:
    handling.answer_point(
        complaint=complaint,
        membership=request.membership,
        point_id=number_in(request.POST.get("id", ""), "id"),
        finding=chosen(request, "finding", Finding),
        answer=text(request, "answer"),
    )


def _ask(request: StaffRequest, complaint: Complaint) -> Content:
    return handling.ask_complainant(
        complaint=complaint, membership=request.membership, text=text(request, "text")
    )


def _hold(request: StaffRequest, complaint: Complaint) -> Content:
    week = calendar_of(get_profile(complaint.profile), complaint.received_at)
    return handling.hold_complaint(
        complaint=complaint,
        membership=request.membership,
        reasons=text(request, "reasons"),
        answer_by=end_of_day(week, _day(request.POST.get("until", ""), "until")),
    )


def _decide(request: StaffRequest, complaint: Complaint) -> Content:
    return deciding.decide_complaint(
        complaint=complaint,
        membership=request.membership,
        outcome=chosen(request, "outcome", Outcome),
        reasons=text(request, "reasons"),
        remedies=text(request, "remedies"),
    )


ACTS: dict[str, Callable[[StaffRequest, Complaint], Content | None]] = {
    "acknowledge": _acknowledge,
    "refuse": _refuse,
    "assign": _assign,
    "subject": _subject,
    "not-subject": _not_subject,
    "category": _category,
    "point": _point,
    "answer": _answer,
    "ask": _ask,
    "hold": _hold,
    "decide": _decide,
}


def _day(typed: str, name: str) -> date:
    try:
        found = date.fromisoformat(typed[:10])
    except ValueError:
        raise BadInput(**{name: "out_of_range"}) from None
    if not 2000 < found.year < 2200:
        raise BadInput(**{name: "out_of_range"})
    return found
