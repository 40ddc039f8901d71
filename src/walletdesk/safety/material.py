"""The canonical bytes of a secret, the same in whatever disguise it came.

For fingerprints only (a keyed hash recognises a secret that was seen before). In memory; nothing
here is ever shown or written.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

import base58

from walletdesk.safety.checksum import (
    LENGTHS,
    base58check,
    bech32,
    from_five_bits,
    is_phrase,
    ripple_seed,
    stellar_seed,
)
from walletdesk.safety.coins import solana_key
from walletdesk.safety.hanzi import LISTED
from walletdesk.safety.hanzi import NUMBERS as HAN_NUMBERS
from walletdesk.safety.languages import ALL, LISTS, fold
from walletdesk.safety.normal import normal
from walletdesk.safety.types import SecretKind
from walletdesk.safety.words import INDEX

_NUMBERS: Final = (INDEX, *HAN_NUMBERS, *(table.numbers for table in LISTS.values()))
_WORDS_MOST: Final = 200  # of a finding in which a complete phrase is looked for
_WORD: Final = re.compile(r"[^\W\d_]+")
_HEX: Final = re.compile(r"[0-9a-f]{16,}")
_HEX64: Final = re.compile(r"[0-9a-f]{64}")
_SPACE: Final = re.compile(r"\s+")
_NUMBER: Final = re.compile(r"\d+")


def of(kind: str, text: str) -> bytes:
    """Return the canonical bytes of a secret of a kind, from the text that was found.

    Phrases: the complete phrase with a right checksum, else the list words, else the words as
    typed; NFKD without marks, in lower case, one space between.
    Keys: the decoded bytes. The rest, and what does not decode: the normal text without spaces.
    """
    plain = normal(text)
    make = _MAKERS.get(kind)
    return (make(plain) if make else b"") or _SPACE.sub("", plain).encode("utf-8", "replace")


def _words(plain: str) -> bytes:
    words = _WORD.findall(fold(plain.lower()))
    split = [
        part for word in words for part in (word if word[0] in LISTED and len(word) > 1 else [word])
    ]
    listed = [word for word in split if word in INDEX or word in ALL or word in LISTED]
    fallback = listed if len(listed) * 2 >= len(split) else split
    return " ".join(_whole(listed[:_WORDS_MOST]) or fallback).encode("utf-8", "replace")


def _whole(words: Sequence[str]) -> Sequence[str]:
    """Return the complete phrase with a right checksum among the words, the longest, or nothing."""
    for size in sorted(LENGTHS, reverse=True):
        for start in range(len(words) - size + 1):
            window = words[start : start + size]
            for numbers in _NUMBERS:
                indices = [numbers.get(word, -1) for word in window]
                if -1 not in indices and is_phrase(indices):
                    return window
    return ()


def _hexadecimal(plain: str) -> bytes:
    digits = re.sub(r"0x|[^0-9a-f]", "", plain.lower())
    found = _HEX64.search(digits)
    return bytes.fromhex(found.group()) if found else b""


def _base58(plain: str) -> bytes:
    run = _SPACE.sub("", plain)
    payload = base58check(run)
    if payload is not None and len(payload) in {33, 34}:
        return payload[1:33]  # the same key, compressed or not
    return payload or b""


def _solana(plain: str) -> bytes:
    if "," not in plain:
        return solana_key(plain) or _raw58(plain)
    values = [int(number) for number in _NUMBER.findall(plain)]
    return bytes(values[:32]) if values and max(values) < 256 else b""


def _raw58(plain: str) -> bytes:
    try:
        return bytes(base58.b58decode(plain))
    except ValueError:
        return b""


def _bech32(plain: str) -> bytes:
    values = bech32(plain)
    return from_five_bits(values) if values else b""


def _keystore(plain: str) -> bytes:
    """Return the ciphertext and the other long numbers, whatever their order and spacing."""
    return "".join(sorted(_HEX.findall(plain.lower()))).encode()


def _digits(plain: str) -> bytes:
    return re.sub(r"\D", "", plain).encode()


_MAKERS: Final[dict[str, Callable[[str], bytes]]] = {
    SecretKind.SEED_PHRASE: _words,
    SecretKind.PRIVATE_KEY: _hexadecimal,
    SecretKind.UNDECIDED: _hexadecimal,
    SecretKind.WIF: _base58,
    SecretKind.ENCRYPTED_KEY: _base58,
    SecretKind.EXTENDED_KEY: _base58,
    SecretKind.KEYSTORE: _keystore,
    SecretKind.SOLANA_KEY: _solana,
    SecretKind.STELLAR_SEED: lambda plain: stellar_seed(plain) or b"",
    SecretKind.XRP_SEED: lambda plain: ripple_seed(plain) or b"",
    SecretKind.SUI_KEY: _bech32,
    SecretKind.NOSTR_KEY: _bech32,
    SecretKind.CARD_NUMBER: _digits,
    SecretKind.ONE_TIME_CODE: _digits,
}
