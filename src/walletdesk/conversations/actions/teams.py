"""Give a conversation to a team."""

from typing import Any

from django.db import transaction

from walletdesk.accounts.models import Membership, Team
from walletdesk.conversations import events
from walletdesk.conversations.actions.refusals import WrongState
from walletdesk.conversations.actions.snooze import SNOOZABLE
from walletdesk.conversations.actions.staff import act, lock_for, require_hold
from walletdesk.conversations.actions.timeline import append_one
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import lock_conversation
from walletdesk.conversations.types import Author, Kind, NewEvent, Status
from walletdesk.kit import clock
from walletdesk.kit.errors import NotFound
from walletdesk.kit.outbox.actions import publish


@transaction.atomic
def assign_team(*, conversation: Conversation, membership: Membership, team: Team) -> Conversation:
    """Put a conversation into the queue of a team. Who had it has it no longer."""
    locked = lock_for(membership, conversation)
    require_hold(locked, membership)
    return _to_team(locked, act(Kind.ROUTED, membership, **_about(team)), team)


@transaction.atomic
def route_to_team(*, conversation: Conversation, team: Team) -> Conversation:
    """Put a conversation into the queue of a team, as a rule of the desk asks."""
    locked = lock_conversation(conversation.pk)
    event = NewEvent(kind=Kind.ROUTED, author=Author.SYSTEM, **_about(team))
    return _to_team(locked, event, team)


def _about(team: Team) -> dict[str, Any]:
    return {"data": {"to": team.name}, "staff_data": {"team_id": team.pk}}


def _to_team(locked: Conversation, event: NewEvent, team: Team) -> Conversation:
    if team.brand_id != locked.brand_id:
        raise NotFound
    if locked.status not in SNOOZABLE:
        raise WrongState(status=locked.status)
    if locked.team_id == team.pk and locked.status == Status.QUEUED:
        return locked
    append_one(
        locked,
        event,
        status=Status.QUEUED,
        team=team,
        assignee=None,
        queued_at=locked.queued_at or clock.now(),
    )
    publish(
        name=events.CONVERSATION_QUEUED,
        key=str(locked.pk),
        payload={"conversation_id": locked.pk},
    )
    return locked
