"""Sealing of fields: AES-256-GCM bound to its place, keyed hashes, and the file of master keys.

A sealed field is nonce (12 bytes), ciphertext and tag (16 bytes). `about` names the place that it
belongs to, so that a field moved to another row does not open (NIST SP 800-38D, associated data).
"""

import base64
import binascii
import hmac
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12
HEADER = (
    "# The master keys of this desk. Without this file no personal data can be read any more:\n"
    "# back it up, apart from the database. The last master seals what is new.\n"
)


class CannotOpen(Exception):
    """A field does not open: wrong key, changed bytes, or it was moved to another place."""


class BadKeyFile(Exception):
    """The file of master keys is missing, damaged or cannot be read. `str` says what and where."""


def new_key() -> bytes:
    """Return 256 random bits of the operating system."""
    return secrets.token_bytes(KEY_BYTES)


def seal(key: bytes, plain: bytes, about: str) -> bytes:
    """Encrypt for one place: 28 bytes longer than the plain bytes."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, about.encode())


def open_sealed(key: bytes, sealed: bytes, about: str) -> bytes:
    """Decrypt what was sealed for this place. Raises CannotOpen."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about.encode())
    except (InvalidTag, ValueError):
        raise CannotOpen(about) from None


def keyed_hash(key: bytes, *parts: str) -> bytes:
    """Return HMAC-SHA-256 of the parts; each is preceded by its length, so none runs over."""
    message = b"".join(len(data).to_bytes(4, "big") + data for data in map(_bytes, parts))
    return hmac.digest(key, message, "sha256")


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def derive(key: bytes, purpose: str) -> bytes:
    """Return the key of one purpose (HKDF, RFC 5869): two purposes never share a key."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()).derive(key)


@dataclass(frozen=True, slots=True, repr=False)
class Keyring:
    """All master keys by name, the one that seals now, and the key of keyed hashes.

    The hash key is not rotated with the masters: hashes in the database would have to be made anew.
    """

    masters: Mapping[str, bytes]
    current: str
    hashing: bytes


def master_name(key: bytes) -> str:
    """Return the name under which rows remember a master key; it tells nothing of the key."""
    return sha256(b"walletdesk master\0" + key).hexdigest()[:8]


def read_keyring(path: Path) -> Keyring:
    """Read the file of master keys. Raises BadKeyFile."""
    masters: dict[str, bytes] = {}
    hashing = b""
    try:
        lines = path.read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadKeyFile(f"{path} cannot be read.") from error
    for line in filter(None, (line.partition("#")[0].strip() for line in lines)):
        word, _, text = line.partition(" ")
        key = _decoded(text)
        if key is None or word not in {"master", "hashing"}:
            raise BadKeyFile(f"{path} is damaged.")
        if word == "hashing":
            hashing = key
        else:
            masters[master_name(key)] = key
    if not (masters and hashing):
        raise BadKeyFile(f"{path} holds no keys.")
    return Keyring(masters, list(masters)[-1], hashing)


def _decoded(text: str) -> bytes | None:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if len(key) == KEY_BYTES else None


def ensure_keyring(path: Path) -> None:
    """Make the file with fresh keys (mode 0600) unless it is there. The first of two racers wins.

    Raises OSError when the folder cannot be written.
    """
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    key = new_key()
    try:
        _write(draft, Keyring({master_name(key): key}, "", new_key()))
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def add_master(path: Path) -> Keyring:
    """Add a fresh master key, which seals from now on. Raises BadKeyFile or OSError."""
    known, key = read_keyring(path), new_key()
    return _replace(path, Keyring({**known.masters, master_name(key): key}, "", known.hashing))


def forget_masters(path: Path) -> Keyring:
    """Remove every master key but the current one. Nothing may be sealed under them any more."""
    known = read_keyring(path)
    kept = {known.current: known.masters[known.current]}
    return _replace(path, Keyring(kept, known.current, known.hashing))


def _replace(path: Path, keyring: Keyring) -> Keyring:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        _write(draft, keyring)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return read_keyring(path)


def _write(path: Path, keyring: Keyring) -> None:
    rows = [("hashing", keyring.hashing), *(("master", key) for key in keyring.masters.values())]
    lines = [f"{word} {base64.b64encode(key).decode()}\n" for word, key in rows]
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(HEADER + "".join(lines))
        file.flush()
        os.fsync(file.fileno())
