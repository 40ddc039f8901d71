"""Sets and removes the fields of who a contact is. What staff do is audited."""

from collections.abc import Sequence

from django.db import transaction

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.contacts.models import Contact
from walletdesk.contacts.personal import keys
from walletdesk.contacts.personal.actions.disclosure import Unreadable
from walletdesk.contacts.personal.actions.sealing import ensure_keys
from walletdesk.contacts.personal.models import Datum, Erasure, Identity
from walletdesk.contacts.personal.places import datum_place, identity_place
from walletdesk.contacts.personal.queries import data_keys
from walletdesk.contacts.personal.rules import VALUE_LENGTH, lookup_form, mask
from walletdesk.contacts.personal.types import IdentityKind, Source
from walletdesk.kit.errors import BadInput, NotAllowed, NotFound


@transaction.atomic
def set_identity(
    *,
    contact: Contact,
    kind: IdentityKind,
    value: str,
    source: Source,
    actor: Membership | None = None,
) -> Identity:
    """Seal one field of a contact's identity. A value that is known keeps its row.

    `actor` is the member of staff who types it. A verified field is never taken back to unverified.
    Raises BadInput for a value that is empty, longer than VALUE_LENGTH or cannot be stored,
    Unreadable for an erased contact.
    """
    _require(contact, actor)
    value = value.replace("\x00", "").strip()
    if not value or len(value) > VALUE_LENGTH or not _storable(value):
        raise BadInput(value="text")
    key = ensure_keys(contact_ids=[contact.pk]).get(contact.pk)
    if key is None:
        raise Unreadable
    lookup = keys.lookup(kind, lookup_form(kind, value))
    place = identity_place(contact.pk, kind, lookup)
    row, made = Identity.objects.get_or_create(
        contact=contact,
        kind=kind,
        lookup=lookup,
        defaults={
            "brand_id": contact.brand_id,
            "source": source,
            "sealed": keys.seal_value(key, value, place),
            "sealed_mask": keys.seal_mask(key, mask(kind, value), place),
        },
    )
    if not made and source == Source.WALLET and row.source != Source.WALLET:
        row.source = source
        row.save(update_fields=["source"])
    if actor is not None:
        _note(contact, actor, "identity.set", kind)
    return row


@transaction.atomic
def set_first_identities(
    *, found: Sequence[tuple[Contact, IdentityKind, str]], source: Source
) -> None:
    """Seal fields of contacts that were made a moment ago, many in one go.

    A value that cannot be stored (see `set_identity`) is left out.
    """
    told = [(contact, kind, value.replace("\x00", "").strip()) for contact, kind, value in found]
    told = [each for each in told if 0 < len(each[2]) <= VALUE_LENGTH and _storable(each[2])]
    known = ensure_keys(contact_ids={contact.pk for contact, _kind, _value in told})
    Identity.objects.bulk_create(
        _identity(known[contact.pk], contact, kind, value, source)
        for contact, kind, value in told
        if contact.pk in known
    )


def _identity(
    key: bytes, contact: Contact, kind: IdentityKind, value: str, source: Source
) -> Identity:
    lookup = keys.lookup(kind, lookup_form(kind, value))
    place = identity_place(contact.pk, kind, lookup)
    return Identity(
        contact=contact,
        brand_id=contact.brand_id,
        kind=kind,
        lookup=lookup,
        source=source,
        sealed=keys.seal_value(key, value, place),
        sealed_mask=keys.seal_mask(key, mask(kind, value), place),
    )


@transaction.atomic
def remove_identity(*, contact: Contact, identity_id: int, actor: Membership | None = None) -> None:
    """Remove one field. Raises NotFound; staff cannot remove what the wallet vouches for."""
    _require(contact, actor)
    row = Identity.objects.filter(contact=contact, pk=identity_id).first()
    if row is None:
        raise NotFound
    if actor is not None and row.source == Source.WALLET:
        raise NotAllowed
    row.delete()
    if actor is not None:
        _note(contact, actor, "identity.removed", row.kind)


def _require(contact: Contact, actor: Membership | None) -> None:
    if actor is None:
        return
    if actor.brand_id != contact.brand_id:
        raise NotFound
    if not may(actor.role, Permission.CONVERSATION_ANSWER):
        raise NotAllowed


def _note(contact: Contact, actor: Membership, action: str, kind: str) -> None:
    record_audit(
        brand=contact.brand,
        actor=actor,
        action=action,
        subject=f"contact:{contact.pk}",
        detail={"kind": str(kind)},
    )


def _storable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


@transaction.atomic
def adopt_personal_data(*, source: Contact, target: Contact) -> None:
    """Give one contact's data to another of the same brand: when an anonymous one becomes known.

    Each value is sealed anew under the key of `target`; the tokens in the texts keep their codes.
    """
    if source.brand_id != target.brand_id:
        raise NotFound
    old = data_keys([source.pk]).get(source.pk)
    new = ensure_keys(contact_ids=[target.pk]).get(target.pk)
    if old is None or new is None or Erasure.objects.filter(pk=source.pk).exists():
        return
    Datum.objects.bulk_create(
        [_moved_datum(row, old, new, target) for row in Datum.objects.filter(contact=source)],
        ignore_conflicts=True,
    )
    Identity.objects.bulk_create(
        [_moved_identity(row, old, new, target) for row in Identity.objects.filter(contact=source)],
        ignore_conflicts=True,
    )
    Datum.objects.filter(contact=source).delete()
    Identity.objects.filter(contact=source).delete()


def _moved_datum(row: Datum, old: bytes, new: bytes, target: Contact) -> Datum:
    before = datum_place(row.contact_id, row.kind, row.code)
    after = datum_place(target.pk, row.kind, row.code)
    return Datum(
        contact=target,
        brand_id=row.brand_id,
        kind=row.kind,
        code=row.code,
        lookup=row.lookup,
        sealed=keys.reseal_value(old, new, row.sealed, (before, after)),
        sealed_mask=keys.reseal_mask(old, new, row.sealed_mask, (before, after)),
        created_at=row.created_at,
    )


def _moved_identity(row: Identity, old: bytes, new: bytes, target: Contact) -> Identity:
    before = identity_place(row.contact_id, row.kind, row.lookup)
    after = identity_place(target.pk, row.kind, row.lookup)
    return Identity(
        contact=target,
        brand_id=row.brand_id,
        kind=row.kind,
        source=row.source,
        lookup=row.lookup,
        sealed=keys.reseal_value(old, new, row.sealed, (before, after)),
        sealed_mask=keys.reseal_mask(old, new, row.sealed_mask, (before, after)),
        created_at=row.created_at,
    )
