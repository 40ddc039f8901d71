"""Calls about attention: how far somebody has read, and who writes or looks just now."""

from typing import Annotated, Literal

from django.http import HttpResponse
from django.views.decorators.http import require_POST
from msgspec import Meta, Struct

from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.conversations.actions import marks
from walletdesk.conversations.queries import get_conversation_for
from walletdesk.kit.errors import NotAllowed
from walletdesk.web.desk.access import StaffRequest, staff_call
from walletdesk.web.desk.bodies import LARGEST_SEQ, read_body


class Seen(Struct, forbid_unknown_fields=True):
    """How far the reader has come."""

    seq: Annotated[int, Meta(ge=0, le=LARGEST_SEQ)]


class Typing(Struct, forbid_unknown_fields=True):
    """What is being written."""

    mode: Literal["reply", "note"]


class Viewing(Struct, forbid_unknown_fields=True):
    """Looking on, having just come (`hello`), or leaving (`gone`)."""

    hello: bool = False
    gone: bool = False


@require_POST
@staff_call
def read(request: StaffRequest, ref: str) -> HttpResponse:
    """Remember how far the holder has read."""
    conversation = get_conversation_for(request.membership, ref)
    seen = read_body(request, Seen)
    marks.mark_read(conversation=conversation, membership=request.membership, seq=seen.seq)
    return HttpResponse(status=204)


@require_POST
@staff_call
def typing(request: StaffRequest, ref: str) -> HttpResponse:
    """Say that a reply or note is being written."""
    conversation = get_conversation_for(request.membership, ref)
    asked = read_body(request, Typing)
    if not may(request.membership.role, Permission.CONVERSATION_ANSWER):
        raise NotAllowed
    marks.tell_staff_types(
        conversation=conversation, membership=request.membership, reply=asked.mode == "reply"
    )
    return HttpResponse(status=204)


@require_POST
@staff_call
def viewing(request: StaffRequest, ref: str) -> HttpResponse:
    """Say that somebody looks at a conversation, or no longer does."""
    conversation = get_conversation_for(request.membership, ref)
    asked = read_body(request, Viewing)
    marks.tell_viewing(
        conversation=conversation,
        membership=request.membership,
        hello=asked.hello,
        gone=asked.gone,
    )
    return HttpResponse(status=204)
