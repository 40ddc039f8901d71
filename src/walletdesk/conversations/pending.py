"""Reads of what is not said yet: drafts and replies for later; and of who can be called."""

from typing import Any

from django.db import connection

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission, Role
from walletdesk.conversations.models import Conversation, ScheduledReply
from walletdesk.conversations.types import ScheduledState
from walletdesk.kit.errors import NotFound

PENDING = (ScheduledState.WAITING, ScheduledState.HELD)


_UNSAID = """
SELECT (SELECT coalesce(json_object_agg(kind, text), '{}') FROM conversations_draft
        WHERE conversation_id = %(conversation)s AND membership_id = %(member)s),
       EXISTS (SELECT FROM conversations_scheduledreply
               WHERE conversation_id = %(conversation)s AND state = ANY(%(pending)s))
"""


def unsaid_in(
    conversation: Conversation, membership: Membership
) -> tuple[dict[str, str], list[ScheduledReply]]:
    """Return kind → text of what a person has begun to write here, and the replies that wait."""
    names: dict[str, Any] = {
        "conversation": conversation.pk,
        "member": membership.pk,
        "pending": list(PENDING),
    }
    with connection.cursor() as cursor:
        cursor.execute(_UNSAID, names)
        drafts, waiting = cursor.fetchone()
    return drafts, scheduled_in(conversation) if waiting else []


def scheduled_in(conversation: Conversation) -> list[ScheduledReply]:
    """Return the replies that wait to be sent, the next one first."""
    return list(
        ScheduledReply.objects.filter(conversation=conversation, state__in=PENDING)
        .select_related("membership__user", "conversation")
        .order_by("due_at", "pk")
    )


def get_scheduled_in(conversation: Conversation, ref: str) -> ScheduledReply:
    """Return a reply for later of this conversation, else raise NotFound."""
    found = (
        ScheduledReply.objects.filter(conversation=conversation, ref=ref)
        .select_related("membership__user", "conversation")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def colleagues_to_call(membership: Membership) -> list[Membership]:
    """Return who can be named in a note: the active colleagues who may read conversations."""
    roles = [role for role in Role if may(role, Permission.CONVERSATION_READ)]
    return list(
        Membership.objects.filter(
            brand_id=membership.brand_id, role__in=roles, user__is_active=True
        )
        .exclude(pk=membership.pk)
        .select_related("user", "team")
        .order_by("user__name", "pk")
    )
