"""All writes to customers and their sessions."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from walletdesk.accounts.models import Brand
from walletdesk.accounts.queries import privacy_of
from walletdesk.accounts.types import PrivacyLimits
from walletdesk.contacts.models import Contact, ContactSession
from walletdesk.kit import clock, ids
from walletdesk.kit.wake import revoke

SESSION_LIFE = timedelta(days=PrivacyLimits.SESSION_DAYS[1])  # at most; a brand may shorten it


def session_life(brand: Brand) -> timedelta:
    """Return how long a brand remembers a device."""
    return timedelta(days=privacy_of(brand).session_days)


@dataclass(frozen=True, slots=True)
class NewSession:
    """A customer of whom nothing is known, on their first device. The token is told once."""

    contact: Contact
    session: ContactSession
    token: str


def open_session(*, brand: Brand, language: str, device: str = "") -> NewSession:
    """Make a customer of whom nothing is known, and the session of this device.

    `device` names the browser; it has passed the guard. The token is stored as a hash only.
    """
    token = ids.new_token()
    contact = Contact.objects.create(
        brand=brand, label=f"Visitor {ids.new_ref()[:4].upper()}", language=language
    )
    session = ContactSession.objects.create(
        contact=contact,
        token_hash=ids.token_hash(token),
        device=device,
        expires_at=clock.now() + session_life(brand),
    )
    return NewSession(contact, session, token)


def open_page_session(*, contact: Contact, life: timedelta) -> ContactSession:
    """Make the session of a status page: it stands for the page, and nobody gets its token."""
    return ContactSession.objects.create(
        contact=contact,
        token_hash=ids.token_hash(ids.new_token()),
        expires_at=clock.now() + life,
        of_page=True,
    )


@transaction.atomic
def follow_contact(*, session: ContactSession, contact: Contact) -> None:
    """Have the session of a page stand for another customer: its conversation became theirs."""
    if not session.of_page:
        raise ValueError("only the session of a page may change its customer")
    revoke(f"customer:{session.contact_id}")
    ContactSession.objects.filter(pk=session.pk).update(contact=contact)
    session.contact = contact


def end_page_session(*, session: ContactSession) -> None:
    """Shut a status page, and the addresses of files that it has given out."""
    revoke(f"customer:{session.contact_id}")
    ContactSession.objects.filter(pk=session.pk, of_page=True).delete()


def open_anonymous_session(*, brand: Brand, language: str) -> tuple[Contact, str]:
    """Make a customer of whom nothing is known, and the token of this device."""
    opened = open_session(brand=brand, language=language)
    return opened.contact, opened.token


@transaction.atomic
def end_session(*, token: str) -> None:
    """Forget a device's token. Unknown tokens are no error: the outcome is the same."""
    sessions = ContactSession.objects.filter(token_hash=ids.token_hash(token))
    for contact_id in sessions.values_list("contact_id", flat=True):
        revoke(f"customer:{contact_id}")
    sessions.delete()
