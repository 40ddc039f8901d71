"""Calls out: whom we call, and the codes by which they know us."""

from django.db.models import Q

from walletdesk.contacts.models import Contact
from walletdesk.contacts.personal.models import Identity
from walletdesk.contacts.personal.types import IdentityKind, Source
from walletdesk.kit.errors import NotFound
from walletdesk.voice.models import Callback
from walletdesk.voice.queries.facts import callback_code

CODES_SHOWN = 3  # call-backs of one customer


def phone_of(contact: Contact, item: str) -> bytes:
    """Return the hash of one of a contact's numbers, named as in the masked list.

    Raises NotFound.
    """
    kind, _sep, number = item.partition(":")
    if kind != "identity" or not (number.isascii() and number.isdigit() and len(number) < 19):
        raise NotFound
    rows = Identity.objects.filter(contact=contact, kind=IdentityKind.PHONE, pk=int(number))
    row = rows.first()
    if row is None:
        raise NotFound
    return bytes(row.lookup)


def is_vouched(contact: Contact, digest: bytes) -> bool:
    """Tell whether the wallet says that a number, by its hash, is this customer's."""
    rows = Identity.objects.filter(contact=contact, kind=IdentityKind.PHONE, lookup=digest)
    return rows.filter(source=Source.WALLET).exists()


def callback_codes_of(contact: Contact) -> list[str]:
    """Return the codes that our next calls to a customer say, so that they know us by them.

    Of call-backs that they asked for themselves, and of those to a number that the wallet says is
    theirs: whoever asked for these by telephone was known by nothing.
    """
    vouched = Identity.objects.filter(
        contact=contact, kind=IdentityKind.PHONE, source=Source.WALLET
    ).values("lookup")
    rows = Callback.objects.filter(
        Q(conversation__contact=contact) | Q(number_hash__in=vouched),
        brand=contact.brand_id,
        state__in=("waiting", "calling"),
    )
    return [callback_code(row) for row in rows.order_by("created_at")[:CODES_SHOWN]]
