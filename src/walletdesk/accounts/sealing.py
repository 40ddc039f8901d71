"""Second factors at rest: AES-256-GCM under a key drawn from the installation's own secret.

The secret lies in the data folder (`secret.key`) or in WALLETDESK_SECRET_KEY, never in the
database, so a copy of the database alone signs nobody in.
"""

import base64
import binascii
import os
from typing import ClassVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from walletdesk.kit.errors import DomainError

_PURPOSE = b"walletdesk second factor 1"
_NONCE = 12  # bytes, NIST SP 800-38D


class Unreadable(DomainError):
    """What is stored was sealed with another key: the installation's secret has changed."""

    code: ClassVar[str] = "second_factor_unreadable"


def seal(text: str) -> str:
    """Return a text that only this installation can read."""
    nonce = os.urandom(_NONCE)
    sealed = _cipher().encrypt(nonce, text.encode(), _PURPOSE)
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(sealed: str) -> str:
    """Return what `seal` was given. Raises Unreadable when it is from elsewhere or was changed."""
    try:
        raw = base64.urlsafe_b64decode(sealed)
        return _cipher().decrypt(raw[:_NONCE], raw[_NONCE:], _PURPOSE).decode()
    except (InvalidTag, ValueError, binascii.Error) as error:
        raise Unreadable from error


def _cipher() -> AESGCM:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE)
    return AESGCM(derived.derive(settings.SECRET_KEY.encode()))
