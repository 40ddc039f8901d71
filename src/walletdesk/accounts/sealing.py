"""Second factors at rest: sealed under a key drawn from the installation's own secret.

The secret lies in the data folder (`secret.key`) or in WALLETDESK_SECRET_KEY, never in the
database, so a copy of the database alone signs nobody in.
"""

import base64
import binascii
from typing import ClassVar

from django.conf import settings

from walletdesk.kit.errors import DomainError
from walletdesk.kit.seal import CannotOpen, derive, open_sealed
from walletdesk.kit.seal import seal as seal_bytes

_PURPOSE = "walletdesk second factor"


class Unreadable(DomainError):
    """What is stored was sealed with another key: the installation's secret has changed."""

    code: ClassVar[str] = "second_factor_unreadable"


def seal(text: str) -> str:
    """Return a text that only this installation can read."""
    return base64.urlsafe_b64encode(seal_bytes(_key(), text.encode(), _PURPOSE)).decode()


def unseal(sealed: str) -> str:
    """Return what `seal` was given. Raises Unreadable when it is from elsewhere or was changed."""
    try:
        return open_sealed(_key(), base64.urlsafe_b64decode(sealed), _PURPOSE).decode()
    except (CannotOpen, ValueError, binascii.Error) as error:
        raise Unreadable from error


def _key() -> bytes:
    return derive(settings.SECRET_KEY.encode(), _PURPOSE)
