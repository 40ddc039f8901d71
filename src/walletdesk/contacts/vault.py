"""Encryption at rest of a brand's signing secrets, under keys derived from the installation's own.

The installation's secret is not in the database. Who a customer is lies elsewhere, under a key of
their own: contacts/personal.
"""

from django.conf import settings

from walletdesk.kit.seal import CannotOpen, derive, open_sealed, seal


def derived_key(purpose: str) -> bytes:
    """Return 32 bytes that only this installation can derive, different for each purpose."""
    return derive(settings.SECRET_KEY.encode(), f"walletdesk {purpose}")


def seal_secret(secret: bytes, *, brand_id: int, kid: str) -> bytes:
    """Return a secret encrypted for the row of one key; moved to another it does not open."""
    return seal(derived_key("identity keys"), secret, f"identity-key|{brand_id}|{kid}")


def open_secret(sealed: bytes, *, brand_id: int, kid: str) -> bytes | None:
    """Return what was sealed, or None when it was changed, moved, or is of another installation."""
    try:
        return open_sealed(derived_key("identity keys"), sealed, f"identity-key|{brand_id}|{kid}")
    except CannotOpen:
        return None
