"""Phrases whose letters stand apart ("v e l v e t"), and phrases packed as base64."""

import base64
import binascii
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from walletdesk.safety import material
from walletdesk.safety.keys import Key, Span
from walletdesk.safety.types import SecretKind
from walletdesk.safety.words import split_glued

Find = Callable[[str], Iterable[Span]]

_LETTERS_FROM: Final = 24  # of eight words of three letters
_LETTER: Final = "a-z\u00df-\u024f\u0400-\u052f"
_GAP: Final = r"[ \t\n.,;:|/\\_*·•–-]{1,6}"
_RUN: Final = re.compile(
    rf"(?<![{_LETTER}])[{_LETTER}](?:{_GAP}[{_LETTER}](?![{_LETTER}])){{{_LETTERS_FROM - 1},}}"
)
_SINGLE: Final = re.compile(rf"(?<![{_LETTER}])[{_LETTER}](?![{_LETTER}])")

PACKED_FROM: Final = 48  # characters of eight short words
_PACKED_MOST: Final = 8_000
_PACKED: Final = re.compile(
    rf"(?<![\w+/-])[\w+/-]{{{PACKED_FROM},}}={{0,2}}(?:\r?\n[\w+/-]{{16,}}={{0,2}}){{0,200}}",
    re.ASCII,
)
_HEX: Final = re.compile(r"(?:[\w+/-]*/|0x)?[0-9a-fA-F]{40,}")
_STRANGE: Final = 0.1  # share of signs that no text has, from which it is none
_URL_SAFE: Final = str.maketrans("-_", "+/", "=\r\n")


def may_be_apart(low: str, words: Sequence[str]) -> bool:
    """Tell, cheaply, whether enough letters stand by themselves."""
    if len(low) < 2 * _LETTERS_FROM:
        return False
    if low.isascii():
        return sum([len(word) == 1 for word in words]) >= _LETTERS_FROM
    return len(_SINGLE.findall(low)) >= _LETTERS_FROM


def find_apart(low: str, find: Find) -> Iterator[Key]:
    """Yield the runs of single letters that, put together, hold a phrase.

    The usual gap stands inside of words, another between them; where all are alike, nothing does.
    """
    for match in _RUN.finditer(low):
        letters = _SINGLE.findall(match.group())
        gaps = _SINGLE.split(match.group())[1:-1]
        usual = Counter(gaps).most_common(1)[0][0]
        pairs = zip(gaps, letters[1:], strict=True)
        parted = letters[0] + "".join(x if gap == usual else f" {x}" for gap, x in pairs)
        glued = parted.replace(" ", "")
        texts = [" ".join(split_glued(glued)) or glued]
        for text in texts if parted == glued else [parted, *texts]:
            if any(True for _span in find(text)):
                whole = material.of(SecretKind.SEED_PHRASE, text)
                yield Key(SecretKind.SEED_PHRASE, *match.span(), whole)
                break


def find_packed(plain: str, find: Find) -> Iterator[Key]:
    """Yield the runs of base64 that, unpacked, hold a phrase."""
    for match in _PACKED.finditer(plain):
        first = match.group().partition("\n")[0]
        for run in dict.fromkeys((match.group(), first)):
            text = _unpacked(run)
            if text and any(True for _span in find(text)):
                start = match.start()
                whole = material.of(SecretKind.SEED_PHRASE, text)
                yield Key(SecretKind.SEED_PHRASE, start, start + len(run), whole)
                break


def _unpacked(run: str) -> str:
    """Return the text that base64 holds, empty when it holds none."""
    if _HEX.fullmatch(run):
        return ""  # a hash, as nearly all of them are
    digits = run[:_PACKED_MOST].translate(_URL_SAFE)
    digits = digits[: len(digits) // 4 * 4 + (len(digits) % 4 if len(digits) % 4 > 1 else 0)]
    try:
        text = base64.b64decode(digits + "=" * (-len(digits) % 4)).decode(errors="replace")
    except (binascii.Error, ValueError):
        return ""
    return "" if text.count("\ufffd") > _STRANGE * len(text) else text
