"""Who is it? The access functions of customers."""

import logging

from walletdesk.accounts.models import Brand
from walletdesk.contacts.identity import VerifyingKey
from walletdesk.contacts.identity_models import IdentityKey, IdentityPolicy
from walletdesk.contacts.models import Contact, ContactNote, ContactSession
from walletdesk.contacts.types import Algorithm, Device, KnownIdentity
from walletdesk.contacts.vault import open_secret
from walletdesk.kit import clock, ids

DEVICES_SHOWN = 20

log = logging.getLogger("walletdesk.contacts")


def get_contact_by_token(token: str) -> Contact | None:
    """Return the customer who holds this token, or None for an unknown or expired one."""
    session = get_session_by_token(token)
    return session.contact if session else None


def get_session_by_token(token: str) -> ContactSession | None:
    """Return the device that holds this token, or None for an unknown or expired one."""
    return (
        ContactSession.objects.filter(token_hash=ids.token_hash(token), expires_at__gt=clock.now())
        .select_related("contact__brand")
        .first()
    )


ANY_NOTE = "SELECT FROM contacts_contactnote WHERE contact_id = %(contact)s"


def notes_of(contact: Contact) -> list[ContactNote]:
    """Return what staff noted about a customer, newest first."""
    return list(ContactNote.objects.filter(contact=contact).order_by("-pk"))


def get_session(session_id: int) -> ContactSession | None:
    """Return a device's session that has not ended, or None."""
    return (
        ContactSession.objects.filter(pk=session_id, expires_at__gt=clock.now())
        .select_related("contact__brand")
        .first()
    )


def lock_session(token: str) -> ContactSession | None:
    """Return the device that holds this token, its row locked until the transaction ends."""
    return (
        ContactSession.objects.select_for_update(of=("self",))
        .filter(token_hash=ids.token_hash(token), expires_at__gt=clock.now())
        .select_related("contact__brand")
        .first()
    )


# --- identity -----------------------------------------------------------------------------


def verifying_key(brand: Brand, kid: str) -> VerifyingKey | None:
    """Return the active key of a brand by its name, or None."""
    key = IdentityKey.objects.filter(brand=brand, kid=kid, active=True).first()
    if key is None:
        return None
    if key.algorithm == Algorithm.EDDSA:
        return VerifyingKey(Algorithm.EDDSA, bytes(key.public_key or b""))
    secret = secret_of(key)
    return VerifyingKey(Algorithm.HS256, secret) if secret else None


def secret_of(key: IdentityKey) -> bytes | None:
    """Return the secret of an HS256 key, None when it cannot be read any more."""
    secret = open_secret(bytes(key.secret or b""), brand_id=key.brand_id, kid=key.kid)
    if secret is None:
        log.warning("identity key %s cannot be read: was WALLETDESK_SECRET_KEY changed?", key.kid)
    return secret


def keys_of(brand: Brand) -> list[IdentityKey]:
    """Return a brand's keys: the active ones first, then the newest."""
    return list(
        IdentityKey.objects.filter(brand=brand)
        .select_related("created_by__user")
        .order_by("-active", "-pk")[:50]
    )


def active_key(brand: Brand, kid: str) -> IdentityKey | None:
    """Return a brand's active key by its name, or None."""
    return IdentityKey.objects.filter(brand=brand, kid=kid, active=True).first()


def policy_of(brand: Brand) -> IdentityPolicy:
    """Return what a brand allows: its row, or an unsaved one with the defaults."""
    return IdentityPolicy.objects.filter(brand=brand).first() or IdentityPolicy(brand=brand)


def identity_of(contact: Contact) -> KnownIdentity:
    """Return who a customer was shown to be, and what their newest device says."""
    vouched = contact.verified_at is not None
    known = list(contact.external_identities.order_by("pk")) if vouched else []
    sessions = list(
        contact.sessions.filter(expires_at__gt=clock.now(), of_page=False).order_by("-pk")[
            :DEVICES_SHOWN
        ]
    )
    return KnownIdentity(
        verified=vouched,
        verified_at=contact.verified_at,
        proofs=tuple(identity.kind for identity in known),
        addresses=tuple(identity.address for identity in known if identity.address),
        language=contact.language,
        app_version=next((s.app_version for s in sessions if s.app_version), ""),
        device=next((s.device for s in sessions if s.device), ""),
        devices=len(sessions),
    )


# --- devices ------------------------------------------------------------------------------


def may_revoke(session: ContactSession, target: ContactSession) -> bool:
    """Tell whether one device may shut out another of the same customer.

    One that was let in by a link may shut out itself and those that it let in: a link that fell
    into wrong hands must not shut out its maker.
    """
    return not session.by_link or session.pk in {target.pk, target.linked_from_id}


def devices_of(session: ContactSession) -> list[Device]:
    """Return the devices of the same customer, this one first, then the newest."""
    rows = ContactSession.objects.filter(
        contact_id=session.contact_id, expires_at__gt=clock.now(), of_page=False
    ).order_by("-pk")[:DEVICES_SHOWN]
    devices = [
        Device(
            id=row.pk,
            name=row.device,
            is_this=row.pk == session.pk,
            by_link=row.by_link,
            revocable=row.pk != session.pk and may_revoke(session, row),
            since=row.created_at,
        )
        for row in rows
    ]
    return sorted(devices, key=lambda device: not device.is_this)
