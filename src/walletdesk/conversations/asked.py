"""What customers ask about: counts of conversations."""

from datetime import timedelta

from django.db.models import Count

from walletdesk.accounts.models import Brand
from walletdesk.conversations.models import Conversation
from walletdesk.kit import clock


def topics_asked(brand: Brand, days: int) -> dict[str, int]:
    """Return topic → conversations of the last days that were about it. One statement."""
    since = clock.now() - timedelta(days=days)
    rows = Conversation.objects.filter(brand=brand, last_event_at__gte=since).exclude(topic="")
    return dict(rows.values_list("topic").annotate(count=Count("pk")).order_by())
