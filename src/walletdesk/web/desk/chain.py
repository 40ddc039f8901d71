"""What the chain says, on the desk: chips, the full facts of a message, evidence, watching."""

from typing import Annotated

import msgspec
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.conversations.diagnoses.actions.asking import ask_by_staff
from walletdesk.conversations.diagnoses.actions.watching import stop_watch, watch_by_staff
from walletdesk.conversations.diagnoses.queries import diagnoses_of, named_in, watched_in
from walletdesk.conversations.queries import get_conversation_for
from walletdesk.conversations.types import Audience
from walletdesk.kit.errors import NotFound
from walletdesk.web.common.chain.chips import chips_json, read_seqs, state_of
from walletdesk.web.common.chain.facts import panel_of
from walletdesk.web.desk.access import StaffRequest, staff_call
from walletdesk.web.desk.bodies import LARGEST_SEQ, read_body

Seq = Annotated[int, msgspec.Meta(ge=1, le=LARGEST_SEQ)]


class Look(msgspec.Struct, forbid_unknown_fields=True):
    """Messages whose references are to be looked up; `again`: also what is known already."""

    seqs: Annotated[list[Seq], msgspec.Meta(min_length=1, max_length=100)]
    again: bool = False


class Watching(msgspec.Struct, forbid_unknown_fields=True):
    """A transaction that is to be watched, or no longer."""

    reference: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    on: bool = True


@require_safe
@staff_call
def chips(request: StaffRequest, ref: str) -> HttpResponse:
    """Tell what messages name: query field `seqs`."""
    conversation = get_conversation_for(request.membership, ref)
    seqs = read_seqs(request.GET.get("seqs", ""))
    return JsonResponse(chips_json(conversation, Audience.STAFF, seqs))


@require_POST
@staff_call
def look(request: StaffRequest, ref: str) -> HttpResponse:
    """Have what messages name looked up, in the background."""
    conversation = get_conversation_for(request.membership, ref)
    asked = read_body(request, Look)
    ask_by_staff(
        conversation=conversation,
        membership=request.membership,
        seqs=asked.seqs,
        again=asked.again,
    )
    return JsonResponse(chips_json(conversation, Audience.STAFF, asked.seqs))


@require_safe
@staff_call
def facts(request: StaffRequest, ref: str, seq: int) -> HttpResponse:
    """Show all that is known about what a message names."""
    conversation = get_conversation_for(request.membership, ref)
    seq = min(seq, LARGEST_SEQ)
    if seq not in named_in(conversation, Audience.STAFF, [seq]):
        raise NotFound
    row = diagnoses_of(conversation, [seq]).get(seq)
    context = {
        "panels": [panel_of(record) for record in row.report] if row else [],
        "state": state_of(row),
        "row": row,
        "watched": watched_in(conversation),
        "may_look": may(request.membership.role, Permission.CONVERSATION_ANSWER),
    }
    return render(request, "desk/_chain.html", context)


@require_POST
@staff_call
def watch(request: StaffRequest, ref: str, seq: int) -> HttpResponse:
    """Watch a transaction, or no longer."""
    conversation = get_conversation_for(request.membership, ref)
    asked = read_body(request, Watching)
    staff = request.membership
    if asked.on:
        watch_by_staff(
            conversation=conversation,
            membership=staff,
            seq=min(seq, LARGEST_SEQ),
            reference=asked.reference,
        )
    else:
        stop_watch(conversation=conversation, reference=asked.reference, membership=staff)
    return JsonResponse(chips_json(conversation, Audience.STAFF, [min(seq, LARGEST_SEQ)]))
