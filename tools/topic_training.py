"""Trains the topic model: from texts with labels to the arrays of `walletdesk.language.triage`.

Needs scikit-learn, which the product does not. `make models` and the benchmark share it.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from walletdesk.language.triage import ridge
from walletdesk.language.triage.features import plain, words
from walletdesk.language.triage.model import (
    BLOCKS,
    OUTSIDE,
    Head,
    TopicModel,
    Tuning,
    Weights,
    counted,
    kernel,
)
from walletdesk.language.use_embedder import UseEmbedder

Rows = Sequence[Counter[str]]

LEXICAL_STRENGTH = 20.0  # the regression's C: how far it may trust its examples
LEXICAL_SHARE = 0.4
ALL_ASKED = 12_000  # of more examples than these, LANDMARKS evenly drawn ones stand for all
LANDMARKS = 4_000


@dataclass(frozen=True)
class Examples:
    """Texts with their labels, sentence vectors and n-grams."""

    texts: list[str]
    labels: list[str]
    vectors: np.ndarray
    grams: list[dict[str, Counter[str]]]

    def take(self, places: Any) -> "Examples":
        """Return some of the examples."""
        return Examples(
            [self.texts[i] for i in places],
            [self.labels[i] for i in places],
            self.vectors[places],
            [self.grams[i] for i in places],
        )


_embedder = UseEmbedder()


def examples_of(pairs: Sequence[tuple[str, str]]) -> Examples:
    """Embed and count (text, label) pairs."""
    texts = [text for text, _ in pairs]
    grams = []
    for text in texts:
        found = words(text)
        grams.append({name: count(found) for name, count in BLOCKS.items()})
    vectors = _embedder.embed([plain(text) for text in texts])
    return Examples(texts, [label for _, label in pairs], vectors, grams)


def vocabulary_of(grams: Rows, least: int) -> tuple[dict[str, int], np.ndarray]:
    """Return the n-grams that stand in at least `least` texts, and the rarity of each."""
    texts_with: Counter[str] = Counter()
    for counts in grams:
        texts_with.update(counts.keys())
    kept = sorted(gram for gram, n in texts_with.items() if n >= least)
    rarity = [np.log((1 + len(grams)) / (1 + texts_with[gram])) + 1 for gram in kept]
    return {gram: i for i, gram in enumerate(kept)}, np.array(rarity, np.float32)


def matrix(grams: Rows, vocabulary: dict[str, int], rarity: np.ndarray) -> csr_matrix:
    """Return the texts' TF-IDF rows."""
    ends, places, values = [0], [], []
    for counts in grams:
        at, value = counted(counts, vocabulary, rarity)
        places.append(at)
        values.append(value)
        ends.append(ends[-1] + len(at))
    shape = (len(grams), len(vocabulary))
    return csr_matrix((np.concatenate(values), np.concatenate(places), ends), shape=shape)


def train(
    examples: Examples,
    *,
    least: int = 1,
    share: float = LEXICAL_SHARE,
) -> TopicModel:
    """Return the model of these examples. The same examples give the same model."""
    found, matrices = {}, []
    for name in BLOCKS:
        grams = [each[name] for each in examples.grams]
        found[name] = vocabulary_of(grams, least)
        matrices.append(matrix(grams, *found[name]))
    words_fit = LogisticRegression(C=LEXICAL_STRENGTH, max_iter=200, tol=1e-3)
    words_fit.fit(hstack(matrices, format="csr"), examples.labels)
    coefficients = words_fit.coef_.T.astype(np.float32)
    labels = [str(label) for label in words_fit.classes_]
    ones = np.ones(len(labels), np.float32)
    blocks, start = {}, 0
    for name, (vocabulary, rarity) in found.items():
        rows = coefficients[start : start + len(vocabulary)]
        blocks[name] = Weights(vocabulary, rarity, rows, ones)
        start += len(vocabulary)
    drawn, pull = pulls(examples, labels)
    head = Head(
        examples.vectors[drawn],
        np.array([examples.labels[i] != OUTSIDE for i in drawn]),
        pull,
        np.array([labels.index(examples.labels[i]) for i in drawn], np.int16),
    )
    tuning = Tuning(share, sharpness=1.0, threshold=0.0)
    return TopicModel(labels, blocks, words_fit.intercept_.astype(np.float32), head, tuning)


def pulls(examples: Examples, labels: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return which examples the kernel asks, and how strongly each draws to each label.

    Kernel ridge regression on 0 and 1. With more examples than landmarks: the subset of regressors
    (Rasmussen and Williams, Gaussian Processes for Machine Learning, section 8.3.1).
    """
    count = len(examples.texts)
    wanted = ridge.one_hot(examples.labels, labels)
    if count <= ALL_ASKED:
        return np.arange(count), ridge.pulls(examples.vectors, wanted)
    drawn = np.random.default_rng(7).permutation(count)[:LANDMARKS]
    drawn.sort()
    marks = examples.vectors[drawn]
    like = kernel(examples.vectors @ marks.T)
    square = like.T @ like + ridge.RIDGE * kernel(marks @ marks.T)
    square[np.diag_indices(LANDMARKS)] += 1e-3
    return drawn, np.linalg.solve(square, like.T @ wanted).astype(np.float32)


def digest(paths: Iterable[Path]) -> str:
    """Return the SHA-256 of the files' names and contents."""
    found = hashlib.sha256()
    for path in sorted(paths):
        found.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def sharpen(chances: np.ndarray, truth: np.ndarray) -> float:
    """Return the exponent under which the probabilities fit what came true best (log loss)."""
    logs = np.log(chances + 1e-12)
    losses = {}
    for step in range(10, 81):
        scaled = logs * (step / 20)
        scaled -= scaled.max(axis=1, keepdims=True)
        sums = np.log(np.exp(scaled).sum(axis=1))
        losses[step / 20] = float((sums - scaled[np.arange(len(truth)), truth]).mean())
    return min(losses, key=lambda step: losses[step])
