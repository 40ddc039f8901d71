"""Secrets of accounts at rest: sealed under a key that only this installation can derive."""

from typing import Any

import msgspec

from walletdesk.contacts.vault import derived_key
from walletdesk.kit.seal import CannotOpen, open_sealed, seal

_PURPOSE = "mail accounts"


def seal_fields(fields: dict[str, Any], *, ref: str, column: str) -> bytes:
    """Return fields sealed for one column of one account (its `ref`)."""
    plain = msgspec.json.encode(fields)
    return seal(derived_key(_PURPOSE), plain, f"mail-account|{ref}|{column}")


def open_fields(sealed: bytes | memoryview | None, *, ref: str, column: str) -> dict[str, Any]:
    """Return what was sealed: {} when nothing is there, or it is of another installation."""
    if sealed is None:
        return {}
    try:
        plain = open_sealed(derived_key(_PURPOSE), bytes(sealed), f"mail-account|{ref}|{column}")
    except CannotOpen:
        return {}
    return msgspec.json.decode(plain, type=dict[str, Any])
