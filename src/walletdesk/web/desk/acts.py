"""What is done with a whole conversation: each call answers with its head as it stands now.

What can be taken back tells the page so by the event `wd-undo`, with the token and a sentence.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from walletdesk.accounts.queries import get_colleague_for, get_team_for, teams_of
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.contacts.personal.queries import masked_identities
from walletdesk.contacts.personal.types import IdentityKind, Masked
from walletdesk.conversations.actions import staff
from walletdesk.conversations.actions.block import active_block, block_contact, unblock_contact
from walletdesk.conversations.actions.links import link_conversations, unlink_conversations
from walletdesk.conversations.actions.snooze import snooze_conversation, wake_conversation
from walletdesk.conversations.actions.split import split_conversation
from walletdesk.conversations.actions.teams import assign_team
from walletdesk.conversations.actions.undo import undoable, undoable_merge
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import get_conversation_for
from walletdesk.conversations.queries.related import (
    merge_candidates,
    related_to,
    split_points,
)
from walletdesk.escalation.queries import levels_above
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.safety import guard
from walletdesk.safety.types import SafeText
from walletdesk.voice.actions.calling import call_customer
from walletdesk.web.desk import present
from walletdesk.web.desk.access import Guarded, StaffRequest, staff_call
from walletdesk.web.desk.bodies import LARGEST_SEQ

BLOCKED_HOURS = (1, 24, 24 * 7, 24 * 30)
LONGEST_TEXT = 400


def done_sentence(action: str, count: int = 1) -> str:
    """Return what a toast says about an action that can be taken back."""
    if count > 1:
        return _("Done: %(n)s conversations") % {"n": count}
    return {
        "resolve": _("Resolved"),
        "snooze": _("Snoozed"),
        "assign": _("Assigned"),
        "team": _("Given to the team"),
        "release": _("Back in the queue"),
        "tag": _("Tagged"),
        "merge": _("Merged"),
    }[action]


def _head(request: StaffRequest, ref: str, *, undo: tuple[str, UUID] | None = None) -> HttpResponse:
    conversation = get_conversation_for(request.membership, ref)
    context = {"head": present.head(conversation, request.membership)}
    answer = render(request, "desk/_head.html", context)
    if undo is not None:
        action, token = undo
        told = {"token": str(token), "text": done_sentence(action)}
        answer["HX-Trigger"] = json.dumps({"wd-undo": told})  # ASCII, as a header must be
    return answer


def _undoable(
    action: str,
    perform_with: Callable[[StaffRequest], Callable[[Conversation], object]],
) -> Guarded[[str]]:
    """Make a call of an action that can be taken back."""

    @require_POST
    @staff_call
    def view(request: StaffRequest, ref: str) -> HttpResponse:
        conversation = get_conversation_for(request.membership, ref)
        token = uuid4()
        undoable(
            action=action,
            token=token,
            membership=request.membership,
            conversation=conversation,
            perform=perform_with(request),
        )
        return _head(request, ref, undo=(action, token))

    return view


def number(text: str, name: str) -> int:
    """Return an id of a form. Raises BadInput."""
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise BadInput(**{name: "number"})
    return int(text)


def moment(text: str, name: str) -> datetime:
    """Return a moment of a form, ISO 8601 with its offset. Raises BadInput."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else _refuse(name)
    except (ValueError, OverflowError):
        raise BadInput(**{name: "moment"}) from None


def _refuse(name: str) -> datetime:
    raise BadInput(**{name: "offset"})


def text_of(request: StaffRequest, name: str) -> SafeText:
    """Return a short text of a form, through the guard. Raises BadInput."""
    text = request.POST.get(name, "").replace("\x00", "").strip()
    if len(text) > LONGEST_TEXT:
        raise BadInput(**{name: "length"})
    return guard.check(text).safe


def _other(request: StaffRequest) -> Conversation:
    """Return the conversation that a form names by its reference, in whatever case."""
    ref = request.POST.get("ref", "").strip().lower()
    if not (ref.isascii() and ref.isalnum()):
        raise NotFound
    return get_conversation_for(request.membership, ref)


# --- with undo ----------------------------------------------------------------------------


def _resolve(request: StaffRequest) -> Callable[[Conversation], object]:
    me = request.membership
    return lambda c: staff.resolve_conversation(conversation=c, membership=me)


def _release(request: StaffRequest) -> Callable[[Conversation], object]:
    me = request.membership
    return lambda c: staff.release_conversation(conversation=c, membership=me)


def _hand_over(request: StaffRequest) -> Callable[[Conversation], object]:
    me = request.membership
    to = get_colleague_for(me, number(request.POST.get("to", ""), "to"))
    return lambda c: staff.hand_over_conversation(conversation=c, membership=me, to=to)


def _team(request: StaffRequest) -> Callable[[Conversation], object]:
    me = request.membership
    team = get_team_for(me, number(request.POST.get("team", ""), "team"))
    return lambda c: assign_team(conversation=c, membership=me, team=team)


def _snooze(request: StaffRequest) -> Callable[[Conversation], object]:
    me, until = request.membership, moment(request.POST.get("until", ""), "until")
    return lambda c: snooze_conversation(conversation=c, membership=me, until=until)


resolve = _undoable("resolve", _resolve)
release = _undoable("release", _release)
hand_over = _undoable("assign", _hand_over)
team = _undoable("team", _team)
snooze = _undoable("snooze", _snooze)


@require_POST
@staff_call
def merge(request: StaffRequest, ref: str) -> HttpResponse:
    """Have this conversation go on in the one named by `ref`; the answer leads there."""
    conversation, into = get_conversation_for(request.membership, ref), _other(request)
    token = uuid4()
    undoable_merge(
        token=token,
        membership=request.membership,
        conversation=conversation,
        into=into,
        reason=text_of(request, "reason"),
    )
    answer = _head(request, ref, undo=("merge", token))
    told = json.loads(answer["HX-Trigger"]) | {"wd-open": {"ref": into.ref}}
    answer["HX-Trigger"] = json.dumps(told)
    return answer


# --- without undo -------------------------------------------------------------------------


@require_POST
@staff_call
def wake(request: StaffRequest, ref: str) -> HttpResponse:
    """Take a snoozed conversation up again."""
    conversation = get_conversation_for(request.membership, ref)
    wake_conversation(conversation=conversation, membership=request.membership)
    return _head(request, ref)


@require_POST
@staff_call
def split(request: StaffRequest, ref: str) -> HttpResponse:
    """Begin a new conversation with the messages from `seq` on; the answer leads there."""
    conversation = get_conversation_for(request.membership, ref)
    seq = number(request.POST.get("seq", ""), "seq")
    if seq > LARGEST_SEQ:
        raise BadInput(seq="number")
    part = split_conversation(conversation=conversation, membership=request.membership, seq=seq)
    answer = _head(request, ref)
    answer["HX-Trigger"] = json.dumps({"wd-open": {"ref": part.ref}})
    return answer


@require_POST
@staff_call
def link(request: StaffRequest, ref: str) -> HttpResponse:
    """Note that the conversation named by `ref` is related; with `off`, that it is not."""
    conversation, other = get_conversation_for(request.membership, ref), _other(request)
    change = unlink_conversations if request.POST.get("off") else link_conversations
    change(conversation=conversation, other=other, membership=request.membership)
    return _head(request, ref)


@require_POST
@staff_call
def block(request: StaffRequest, ref: str) -> HttpResponse:
    """Keep the contact from writing until a moment."""
    conversation = get_conversation_for(request.membership, ref)
    block_contact(
        conversation=conversation,
        membership=request.membership,
        until=moment(request.POST.get("until", ""), "until"),
        reason=text_of(request, "reason"),
    )
    return _head(request, ref)


@require_POST
@staff_call
def unblock(request: StaffRequest, ref: str) -> HttpResponse:
    """Let the contact write again."""
    conversation = get_conversation_for(request.membership, ref)
    unblock_contact(conversation=conversation, membership=request.membership)
    return _head(request, ref)


# --- the forms ----------------------------------------------------------------------------


def _titles() -> dict[str, str]:
    return {
        "snooze": _("Snooze until"),
        "team": _("Give to a team"),
        "merge": _("Merge into another conversation"),
        "split": _("Split into two conversations"),
        "link": _("Related conversations"),
        "escalate": _("Escalate"),
        "call": _("Call this customer"),
        "block": _("Block this customer"),
        "unblock": _("Unblock this customer"),
    }


def phones_of(conversation: Conversation) -> list[Masked]:
    """Return the numbers of the customer, masked."""
    known = masked_identities(conversation.contact)
    return [each for each in known if each.kind == IdentityKind.PHONE]


@require_POST
@staff_call
def call(request: StaffRequest, ref: str) -> HttpResponse:
    """Call one of the customer's numbers."""
    conversation = get_conversation_for(request.membership, ref)
    item = request.POST.get("number", "")[:40]
    call_customer(conversation=conversation, membership=request.membership, item=item)
    return _head(request, ref)


@require_safe
@staff_call
def form(request: StaffRequest, ref: str, what: str) -> HttpResponse:
    """Return the form of an action on a conversation."""
    titles = _titles()
    if what not in titles:
        raise NotFound
    conversation = get_conversation_for(request.membership, ref)
    require_right(request.membership.role, Permission.CONVERSATION_ANSWER)
    context: dict[str, Any] = {"what": what, "title": titles[what], "conversation": conversation}
    match what:
        case "team":
            context["teams"] = teams_of(request.membership)
        case "merge":
            context["candidates"] = present.earlier(merge_candidates(conversation))
        case "split":
            points = split_points(conversation)
            context["points"] = [(e.seq, present.plain_preview(e.text), e.name) for e in points]
        case "link":
            context["related"] = present.earlier(related_to(conversation))
        case "escalate":
            context["levels"] = levels_above(conversation)
        case "block":
            context["hours"] = BLOCKED_HOURS
        case "call":
            context["numbers"] = phones_of(conversation)
        case "unblock":
            context["block"] = active_block(conversation.contact_id)
        case _:
            pass
    return render(request, "desk/_act.html", context)
