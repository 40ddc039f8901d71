"""Private keys of other chains: by their prefix, their checksum, or their public half.

A Solana key and a Solana signature are both 64 bytes in base58; in a key the second half is the
public key of the first (RFC 8032).
"""

import re
from typing import Final

import base58
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from walletdesk.safety.checksum import ripple_seed, stellar_seed
from walletdesk.safety.keys import Key
from walletdesk.safety.types import SecretKind

LONGEST_FROM: Final = 28
"""No word of a message is shorter than this if it is a key of this module (arrays apart)."""

_BECH32: Final = "[02-9ac-hj-np-z]"
_B58: Final = "[1-9A-HJ-NP-Za-km-z]"
_PREFIXED: Final = re.compile(
    r"(?<![0-9a-z])(?:"
    rf"(?P<sui_key>suiprivkey1{_BECH32}{{40,80}})"
    rf"|(?P<nostr_key>n(?:sec|cryptsec)1{_BECH32}{{50,200}})"
    r"|(?P<private_key>pvt_(?:k1|r1|wa)_[0-9a-z]{40,60}|age-secret-key-1[0-9a-z]{40,70}"
    r"|(?:ed25519e?|root|acct|addr|stake|payment|pool)_x?sk1[0-9a-z]{50,240}"
    r"|ed(?:e?sk|esk)[0-9a-z]{50,100}|(?:spsk|p2sk)[0-9a-z]{50})"
    r")(?![0-9a-z])"
)
_HINT: Final = re.compile("privkey1|sec1|pvt_|secret-key-1|sk1|ede?sk|spsk|p2sk")
_PEM: Final = re.compile(r"-----(begin|end) [a-z ]{0,24}private key(?: block)?-----")
_STELLAR: Final = re.compile(r"(?<![0-9A-Za-z])S[A-Z2-7]{55}(?![0-9A-Za-z])")
_RIPPLE: Final = re.compile(rf"(?<![0-9A-Za-z])s{_B58}{{24,32}}(?![0-9A-Za-z])")
_SOLANA: Final = re.compile(rf"(?<![0-9A-Za-z]){_B58}{{85,88}}(?![0-9A-Za-z])")
_ARRAY: Final = re.compile(r"(?<!\d)\d{1,3}(?:[\s,]{1,6}\d{1,3}){63,}(?!\d)")
_NUMBER: Final = re.compile(r"\d{1,3}")
_PAIR: Final = 64  # bytes of a Solana key


def find(plain: str, low: str, longest: int) -> list[Key]:
    """Return the keys in a normal text; `low` is the same in lower case.

    `longest` is the length of its longest word, which rules most kinds out.
    """
    found: list[Key] = []
    if _HINT.search(low):
        found += [Key(SecretKind(_group(m)), *m.span()) for m in _PREFIXED.finditer(low)]
    for kind, least, pattern, decode in _CHECKED:
        if longest >= least:
            spans = (m.span() for m in pattern.finditer(plain) if decode(m.group()) is not None)
            found += [Key(kind, *span) for span in spans]
    return found


def find_pem(low: str) -> list[Key]:
    """Return private keys in the form of OpenSSL and PGP; what is cut off reaches to the end."""
    found: list[Key] = []
    start: int | None = None
    for mark in _PEM.finditer(low):
        if mark.group(1) == "begin":
            start = mark.start() if start is None else start
        elif start is not None:
            found.append(Key(SecretKind.PRIVATE_KEY, start, mark.end()))
            start = None
    if start is not None:
        found.append(Key(SecretKind.PRIVATE_KEY, start, len(low)))
    return found


def find_arrays(plain: str) -> list[Key]:
    """Return Solana keys that are written as 64 numbers, as the command line keeps them."""
    found: list[Key] = []
    for match in _ARRAY.finditer(plain):
        numbers = list(_NUMBER.finditer(plain, *match.span()))
        values = [int(number.group()) for number in numbers]
        for at in sorted({0, len(values) - _PAIR}):  # each try costs a derivation
            if _is_pair(values[at : at + _PAIR]):
                span = (numbers[at].start(), numbers[at + _PAIR - 1].end())
                found.append(Key(SecretKind.SOLANA_KEY, *span))
    return found


def _group(match: re.Match[str]) -> str:
    return str(match.lastgroup)


def _is_pair(values: list[int]) -> bool:
    return max(values) < 256 and pair_of(bytes(values)) is not None


def solana_key(text: str) -> bytes | None:
    """Return the seed of a Solana key in base58; None if it is none, but a signature say."""
    try:
        return pair_of(bytes(base58.b58decode(text)))
    except ValueError:
        return None


def pair_of(data: bytes) -> bytes | None:
    """Return the seed when 64 bytes are a seed and its public key."""
    if len(data) != _PAIR:
        return None
    public = Ed25519PrivateKey.from_private_bytes(data[:32]).public_key().public_bytes_raw()
    return data[:32] if public == data[32:] else None


_CHECKED: Final = (
    (SecretKind.XRP_SEED, LONGEST_FROM, _RIPPLE, ripple_seed),
    (SecretKind.STELLAR_SEED, 56, _STELLAR, stellar_seed),
    (SecretKind.SOLANA_KEY, 85, _SOLANA, solana_key),
)
