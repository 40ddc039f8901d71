"""Customers who write by mail: who is known by an address, and who only says so.

An address is compared as it is written, its domain in lower case: a look-alike is another one.
"""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError, transaction

from walletdesk.accounts.models import Brand
from walletdesk.contacts.identity_models import ExternalIdentity
from walletdesk.contacts.models import Contact
from walletdesk.contacts.personal.actions.identities import set_first_identities
from walletdesk.contacts.personal.keys import lookup
from walletdesk.contacts.personal.models import Identity
from walletdesk.contacts.personal.rules import lookup_form
from walletdesk.contacts.personal.types import IdentityKind, Source
from walletdesk.contacts.types import Proof
from walletdesk.kit import ids
from walletdesk.safety import guard

RACES: Final = 3  # times that others may make the same customers at the same moment


@dataclass(frozen=True, slots=True)
class Writer:
    """What a mail says of who wrote it, and the language they write in."""

    address: str
    name: str
    language: str


@transaction.atomic
def contacts_of_mailboxes(*, brand: Brand, writers: Sequence[Writer]) -> list[Contact]:
    """Return the customers to whom authenticated mailboxes belong, made at their first mail.

    A customer for whom the wallet vouches is found by the address that the wallet named, when it
    named it for one customer only. What customers or staff typed identifies nobody. The number of
    statements does not depend on the number of writers.
    """
    digests = [_digest(brand, writer.address) for writer in writers]
    wanted = dict(zip(digests, writers, strict=True))
    for _ in range(RACES):
        found = _by_digests(brand, wanted)
        missing = {key: wanted[key] for key in sorted(wanted) if key not in found}
        if not missing:
            break
        with suppress(IntegrityError), transaction.atomic():  # others may make them at this moment
            _make_known(brand, missing)
    else:
        found = _by_digests(brand, wanted)
    return [found[digest] for digest in digests]


@transaction.atomic
def unverified_senders(*, brand: Brand, writers: Sequence[Writer]) -> list[Contact]:
    """Make customers of whom only what a mail claims is known: never one that is known already."""
    return _new(brand, writers)


def has_mailbox(contact: Contact, address: str) -> bool:
    """Tell whether an address stands among those of a customer, whoever wrote it there."""
    form = lookup(IdentityKind.EMAIL, lookup_form(IdentityKind.EMAIL, address))
    return (
        address.isascii()
        and Identity.objects.filter(contact=contact, kind=IdentityKind.EMAIL, lookup=form).exists()
    )


def _digest(brand: Brand, address: str) -> bytes:
    return lookup(f"known-{Proof.MAILBOX}", f"{brand.pk}|{address}")


def _by_digests(brand: Brand, digests: Collection[bytes]) -> dict[bytes, Contact]:
    rows = ExternalIdentity.objects.filter(brand=brand, digest__in=list(digests))
    found = {bytes(row.digest): row.contact for row in rows.select_related("contact")}
    for contact in found.values():
        contact.brand = brand
    return found


def _make_known(brand: Brand, missing: dict[bytes, Writer]) -> None:
    vouched = _vouched_for(brand, [writer.address for writer in missing.values()])
    unknown = [writer for writer in missing.values() if writer.address not in vouched]
    made = dict(zip([writer.address for writer in unknown], _new(brand, unknown), strict=True))
    ExternalIdentity.objects.bulk_create(
        ExternalIdentity(
            brand=brand,
            contact=vouched.get(writer.address) or made[writer.address],
            kind=Proof.MAILBOX,
            digest=digest,
        )
        for digest, writer in missing.items()
    )


def _vouched_for(brand: Brand, addresses: Sequence[str]) -> dict[str, Contact]:
    forms = {
        each: lookup(IdentityKind.EMAIL, lookup_form(IdentityKind.EMAIL, each))
        for each in addresses
        if each.isascii()
    }
    rows = Identity.objects.filter(
        brand=brand, kind=IdentityKind.EMAIL, lookup__in=set(forms.values()), source=Source.WALLET
    )
    found: dict[bytes, list[Contact]] = {}
    for row in rows.select_related("contact"):
        found.setdefault(bytes(row.lookup), []).append(row.contact)
    return {each: found[form][0] for each, form in forms.items() if len(found.get(form, ())) == 1}


def _new(brand: Brand, writers: Sequence[Writer]) -> list[Contact]:
    made = Contact.objects.bulk_create(
        Contact(brand=brand, label=f"E-mail {ids.new_ref()[:4].upper()}", language=writer.language)
        for writer in writers
    )
    told = [
        (contact, kind, value)
        for contact, writer in zip(made, writers, strict=True)
        for kind, value in (
            (IdentityKind.EMAIL, writer.address),
            (IdentityKind.NAME, writer.name),
        )
        if value.strip() and not guard.check(value).secret
    ]
    set_first_identities(found=told, source=Source.CUSTOMER)
    return made
