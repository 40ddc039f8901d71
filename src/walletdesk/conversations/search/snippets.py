"""Where in a text the hits are. Text in, pieces of text out: nothing here makes HTML. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from walletdesk.conversations.search.types import Term
from walletdesk.language.tokens import normalise

BEFORE, AFTER = 40, 140  # characters around the first hit
LOOKED_AT = 8_000  # characters of a text
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a snippet: `marked` when it is a hit."""

    text: str
    marked: bool = False


@lru_cache(maxsize=20_000)
def _folded(character: str) -> str:
    return normalise(character)


def snippet(text: str, terms: Sequence[Term], *, whole: bool = False) -> list[Piece]:
    """Return a line of the text around its best hit, in pieces. Without a hit, its beginning."""
    line = " ".join(text[:LOOKED_AT].split())
    spans = _spans(line, terms)
    begin, end = (0, len(line)) if whole else _window(line, spans)
    pieces = [Piece(ELLIPSIS)] if begin else []
    at = begin
    for start, stop in spans:
        if start < at or stop > end:
            continue
        if start > at:
            pieces.append(Piece(line[at:start]))
        pieces.append(Piece(line[start:stop], marked=True))
        at = stop
    if at < end:
        pieces.append(Piece(line[at:end]))
    if end < len(line):
        pieces.append(Piece(ELLIPSIS))
    return pieces


def _window(line: str, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return where the snippet begins and ends: there where most hits are near each other."""
    if not spans:
        return 0, min(len(line), BEFORE + AFTER)
    best = max(spans, key=lambda span: (_hits_after(spans, span[0]), -span[0]))
    begin = max(0, best[0] - BEFORE)
    space = line.find(" ", begin, best[0])
    if begin and space >= 0:
        begin = space + 1
    return begin, min(len(line), max(best[1], best[0] + AFTER))


def _hits_after(spans: Sequence[tuple[int, int]], start: int) -> int:
    return sum(stop - begin for begin, stop in spans if start <= begin <= start + AFTER)


def _spans(line: str, terms: Sequence[Term]) -> list[tuple[int, int]]:
    """Return the places of hits, in order, none overlapping."""
    folded: list[str] = []
    origin: list[int] = []
    for index, character in enumerate(line):
        for each in _folded(character):
            folded.append(each)
            origin.append(index)
    plain = "".join(folded)
    found: list[tuple[int, int]] = []
    for term in terms:
        if not term.excluded:
            found += _of_term(plain, term)
    merged: list[tuple[int, int]] = []
    for start, stop in sorted((origin[a], origin[b - 1] + 1) for a, b in found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged


def _of_term(plain: str, term: Term) -> Iterable[tuple[int, int]]:
    if term.cjk:
        whole = list(_occurrences(plain, "".join(term.pieces)))
        if whole or len(term.pieces) < 2:
            return whole
        return [at for a, b in pairwise(term.pieces) for at in _occurrences(plain, a + b)]
    words = [*term.pieces, *term.variants, *term.corrected]
    return [at for word in words for at in _occurrences(plain, word) if _is_word(plain, at)]


def _occurrences(plain: str, wanted: str) -> Iterable[tuple[int, int]]:
    at = plain.find(wanted)
    while at >= 0:
        yield at, at + len(wanted)
        at = plain.find(wanted, at + len(wanted))


def _is_word(plain: str, span: tuple[int, int]) -> bool:
    """Tell whether a hit begins where a word begins."""
    before = plain[span[0] - 1] if span[0] else " "
    return not (before.isascii() and before.isalnum())
