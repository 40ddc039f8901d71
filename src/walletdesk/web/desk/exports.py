"""Exports: ask, decide, download once."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.conversations.actions.exports import (
    DAYS_MOST,
    decide_export,
    download_export,
    request_export,
)
from walletdesk.conversations.disclosures.models import Export
from walletdesk.conversations.disclosures.queries import get_export_for, list_exports
from walletdesk.conversations.disclosures.types import ExportFormat, ExportState, ExportWhat
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput
from walletdesk.safety import guard
from walletdesk.web.common.personal import words_for_tokens
from walletdesk.web.desk import wording
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.settings.frame import SettingsForm, save, section_page, show

TYPES = {ExportFormat.CSV: "text/csv; charset=utf-8", ExportFormat.JSONL: "application/jsonl"}


class RequestForm(SettingsForm):
    """What is asked for, and why."""

    what = forms.ChoiceField(
        label=gettext_lazy("What"),
        choices=[
            (ExportWhat.CONVERSATIONS.value, gettext_lazy("Conversations, without texts")),
            (ExportWhat.MESSAGES.value, gettext_lazy("Messages, masked")),
            (ExportWhat.CONTACTS.value, gettext_lazy("Customers, masked")),
            (ExportWhat.SURVEYS.value, gettext_lazy("Answers to surveys, masked")),
        ],
    )
    form = forms.ChoiceField(
        label=gettext_lazy("File"),
        choices=[(ExportFormat.CSV.value, "CSV"), (ExportFormat.JSONL.value, "JSONL")],
    )
    first_day = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput(attrs={"type": "date"})
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day"), widget=forms.DateInput(attrs={"type": "date"})
    )
    clear = forms.BooleanField(
        label=gettext_lazy("In clear, not masked (customers only)"), required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        min_length=10,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def _fresh() -> RequestForm:
    today = clock.now().date()
    return RequestForm(initial={"first_day": today.replace(day=1), "last_day": today})


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("exports")
def exports(request: StaffRequest) -> HttpResponse:
    """Show the requests; a POST makes one."""
    form = RequestForm(request.POST) if request.method == "POST" else _fresh()
    if form.is_bound and save(request, form, lambda: _ask(request, form), said=_("Asked for")):
        return done_here()
    context = {"form": form, "exports": _listed(request), "days": DAYS_MOST}
    return show(
        request, "exports", "oversight/exports", context, status=422 if form.is_bound else 200
    )


def done_here() -> HttpResponse:
    """Lead back to the list, so that a reload sends nothing twice."""
    return redirect("desk:exports")


def _ask(request: StaffRequest, form: RequestForm) -> None:
    given = form.cleaned_data
    try:
        request_export(
            membership=request.membership,
            what=ExportWhat(given["what"]),
            form=ExportFormat(given["form"]),
            first_day=given["first_day"],
            last_day=given["last_day"],
            clear=given["clear"],
            reason=guard.check(given["reason"].strip()).safe,
        )
    except BadInput as error:
        raise _explained(error) from None


def _explained(error: BadInput) -> BadInput:
    """Return a refusal with sentences at the fields of the form."""
    sentences = {
        "days": ("last_day", _("At most 31 days, and the last day not before the first.")),
        "clear": ("clear", _("Only customers can be exported in clear.")),
        "reason": ("reason", _("Write 10 to 500 characters.")),
    }
    named = [sentences[name] for name in error.fields if name in sentences]
    return BadInput(**dict(named))


def _listed(request: StaffRequest) -> list[dict[str, Any]]:
    now = clock.now()
    me = request.membership
    approves = may(me.role, Permission.EXPORT_APPROVE)
    return [
        {
            "row": row,
            "what": wording.export_what(row.what),
            "reason": words_for_tokens(row.reason),
            "state": state_name(row, now),
            "waits": row.state == ExportState.REQUESTED,
            "may_decide": approves
            and row.state == ExportState.REQUESTED
            and row.requester_id != me.user_id,
            "own": row.requester_id == me.user_id,
            "may_download": row.requester_id == me.user_id and is_ready(row, now),
        }
        for row in list_exports(me)
    ]


def is_ready(row: Export, now: Any) -> bool:
    """Tell whether an export can be downloaded now."""
    return bool(row.state == ExportState.APPROVED and row.expires_at and row.expires_at > now)


def state_name(row: Export, now: Any) -> str:
    """Return the word for where a request stands."""
    if row.state == ExportState.APPROVED and not is_ready(row, now):
        return _("Expired")
    return wording.export_state(row.state)


@require_POST
@section_page("exports")
def decide(request: StaffRequest, ref: str) -> HttpResponse:
    """Approve (`approve=yes`) or refuse a colleague's request."""
    export = get_export_for(request.membership, ref)
    answer = request.POST.get("approve")
    if answer not in {"yes", "no"}:
        raise BadInput(approve="yes or no")
    decide_export(export=export, membership=request.membership, approve=answer == "yes")
    return done_here()


@require_POST
@section_page("exports")
def download(request: StaffRequest, ref: str) -> HttpResponse:
    """Hand out the file, once."""
    export = get_export_for(request.membership, ref)
    name, contents = download_export(export=export, membership=request.membership)
    return HttpResponse(
        contents,
        content_type=TYPES[ExportFormat(export.format)],
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )
