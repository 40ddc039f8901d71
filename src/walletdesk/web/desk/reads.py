"""What desk screens read besides the queries of the rooms."""

from collections.abc import Collection

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import CHANGED_LIMIT
from walletdesk.conversations.types import Status
from walletdesk.kit.errors import NotFound

EARLIER = 5


def conversations_named(membership: Membership, refs: Collection[str]) -> list[Conversation]:
    """Return those of the named conversations that this member of staff may read, in no order."""
    if not may(membership.role, Permission.CONVERSATION_READ):
        raise NotFound
    return list(
        Conversation.objects.filter(
            brand_id=membership.brand_id, ref__in=list(refs)[:CHANGED_LIMIT]
        )
        .exclude(status=Status.NEW)
        .select_related("contact", "assignee__user", "brand")
    )


def earlier_conversations(conversation: Conversation) -> list[Conversation]:
    """Return the newest other conversations of the same customer, at most EARLIER."""
    return list(
        Conversation.objects.filter(contact_id=conversation.contact_id)
        .exclude(pk=conversation.pk)
        .exclude(status=Status.NEW)
        .order_by("-pk")[:EARLIER]
    )
