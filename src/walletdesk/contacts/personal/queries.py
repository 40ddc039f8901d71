"""Reads of personal data. Everything comes masked; what opens values is named in the lint."""

from collections.abc import Collection, Iterable

from django.db import connection

from walletdesk.accounts.models import Brand
from walletdesk.contacts.models import Contact
from walletdesk.contacts.personal import keys
from walletdesk.contacts.personal.models import ContactKey, Datum, Identity
from walletdesk.contacts.personal.places import datum_place, identity_place
from walletdesk.contacts.personal.rules import lookup_form
from walletdesk.contacts.personal.types import OWN_LINK, Found, Masked, Raw, Source
from walletdesk.kit.errors import NotFound
from walletdesk.kit.seal import CannotOpen, derive
from walletdesk.safety.personal import TOKEN

SHOWN = 60  # data of one contact in the panel
SEARCH_LIMIT = 10
UNREADABLE = "••••••"


def data_keys(contact_ids: Collection[int]) -> dict[int, bytes]:
    """Return the data keys of contacts that have one."""
    rows = ContactKey.objects.filter(pk__in=contact_ids)
    return {row.pk: keys.unwrap(row.pk, row.master, row.wrapped) for row in rows}


def file_key(contact: Contact) -> bytes | None:
    """Return the key of a contact's files, None when there is none (any more).

    It is derived, so it opens files and nothing else. Raises CannotOpen.
    """
    found = data_keys([contact.pk]).get(contact.pk)
    return file_key_of(found) if found is not None else None


def file_key_of(key: bytes) -> bytes:
    """Return the key of files that goes with a contact's data key."""
    return derive(key, "files")


_HELD = """
SELECT EXISTS (SELECT FROM personal_identity WHERE contact_id = %(contact)s),
       EXISTS (SELECT FROM personal_datum WHERE contact_id = %(contact)s),
       EXISTS (SELECT FROM personal_erasure WHERE contact_id = %(contact)s)
"""


def masked_all(contact: Contact) -> tuple[list[Masked], bool]:
    """Return identities and data of messages, masked, and whether the contact was erased."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD, {"contact": contact.pk})
        identities, data, erased = cursor.fetchone()
    known = masked_identities(contact) if identities else []
    return known + (masked_data(contact) if data else []), erased


def masked_identities(contact: Contact) -> list[Masked]:
    """Return who a contact is, masked, oldest first."""
    return masked_identities_of([contact.pk]).get(contact.pk, [])


def masked_identities_of(contact_ids: Collection[int]) -> dict[int, list[Masked]]:
    """Return the masked identities of several contacts, in two queries."""
    rows = Identity.objects.filter(contact__in=contact_ids).order_by("pk")
    known = data_keys(contact_ids)
    found: dict[int, list[Masked]] = {}
    for row in rows:
        place = identity_place(row.contact_id, row.kind, row.lookup)
        found.setdefault(row.contact_id, []).append(
            Masked(
                item=f"identity:{row.pk}",
                kind=row.kind,
                mask=_mask(known.get(row.contact_id), row.sealed_mask, place),
                verified=row.source == Source.WALLET,
                seen_at=row.created_at,
            )
        )
    return found


def masked_data(contact: Contact) -> list[Masked]:
    """Return what stood in the contact's messages, masked, newest first, at most SHOWN."""
    rows = Datum.objects.filter(contact=contact).exclude(kind=OWN_LINK).order_by("-pk")[:SHOWN]
    known = data_keys([contact.pk]) if rows else {}
    return [
        Masked(
            item=f"{row.kind}:{row.code}",
            kind=row.kind,
            mask=_mask(
                known.get(contact.pk),
                row.sealed_mask,
                datum_place(contact.pk, row.kind, row.code),
            ),
            verified=False,
            seen_at=row.created_at,
        )
        for row in rows
    ]


def _mask(key: bytes | None, sealed: Raw, place: str) -> str:
    try:
        return keys.open_mask(key, sealed, place) if key else UNREADABLE
    except CannotOpen:
        return UNREADABLE


def search_exact(brand: Brand, kind: str, value: str) -> list[Found]:
    """Return the contacts of a brand that have exactly this value, at most SEARCH_LIMIT."""
    wanted = keys.lookup(kind, lookup_form(kind, value))
    known = Identity.objects.filter(brand=brand, kind=kind, lookup=wanted).order_by("-pk")
    said = Datum.objects.filter(brand=brand, kind=kind, lookup=wanted).order_by("-pk")
    found = dict.fromkeys(known.values_list("contact_id", flat=True)[:SEARCH_LIMIT], True)
    for pk in said.values_list("contact_id", flat=True)[:SEARCH_LIMIT]:
        found.setdefault(pk, False)
    return [Found(pk, by_identity) for pk, by_identity in found.items()][:SEARCH_LIMIT]


def tokens_in(texts: Iterable[str]) -> set[tuple[str, str]]:
    """Return the (kind, code) of all tokens that stand in texts."""
    return {match.groups() for text in texts if "⟦" in text for match in TOKEN.finditer(text)}  # type: ignore[misc] # two groups


def old_keys() -> int:
    """Return how many contacts' keys are not sealed under the current master key."""
    return ContactKey.objects.exclude(master=keys.keyring().current).count()


def kind_of(contact: Contact, item: str) -> str:
    """Return what kind of datum an item of a contact is. Raises NotFound."""
    kind, _, name = item.partition(":")
    if kind != "identity":
        return kind
    if not (name.isascii() and name.isdigit() and len(name) <= 18):
        raise NotFound
    found = Identity.objects.filter(contact=contact, pk=int(name)).values_list("kind", flat=True)
    if not found:
        raise NotFound
    return str(found[0])
