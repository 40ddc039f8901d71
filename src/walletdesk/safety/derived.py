"""Whether a 64-hex number opens an address that is known here: then it is a private key.

Nothing in the number tells a key from a hash (`keys`), but a key has addresses. They are derived in
this process and compared with those that stand in the conversation or belong to the customer; the
number itself is never sent anywhere.
"""

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

import base58
from coincurve import PrivateKey
from Crypto.Hash import RIPEMD160, keccak
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from walletdesk.safety.checksum import base58check, bech32_program

_ADDRESSES_MOST: Final = 64
_ADDRESS: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:0[xX][0-9a-fA-F]{40}|(?:bc|ltc|tb)1[02-9ac-hj-np-z]{38,60}"
    r"|[1-9A-HJ-NP-Za-km-z]{26,44})(?![0-9A-Za-z])"
)


def addresses_in(texts: Iterable[str]) -> frozenset[bytes]:
    """Return what the addresses in these texts commit to: hashes or public keys, as bytes.

    EVM, TRON, Bitcoin and its relatives, and Solana; the first `_ADDRESSES_MOST`.
    """
    found: set[bytes] = set()
    for text in texts:
        for match in _ADDRESS.finditer(text):
            body = _body(match.group())
            if body is not None:
                found.add(body)
            if len(found) >= _ADDRESSES_MOST:
                return frozenset(found)
    return frozenset(found)


def _body(address: str) -> bytes | None:
    if address[:2] in {"0x", "0X"}:
        return bytes.fromhex(address[2:])
    if address.startswith(("bc1", "ltc1", "tb1")):
        return bech32_program(address)
    payload = base58check(address)
    if payload is not None:
        return payload[1:] if len(payload) == 21 else None
    try:
        public = bytes(base58.b58decode(address))
    except ValueError:
        return None
    return public if len(public) == 32 else None


def opens(digits: str, bodies: frozenset[bytes]) -> bool:
    """Tell whether a key of 64 hexadecimal digits opens one of these addresses."""
    return bool(bodies) and not bodies.isdisjoint(_bodies_of(bytes.fromhex(digits)))


def _bodies_of(key: bytes) -> Iterable[bytes]:
    yield Ed25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw()
    try:
        public = PrivateKey(key).public_key
    except ValueError:  # outside the order of the curve
        return
    whole, short = public.format(compressed=False), public.format(compressed=True)
    yield keccak.new(digest_bits=256, data=whole[1:]).digest()[-20:]
    yield _hash160(whole)
    yield _hash160(short)
    yield _hash160(b"\x00\x14" + _hash160(short))  # P2SH-P2WPKH, BIP-49


def _hash160(data: bytes) -> bytes:
    return RIPEMD160.new(sha256(data).digest()).digest()
