"""Customers who write by mail: who is known by an address, and who only says so.

An address is compared as it is written, its domain in lower case: a look-alike is another one.
"""

from django.db import IntegrityError, transaction

from walletdesk.accounts.models import Brand
from walletdesk.contacts.identity_models import ExternalIdentity
from walletdesk.contacts.models import Contact
from walletdesk.contacts.personal.actions.identities import set_identity
from walletdesk.contacts.personal.keys import lookup
from walletdesk.contacts.personal.models import Identity
from walletdesk.contacts.personal.rules import lookup_form
from walletdesk.contacts.personal.types import IdentityKind, Source
from walletdesk.contacts.types import Proof
from walletdesk.kit import ids
from walletdesk.kit.errors import DomainError
from walletdesk.safety import guard


@transaction.atomic
def contact_of_mailbox(*, brand: Brand, address: str, name: str, language: str) -> Contact:
    """Return the customer to whom an authenticated mailbox belongs, made when it is the first mail.

    A customer for whom the wallet vouches is found by the address that the wallet named, when it
    named it for one customer only. What customers or staff typed identifies nobody.
    """
    digest = lookup(f"known-{Proof.MAILBOX}", f"{brand.pk}|{address}")
    found = _by_digest(brand, digest)
    if found is not None:
        return found
    contact = _vouched_for(brand, address)
    try:
        with transaction.atomic():
            contact = contact or _new(brand, address, name, language)
            ExternalIdentity.objects.create(
                brand=brand, contact=contact, kind=Proof.MAILBOX, digest=digest
            )
    except IntegrityError:  # another mail of theirs at this moment
        found = _by_digest(brand, digest)
        if found is None:
            raise
        return found
    return contact


@transaction.atomic
def unverified_sender(*, brand: Brand, address: str, name: str, language: str) -> Contact:
    """Make a customer of whom only what a mail claims is known: never one that is known already."""
    return _new(brand, address, name, language)


def has_mailbox(contact: Contact, address: str) -> bool:
    """Tell whether an address stands among those of a customer, whoever wrote it there."""
    form = lookup(IdentityKind.EMAIL, lookup_form(IdentityKind.EMAIL, address))
    return (
        address.isascii()
        and Identity.objects.filter(contact=contact, kind=IdentityKind.EMAIL, lookup=form).exists()
    )


def _by_digest(brand: Brand, digest: bytes) -> Contact | None:
    rows = ExternalIdentity.objects.filter(brand=brand, digest=digest).select_related("contact")
    found = rows.first()
    return found.contact if found else None


def _vouched_for(brand: Brand, address: str) -> Contact | None:
    if not address.isascii():
        return None
    form = lookup(IdentityKind.EMAIL, lookup_form(IdentityKind.EMAIL, address))
    rows = Identity.objects.filter(
        brand=brand, kind=IdentityKind.EMAIL, lookup=form, source=Source.WALLET
    )
    found = list(rows.select_related("contact")[:2])
    return found[0].contact if len(found) == 1 else None


def _new(brand: Brand, address: str, name: str, language: str) -> Contact:
    contact = Contact.objects.create(
        brand=brand, label=f"E-mail {ids.new_ref()[:4].upper()}", language=language
    )
    for kind, value in ((IdentityKind.EMAIL, address), (IdentityKind.NAME, name)):
        if value.strip() and not guard.check(value).secret:
            try:
                set_identity(contact=contact, kind=kind, value=value, source=Source.CUSTOMER)
            except DomainError:
                continue  # a name that cannot be stored is left out
    return contact
