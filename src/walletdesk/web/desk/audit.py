"""Who saw what, and why: the trail, the alarms, and those who are locked out."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from walletdesk.accounts.models import AuditEntry
from walletdesk.accounts.watch.actions import lift_lock, settle_alarm
from walletdesk.accounts.watch.queries import (
    AuditFilter,
    get_alarm_for,
    get_lock_for,
    list_alarms,
    list_audit,
    open_locks,
    people_of,
    waiting_alarms,
)
from walletdesk.kit.errors import BadInput
from walletdesk.safety import guard
from walletdesk.safety.types import SafeText
from walletdesk.web.common.personal import kind_name, words_for_tokens
from walletdesk.web.desk import trail
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.bodies import read_number
from walletdesk.web.desk.settings.frame import section_call, section_page, show, tell
from walletdesk.web.desk.trail_actions import ACTIONS


def _filter(request: StaffRequest) -> AuditFilter:
    """Return what the page is narrowed to; what cannot be read narrows nothing."""
    asked = {name: request.GET.get(name, "").replace("\x00", "")[:80] for name in trail.FILTERS}
    try:
        day = date.fromisoformat(asked["day"]) if asked["day"] else None
    except ValueError:
        day = None
    if day is not None and not 2000 <= day.year <= 2200:
        day = None
    person = asked["person"]
    known = person.isascii() and person.isdigit() and len(person) <= 18
    return AuditFilter(
        actor=int(person) if known else None,
        action=asked["action"] if asked["action"] in ACTIONS else "",
        subject=trail.subject_asked(asked["subject"].strip()),
        day=day,
    )


@require_safe
@section_page("audit")
def audit(request: StaffRequest) -> HttpResponse:
    """Show the newest entries that fit the filters."""
    wanted = _filter(request)
    context = _page(request, wanted) | {
        "people": people_of(request.membership),
        "actions": [(code, trail.action_name(code)) for code in ACTIONS],
        "wanted": wanted,
        "asked": {name: request.GET.get(name, "") for name in trail.FILTERS},
        "narrowed": wanted != AuditFilter(),
    }
    return show(request, "audit", "oversight/audit", context)


@require_safe
@section_call("audit")
def audit_rows(request: StaffRequest) -> HttpResponse:
    """Return the next entries: `before` as the page before named it."""
    context = _page(request, _filter(request))
    return show(request, "audit", "oversight/_audit_rows", context)


def _page(request: StaffRequest, wanted: AuditFilter) -> dict[str, Any]:
    rows, following = list_audit(request.membership, wanted, before=read_number(request, "before"))
    asked = {n: v for n in trail.FILTERS if (v := request.GET.get(n, ""))}
    return {
        "entries": [entry(row) for row in rows],
        "next": urlencode({**asked, "before": following}) if following else "",
    }


def entry(row: AuditEntry) -> dict[str, Any]:
    """Return one line of the trail in words."""
    detail = row.detail if isinstance(row.detail, dict) else {}
    kind = str(detail.get("kind", ""))
    return {
        "at": row.created_at,
        "who": row.actor_name or _("The desk"),
        "by_desk": not row.actor_name,
        "action": trail.action_name(row.action),
        "grave": row.action in trail.GRAVE,
        "kind": trail.alarm_name(kind) if row.action.startswith("alarm.") else kind_name(kind),
        "subject": trail.subject_name(row.subject, str(detail.get("name", ""))),
        "ref": row.subject.removeprefix("conversation:")
        if row.subject.startswith("conversation:")
        else "",
        "reason": words_for_tokens(str(detail.get("reason", ""))),
        "facts": trail.facts(row.action, detail),
    }


# --- alarms -------------------------------------------------------------------------------


@require_safe
@section_page("alarms")
def alarms(request: StaffRequest) -> HttpResponse:
    """Show what was odd, and who is locked out."""
    me = request.membership
    context = {
        "alarms": [
            {
                "row": row,
                "name": trail.alarm_name(row.kind),
                "about": trail.alarm_about(row.count, row.bar),
                "note": words_for_tokens(row.note),
                "own": row.member.user_id == me.user_id,
            }
            for row in list_alarms(me)
        ],
        "locks": [{"row": row, "own": row.member.user_id == me.user_id} for row in open_locks(me)],
        "rules": trail.alarm_rules(),
    }
    return show(request, "alarms", "oversight/alarms", context)


@require_safe
@section_call("alarms")
def alarms_waiting(request: StaffRequest) -> HttpResponse:
    """Say how many alarms nobody has looked at: the desk's banner asks."""
    return JsonResponse({"waiting": waiting_alarms(request.membership)})


@require_POST
@section_page("alarms")
def settle(request: StaffRequest, alarm_id: int) -> HttpResponse:
    """Say what one found out about an alarm."""
    alarm = get_alarm_for(request.membership, alarm_id)
    settle_alarm(alarm=alarm, membership=request.membership, note=_reason(request))
    tell(request, _("Settled"))
    return redirect("desk:alarms")


@require_POST
@section_page("alarms")
def lift(request: StaffRequest, lock_id: int) -> HttpResponse:
    """Let a person in again."""
    lock = get_lock_for(request.membership, lock_id)
    lift_lock(lock=lock, membership=request.membership, reason=_reason(request))
    tell(request, _("They can sign in again"))
    return redirect("desk:alarms")


def _reason(request: StaffRequest) -> SafeText:
    text = request.POST.get("reason", "").replace("\x00", "").strip()
    if len(text) > 2_000:
        raise BadInput(reason="length")
    return guard.check(text).safe
