"""Which resolved conversations are older than a brand keeps them."""

from datetime import timedelta

from django.db.models import QuerySet

from walletdesk.accounts.models import Brand
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.types import Status
from walletdesk.kit import clock


def past_retention(brand: Brand, days: int) -> QuerySet[Conversation]:
    """Return the conversations that were resolved more than so many days ago and stayed so."""
    before = clock.now() - timedelta(days=days)
    return Conversation.objects.filter(
        brand=brand, status=Status.RESOLVED, resolved_at__lt=before, last_event_at__lt=before
    )


def count_past_retention(brand: Brand, days: int) -> int:
    """Return how many the next night would remove."""
    return past_retention(brand, days).count()
