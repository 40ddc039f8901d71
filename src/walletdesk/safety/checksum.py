"""Checksums of BIP-39 phrases, of encoded keys and of card numbers."""

from base64 import b32decode
from binascii import crc_hqx
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

import base58

LENGTHS: Final = frozenset({12, 15, 18, 21, 24})
"""Lengths of a BIP-39 phrase in words."""


def is_phrase(indices: Sequence[int]) -> bool:
    """Tell whether word indices (0-2047) form a complete BIP-39 phrase with a right checksum."""
    count = len(indices)
    if count not in LENGTHS:
        return False
    number = 0
    for index in indices:
        number = number << 11 | index
    check_bits = count // 3
    entropy = (number >> check_bits).to_bytes(check_bits * 4, "big")
    return sha256(entropy).digest()[0] >> (8 - check_bits) == number & ((1 << check_bits) - 1)


def base58check(text: str) -> bytes | None:
    """Return the payload of a base58check string, version byte included; None if it is none."""
    try:
        return bytes(base58.b58decode_check(text))
    except ValueError:
        return None


_BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_TERMS: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_RIPPLE: Final = b"rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_STELLAR_SEED: Final = 0x90  # StrKey version byte, SEP-23


def bech32(text: str) -> bytes | None:
    """Return the 5-bit values of a bech32 or bech32m string (BIP-173, BIP-350); None if none."""
    prefix, _one, data = text.lower().rpartition("1")
    values = [_BECH32.find(letter) for letter in data]
    if not prefix or len(values) < 6 or -1 in values:
        return None
    check = 1
    for value in (*(ord(c) >> 5 for c in prefix), 0, *(ord(c) & 31 for c in prefix), *values):
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, term in enumerate(_BECH32_TERMS):
            check ^= term if top >> bit & 1 else 0
    return bytes(values[:-6]) if check in {1, 0x2BC830A3} else None


def from_five_bits(values: bytes) -> bytes:
    """Return bytes from 5-bit values; what is left over at the end is dropped."""
    number = 0
    for value in values:
        number = number << 5 | value
    size = len(values) * 5 // 8
    return (number >> (len(values) * 5 - size * 8)).to_bytes(size, "big")


def bech32_program(address: str) -> bytes | None:
    """Return the witness program of a SegWit address (BIP-173); None if it is none."""
    values = bech32(address)
    return from_five_bits(values[1:]) if values else None


def stellar_seed(text: str) -> bytes | None:
    """Return the 32 bytes of a Stellar secret seed (SEP-23, CRC-16/XMODEM); None if it is none."""
    try:
        data = b32decode(text)
    except ValueError:
        return None
    if len(data) != 35 or data[0] != _STELLAR_SEED:
        return None
    return data[1:33] if crc_hqx(data[:33], 0).to_bytes(2, "little") == data[33:] else None


def ripple_seed(text: str) -> bytes | None:
    """Return the 16 bytes of an XRP family seed (xrpl.org: base58 encodings); None if none."""
    try:
        payload = bytes(base58.b58decode_check(text, alphabet=_RIPPLE))
    except ValueError:
        return None
    for version in (b"\x21", b"\x01\xe1\x4b"):
        if payload.startswith(version) and len(payload) == len(version) + 16:
            return payload[-16:]
    return None


def is_luhn(digits: str) -> bool:
    """Tell whether the last digit is the check digit of the others (ISO/IEC 7812-1)."""
    total = sum(map(int, digits[-1::-2]))
    return (total + sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])) % 10 == 0
