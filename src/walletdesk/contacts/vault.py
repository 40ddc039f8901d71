"""Encryption at rest of what must be read again: keys of wallets, names of their users.

AES-256-GCM under a key derived from the installation's secret (HKDF, RFC 5869), which is not in
the database. The purpose is authenticated too: a value that is moved to another row does not open.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE = 12


class Unreadable(Exception):
    """A sealed value was changed, moved, or sealed under another secret."""


def derived_key(purpose: str) -> bytes:
    """Return 32 bytes that only this installation can derive, different for each purpose."""
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"walletdesk {purpose}".encode())
    return kdf.derive(settings.SECRET_KEY.encode())


def seal(plain: bytes, *, purpose: str, bound_to: str) -> bytes:
    """Return `plain` encrypted, to be opened with the same purpose and binding only."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(derived_key(purpose)).encrypt(nonce, plain, bound_to.encode())


def unseal(sealed: bytes, *, purpose: str, bound_to: str) -> bytes:
    """Return what was sealed. Raises Unreadable."""
    try:
        return AESGCM(derived_key(purpose)).decrypt(
            sealed[:_NONCE], sealed[_NONCE:], bound_to.encode()
        )
    except (InvalidTag, ValueError):
        raise Unreadable from None
