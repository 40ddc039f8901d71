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
from walletdesk.conversations.types import Author, Kind, NewEvent, Status
from walletdesk.kit import clock
from walletdesk.kit.errors import NotFound
from walletdesk.kit.outbox.actions import publish


@transaction.atomic
def assign_team(*, conversation: Conversation, membership: Membership, team: Team) -> Conversation:
    """Put a conversation into the queue of a team. Who had it has it no longer."""
    locked = lock_for(membership, conversation)
    require_hold(locked, membership)
    if team.brand_id != locked.brand_id:
        raise NotFound
    if locked.status not in SNOOZABLE:
        raise WrongState(status=locked.status)
    if locked.team_id == team.pk and locked.status == Status.QUEUED:
        return locked
    append_one(
        locked,
        act(Kind.ROUTED, membership, data={"to": team.name}, staff_data={"team_id": team.pk}),
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


def route_by_itself(conversation: Conversation, team: Team, **changes: Any) -> None:
    """Give a locked conversation to a team, as the desk itself. Nothing when the team has it."""
    if conversation.team_id == team.pk and not changes:
        return
    append_one(
        conversation,
        NewEvent(
            kind=Kind.ROUTED,
            author=Author.SYSTEM,
            data={"to": team.name},
            staff_data={"team_id": team.pk},
        ),
        team=team,
        queued_at=conversation.queued_at or clock.now(),
        **changes,
    )
