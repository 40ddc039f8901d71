"""All writes to customers and their sessions."""

from datetime import timedelta

from django.db import transaction

from walletdesk.accounts.models import Brand
from walletdesk.contacts.models import Contact, ContactSession
from walletdesk.kit import clock, ids
from walletdesk.kit.wake import revoke

SESSION_LIFE = timedelta(days=30)


def open_anonymous_session(*, brand: Brand, language: str) -> tuple[Contact, str]:
    """Make a customer of whom nothing is known, and the token of this device.

    The token is returned once and stored as a hash only.
    """
    token = ids.new_token()
    contact = Contact.objects.create(
        brand=brand, label=f"Visitor {ids.new_ref()[:4].upper()}", language=language
    )
    ContactSession.objects.create(
        contact=contact, token_hash=ids.token_hash(token), expires_at=clock.now() + SESSION_LIFE
    )
    return contact, token


@transaction.atomic
def end_session(*, token: str) -> None:
    """Forget a device's token. Unknown tokens are no error: the outcome is the same."""
    sessions = ContactSession.objects.filter(token_hash=ids.token_hash(token))
    for contact_id in sessions.values_list("contact_id", flat=True):
        revoke(f"customer:{contact_id}")
    sessions.delete()
