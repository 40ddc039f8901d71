"""Finds words that may be a part of a phrase, while nothing alarms yet: they wait sealed.

Each message of a phrase that comes in several is harmless by itself when it is written, and what
was written stays in free space and in the write-ahead log. Four list words in a row and more are
therefore never written in clear, whatever they turn out to be (ADR 0039). Pure; linear.
"""

import math
import re
from collections.abc import Callable, Container, Iterator, Sequence
from operator import add
from typing import Final

from walletdesk.safety import hanzi
from walletdesk.safety.languages import ALL, LISTS, fold
from walletdesk.safety.normal import normal, origin
from walletdesk.safety.words import INDEX, in_a_row, score

FROM: Final = 4
"""List words in a row that wait."""
_LEAST: Final = 0.0  # of their scores: 1 of 1,000 everyday messages holds such a run
_LEAST_HAN: Final = -2.0
_PARTICLES: Final = frozenset("吗嗎呢吧啊了么麼的")  # end many a short sentence

_TABLES: Final[tuple[tuple[Container[str], Callable[[str], float]], ...]] = (
    (INDEX, score),
    *((table.numbers, table.score) for table in LISTS.values()),
)
_ANY: Final = frozenset(INDEX) | ALL
# A link or a mask ends a run; a word before a colon is a label, such as "Topic:" in a summary.
_TOKEN: Final = re.compile(
    r"https?://\S+|⟦[^⟧]{0,64}⟧?"
    r"|[a-z\u00df-\u024f\u0400-\u052f\u3041-\u3096\u30fc\u1100-\u11ff]++(?!:)"
)

# The Chinese lists are in the order of how frequent a character is; a phrase takes each alike.
_RANKS: Final = {
    character: min(table[character] for table in hanzi.NUMBERS if character in table)
    for character in hanzi.LISTED
}
_FLAT: Final = 40  # characters at the top that are about equally frequent
_WEIGHT: Final = math.log(2048 / _FLAT + 1) / (0.93 * 2048)

Span = tuple[int, int]


def find(text: str) -> list[Span]:
    """Return the spans of such runs, in order, in a text that has passed the detectors."""
    plain = normal(text)
    low = fold(plain.lower())
    spans = list(_runs(low))
    if not low.isascii() and not spans:
        spans = list(_characters(plain))
    return origin(text, spans)


def _runs(low: str) -> Iterator[Span]:
    """Yield the runs of words of one list."""
    run: list[re.Match[str]] = []
    for match in _TOKEN.finditer(low):
        if match.group() in _ANY:
            run.append(match)
        elif run:
            if len(run) >= FROM:
                yield from _of_one_list(run)
            run = []
    if len(run) >= FROM:
        yield from _of_one_list(run)


def _of_one_list(run: Sequence[re.Match[str]]) -> Iterator[Span]:
    """Yield the spans in which a list has enough words in a row; what overlaps is one."""
    words = [match.group() for match in run]
    spans = sorted(
        (run[row.start].start(), run[row.stop - 1].end())
        for listed, worth in _TABLES
        for row in in_a_row(words, listed, FROM)
        if len(set(words[row])) >= FROM and sum(map(worth, words[row])) >= _LEAST
    )
    start = end = 0
    for first, last in spans:
        if first >= end:
            if end:
                yield start, end
            start = first
        end = max(end, last)
    if end:
        yield start, end


def _characters(plain: str) -> Iterator[Span]:
    """Yield the span of a message of nothing but characters, set apart or unlike everyday words."""
    part = hanzi.part_of(plain)
    if part is None or len(set(part.characters)) < FROM:
        return
    if part.apart or (
        part.characters[-1] not in _PARTICLES
        and hanzi.WORD_PAIRS.isdisjoint(map(add, part.characters, part.characters[1:]))
        and sum(map(_worth, part.characters)) >= _LEAST_HAN
    ):
        yield part.span


def _worth(character: str) -> float:
    return math.log(_WEIGHT * (_RANKS[character] + _FLAT))
