"""Comments that say the same, put together by their vectors and named by their words. Pure.

Spherical k-means with fixed beginnings, so that the same comments always give the same groups.
Names: words that are frequent in the group and rare in the others (class-based TF-IDF, Grootendorst
2022). Chinese has no word borders: its words here are runs of two to four characters that come
together again and again.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from walletdesk.language.tokens import runs
from walletdesk.language.types import Vectors

FEWEST = 8  # comments of a language; fewer are read one by one
SMALLEST = 3  # comments in a theme
MOST = 8  # themes of a language
ROUNDS = 20
ALIKE = 0.72  # of two middles: more is one theme
WORDS = 3
_CJK_LENGTHS = (4, 3, 2)

_STOP_WORDS = """
a an and are as at be been but by can could did do does for from get got had has have he her i if in
is it its just me my no not of on or our she so that the their them then there they this to too up
us very was we were what when which who will with would you your am im
al algo ante aqui asi aunque bien cada como con cual cuando de del desde donde dos e el ella en era
es esa ese eso esta este esto fue ha han hay la las le les lo los mas me mi mis mucho muy nada ni
nos o os para pero poco por porque que quien se ser si sin sobre solo son su sus tambien tan te
tengo tiene toda todo tu un una uno y ya yo
"""
_STOP = frozenset(_STOP_WORDS.split())
_STOP_CHARACTERS = frozenset(
    "的了我你您他她它是在有和就都也很不没这那吗呢吧啊把被给跟对到说个一才再又还会能要让为与"
)


@dataclass(frozen=True, slots=True)
class Group:
    """One theme: its words, and which of the comments belong to it."""

    words: tuple[str, ...]
    members: tuple[int, ...]


def group(texts: Sequence[str], vectors: Vectors) -> list[Group]:
    """Return the themes of comments, the largest first. What fits nowhere is left out."""
    if len(texts) < FEWEST:
        return []
    labels = cluster(vectors, max(2, min(MOST, round(math.sqrt(len(texts) / 2)))))
    members = [tuple(map(int, np.flatnonzero(labels == one))) for one in sorted(set(labels))]
    kept = sorted((m for m in members if len(m) >= SMALLEST), key=lambda m: (-len(m), m))
    names = name([[texts[at] for at in m] for m in kept])
    return [Group(words, m) for words, m in zip(names, kept, strict=True)]


def cluster(vectors: Vectors, wanted: int) -> NDArray[np.intp]:
    """Return for each unit vector the number of its cluster, at most `wanted` of them."""
    middles = _beginnings(vectors, wanted)
    labels = np.zeros(len(vectors), dtype=np.intp)
    for _ in range(ROUNDS):
        fresh = (vectors @ middles.T).argmax(axis=1)
        if (fresh == labels).all() and _ > 0:
            break
        labels = fresh
        for one in range(len(middles)):
            if (labels == one).any():
                middles[one] = _unit(vectors[labels == one].mean(axis=0))
    return _merged(labels, middles)


def _beginnings(vectors: Vectors, wanted: int) -> Vectors:
    """Return the vector nearest to the middle of all, then each time the one farthest away."""
    chosen = [int((vectors @ _unit(vectors.mean(axis=0))).argmax())]
    nearest = vectors @ vectors[chosen[0]]
    while len(chosen) < min(wanted, len(vectors)):
        chosen.append(int(nearest.argmin()))
        nearest = np.maximum(nearest, vectors @ vectors[chosen[-1]])
    return vectors[chosen].copy()


def _merged(labels: NDArray[np.intp], middles: Vectors) -> NDArray[np.intp]:
    """Return the labels with clusters whose middles are alike made one: the lower number stays."""
    into = list(range(len(middles)))
    for one in range(len(middles)):
        for other in range(one):
            if into[other] == other and float(middles[one] @ middles[other]) >= ALIKE:
                into[one] = other
                break
    return np.array([into[label] for label in labels], dtype=np.intp)


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    length = float(np.linalg.norm(vector))
    return vector / length if length else vector


def name(groups: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Return for each group of texts its most typical words, at most WORDS."""
    counts = [Counter(word for text in texts for word in set(words_of(text))) for texts in groups]
    everywhere = Counter[str]()
    for each in counts:
        everywhere.update(each)
    average = sum(everywhere.values()) / max(1, len(groups))
    return [_typical(each, everywhere, average) for each in counts]


def _typical(words: Counter[str], everywhere: Counter[str], average: float) -> tuple[str, ...]:
    total = sum(words.values()) or 1

    def weight(word: str) -> float:
        rare = math.log(1 + average / everywhere[word])
        return words[word] / total * rare * (1 + 0.15 * min(len(word), 4))

    often = [word for word, n in words.items() if n > 1] or list(words)
    chosen: list[str] = []
    for word in sorted(often, key=lambda w: (-weight(w), w)):
        if not any(word in other or other in word for other in chosen):
            chosen.append(word)
        if len(chosen) == WORDS:
            break
    return tuple(chosen)


def words_of(text: str) -> list[str]:
    """Return the words of a comment that can name something: no stop words, no numbers."""
    found: list[str] = []
    for run, is_cjk in runs(text.replace("⟦", " ").replace("⟧", " ")):
        if is_cjk:
            found += _cjk_words(run)
        elif len(run) > 2 and run not in _STOP and not run.isdigit():
            found.append(run)
    return found


def _cjk_words(run: str) -> list[str]:
    return [
        piece
        for length in _CJK_LENGTHS
        for at in range(len(run) - length + 1)
        if not _STOP_CHARACTERS & set(piece := run[at : at + length])
    ]
