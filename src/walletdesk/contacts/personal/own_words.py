"""What a customer reads of their own: their values put back in place of the tokens.

And where mail for them goes. One of the two doors that open values
(tools/lints/sealed_fields.py). It takes the contact whose credential was checked, and opens
nothing but that contact's own data.
"""

from collections.abc import Collection, Mapping, Sequence

from walletdesk.contacts.personal import keys
from walletdesk.contacts.personal.models import Datum, Identity
from walletdesk.contacts.personal.places import datum_place, identity_place
from walletdesk.contacts.personal.queries import data_keys, tokens_in
from walletdesk.contacts.personal.types import IdentityKind, OwnEmail, Source
from walletdesk.kit.seal import CannotOpen
from walletdesk.safety.personal import TOKEN, PersonalKind

Values = Mapping[tuple[str, str], str]


def restore(texts: Sequence[tuple[int, str]]) -> list[str]:
    """Return texts, each with the contact who reads it, as that contact typed them.

    No query when no token stands in them, else two. A token without a value stays.
    """
    return _restored(texts)


def restore_held(texts: Sequence[tuple[int, str]]) -> list[str]:
    """Return texts with the words that wait in them, for the guard's eyes; as many queries."""
    return _restored(texts, only=PersonalKind.WORDS)


def _restored(texts: Sequence[tuple[int, str]], only: str = "") -> list[str]:
    wanted: dict[int, set[tuple[str, str]]] = {}
    for contact_id, text in texts:
        if "⟦" not in text:
            continue
        tokens = {(kind, code) for kind, code in tokens_in([text]) if only in ("", kind)}
        if tokens:
            wanted.setdefault(contact_id, set()).update(tokens)
    if not wanted:
        return [text for _contact_id, text in texts]
    values = _values(wanted)
    return [_put_back(text, values.get(contact_id, {})) for contact_id, text in texts]


def _values(
    wanted: Mapping[int, Collection[tuple[str, str]]],
) -> dict[int, dict[tuple[str, str], str]]:
    codes = {code for tokens in wanted.values() for _kind, code in tokens}
    rows = Datum.objects.filter(contact__in=list(wanted), code__in=codes)
    known = data_keys(list(wanted))
    found: dict[int, dict[tuple[str, str], str]] = {}
    for row in rows:
        key = known.get(row.contact_id)
        if key is None:
            continue
        try:
            value = keys.open_value(
                key, row.sealed, datum_place(row.contact_id, row.kind, row.code)
            )
        except CannotOpen:
            continue
        found.setdefault(row.contact_id, {})[row.kind, row.code] = value
    return found


def _put_back(text: str, values: Values) -> str:
    if not values:
        return text
    return TOKEN.sub(lambda m: values.get((m.group(1), m.group(2)), m.group()), text)


def own_emails(contact_id: int) -> list[OwnEmail]:
    """Return the e-mail addresses of a contact, newest first: to send mail there, nothing else.

    What does not open (the contact was erased) is left out.
    """
    return _own(contact_id, IdentityKind.EMAIL)


def own_phones(contact_id: int) -> list[OwnEmail]:
    """Return the telephone numbers of a contact: as `own_emails`, to send an SMS there."""
    return _own(contact_id, IdentityKind.PHONE)


def _own(contact_id: int, kind: IdentityKind) -> list[OwnEmail]:
    rows = Identity.objects.filter(contact=contact_id, kind=kind).order_by("-pk")[:20]
    key = data_keys([contact_id]).get(contact_id) if rows else None
    found = []
    for row in rows:
        place = identity_place(contact_id, row.kind, row.lookup)
        try:
            address = keys.open_value(key, row.sealed, place) if key else ""
        except CannotOpen:
            continue
        if address:
            found.append(OwnEmail(address, bytes(row.lookup), row.source == Source.WALLET))
    return found
