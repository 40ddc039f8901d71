"""What is done with a case: one address for each act, one table of them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from walletdesk.accounts.queries import get_team_for
from walletdesk.cases import ports
from walletdesk.cases.actions import checking, follow_ups, opening, references, steps, wallet
from walletdesk.cases.models import SecurityCase
from walletdesk.cases.queries import get_case_for, get_order_for
from walletdesk.cases.types import (
    AddressRole,
    CaseKind,
    Cause,
    CheckMethod,
    OrderKind,
    Outcome,
    RiskState,
    StepState,
)
from walletdesk.conversations.queries import get_conversation_for
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput, DomainError, NotAllowed, NotFound
from walletdesk.web.desk.access import StaffRequest, staff_page
from walletdesk.web.desk.cases.views import show
from walletdesk.web.desk.posted import chosen, number_in, raw, text
from walletdesk.web.desk.settings.frame import tell


@require_POST
@staff_page
def open_here(request: StaffRequest, ref: str) -> HttpResponse:
    """Open a case for a conversation, or go to the one that is open."""
    conversation = get_conversation_for(request.membership, ref)
    found = opening.open_case(
        conversation=conversation,
        membership=request.membership,
        kind=chosen(request, "kind", CaseKind),
    )
    return redirect("desk:case", found.ref)


@require_POST
@staff_page
def choose_team(request: StaffRequest) -> HttpResponse:
    """Choose the team that cases are offered to; none means by name."""
    number = request.POST.get("team", "")
    team = get_team_for(request.membership, number_in(number, "team")) if number else None
    steps.choose_team(membership=request.membership, team=team)
    tell(request, _("Saved"))
    return redirect("desk:cases")


@require_POST
@staff_page
def act(request: StaffRequest, ref: str, what: str) -> HttpResponse:
    """Do one thing with a case; a refusal is shown above the page, with what was asked."""
    found = get_case_for(request.membership, ref)
    perform = ACTS.get(what)
    if perform is None:
        raise NotFound
    try:
        said = perform(request, found)
    except (NotFound, NotAllowed):
        raise
    except DomainError as error:
        return show(request, get_case_for(request.membership, ref), error)
    tell(request, said)
    return redirect("desk:case", ref)


def _take(request: StaffRequest, case: SecurityCase) -> str:
    steps.take_case(case=case, membership=request.membership)
    return _("It is yours")


def _warn(request: StaffRequest, case: SecurityCase) -> str:
    steps.send_warning(case=case, membership=request.membership)
    return _("The warning was sent")


def _step(request: StaffRequest, case: SecurityCase) -> str:
    steps.set_step(
        case=case,
        membership=request.membership,
        code=request.POST.get("code", "")[:40],
        state=chosen(request, "state", StepState),
        note=text(request, "note"),
    )
    return _("Noted")


def _check(request: StaffRequest, case: SecurityCase) -> str:
    checking.request_check(case=case, membership=request.membership)
    return _("The chain is being read")


def _references(request: StaffRequest, case: SecurityCase) -> str:
    references.add_references(
        case=case,
        membership=request.membership,
        named=ports.chain().names(raw(request, "text")),
        role=chosen(request, "role", AddressRole),
    )
    checking.request_check(case=case, membership=request.membership)
    return _("Added; the chain is being read")


def _role(request: StaffRequest, case: SecurityCase) -> str:
    references.set_role(
        case=case,
        membership=request.membership,
        reference_id=number_in(request.POST.get("id", ""), "id"),
        role=chosen(request, "role", AddressRole),
    )
    return _("Noted")


def _remove(request: StaffRequest, case: SecurityCase) -> str:
    number = number_in(request.POST.get("id", ""), "id")
    references.remove_reference(case=case, membership=request.membership, reference_id=number)
    return _("Taken out")


def _conversation(request: StaffRequest, case: SecurityCase) -> str:
    other = get_conversation_for(request.membership, request.POST.get("ref", "")[:40])
    references.add_conversation(
        case=case, membership=request.membership, conversation=other, chain=ports.chain()
    )
    return _("Added")


def _cause(request: StaffRequest, case: SecurityCase) -> str:
    steps.set_cause(
        case=case,
        membership=request.membership,
        cause=chosen(request, "cause", Cause),
        why=text(request, "why"),
    )
    return _("Noted")


def _risk(request: StaffRequest, case: SecurityCase) -> str:
    steps.settle_risk(
        case=case,
        membership=request.membership,
        risk_id=number_in(request.POST.get("id", ""), "id"),
        state=chosen(request, "state", RiskState),
    )
    return _("Noted")


def _follow_up(request: StaffRequest, case: SecurityCase) -> str:
    days = request.POST.get("days", "")
    if days:
        due = clock.now() + timedelta(days=min(number_in(days, "days"), 10_000))
    else:
        due = _day(request.POST.get("due", ""))
    follow_ups.plan_follow_up(
        case=case, membership=request.membership, due_at=due, note=text(request, "note")
    )
    return _("It comes up then")


def _followed_up(request: StaffRequest, case: SecurityCase) -> str:
    number = number_in(request.POST.get("id", ""), "id")
    follow_ups.finish_follow_up(case=case, membership=request.membership, follow_up_id=number)
    return _("Noted")


def _wait(request: StaffRequest, case: SecurityCase) -> str:
    waiting = request.POST.get("waiting") == "yes"
    steps.set_waiting(case=case, membership=request.membership, waiting=waiting)
    return _("Noted")


def _close(request: StaffRequest, case: SecurityCase) -> str:
    steps.close_case(
        case=case,
        membership=request.membership,
        outcome=chosen(request, "outcome", Outcome),
        note=text(request, "note"),
    )
    return _("Case closed")


def _reopen(request: StaffRequest, case: SecurityCase) -> str:
    steps.reopen_case(case=case, membership=request.membership)
    return _("It is yours")


def _identity(request: StaffRequest, case: SecurityCase) -> str:
    wallet.check_identity(
        case=case, membership=request.membership, method=chosen(request, "method", CheckMethod)
    )
    return _("Noted")


def _order(request: StaffRequest, case: SecurityCase) -> str:
    wallet.request_order(
        case=case,
        membership=request.membership,
        kind=chosen(request, "kind", OrderKind),
        item=request.POST.get("account", "")[:200],
        reason=text(request, "reason"),
    )
    return _("Asked for")


def _decide(request: StaffRequest, case: SecurityCase) -> str:
    order = get_order_for(case, request.POST.get("order", "")[:40])
    answer = request.POST.get("approve")
    if answer not in {"yes", "no"}:
        raise BadInput(approve="unknown")
    wallet.decide_order(order=order, membership=request.membership, approve=answer == "yes")
    return _("Approved") if answer == "yes" else _("Refused")


ACTS: dict[str, Callable[[StaffRequest, SecurityCase], str]] = {
    "take": _take,
    "warn": _warn,
    "step": _step,
    "check": _check,
    "references": _references,
    "role": _role,
    "remove": _remove,
    "conversation": _conversation,
    "cause": _cause,
    "risk": _risk,
    "follow-up": _follow_up,
    "followed-up": _followed_up,
    "wait": _wait,
    "close": _close,
    "reopen": _reopen,
    "identity": _identity,
    "order": _order,
    "decide": _decide,
}


def _day(text: str) -> datetime:
    """Return nine in the morning (UTC) of a day as a date field sends it."""
    try:
        return datetime.strptime(text[:10], "%Y-%m-%d").replace(hour=9, tzinfo=UTC)
    except ValueError:
        raise BadInput(due="out_of_range") from None
