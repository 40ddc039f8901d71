"""The calls of a brand, and their recordings."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.kit.errors import NotFound
from walletdesk.voice.models import Call
from walletdesk.voice.queries import LOGGED, call_log, get_recording_for, recording_wav
from walletdesk.web.desk.access import StaffRequest, staff_call, staff_page
from walletdesk.web.desk.bodies import read_number
from walletdesk.web.desk.settings.frame import frame_context


def outcome_word(call: Call) -> str:
    """Return what became of a call, in the reader's language."""
    words = {
        "ended": _("Answered"),
        "cut": _("Answered, then cut off"),
        "missed": _("Missed"),
        "lost": _("Lost by a fault"),
        "left": _("Hung up in the menu"),
        "call_back": _("Call-back"),
        "message": _("Voice message"),
        "link": _("Link to the chat"),
        "overflow": _("Waited too long"),
        "not_reached": _("Not reached"),
    }
    return words.get(call.outcome, _("Ended") if call.ended_at else _("Goes on"))


@require_safe
@staff_page
def calls(request: StaffRequest) -> HttpResponse:
    """List calls, newest first."""
    rows = call_log(request.membership, read_number(request, "before"))
    context: dict[str, Any] = frame_context(request, None) | {
        "section_title": _("Calls"),
        "rows": [{"call": call, "outcome": outcome_word(call)} for call in rows],
        "more": rows[-1].pk if len(rows) == LOGGED else None,
    }
    return render(request, "desk/calls.html", context)


@require_safe
@staff_call
def recording(request: StaffRequest, recording_id: int) -> HttpResponse:
    """Give the sound of a recording to who has the conversation or leads. Audited first."""
    if recording_id >= 2**63:
        raise NotFound
    row = get_recording_for(request.membership, recording_id)
    record_audit(
        brand=request.membership.brand,
        actor=request.membership,
        action="recording.heard",
        subject=f"call:{row.call.ref}",
        detail={"recording": row.pk},
    )
    response = HttpResponse(recording_wav(row), content_type="audio/wav")
    response["Cache-Control"] = "private, no-store"
    return response
