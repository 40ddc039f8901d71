"""Checksums of BIP-39 phrases and of base58check strings."""

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
