"""Decrypt with audit: the only way in which staff get a value in clear.

The second of the two doors that open values (tools/lints/sealed_fields.py).
"""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Membership
from walletdesk.contacts.models import Contact
from walletdesk.contacts.personal import keys
from walletdesk.contacts.personal.models import Datum, Identity
from walletdesk.contacts.personal.places import datum_place, identity_place
from walletdesk.contacts.personal.queries import data_keys
from walletdesk.contacts.personal.types import OWN_LINK, Raw
from walletdesk.kit.errors import DomainError, NotFound
from walletdesk.kit.seal import CannotOpen


class Unreadable(DomainError):
    """The value cannot be opened: the contact was erased, or its key is lost."""

    code = "unreadable"
    status = 410


@transaction.atomic
def disclose(
    *,
    contact: Contact,
    item: str,
    actor: Membership,
    action: str,
    subject: str,
    detail: dict[str, Any],
) -> str:
    """Write the audit entry, then open one value of a contact.

    The value must not leave before the transaction is committed. Raises NotFound or Unreadable;
    then nothing is written.
    """
    kind, _, name = item.partition(":")
    sealed, place = _identity(contact, name) if kind == "identity" else _datum(contact, kind, name)
    record_audit(brand=contact.brand, actor=actor, action=action, subject=subject, detail=detail)
    return _opened(contact.pk, [(sealed, place)])[0]


@transaction.atomic
def disclose_identities(
    *, contacts: Sequence[Contact], actor: Membership, subject: str, detail: dict[str, Any]
) -> dict[int, list[tuple[str, str]]]:
    """Write one audit entry for an approved export, then open the identities of contacts.

    Returns kind and value by contact. What cannot be opened is left out.
    """
    if not contacts:
        return {}
    brand = contacts[0].brand
    record_audit(
        brand=brand, actor=actor, action="contacts.exported", subject=subject, detail=detail
    )
    known = data_keys([contact.pk for contact in contacts])
    found: dict[int, list[tuple[str, str]]] = {}
    for row in Identity.objects.filter(contact__in=list(known), brand=brand).order_by("pk"):
        place = identity_place(row.contact_id, row.kind, row.lookup)
        try:
            value = keys.open_value(known[row.contact_id], row.sealed, place)
        except CannotOpen:
            continue
        found.setdefault(row.contact_id, []).append((row.kind, value))
    return found


def _identity(contact: Contact, name: str) -> tuple[Raw, str]:
    if not (name.isascii() and name.isdigit() and len(name) <= 18):
        raise NotFound
    row = Identity.objects.filter(contact=contact, pk=int(name)).first()
    if row is None:
        raise NotFound
    return row.sealed, identity_place(contact.pk, row.kind, row.lookup)


def _datum(contact: Contact, kind: str, code: str) -> tuple[Raw, str]:
    if "\x00" in kind + code or kind == OWN_LINK:
        raise NotFound
    row = Datum.objects.filter(contact=contact, kind=kind, code=code).first()
    if row is None:
        raise NotFound
    return row.sealed, datum_place(contact.pk, kind, code)


def _opened(contact_id: int, fields: Sequence[tuple[Raw, str]]) -> list[str]:
    try:
        key = data_keys([contact_id])[contact_id]
        return [keys.open_value(key, sealed, place) for sealed, place in fields]
    except (KeyError, CannotOpen):
        raise Unreadable from None
