"""What the desk's script calls: the thread's events, and every action on a conversation."""

from collections.abc import Callable
from typing import Annotated, TypeVar
from uuid import UUID

import msgspec
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from walletdesk.accounts.queries import get_colleague_for
from walletdesk.conversations.actions import staff
from walletdesk.conversations.actions.refusals import NothingToSay
from walletdesk.conversations.file_rules import FILES_PER_MESSAGE
from walletdesk.conversations.models import Event
from walletdesk.conversations.queries import event_json, get_conversation_for, thread
from walletdesk.conversations.rules import MESSAGE_LENGTH
from walletdesk.conversations.types import Audience
from walletdesk.kit.errors import BadInput
from walletdesk.safety import guard
from walletdesk.web.desk import present
from walletdesk.web.desk.access import StaffRequest, staff_call

LARGEST_SEQ = 2**31 - 1
T = TypeVar("T")


class Written(msgspec.Struct, forbid_unknown_fields=True):
    """A reply or note: `id` makes retries safe."""

    id: UUID
    text: str
    files: Annotated[tuple[str, ...], msgspec.Meta(max_length=FILES_PER_MESSAGE)] = ()


class Seen(msgspec.Struct, forbid_unknown_fields=True):
    """How far the reader has come."""

    seq: int


def _body(request: StaffRequest, form: type[T]) -> T:
    try:
        return msgspec.json.decode(request.body, type=form)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise BadInput(body="json") from None


def _number(request: StaffRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= LARGEST_SEQ):
        raise BadInput(**{name: "number"})
    return int(text)


@require_safe
@staff_call
def events(request: StaffRequest, ref: str) -> HttpResponse:
    """Return a page of the timeline: after a number, or before one."""
    conversation = get_conversation_for(request.membership, ref)
    after, before = _number(request, "after"), _number(request, "before")
    found = thread(conversation, Audience.STAFF, after=after or 0, before=before)
    return JsonResponse({"events": found})


# --- writing ------------------------------------------------------------------------------


@require_POST
@staff_call
def reply(request: StaffRequest, ref: str) -> HttpResponse:
    """Answer the customer."""
    return _write(request, ref, staff.send_reply)


@require_POST
@staff_call
def note(request: StaffRequest, ref: str) -> HttpResponse:
    """Write a note that only staff see."""
    return _write(request, ref, staff.add_note)


def _write(request: StaffRequest, ref: str, action: Callable[..., Event]) -> HttpResponse:
    conversation = get_conversation_for(request.membership, ref)
    written = _body(request, Written)
    text = written.text.replace("\x00", "").strip()
    if not (text or written.files) or len(text) > MESSAGE_LENGTH:
        raise NothingToSay
    checked = guard.check(text)
    event = action(
        conversation=conversation,
        membership=request.membership,
        client_id=written.id,
        text=checked.safe,
        files=written.files,
    )
    told = event_json(event, Audience.STAFF)
    return JsonResponse({"event": told, "secret": list(checked.kinds)})


@require_POST
@staff_call
def read(request: StaffRequest, ref: str) -> HttpResponse:
    """Remember how far the holder has read."""
    conversation = get_conversation_for(request.membership, ref)
    seen = _body(request, Seen)
    if not 0 <= seen.seq <= LARGEST_SEQ:
        raise BadInput(seq="number")
    staff.mark_read(conversation=conversation, membership=request.membership, seq=seen.seq)
    return HttpResponse(status=204)


# --- actions: each answers with the head as it stands now -----------------------------------


def _head(request: StaffRequest, ref: str) -> HttpResponse:
    conversation = get_conversation_for(request.membership, ref)
    context = {"head": present.head(conversation, request.membership)}
    return render(request, "desk/_head.html", context)


@require_POST
@staff_call
def claim(request: StaffRequest, ref: str) -> HttpResponse:
    """Take a conversation that nobody has."""
    conversation = get_conversation_for(request.membership, ref)
    staff.claim_conversation(conversation=conversation, membership=request.membership)
    return _head(request, ref)


@require_POST
@staff_call
def hand_over(request: StaffRequest, ref: str) -> HttpResponse:
    """Hand a conversation to the colleague `to`."""
    conversation = get_conversation_for(request.membership, ref)
    to = request.POST.get("to", "")
    if not (to.isascii() and to.isdigit() and len(to) <= 18):
        raise BadInput(to="number")
    colleague = get_colleague_for(request.membership, int(to))
    staff.hand_over_conversation(
        conversation=conversation, membership=request.membership, to=colleague
    )
    return _head(request, ref)


@require_POST
@staff_call
def release(request: StaffRequest, ref: str) -> HttpResponse:
    """Put a conversation back into the queue."""
    conversation = get_conversation_for(request.membership, ref)
    staff.release_conversation(conversation=conversation, membership=request.membership)
    return _head(request, ref)


@require_POST
@staff_call
def resolve(request: StaffRequest, ref: str) -> HttpResponse:
    """Mark a conversation as solved."""
    conversation = get_conversation_for(request.membership, ref)
    staff.resolve_conversation(conversation=conversation, membership=request.membership)
    return _head(request, ref)


@require_POST
@staff_call
def reopen(request: StaffRequest, ref: str) -> HttpResponse:
    """Open a solved conversation again."""
    conversation = get_conversation_for(request.membership, ref)
    staff.reopen_conversation(conversation=conversation, membership=request.membership)
    return _head(request, ref)
