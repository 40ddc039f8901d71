"""Make a device's session that of a customer who is known for certain."""

from dataclasses import dataclass
from typing import ClassVar

from django.db import IntegrityError, connection, transaction

from walletdesk.accounts.models import Brand
from walletdesk.contacts.actions import session_life
from walletdesk.contacts.identity import BadToken, Claims
from walletdesk.contacts.identity_models import (
    DeviceLink,
    ExternalIdentity,
    IdentityKey,
    UsedToken,
    WalletChallenge,
)
from walletdesk.contacts.models import Contact, ContactSession
from walletdesk.contacts.personal.keys import lookup
from walletdesk.contacts.queries import lock_session
from walletdesk.contacts.types import Proof
from walletdesk.kit import clock, ids
from walletdesk.kit.errors import DomainError
from walletdesk.kit.wake import revoke

_ACTIVE_KEY = """
SELECT id FROM contacts_identitykey WHERE brand_id = %s AND kid = %s AND active FOR SHARE
"""


class SessionGone(DomainError):
    """The device's token is not known any more: it was replaced, or the customer signed out."""

    code: ClassVar[str] = "unauthorized"
    status: ClassVar[int] = 401


@dataclass(frozen=True, slots=True)
class Vouched:
    """For whom somebody vouches: the name, what for, and what else was said."""

    brand: Brand
    kind: Proof
    subject: str
    language: str = ""
    device: str = ""
    app_version: str = ""
    key: IdentityKey | None = None
    tier: str = ""


@dataclass(frozen=True, slots=True)
class KnownSession:
    """A device's session after the customer was shown to be who they are.

    `token` replaces the one that the device held. `was` is the anonymous customer that this
    device had been until now; None when it comes with nothing. `was_guest`: a link of another
    device had let it in. `replaced`: another known customer had been signed in here.
    """

    contact: Contact
    session: ContactSession
    token: str
    was: Contact | None
    was_guest: bool = False
    replaced: bool = False


def use_token(*, brand: Brand, claims: Claims) -> IdentityKey:
    """Note that a token was used and return its key. Raises BadToken the second time."""
    try:
        with transaction.atomic():
            UsedToken.objects.create(
                brand=brand,
                digest=lookup("identity-token", f"{brand.pk}|{claims.token_id}"),
                expires_at=claims.expires,
            )
    except IntegrityError:
        raise BadToken from None
    # Locked for sharing until the end, so that revoking the key finds the session that follows.
    with connection.cursor() as cursor:
        cursor.execute(_ACTIVE_KEY, [brand.pk, claims.kid])
        row = cursor.fetchone()
    if row is None:
        raise BadToken
    return IdentityKey(pk=row[0])


def become_known(*, token: str | None, vouched: Vouched) -> KnownSession:
    """Give this device the session of a known customer, in the caller's transaction.

    An anonymous session becomes that customer's, under a new token: whoever knew the old one
    before the sign-in is left with nothing. A session of another known customer ends, and a clean
    one begins: two known customers are never merged. Raises SessionGone.
    """
    session = _locked(token, vouched.brand) if token else None
    was_guest = session is not None and session.by_link
    replaced = False
    contact = _contact_of(vouched)
    was = session.contact if session else None
    if session and session.contact_id == contact.pk:
        fresh, was = token or "", None
    else:
        fresh = ids.new_token()
        if session and was and was.verified_at is not None:
            session.delete()
            session, was, replaced = None, None, True
    if session is None:
        session = ContactSession(expires_at=clock.now() + session_life(vouched.brand))
    _settle(session, contact, fresh, vouched)
    return KnownSession(contact, session, fresh, was, was_guest, replaced)


def _locked(token: str, brand: Brand) -> ContactSession:
    session = lock_session(token)
    if session is None or session.contact.brand_id != brand.pk:
        raise SessionGone
    return session


def _contact_of(vouched: Vouched) -> Contact:
    """Find or make the customer of an identity. Two at once meet at the unique key."""
    digest = lookup(f"known-{vouched.kind}", f"{vouched.brand.pk}|{vouched.subject}")
    now = clock.now()
    found = ExternalIdentity.objects.filter(brand=vouched.brand, digest=digest).first()
    try:
        with transaction.atomic():
            if found is None:
                found = _new_identity(vouched, digest)
    except IntegrityError:
        found = ExternalIdentity.objects.get(brand=vouched.brand, digest=digest)
    contact = Contact.objects.select_for_update(no_key=True).get(pk=found.contact_id)
    contact.verified_at = now
    if vouched.language:
        contact.language = vouched.language
    contact.tier = vouched.tier or contact.tier
    contact.save(update_fields=["verified_at", "language", "tier"])
    return contact


def _new_identity(vouched: Vouched, digest: bytes) -> ExternalIdentity:
    contact = Contact.objects.create(
        brand=vouched.brand,
        label=f"Customer {ids.new_ref()[:4].upper()}",
        language=vouched.language or vouched.brand.default_language,
        verified_at=clock.now(),
    )
    return ExternalIdentity.objects.create(
        brand=vouched.brand,
        contact=contact,
        kind=vouched.kind,
        digest=digest,
        address=vouched.subject if vouched.kind == Proof.ADDRESS else "",
    )


def _settle(session: ContactSession, contact: Contact, token: str, vouched: Vouched) -> None:
    """Write the session, and take back what was promised to the one before."""
    before = session.contact_id
    if session.pk and before != contact.pk:
        DeviceLink.objects.filter(session=session).delete()
        WalletChallenge.objects.filter(session=session).delete()
        revoke(f"customer:{before}")
        session.by_link, session.linked_from = False, None
    session.contact = contact
    session.token_hash = ids.token_hash(token)
    session.key = vouched.key
    session.device = vouched.device or session.device
    session.app_version = vouched.app_version or session.app_version
    session.save()
