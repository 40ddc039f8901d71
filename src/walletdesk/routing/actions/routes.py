"""Send a conversation where it must go."""

from django.db import transaction

from walletdesk.accounts.models import Team
from walletdesk.conversations.actions.teams import route_to_team
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import lock_conversation
from walletdesk.kit.errors import BadInput
from walletdesk.routing.models import Route
from walletdesk.routing.types import GENERAL, HIGHEST_LEVEL


@transaction.atomic
def route_to(
    *, conversation: Conversation, team: Team | None = None, level: int = GENERAL
) -> Conversation:
    """Have a conversation wait for a team, and for somebody of at least this level.

    Who had it does not get it back by routing. Without a team only the level is noted. Raises
    BadInput for a level that does not exist, NotFound for a team of another brand, WrongState.
    """
    if not GENERAL <= level <= HIGHEST_LEVEL:
        raise BadInput(level=f"{GENERAL}-{HIGHEST_LEVEL}")
    locked = lock_conversation(conversation.pk)
    values = {"level": level, "previous_id": locked.assignee_id}
    Route.objects.update_or_create(conversation_id=locked.pk, defaults=values)
    return route_to_team(conversation=locked, team=team) if team else locked
