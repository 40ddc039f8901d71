"""Codes in addresses: what only this installation can have written. Pure.

128 bits in lower-case base32, because servers may change the case of a local part. Two letters
before them name the key, so that keys can be replaced while old addresses still work.
"""

import base64
import hmac
import re
from dataclasses import dataclass

from walletdesk.kit.seal import keyed_hash

CODE_BYTES = 16
_FORM = re.compile(
    r"(?P<local>[^@\s]{1,64}?)\+(?P<bounce>b\.)?(?P<ref>[a-z0-9]{4,20})"
    r"\.(?P<kid>[a-z0-9]{2})(?P<code>[a-z2-7]{26})@[^@\s]{1,253}"
)


@dataclass(frozen=True, slots=True)
class Tagged:
    """An address of ours taken apart; nothing of it is checked yet."""

    ref: str
    kid: str
    code: str
    bounce: bool


def code(key: bytes, *parts: str) -> str:
    """Return the code of these parts under a key."""
    digest = keyed_hash(key, *parts)[:CODE_BYTES]
    return base64.b32encode(digest).decode().rstrip("=").lower()


def is_code(given: str, key: bytes, *parts: str) -> bool:
    """Tell whether a code is that of these parts, in constant time."""
    return hmac.compare_digest(given.encode(), code(key, *parts).encode())


def tagged(base: str, tag: str) -> str:
    """Return an address with a tag behind a plus, "" when its local part would be too long."""
    local, _at, domain = base.rpartition("@")
    full = f"{local}+{tag}"
    return f"{full}@{domain}" if len(full) <= 64 else ""


def taken_apart(address: str) -> Tagged | None:
    """Return what an address of ours consists of, None for any other one."""
    if len(address) > 320:
        return None
    found = _FORM.fullmatch(address.strip("<> \t").lower())
    if found is None:
        return None
    return Tagged(found["ref"], found["kid"], found["code"], bool(found["bounce"]))
