"""The mathematics of search: what is learned from the articles, and how sure an answer is.

Measured on 46 articles in three languages with 414 held-out questions that share few words with
them, and with each of the articles' own 691 phrasings left out in turn (recall@1 / @3 in %):

    BM25 over passages                        26 / 44        -
    words of whole articles (as here)         39 / 60    56 / 76
    nearest passage                           31 / 55    49 / 73
    learned direction                         43 / 71    62 / 83
    direction + nearest + words               53 / 78    71 / 89
    those + triage's topic (as here)          76 / 91        -

Pairs of sentences as passages changed nothing and cost 30 % more vectors.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from walletdesk.language.types import Vectors

RIDGE = 60.0  # 10 to 200 differ by less than one point
NEAREST = 4  # related articles: more is a list nobody reads
# A small brand's own matter, which triage does not know: an article that holds nearly all words of
# the question is not held back because of its topic.
MANY_WORDS, UNKNOWN_MATTER = 30.0, -1.0
_ROWS = 8_192  # passages that are held in double precision at once: 30 MB
_AT_ONCE = 512  # owners: the whole table of 10,000 by 10,000 would take a gigabyte
RELATED_FROM = 0.05  # of the cosine, above what chance gives: weaker ones are no relation
WEIGHT_TITLE, WEIGHT_ASKED, WEIGHT_SUMMARY, WEIGHT_BODY = 3, 6, 2, 1

# Fusion of standard scores.
# TOPIC was chosen on the questions of half of the articles, and measured on the other half.
PULL, LIKENESS, WORDS, TOPIC = 1.0, 0.5, 0.8, 1.3

# How much a word counts by the best place it stands in. Counting each occurrence, as BM25 does,
# changed recall by less than half a point and would need positions.
PLACE_FACTORS = {"A": 1.5, "B": 1.3, "D": 1.0}

_CALIBRATED_ARTICLES = 46
FEW_ARTICLES = 20  # with fewer the learned directions are too sure of themselves


def learn_directions(
    vectors: NDArray[np.floating], weights: NDArray[np.float64], owners: NDArray[np.intp]
) -> tuple[Vectors, NDArray[np.float64]]:
    """Return a direction per owner (0..n-1) and its offset, by ridge regression.

    Solves for the linear map that says of each passage whose it is. What all articles have in
    common (every question here is about a wallet) gets no weight that way. Each owner has the same
    total weight however long its text. Exact, without chance: equal input, equal output.
    """
    count = int(owners.max()) + 1
    mass = np.bincount(owners, weights, minlength=count)
    shares = weights / mass[owners] * (weights.sum() / count)
    total = shares.sum()
    centre = np.zeros(vectors.shape[1])
    for part in _parts(len(vectors)):
        centre += shares[part] @ vectors[part]
    centre /= total
    gram = RIDGE * np.eye(vectors.shape[1])
    # What is wanted is 1 for the owner and 0 for all others: the product with it is a sum by owner.
    # (Its mean drops out: the weighted inputs sum to zero.)
    sums = np.zeros((count, vectors.shape[1]))
    for part in _parts(len(vectors)):
        inputs = vectors[part] - centre
        weighted = inputs * shares[part, None]
        gram += weighted.T @ inputs
        _add_by_owner(sums, owners[part], weighted)
    directions = np.linalg.solve(gram, sums.T)
    offsets: NDArray[np.float64] = -(centre @ directions)
    return directions.T.astype(np.float32), offsets


def _parts(rows: int) -> list[slice]:
    return [slice(start, start + _ROWS) for start in range(0, rows, _ROWS)]


def _add_by_owner(
    sums: NDArray[np.float64], owners: NDArray[np.intp], rows: NDArray[np.float64]
) -> None:
    """Add each row to its owner's sum; owners that stand together cost one addition."""
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    np.add.at(sums, owners[starts], np.add.reduceat(rows, starts, axis=0))


def nearest(
    vectors: NDArray[np.floating],
    weights: NDArray[np.float64],
    owners: NDArray[np.intp],
    count: int = NEAREST,
) -> list[list[int]]:
    """Return for each owner the others whose passages mean the most alike, nearest first.

    Compared by the weighted mean of each owner's vectors, less what all owners have in common.
    """
    number = int(owners.max()) + 1
    means = np.zeros((number, vectors.shape[1]))
    for part in _parts(len(vectors)):
        _add_by_owner(means, owners[part], vectors[part] * weights[part, None])
    means /= np.bincount(owners, weights, minlength=number)[:, None]
    means -= means.mean(0)
    means /= np.linalg.norm(means, axis=1, keepdims=True) + 1e-9
    chance = -1.0 / max(1, number - 1)  # the mean of all, once their common part is gone
    found: list[list[int]] = []
    for start in range(0, number, _AT_ONCE):
        likeness = means[start : start + _AT_ONCE] @ means.T
        likeness[np.arange(len(likeness)), np.arange(start, start + len(likeness))] = -2.0
        most = min(count, number - 1)
        some = np.argpartition(-likeness, most, axis=1)[:, : most + 1]
        by_value = np.lexsort((some, -np.take_along_axis(likeness, some, axis=1)))
        order = np.take_along_axis(some, by_value, axis=1)[:, :most]
        found += [
            [int(other) for other in others if row[other] > chance + RELATED_FROM]
            for row, others in zip(likeness, order, strict=True)
        ]
    return found


def rarity(articles: int, total: int) -> float:
    """Return BM25's weight of a word that stands in `articles` of `total` articles.

    Scaled so that the rarest word weighs the same in a small and in a large collection: the
    confidence below was fitted at 46 articles.
    """
    size = max(total, _CALIBRATED_ARTICLES)
    return _idf(articles, size) / _idf(1, size) * _idf(1, _CALIBRATED_ARTICLES)


def _idf(articles: int, total: int) -> float:
    return math.log(1 + (max(0, total - articles) + 0.5) / (articles + 0.5))


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for the first article of a search. None: that way of searching did not apply.

    `pull` of the learned direction, `likeness` to the nearest passage (cosine), `words` the BM25
    sum, `margin` the lead over the second article in the fused score, `matter` the logarithm of the
    chance that the question is of the article's topic, `outside` that it is no matter of ours.
    """

    pull: float | None
    likeness: float | None
    words: float | None
    margin: float
    matter: float = 0.0
    outside: float = 0.0


def confidence(signs: Signs) -> float:
    """Return the chance, 0 to 1, that the first article answers the question.

    Logistic regressions, no sign of evidence turned round, on 414 held-out questions and 135 lines
    that no article answers; the figures of `bot.rules.ANSWER_FROM` are cross-validated by article.
    """
    words = math.log1p(max(0.0, signs.words or 0.0))
    if signs.pull is None and (signs.words or 0.0) >= MANY_WORDS:
        signs = replace(signs, matter=max(signs.matter, UNKNOWN_MATTER))
    if signs.pull is None:
        if signs.words is None:
            likeness = signs.likeness or 0.0
            return _logistic(
                0.618 * likeness + 0.928 * signs.matter - 2.437 * signs.outside + 0.894
            )
        return _logistic(0.901 * words + 0.981 * signs.matter - 1.789 * signs.outside - 0.807)
    known = 0.246 * signs.margin + 0.755 * signs.matter - 2.627 * signs.outside
    if signs.words is None:
        return _logistic(0.093 * signs.pull + 0.041 * (signs.likeness or 0.0) + known + 0.313)
    known = 0.195 * signs.margin + 0.839 * signs.matter - 2.008 * signs.outside
    return _logistic(0.117 * signs.pull + 0.782 * words + known - 1.21)


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, x))))
