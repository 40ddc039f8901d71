"""Going up on the desk: by hand, back, a whisper to who has it, and the queue of each level."""

from collections.abc import Collection
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import may, require_right
from walletdesk.accounts.types import Permission
from walletdesk.conversations.actions.staff import add_note
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import get_conversation_for
from walletdesk.conversations.queries.related import related_to
from walletdesk.conversations.types import Status, View
from walletdesk.escalation import queries
from walletdesk.escalation.actions.going_up import end_escalation, escalate_by_hand
from walletdesk.kit.errors import BadInput
from walletdesk.web.desk import present
from walletdesk.web.desk.access import StaffRequest, staff_call, staff_page
from walletdesk.web.desk.acts import number, text_of
from walletdesk.web.desk.calls import head_of
from walletdesk.web.desk.escalation_words import cause_name
from walletdesk.web.desk.settings.frame import frame_context


@require_POST
@staff_call
def escalate(request: StaffRequest, ref: str) -> HttpResponse:
    """Send a conversation to the level `level`, with a `note` for them."""
    conversation = get_conversation_for(request.membership, ref)
    wanted = number(request.POST.get("level", ""), "level")
    level = queries.get_level_for(request.membership, wanted)
    escalate_by_hand(
        conversation=conversation,
        membership=request.membership,
        level=level,
        note=text_of(request, "note"),
    )
    return head_of(request, ref)


@require_POST
@staff_call
def de_escalate(request: StaffRequest, ref: str) -> HttpResponse:
    """Bring a conversation back down, with a `note`."""
    conversation = get_conversation_for(request.membership, ref)
    end_escalation(
        conversation=conversation, membership=request.membership, note=text_of(request, "note")
    )
    return _slot(request, conversation)


@require_POST
@staff_call
def whisper(request: StaffRequest, ref: str) -> HttpResponse:
    """Write `text` to the colleague who has a conversation: a note that calls them."""
    conversation = get_conversation_for(request.membership, ref)
    require_right(request.membership.role, Permission.CONVERSATION_REASSIGN)
    text = text_of(request, "text")
    if not text.text or conversation.assignee_id is None:
        raise BadInput(text="required")
    add_note(
        conversation=conversation,
        membership=request.membership,
        client_id=uuid4(),
        text=text,
        mentions=[conversation.assignee_id],
    )
    return _slot(request, conversation)


def _slot(request: StaffRequest, conversation: Conversation) -> HttpResponse:
    context = {"conversation": conversation} | panel_part(conversation, request.membership)
    return render(request, "desk/escalation/_slot.html", context)


def panel_part(
    conversation: Conversation,
    membership: Membership,
    there: Collection[str] = ("escalation", "related"),
) -> dict[str, Any]:
    """Return what the panel shows: where it stands, who was told, what is about the same.

    `there` says which of the two exist (`panel.what_is_there`).
    """
    history = queries.history_of(conversation) if "escalation" in there else []
    related = related_to(conversation) if "related" in there else []
    served = conversation.status in (Status.OPEN, Status.SNOOZED)
    theirs = served and conversation.assignee_id not in (None, membership.pk)
    return {
        "escalations": [{"row": one, "cause": cause_name(one.cause)} for one in history],
        "stands": any(one.ended_at is None for one in history),
        "may_end": may(membership.role, Permission.CONVERSATION_ANSWER),
        "may_whisper": theirs and may(membership.role, Permission.CONVERSATION_REASSIGN),
        "related": present.earlier(related),
    }


@require_safe
@staff_page
def escalated(request: StaffRequest) -> HttpResponse:
    """List what stands at the levels that call this person, or at `level`."""
    me = request.membership
    levels, counts = queries.levels_of(me.brand), queries.count_at_levels(me.brand)
    own = queries.own_levels(me)
    asked = request.GET.get("level", "")
    wanted = [level.pk for level in levels if str(level.pk) == asked] or own
    found = queries.escalated_at(me, wanted)
    standing = [one.standing_at for one in found]  # type: ignore[attr-defined] # it sets it
    context = frame_context(request, None) | {
        "section_title": _("Escalated"),
        "rows": [
            {"row": row, "at": at, "cause": cause_name(at.cause)}
            for row, at in zip(present.rows_of(found, me, View.ALL), standing, strict=True)
        ],
        "levels": [
            {"level": level, "count": counts.get(level.pk, 0), "here": wanted == [level.pk]}
            for level in levels
        ],
        "mine": wanted == own and not asked,
        "own": sum(counts.get(pk, 0) for pk in own),
        "on_escalated": True,
    }
    return render(request, "desk/escalation/list.html", context)
