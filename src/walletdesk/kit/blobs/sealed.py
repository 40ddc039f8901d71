"""Sealing of streams: AES-256-GCM in segments, so that neither end holds a whole file.

Layout: version (1 byte), salt (16), then segments of 64 KiB, each with its 16-byte tag. The
key of one blob is HKDF(key, salt, name): a blob moved under another name does not open, and since
it seals one stream only, counters are safe nonces. As in the STREAM construction (Hoang,
Reyhanitabar, Rogaway, Vizár 2015) the nonce holds the segment's number and whether it is the last,
so that segments cannot be reordered, dropped or cut off unnoticed.
"""

import secrets
import struct
from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from walletdesk.kit.blobs.types import BlobStore
from walletdesk.kit.errors import NotFound

SEGMENT = 64 * 1024
TAG = 16
SALT = 16
VERSION = b"\x01"
HEADER = len(VERSION) + SALT


class SealBroken(NotFound):
    """The content does not open: another key, or changed bytes."""


def put_blob(store: BlobStore, name: str, key: bytes, pieces: Iterable[bytes]) -> int:
    """Seal a stream into a store and return the length of the plain bytes."""
    length = 0

    def counted() -> Iterator[bytes]:
        nonlocal length
        for piece in pieces:
            length += len(piece)
            yield piece

    store.put(name, _seal(name, key, counted()))
    return length


def open_blob(
    store: BlobStore, name: str, key: bytes, *, size: int, start: int = 0
) -> Iterator[bytes]:
    """Yield the plain bytes of a blob from `start` on; `size` is the length of the whole.

    Raises BlobMissing and SealBroken before the first byte; a later broken segment ends the
    stream with SealBroken.
    """
    first = start // SEGMENT
    sealed = store.open(name)
    taken = _Taken(sealed)
    header = taken.take(HEADER)
    if header[:1] != VERSION or len(header) < HEADER:
        raise SealBroken
    if first:
        taken = _Taken(store.open(name, HEADER + first * (SEGMENT + TAG)))
    cipher = _cipher(name, key, header[1:])
    last = max(0, size - 1) // SEGMENT
    plain = _opened(cipher, taken, first, last, name)
    begin = next(plain)[start - first * SEGMENT :]

    def pieces() -> Iterator[bytes]:
        yield begin
        yield from plain

    return pieces()


def _opened(cipher: AESGCM, taken: "_Taken", first: int, last: int, name: str) -> Iterator[bytes]:
    for number in range(first, last + 1):
        segment = taken.take(SEGMENT + TAG)
        try:
            yield cipher.decrypt(_nonce(number, last=number == last), segment, name.encode())
        except InvalidTag as error:
            raise SealBroken from error


def _seal(name: str, key: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
    salt = secrets.token_bytes(SALT)
    cipher = _cipher(name, key, salt)
    yield VERSION + salt
    taken = _Taken(iter(pieces))
    number, segment = 0, taken.take(SEGMENT)
    while True:
        following = taken.take(SEGMENT)
        nonce = _nonce(number, last=not following)
        yield cipher.encrypt(nonce, segment, name.encode())
        if not following:
            return
        number, segment = number + 1, following


def _nonce(number: int, *, last: bool) -> bytes:
    return struct.pack(">7xI?", number, last)


def _cipher(name: str, key: bytes, salt: bytes) -> AESGCM:
    info = b"walletdesk blob " + name.encode()
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(key))


class _Taken:
    """Takes exact lengths off a stream of pieces."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._buffer = bytearray()

    def take(self, length: int) -> bytes:
        while len(self._buffer) < length:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._buffer += piece
        part = bytes(self._buffer[:length])
        del self._buffer[:length]
        return part
