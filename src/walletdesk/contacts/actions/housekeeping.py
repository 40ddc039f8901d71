"""What time takes away from customers' sessions."""

from datetime import timedelta

from walletdesk.contacts.identity_models import DeviceLink, UsedToken, WalletChallenge
from walletdesk.contacts.models import Contact, ContactSession
from walletdesk.kit import clock

UNUSED_KEPT = timedelta(days=1)
AT_ONCE = 5_000


def remove_expired() -> int:
    """Delete sessions, used tokens, questions and links that are over. Return how many."""
    now = clock.now()
    removed = 0
    for model in (UsedToken, WalletChallenge, DeviceLink, ContactSession):
        removed += model.objects.filter(expires_at__lt=now).delete()[0]
    return removed


def remove_empty_contacts() -> int:
    """Delete anonymous customers without a device and without a conversation. Return how many."""
    empty = Contact.objects.filter(
        verified_at=None,
        created_at__lt=clock.now() - UNUSED_KEPT,
        sessions=None,
        conversations=None,
    )
    chosen = list(empty.values_list("pk", flat=True)[:AT_ONCE])
    return Contact.objects.filter(pk__in=chosen).delete()[0]
