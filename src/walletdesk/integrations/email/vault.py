"""Secrets of accounts and keys of raw mails at rest: under what only this installation can derive.

A raw mail's key moves under its customer's own key once that one is known.
"""

from typing import Any

import msgspec

from walletdesk.contacts.models import Contact
from walletdesk.contacts.vault import derived_key
from walletdesk.conversations.contents.keys import key_of
from walletdesk.kit.errors import NotFound
from walletdesk.kit.seal import CannotOpen, keyed_hash, open_sealed, seal
from walletdesk.kit.shapes import decode

_PURPOSE = "mail accounts"
_RAW = "raw mails"


def seal_fields(fields: dict[str, Any], *, ref: str, column: str) -> bytes:
    """Return fields sealed for one column of one row (its `ref`)."""
    plain = msgspec.json.encode(fields)
    return seal(derived_key(_PURPOSE), plain, f"mail-account|{ref}|{column}")


def open_fields(
    sealed: "bytes | memoryview[int] | None", *, ref: str, column: str
) -> dict[str, Any]:
    """Return what was sealed: {} when nothing is there, or it is of another installation."""
    if sealed is None:
        return {}
    try:
        plain = open_sealed(derived_key(_PURPOSE), bytes(sealed), f"mail-account|{ref}|{column}")
    except CannotOpen:
        return {}
    return decode(plain, dict[str, Any])


def digest(purpose: str, *parts: str) -> bytes:
    """Return the keyed hash under which a mail, or its id, is found again."""
    return keyed_hash(derived_key(_RAW), purpose, *parts)


def wrap_key(key: bytes, *, ref: str) -> bytes:
    """Return a raw mail's key sealed under the installation's: its customer is not known yet."""
    return wrap_key_under(derived_key(_RAW), key, ref=ref)


def wrap_key_under(outer: bytes, key: bytes, *, ref: str) -> bytes:
    """Return a raw mail's key sealed under the key of its customer's files."""
    return seal(outer, key, f"raw-mail|{ref}")


def unwrap_key(
    wrapped: "bytes | memoryview[int] | None", *, ref: str, contact: Contact | None
) -> bytes:
    """Return a raw mail's key. Raises NotFound when it cannot be read any more."""
    if wrapped is None:
        raise NotFound
    outer = key_of(contact) if contact else derived_key(_RAW)
    try:
        return open_sealed(outer, bytes(wrapped), f"raw-mail|{ref}")
    except CannotOpen:
        raise NotFound from None
