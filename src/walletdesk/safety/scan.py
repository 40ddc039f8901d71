"""Every detector over the normal text of one message, the cheap questions first."""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from walletdesk.safety import (
    codes,
    coins,
    derived,
    escapes,
    foreign,
    hanzi,
    keys,
    material,
    phrases,
    sessions,
    shortened,
    spaced,
)
from walletdesk.safety.keys import Key, Naming, Span
from walletdesk.safety.normal import normal, origin
from walletdesk.safety.types import SecretKind

_RUN: Final = re.compile(r"[0-9A-Za-z]{50}")
_HEX: Final = 64  # digits
_PIECE: Final = 12
_SHORTEST_KEY: Final = 51
_ARRAY_FROM: Final = 190  # characters of 64 numbers
_DERIVED_MOST: Final = 16  # numbers of one message from which addresses are derived


def find(plain: str, low: str) -> list[Key]:
    """Return the secrets that a normal text holds by itself; `low` is the same in lower case."""
    words = phrases.words_of(low)
    found = [Key(SecretKind.SEED_PHRASE, *span) for span in _phrases(plain, low, words)]
    found += _escaped(plain)
    if spaced.may_be_apart(low, words):
        found += spaced.find_apart(low, _phrases_of)
    if len(plain) >= coins.LONGEST_FROM:
        found += _keys(plain, low)
    if len(plain) >= codes.SHORTEST and codes.may_hold(low):
        found += codes.find(low)
    return found


def _phrases_of(text: str) -> Iterable[Span]:
    plain = normal(text)
    low = plain.lower()
    return _phrases(plain, low, phrases.words_of(low))


def _escaped(plain: str) -> list[Key]:
    """Return the phrases whose signs or gaps a program wrote as codes."""
    undone = escapes.undone(plain)
    if undone is None:
        return []
    text, places = undone
    spans = origin(text, list(_phrases_of(text)))
    return [
        Key(
            SecretKind.SEED_PHRASE,
            places[start],
            places[end],
            material.of(SecretKind.SEED_PHRASE, text[start:end]),
        )
        for start, end in spans
    ]


def _phrases(plain: str, low: str, words: Sequence[str]) -> Iterable[Span]:
    if phrases.may_hold_phrase(low, words):
        tokens = phrases.tokens_of(low)
        for first, last in phrases.find_phrases(tokens):
            yield tokens[first].start, tokens[last].end
    if foreign.may_hold_phrase(low, words):
        yield from foreign.find_phrases(low)
    if len(words) >= shortened.FROM:
        yield from shortened.find_phrases(low)
    if not low.isascii():
        yield from hanzi.find_phrases(plain)


def _keys(plain: str, low: str) -> list[Key]:
    found: list[Key] = []
    longest = max(map(len, plain.split()), default=0)
    if longest >= sessions.SHORTEST:
        found += sessions.find(plain, low)
    if longest >= spaced.PACKED_FROM:
        found += spaced.find_packed(plain, _phrases_of)
    if longest >= coins.LONGEST_FROM:
        found += coins.find(plain, low, longest)
    if longest >= _SHORTEST_KEY and _RUN.search(plain):
        found += keys.find_base58(plain)
        found += _numbers(low)
    if len(plain) >= _SHORTEST_KEY:
        found += _broken(plain, low, longest)
    if "ciphertext" in low:
        found += keys.find_keystore(low)
    return found


def _broken(plain: str, low: str, longest: int) -> list[Key]:
    """Return the keys that are written in pieces or over lines."""
    found: list[Key] = []
    if longest >= _PIECE:
        found += keys.find_broken_base58(plain)
    if keys.speaks_of_keys(low):
        found += keys.find_broken_hex(low)
    if "-----begin" in low:
        found += coins.find_pem(low)
    if len(plain) >= _ARRAY_FROM:
        found += coins.find_arrays(plain)
    return found


def _numbers(low: str) -> list[Key]:
    """Return the 64-hex numbers that are called keys, and those that nothing names."""
    found: list[Key] = []
    for span, naming in keys.find_hex(low):
        if naming is Naming.KEY:
            found.append(Key(SecretKind.PRIVATE_KEY, *span))
        elif naming is Naming.NOTHING and keys.in_doubt(low, span):
            found.append(Key(SecretKind.UNDECIDED, *span))
    return found


def find_opening(plain: str, low: str, texts: Collection[str]) -> list[Key]:
    """Return the 64-hex numbers that open an address in the text itself or in the others."""
    spans = keys.numbers(low)[:_DERIVED_MOST] if len(low) >= _HEX else []
    bodies = derived.addresses_in([plain, *texts]) if spans else frozenset()
    if not bodies:
        return []
    return [
        Key(SecretKind.PRIVATE_KEY, start, end)
        for start, end in spans
        if derived.opens(low[end - _HEX : end], bodies)
    ]
