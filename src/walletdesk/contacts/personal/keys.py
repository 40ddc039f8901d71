"""The keys at work: the master keys of the key file, and what is derived from them.

Nothing outside of this package seals or opens (tools/lints/sealed_fields.py).
"""

import base64
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from walletdesk.contacts.personal.types import Raw
from walletdesk.kit.seal import (
    BadKeyFile,
    CannotOpen,
    Keyring,
    derive,
    keyed_hash,
    new_key,
    open_sealed,
    read_keyring,
    seal,
)

CODE_LENGTH = 8  # 32**8: two values of one contact never share a token by chance


def keyring() -> Keyring:
    """Return the master keys, read anew when the file was replaced. Raises BadKeyFile."""
    path: Path = settings.WALLETDESK.key_file
    try:
        seen = path.stat()
    except OSError as error:
        raise BadKeyFile(f"{path} is not there. Restore it from a backup.") from error
    return _read(path, seen.st_mtime_ns, seen.st_ino)


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int, _inode: int) -> Keyring:
    return read_keyring(path)


@lru_cache(maxsize=16)
def _derived(hashing: bytes, purpose: str) -> bytes:
    return derive(hashing, purpose)


# --- keys of contacts ---------------------------------------------------------------------


def wrap_new_key(contact_id: int) -> tuple[bytes, str, bytes]:
    """Return a fresh data key, the name of the master key, and the data key sealed under it."""
    key, ring = new_key(), keyring()
    return key, ring.current, seal(ring.masters[ring.current], key, _about_key(contact_id))


def unwrap(contact_id: int, master: str, wrapped: Raw) -> bytes:
    """Return a contact's data key. Raises CannotOpen."""
    found = keyring().masters.get(master)
    if found is None:
        raise CannotOpen(f"master key {master} is missing")
    return open_sealed(found, bytes(wrapped), _about_key(contact_id))


def rewrap(contact_id: int, master: str, wrapped: Raw) -> tuple[str, bytes]:
    """Return the data key sealed under the current master key, whose name comes first."""
    ring = keyring()
    key = unwrap(contact_id, master, wrapped)
    return ring.current, seal(ring.masters[ring.current], key, _about_key(contact_id))


def _about_key(contact_id: int) -> str:
    return f"contact-key|{contact_id}"


# --- hashes -------------------------------------------------------------------------------


def lookup(kind: str, form: str) -> bytes:
    """Return the keyed hash of a value's normal form, for equality look-ups."""
    return keyed_hash(_derived(keyring().hashing, "lookup"), kind, form)


def namer(contact_id: int) -> Callable[[str, str], str]:
    """Return what names the tokens of a contact: the same value, the same code."""

    def name(kind: str, value: str) -> str:
        key = _derived(keyring().hashing, "token")
        digest = keyed_hash(key, str(contact_id), kind, value)
        return base64.b32encode(digest)[:CODE_LENGTH].decode()

    return name


# --- fields -------------------------------------------------------------------------------


def seal_value(key: bytes, value: str, place: str) -> bytes:
    """Seal a value under a contact's data key, for one place such as "datum|12|K3F97QMT"."""
    return seal(key, value.encode(), f"value|{place}")


def seal_mask(key: bytes, mask: str, place: str) -> bytes:
    """Seal a value's mask: it is apart, so that showing masks never opens a value."""
    return seal(key, mask.encode(), f"mask|{place}")


def open_value(key: bytes, sealed: Raw, place: str) -> str:
    """Return a value in clear. For the two doors that tools/lints/sealed_fields.py lists."""
    return open_sealed(key, bytes(sealed), f"value|{place}").decode()


def open_mask(key: bytes, sealed: Raw, place: str) -> str:
    """Return a mask. Raises CannotOpen."""
    return open_sealed(key, bytes(sealed), f"mask|{place}").decode()


def reseal_value(old: bytes, new: bytes, sealed: Raw, places: tuple[str, str]) -> bytes:
    """Move a value from one place and key to another without handing it to anybody."""
    return seal_value(new, open_value(old, sealed, places[0]), places[1])


def reseal_mask(old: bytes, new: bytes, sealed: Raw, places: tuple[str, str]) -> bytes:
    """Move a mask from one place and key to another."""
    return seal_mask(new, open_mask(old, sealed, places[0]), places[1])
