"""What becomes known of addresses: theirs, dead, or tired of us."""

from django.db import transaction

from walletdesk.channels.delivery.actions import release_held
from walletdesk.contacts.models import Contact
from walletdesk.integrations.email.outgoing.models import MailAddress
from walletdesk.integrations.email.outgoing.queries import recipient_key
from walletdesk.kit import clock


@transaction.atomic
def confirm_address(*, contact: Contact, address: str) -> int:
    """Note that an address is this contact's: they clicked, or an authenticated mail came.

    It is reachable again, and what waited for the confirmation goes out. Return how many mails.
    """
    recipient = recipient_key(address)
    MailAddress.objects.update_or_create(
        contact=contact,
        recipient=recipient,
        defaults={"confirmed_at": clock.now(), "undeliverable_at": None, "reason": ""},
    )
    return release_held(contact_id=contact.pk, recipient=recipient)


def note_undeliverable(*, contact_id: int, recipient: bytes, reason: str) -> None:
    """Note that an address does not exist: no more mail goes there until it is confirmed anew."""
    MailAddress.objects.update_or_create(
        contact_id=contact_id,
        recipient=recipient,
        defaults={"undeliverable_at": clock.now(), "reason": reason},
    )


def note_complaint(*, contact_id: int, recipient: bytes) -> None:
    """Note that an address called a mail of ours junk: it gets nothing that it did not ask for."""
    MailAddress.objects.update_or_create(
        contact_id=contact_id, recipient=recipient, defaults={"complained_at": clock.now()}
    )
