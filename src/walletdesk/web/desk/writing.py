"""Calls of the composer besides sending: drafts, replies for later, and who can be called."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from msgspec import Struct

from walletdesk.conversations.actions import drafts, scheduled
from walletdesk.conversations.actions.refusals import NothingToSay
from walletdesk.conversations.models import ScheduledReply
from walletdesk.conversations.pending import colleagues_to_call, get_scheduled_in, scheduled_in
from walletdesk.conversations.queries import event_json, get_conversation_for
from walletdesk.conversations.rules import MESSAGE_LENGTH
from walletdesk.conversations.types import Audience
from walletdesk.kit.errors import BadInput
from walletdesk.safety import guard
from walletdesk.safety.types import Checked
from walletdesk.web.desk import rules
from walletdesk.web.desk.access import StaffRequest, staff_call
from walletdesk.web.desk.bodies import read_body


class DraftBody(Struct, forbid_unknown_fields=True):
    """What has been written so far; empty forgets it."""

    kind: Literal["reply", "note"]
    text: str


class Later(Struct, forbid_unknown_fields=True):
    """A reply for later. `at`: ISO 8601 with an offset; `id` makes retries safe."""

    id: UUID
    text: str
    at: datetime
    files: list[str] = []
    links: bool = False


class Changed(Struct, forbid_unknown_fields=True):
    """What changes of a reply for later; with neither it just waits again."""

    text: str | None = None
    at: datetime | None = None
    links: bool = False


def check_text(text: str, *, files: Sequence[str] = ()) -> Checked:
    """Return a text that somebody sends, looked at by the guard; beside files it may be empty.

    Raises NothingToSay.
    """
    text = text.replace("\x00", "").strip()
    if not (text or files) or len(text) > MESSAGE_LENGTH:
        raise NothingToSay
    return guard.check(text)


def _moment(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise BadInput(at="offset")
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise BadInput(at="too_far") from None


@require_POST
@staff_call
def draft(request: StaffRequest, ref: str) -> HttpResponse:
    """Keep a draft, unless it holds a secret."""
    conversation = get_conversation_for(request.membership, ref)
    written = read_body(request, DraftBody)
    checked = guard.check(written.text.replace("\x00", ""))
    kept = drafts.save_draft(
        conversation=conversation,
        membership=request.membership,
        kind=written.kind,
        checked=checked,
    )
    return JsonResponse({"kept": kept, "secret": list(checked.kinds)})


@require_safe
@staff_call
def people(request: StaffRequest) -> HttpResponse:
    """Return the colleagues who can be named in a note."""
    found = [
        {
            "id": each.pk,
            "name": each.user.name,
            "initials": rules.initials(each.user.name),
            "tone": rules.tone(each.user.name),
            "team": each.team.name if each.team else "",
        }
        for each in colleagues_to_call(request.membership)
    ]
    return JsonResponse({"people": found})


# --- replies for later --------------------------------------------------------------------


def _told(reply: ScheduledReply, request: StaffRequest) -> dict[str, Any]:
    return {
        "id": reply.ref,
        "text": reply.text,
        "at": reply.due_at.isoformat(),
        "state": reply.state,
        "reason": reply.reason,
        "name": reply.membership.user.name,
        "overtaken": reply.conversation.last_customer_seq > reply.customer_seq,
        "mine": reply.membership_id == request.membership.pk,
    }


def scheduled_json(
    request: StaffRequest, waiting: Iterable[ScheduledReply]
) -> list[dict[str, Any]]:
    """Return replies that wait to be sent, as the desk's script reads them."""
    return [_told(reply, request) for reply in waiting]


@require_http_methods(["GET", "HEAD", "POST"])
@staff_call
def later(request: StaffRequest, ref: str) -> HttpResponse:
    """List the replies that wait, or add one."""
    conversation = get_conversation_for(request.membership, ref)
    if request.method != "POST":
        return JsonResponse({"scheduled": scheduled_json(request, scheduled_in(conversation))})
    asked = read_body(request, Later)
    checked = check_text(asked.text, files=asked.files)
    reply = scheduled.schedule_reply(
        conversation=conversation,
        membership=request.membership,
        client_id=asked.id,
        text=checked.safe,
        due_at=_moment(asked.at),
        files=asked.files,
        links_seen=asked.links,
    )
    return JsonResponse({"reply": _told(reply, request), "secret": list(checked.kinds)})


def _reply(request: StaffRequest, ref: str, item: str) -> ScheduledReply:
    return get_scheduled_in(get_conversation_for(request.membership, ref), item)


@require_POST
@staff_call
def change(request: StaffRequest, ref: str, item: str) -> HttpResponse:
    """Change the text or time of a reply for later."""
    reply = _reply(request, ref, item)
    asked = read_body(request, Changed)
    checked = check_text(asked.text) if asked.text is not None else None
    changed = scheduled.change_scheduled(
        reply=reply,
        membership=request.membership,
        text=checked.safe if checked else None,
        due_at=_moment(asked.at) if asked.at else None,
        links_seen=asked.links,
    )
    kinds = list(checked.kinds) if checked else []
    return JsonResponse({"reply": _told(changed, request), "secret": kinds})


@require_POST
@staff_call
def cancel(request: StaffRequest, ref: str, item: str) -> HttpResponse:
    """Take a reply for later back."""
    scheduled.cancel_scheduled(reply=_reply(request, ref, item), membership=request.membership)
    return HttpResponse(status=204)


@require_POST
@staff_call
def send_now(request: StaffRequest, ref: str, item: str) -> HttpResponse:
    """Send a reply for later at once."""
    reply = _reply(request, ref, item)
    event = scheduled.send_scheduled_now(reply=reply, membership=request.membership)
    return JsonResponse({"event": event_json(event, Audience.STAFF)})
