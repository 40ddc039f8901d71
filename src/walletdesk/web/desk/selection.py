"""Calls for many conversations at once, for taking back, and for what a person chose."""

from collections.abc import Callable
from typing import Any, Literal
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_POST, require_safe
from msgspec import Struct

from walletdesk.accounts.actions.preferences import set_preferences
from walletdesk.accounts.models import Membership
from walletdesk.accounts.queries import colleagues_who_answer, get_colleague_for, get_team_for
from walletdesk.accounts.queries import teams_of as list_teams
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.conversations.actions import staff
from walletdesk.conversations.actions.bulk import act_on_many
from walletdesk.conversations.actions.snooze import snooze_conversation
from walletdesk.conversations.actions.tags import tag_conversation
from walletdesk.conversations.actions.teams import assign_team
from walletdesk.conversations.actions.undo import undo as take_back
from walletdesk.conversations.models import Conversation, Tag
from walletdesk.conversations.prepared import get_tag_for, tags_of
from walletdesk.conversations.queries.lists import conversations_named
from walletdesk.kit.errors import BadInput
from walletdesk.knowledge.queries import search
from walletdesk.web.desk import present
from walletdesk.web.desk.access import StaffRequest, staff_call
from walletdesk.web.desk.acts import moment
from walletdesk.web.desk.bodies import read_body
from walletdesk.web.errors import sentence

LARGEST_ID = 10**18
ASKED_LENGTH = 100


class _Many(Struct, forbid_unknown_fields=True):
    action: Literal["resolve", "snooze", "assign", "team", "tag"]
    refs: list[str]
    token: UUID
    to: int = 0
    until: str = ""


@require_POST
@staff_call
def many(request: StaffRequest) -> HttpResponse:
    """Do one thing with up to 25 conversations. Each is told: done, or refused and why."""
    asked = read_body(request, _Many)
    if not 0 <= asked.to < LARGEST_ID:
        raise BadInput(to="number")
    perform, tag = _perform(request.membership, asked)
    outcomes = act_on_many(
        membership=request.membership,
        refs=asked.refs,
        action=asked.action,
        token=asked.token,
        perform=perform,
        tag=tag,
    )
    done = [outcome.ref for outcome in outcomes if outcome.refusal is None]
    refused = [
        {"ref": o.ref, "code": o.refusal.code, "message": sentence(o.refusal.code)}
        for o in outcomes
        if o.refusal is not None
    ]
    return JsonResponse({"done": done, "refused": refused})


Perform = Callable[[Conversation], object]


def _perform(me: Membership, asked: _Many) -> tuple[Perform, Tag | None]:
    match asked.action:
        case "resolve":
            return lambda c: staff.resolve_conversation(conversation=c, membership=me), None
        case "snooze":
            until = moment(asked.until, "until")
            return lambda c: snooze_conversation(conversation=c, membership=me, until=until), None
        case "team":
            team = get_team_for(me, asked.to)
            return lambda c: assign_team(conversation=c, membership=me, team=team), None
        case "tag":
            tag = get_tag_for(me, asked.to)
            return lambda c: tag_conversation(conversation=c, membership=me, tag=tag), tag
        case "assign":
            to = get_colleague_for(me, asked.to)
            return lambda c: _give(c, me, to), None


def _give(conversation: Conversation, me: Membership, to: Membership) -> None:
    """Give a conversation to somebody; what nobody has, anybody may take for themselves."""
    if to.pk == me.pk and not conversation.assignee_id:
        staff.claim_conversation(conversation=conversation, membership=me)
    else:
        staff.hand_over_conversation(conversation=conversation, membership=me, to=to)


class _Token(Struct, forbid_unknown_fields=True):
    token: UUID


@require_POST
@staff_call
def undo(request: StaffRequest) -> HttpResponse:
    """Take back what the token stands for."""
    result = take_back(membership=request.membership, token=read_body(request, _Token).token)
    return JsonResponse({"done": result.done, "changed": result.changed})


@require_POST
@staff_call
def preferences(request: StaffRequest) -> HttpResponse:
    """Remember what a person chose, on every device of theirs."""
    chosen = read_body(request, dict[str, Any])
    return JsonResponse(set_preferences(membership=request.membership, chosen=chosen))


@require_safe
@staff_call
def choices(request: StaffRequest) -> HttpResponse:
    """Return what a selection can be given to: colleagues, teams and tags."""
    me = request.membership
    require_right(me.role, Permission.CONVERSATION_ANSWER)
    people = [{"id": c.pk, "name": c.user.name} for c in colleagues_who_answer(me)]
    teams = [{"id": team.pk, "name": team.name} for team in list_teams(me)]
    tags = [{"id": tag.pk, "name": tag.name} for tag in tags_of(me.brand)]
    return JsonResponse({"assign": people, "team": teams, "tag": tags})


@require_safe
@staff_call
def find(request: StaffRequest) -> HttpResponse:
    """Return conversations whose reference begins with `q`, and articles about it."""
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:ASKED_LENGTH]
    me = request.membership
    named = [
        {"ref": c.ref, "label": c.contact.name, "text": present.plain_preview(c.preview)}
        for c in conversations_named(me, asked)
    ]
    hits = search(brand=me.brand, text=asked, language=request.LANGUAGE_CODE) if asked else []
    articles = [{"title": hit.title, "url": hit.url} for hit in hits]
    return JsonResponse({"conversations": named, "articles": articles})
