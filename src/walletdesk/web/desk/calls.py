"""What the desk's script calls: the thread's events, and every action on a conversation."""

from collections.abc import Callable
from functools import partial
from typing import Annotated
from uuid import UUID

import msgspec
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from walletdesk.conversations.actions import staff
from walletdesk.conversations.actions.openings import record_openings
from walletdesk.conversations.actions.use_macro import send_macro
from walletdesk.conversations.file_rules import FILES_PER_MESSAGE
from walletdesk.conversations.models import Event
from walletdesk.conversations.prepared import get_macro_for
from walletdesk.conversations.queries import event_json, get_conversation_for, thread
from walletdesk.conversations.queries.joined import joined_thread, joined_to
from walletdesk.conversations.types import Audience
from walletdesk.safety.types import Checked
from walletdesk.web.desk import present
from walletdesk.web.desk.access import Guarded, StaffRequest, staff_call
from walletdesk.web.desk.bodies import LARGEST_SEQ, read_body, read_number
from walletdesk.web.desk.writing import check_text

Files = Annotated[tuple[str, ...], msgspec.Meta(max_length=FILES_PER_MESSAGE)]
Id = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


class Reply(msgspec.Struct, forbid_unknown_fields=True):
    """An answer: `id` makes retries safe, `after` is the newest event that its author has seen.

    `macro` is the prepared reply that it began as: what that one does is done with it. `links`:
    its author has looked at the links that are not official.
    """

    id: UUID
    text: str
    after: Annotated[int, msgspec.Meta(ge=0, le=LARGEST_SEQ)] | None = None
    files: Files = ()
    macro: Id | None = None
    links: bool = False


class Note(msgspec.Struct, forbid_unknown_fields=True):
    """A note, and the memberships of the colleagues whom it calls."""

    id: UUID
    text: str
    mentions: list[Id] = []
    files: Files = ()


@require_safe
@staff_call
def events(request: StaffRequest, ref: str) -> HttpResponse:
    """Return a page of the timeline: after a number, or before one."""
    conversation = get_conversation_for(request.membership, ref)
    after, before = read_number(request, "after"), read_number(request, "before")
    joined = [] if after else joined_to(conversation)
    record_openings(membership=request.membership, conversations=[conversation, *joined])
    found = (
        thread(conversation, Audience.STAFF, after=after)
        if after
        else joined_thread(conversation, Audience.STAFF, joined, before=before)
    )
    return JsonResponse({"events": found})


# --- writing ------------------------------------------------------------------------------


@require_POST
@staff_call
def reply(request: StaffRequest, ref: str) -> HttpResponse:
    """Answer the customer."""
    conversation = get_conversation_for(request.membership, ref)
    written = read_body(request, Reply)
    checked = check_text(written.text, files=written.files)
    send: Callable[..., Event] = staff.send_reply
    if written.macro is not None:
        send = partial(send_macro, macro=get_macro_for(request.membership, written.macro))
    event = send(
        conversation=conversation,
        membership=request.membership,
        client_id=written.id,
        text=checked.safe,
        seen_seq=written.after,
        files=written.files,
        links_seen=written.links,
    )
    return _told(event, checked)


@require_POST
@staff_call
def note(request: StaffRequest, ref: str) -> HttpResponse:
    """Write a note that only staff see."""
    conversation = get_conversation_for(request.membership, ref)
    written = read_body(request, Note)
    checked = check_text(written.text, files=written.files)
    event = staff.add_note(
        conversation=conversation,
        membership=request.membership,
        client_id=written.id,
        text=checked.safe,
        mentions=written.mentions,
        files=written.files,
    )
    return _told(event, checked)


def _told(event: Event, checked: Checked) -> HttpResponse:
    told = event_json(event, Audience.STAFF)
    return JsonResponse({"event": told, "secret": list(checked.kinds)})


# --- actions: each answers with the head as it stands now -----------------------------------


def head_of(request: StaffRequest, ref: str) -> HttpResponse:
    conversation = get_conversation_for(request.membership, ref)
    context = {"head": present.head(conversation, request.membership)}
    return render(request, "desk/_head.html", context)


def head_call(action: Callable[..., object]) -> Guarded[[str]]:
    """Make a call of an action that needs to know nothing but who does it to which conversation."""

    @require_POST
    @staff_call
    def view(request: StaffRequest, ref: str) -> HttpResponse:
        conversation = get_conversation_for(request.membership, ref)
        action(conversation=conversation, membership=request.membership)
        return head_of(request, ref)

    return view


claim = head_call(staff.claim_conversation)
reopen = head_call(staff.reopen_conversation)
