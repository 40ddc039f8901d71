"""Phrases of which every word is cut to its first four letters, as metal plates keep them.

Four letters tell the words of these lists apart. Likelihood alone does not find them, because the
letters of a cut word are in no table; the layout does: eight and more tokens of three or four
letters in a row, all of them beginnings of one list, most of them no whole words.
"""

import re
from typing import Final

from walletdesk.safety.languages import LISTS
from walletdesk.safety.words import INDEX, SCORES

FROM: Final = 8
"""Shortened words in a row that make a phrase."""
_CUT_FROM: Final = 0.5  # share of tokens that are no word
_RUN: Final = re.compile(
    rf"(?<![a-z])[a-z]{{3,4}}(?:[^a-z⟦]{{1,8}}[a-z]{{3,4}}(?![a-z])){{{FROM - 1},}}"
)
_TOKEN: Final = re.compile(r"[a-z]+")

_LISTS: Final = (
    INDEX,
    *(LISTS[name].numbers for name in ("spanish", "italian", "portuguese", "czech")),
)
_BEGINNINGS: Final = tuple(frozenset(word[:4] for word in words) for words in _LISTS)
_WHOLE: Final = frozenset(SCORES) | frozenset(
    word for words in _LISTS for word in words if len(word) <= 4
)


def find_phrases(low: str) -> list[tuple[int, int]]:
    """Return the spans of shortened phrases in a lower-case normal text."""
    found: list[tuple[int, int]] = []
    for match in _RUN.finditer(low):
        tokens = list(_TOKEN.finditer(low, *match.span()))
        spans = (_longest(tokens, beginnings) for beginnings in _BEGINNINGS)
        best = max(spans, key=len)
        if len(best) >= FROM:
            found.append((best[0].start(), best[-1].end()))
    return found


def _longest(tokens: list[re.Match[str]], beginnings: frozenset[str]) -> list[re.Match[str]]:
    """Return the longest run of beginnings, if enough of them are cut."""
    first = length = start = 0
    for at, token in enumerate(tokens):
        if token.group() not in beginnings:
            start = at + 1
        elif at + 1 - start > length:
            first, length = start, at + 1 - start
    best = tokens[first : first + length]
    cut = sum(token.group() not in _WHOLE for token in best)
    return best if cut >= _CUT_FROM * len(best) else []
