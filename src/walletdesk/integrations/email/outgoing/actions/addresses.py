"""What becomes known of addresses: theirs, dead, or tired of us."""

from datetime import timedelta

from django.db import transaction

from walletdesk.channels.delivery.actions import release_held
from walletdesk.contacts.models import Contact
from walletdesk.conversations.actions.mail import vouch_for_sender
from walletdesk.integrations.email.outgoing.models import MailAddress
from walletdesk.integrations.email.outgoing.queries import recipient_key
from walletdesk.kit import clock, ids
from walletdesk.kit.errors import NotFound

LINK_LIFE = timedelta(days=7)


@transaction.atomic
def confirm_address(*, contact: Contact, address: str) -> int:
    """Note that an address is this contact's: they clicked, or an authenticated mail came.

    It is reachable again, and what waited for the confirmation goes out. Return how many mails.
    """
    return confirm_recipient(contact=contact, recipient=recipient_key(address))


@transaction.atomic
def confirm_recipient(*, contact: Contact, recipient: bytes) -> int:
    """Confirm the address that a keyed hash names (an identity's `lookup`): `confirm_address`."""
    MailAddress.objects.update_or_create(
        contact=contact,
        recipient=recipient,
        defaults={
            "confirmed_at": clock.now(),
            "undeliverable_at": None,
            "reason": "",
            "token_hash": None,
        },
    )
    vouch_for_sender(contact=contact, address=recipient)
    return release_held(contact_id=contact.pk)


def ask_token(*, contact: Contact, recipient: bytes) -> str:
    """Return the secret of a fresh link that confirms an address; an older one is worthless."""
    token = ids.new_token()
    MailAddress.objects.update_or_create(
        contact=contact,
        recipient=recipient,
        defaults={
            "token_hash": ids.token_hash(token),
            "asked_until": clock.now() + LINK_LIFE,
        },
    )
    return token


@transaction.atomic
def confirm_by_token(*, token: str) -> MailAddress:
    """Confirm an address by the link that was mailed to it. Works once. Raises NotFound."""
    found = (
        MailAddress.objects.select_for_update(of=("self",))
        .filter(token_hash=ids.token_hash(token), asked_until__gt=clock.now())
        .select_related("contact__brand")
        .first()
    )
    if found is None:
        raise NotFound
    confirm_recipient(contact=found.contact, recipient=bytes(found.recipient))
    return found


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
