"""Seals what is written: keys of contacts are made when they are first needed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from walletdesk.contacts.models import Contact
from walletdesk.contacts.personal import keys
from walletdesk.contacts.personal.models import ContactKey, Datum, Erasure
from walletdesk.contacts.personal.places import datum_place
from walletdesk.contacts.personal.queries import data_keys
from walletdesk.contacts.personal.rules import lookup_form, mask
from walletdesk.safety import guard
from walletdesk.safety.personal import PersonalKind
from walletdesk.safety.types import SafeText, StorableText, TokenValue

_INSERT_KEYS = """
INSERT INTO personal_contactkey (contact_id, master, wrapped)
SELECT * FROM unnest(%s::bigint[], %s::text[], %s::bytea[]) ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class FoundData:
    """What the guard took out of a contact's texts."""

    contact_id: int
    brand_id: int
    values: Sequence[TokenValue]


@transaction.atomic
def ensure_keys(*, contact_ids: Collection[int]) -> dict[int, bytes]:
    """Return the data keys of contacts, made where there is none. Erased contacts are left out."""
    found = data_keys(contact_ids)
    missing = sorted(set(contact_ids) - set(found))
    if not missing:
        return found
    # An erasure holds the contact's row: wait for it, then look whether it was erased.
    alive = list(
        Contact.objects.select_for_update(no_key=True)
        .filter(pk__in=missing)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    erased = set(Erasure.objects.filter(contact__in=alive).values_list("contact_id", flat=True))
    fresh = [(pk, *keys.wrap_new_key(pk)) for pk in alive if pk not in erased]
    if fresh:
        with connection.cursor() as cursor:
            cursor.execute(
                _INSERT_KEYS,
                [[row[0] for row in fresh], [row[2] for row in fresh], [r[3] for r in fresh]],
            )
    return found | data_keys([row[0] for row in fresh])


@transaction.atomic
def sealed_text(*, contact: Contact, text: SafeText) -> StorableText:
    """Return a text about a contact with tokens for personal data, whose values are stored."""
    stored = guard.tokenise(text, keys.namer(contact.pk))
    seal_data(found=[FoundData(contact.pk, contact.brand_id, stored.values)])
    return stored


@transaction.atomic
def sealed_value(*, contact: Contact, kind: str, value: str) -> str:
    """Return the token of a whole value, such as a name, which no text would give away."""
    code = keys.namer(contact.pk)(kind, value)
    token = TokenValue(kind, code, value)
    seal_data(found=[FoundData(contact.pk, contact.brand_id, [token])])
    return f"⟦{kind}:{code}⟧"


@transaction.atomic
def seal_data(*, found: Sequence[FoundData]) -> None:
    """Store what tokens stand for, many texts in one go. A value that is known is not stored again.

    Of a contact who was erased meanwhile nothing is stored: their tokens stand for nothing.
    """
    texts = [each for each in found if each.values]
    if not texts:
        return
    known = ensure_keys(contact_ids={each.contact_id for each in texts})
    rows = [
        _datum(known[each.contact_id], each, value)
        for each in texts
        if each.contact_id in known
        for value in each.values
    ]
    Datum.objects.bulk_create(rows, ignore_conflicts=True)


def forget_words(*, codes: Mapping[int, Collection[str]]) -> None:
    """Delete words that waited and turned out to be parts of a secret: their codes, by contact.

    In the caller's transaction; without codes it costs nothing.
    """
    for contact_id, gone in codes.items():
        rows = Datum.objects.filter(contact=contact_id, kind=PersonalKind.WORDS)
        rows.filter(code__in=gone).delete()


def _datum(key: bytes, found: FoundData, value: TokenValue) -> Datum:
    place = datum_place(found.contact_id, value.kind, value.code)
    return Datum(
        contact_id=found.contact_id,
        brand_id=found.brand_id,
        kind=value.kind,
        code=value.code,
        sealed=keys.seal_value(key, value.value, place),
        sealed_mask=keys.seal_mask(key, mask(value.kind, value.value), place),
        lookup=keys.lookup(value.kind, lookup_form(value.kind, value.value)),
    )


def rewrap_keys(*, at_once: int = 1_000) -> int:
    """Seal a batch of data keys under the current master key; return how many, 0 when all are.

    Interrupt and repeat as you like: each batch is a transaction of its own.
    """
    current = keys.keyring().current
    with transaction.atomic():
        rows = list(
            ContactKey.objects.select_for_update(skip_locked=True)
            .exclude(master=current)
            .order_by("pk")[:at_once]
        )
        for row in rows:
            row.master, row.wrapped = keys.rewrap(row.pk, row.master, row.wrapped)
        ContactKey.objects.bulk_update(rows, ["master", "wrapped"])
    return len(rows)
