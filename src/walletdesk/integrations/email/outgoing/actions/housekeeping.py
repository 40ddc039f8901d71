"""Rows of the ledger outlive their conversations only until the night."""

from datetime import timedelta

from walletdesk.channels.delivery.actions import forget_deliveries
from walletdesk.channels.delivery.models import Delivery
from walletdesk.conversations.models import Conversation
from walletdesk.integrations.email.outgoing.types import CHANNEL
from walletdesk.kit import clock

KEPT_WITHOUT_CONVERSATION = timedelta(days=30)
AT_ONCE = 5_000


def remove_orphans() -> int:
    """Forget deliveries whose conversation is no longer kept, and old ones that never had one."""
    rows = Delivery.objects.filter(channel=CHANNEL)
    bare = rows.filter(conversation_id=None, created_at__lt=clock.now() - KEPT_WITHOUT_CONVERSATION)
    known = Conversation.objects.values("pk")
    gone = rows.filter(conversation_id__isnull=False).exclude(conversation_id__in=known)
    found = [
        *bare.values_list("pk", flat=True)[:AT_ONCE],
        *gone.values_list("pk", flat=True)[:AT_ONCE],
    ]
    return forget_deliveries(delivery_ids=found) if found else 0
