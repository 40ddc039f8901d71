"""Links in conversations: what is known of them, reports, and the decision about a report."""

from typing import Annotated

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from msgspec import Meta, Struct

from walletdesk.conversations.authenticity.actions import decide_report, report_link
from walletdesk.conversations.authenticity.queries import get_report_for, judge_links, reports_of
from walletdesk.conversations.authenticity.types import ReportState
from walletdesk.conversations.queries import get_conversation_for
from walletdesk.kit.errors import BadInput
from walletdesk.web.common.official_words import for_browser, script_strings
from walletdesk.web.desk.access import StaffRequest, staff_call
from walletdesk.web.desk.bodies import read_body
from walletdesk.web.desk.settings.frame import section_page, show

Link = Annotated[str, Meta(min_length=1, max_length=2_048)]


class _Links(Struct, forbid_unknown_fields=True):
    links: Annotated[list[Link], Meta(max_length=50)]


class _Report(Struct, forbid_unknown_fields=True):
    link: Link


@require_POST
@staff_call
def verdicts(request: StaffRequest, ref: str) -> HttpResponse:
    """Return what is known of links, those of a whole page of a thread in one call."""
    conversation = get_conversation_for(request.membership, ref)
    found = judge_links(conversation.brand, read_body(request, _Links).links)
    return JsonResponse(
        {"links": [for_browser(each) for each in found], "strings": script_strings()}
    )


@require_POST
@staff_call
def report(request: StaffRequest, ref: str) -> HttpResponse:
    """Report a link of a conversation as phishing."""
    conversation = get_conversation_for(request.membership, ref)
    made = report_link(
        conversation=conversation,
        membership=request.membership,
        link=read_body(request, _Report).link,
    )
    return JsonResponse({"state": made.state})


@require_safe
@section_page("links")
def listing(request: StaffRequest) -> HttpResponse:
    """List the reported links."""
    states = {
        ReportState.WAITING: _("Waits for a decision"),
        ReportState.CONFIRMED: _("Phishing"),
        ReportState.REJECTED: _("Rejected"),
    }
    reports = [
        {"row": row, "state": states[ReportState(row.state)], "waits": row.state == "waiting"}
        for row in reports_of(request.membership)
    ]
    return show(request, "links", "links", {"reports": reports})


@require_POST
@section_page("links")
def decide(request: StaffRequest, ref: str) -> HttpResponse:
    """Confirm (`confirm=yes`) or reject a report."""
    found = get_report_for(request.membership, ref)
    answer = request.POST.get("confirm")
    if answer not in {"yes", "no"}:
        raise BadInput(confirm="yes or no")
    decide_report(report=found, membership=request.membership, confirm=answer == "yes")
    return redirect("desk:links")
