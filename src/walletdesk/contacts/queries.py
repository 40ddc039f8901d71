"""Who is it? The access functions of customers."""

from walletdesk.contacts.models import Contact, ContactNote, ContactSession
from walletdesk.kit import clock, ids


def get_contact_by_token(token: str) -> Contact | None:
    """Return the customer who holds this token, or None for an unknown or expired one."""
    session = (
        ContactSession.objects.filter(token_hash=ids.token_hash(token), expires_at__gt=clock.now())
        .select_related("contact__brand")
        .first()
    )
    return session.contact if session else None


def notes_of(contact: Contact) -> list[ContactNote]:
    """Return what staff noted about a customer, newest first."""
    return list(ContactNote.objects.filter(contact=contact).order_by("-pk"))
