"""The topic model at run time: plain arrays, numpy and nothing else.

Two voices, averaged in the logarithm: a logistic regression on n-grams (TF-IDF), and a regression
on sentence vectors that asks how like each training example the message is (kernel ridge). The
n-grams count for less the fewer of the words were ever seen: another language speaks by its
meaning. A message is out of scope when the best probability times the likeness to the three nearest
training examples stays below a threshold; topics that set off an alarm have one of their own.
"""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from walletdesk.language.topics import TOPICS
from walletdesk.language.triage.features import piece_grams, plain, word_grams, words
from walletdesk.language.types import Embedder, Urgency, Vectors

Floats = NDArray[np.float32]
Grams = Callable[[list[str]], Counter[str]]

OUTSIDE = "outside"  # examples of what is no matter of a wallet at all
ALARMS = frozenset(t.id for t in TOPICS.values() if t.urgency == Urgency.CRITICAL)
"""Topics that open a case by themselves, so that a doubtful one is none."""
BLOCKS: dict[str, Grams] = {"word": word_grams, "piece": piece_grams}
NEIGHBOURS = 3
KERNEL_WIDTH = 1.0
KERNEL_SCALE = 20.0  # from what a regression on 0 and 1 says to logarithms of odds
_BATCH = 256  # messages whose likeness to all examples is held at once


@dataclass(frozen=True, slots=True)
class Weights:
    """One block of n-grams: its vocabulary, the rarity and the weights of each, one row a gram."""

    vocabulary: dict[str, int]
    rarity: Floats
    weights: NDArray[Any]  # int8 or float32, shape (grams, labels)
    scale: Floats  # what a weight of each label is multiplied by


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of sentence vectors: those of the examples, and where each draws to."""

    examples: Floats  # (examples, dimensions), L2-normalised
    inside: NDArray[np.bool_]  # which examples are a matter of ours
    pull: Floats  # (examples, labels): to what a message like this example is drawn
    taught: NDArray[np.int16]  # the label of each example


@dataclass(frozen=True, slots=True)
class Tuning:
    """How the voices are put together. `sharpness` makes the probability mean what it says."""

    lexical_share: float
    sharpness: float
    threshold: float
    alarm_threshold: float = 0.0  # what a topic of ALARMS needs
    outside_lead: float = 1.0  # how much likelier than the best topic "outside" has to be


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a message is about. `likeness` is the mean cosine to the nearest examples."""

    label: str
    confidence: float
    likeness: float
    out_of_scope: bool


class BadModel(Exception):
    """The file with the arrays is not what this program reads."""


class TopicModel:
    """Judges messages. Immutable; threads may share it."""

    def __init__(
        self,
        labels: Sequence[str],
        blocks: dict[str, Weights],
        bias: Floats,
        head: Head,
        tuning: Tuning,
        digest: str = "",
    ) -> None:
        self.digest = digest  # of what the shipped model was made from
        self.labels = tuple(labels)
        self.tuning = tuning
        self.blocks = blocks
        self.bias = bias
        self.head = head
        self._outside = self.labels.index(OUTSIDE) if OUTSIDE in self.labels else None

    def judge(self, texts: Sequence[str], embedder: Embedder) -> list[Judgement]:
        """Return one judgement per text. Raises EmbedderUnavailable."""
        return self.judge_vectors(texts, embedder.embed([plain(text) for text in texts]))

    def judge_vectors(self, texts: Sequence[str], vectors: Vectors) -> list[Judgement]:
        """Return one judgement per text whose sentence vectors are known."""
        found: list[Judgement] = []
        for start in range(0, len(texts), _BATCH):
            part = slice(start, start + _BATCH)
            chances, likeness = self.weigh(texts[part], vectors[part])
            found += [self._judged(*row) for row in zip(chances, likeness, strict=True)]
        return found

    def weigh(self, texts: Sequence[str], vectors: Vectors) -> tuple[Floats, Floats]:
        """Return the probability of each label, and the mean cosine to the nearest examples."""
        head, tuning = self.head, self.tuning
        near = vectors @ head.examples.T
        best = np.partition(near[:, head.inside], -NEIGHBOURS, axis=1)[:, -NEIGHBOURS:]
        meaning = log_softmax(KERNEL_SCALE * (kernel(near) @ head.pull))
        rows = [self._lexical(text) for text in texts]
        lexical = log_softmax(np.stack([scores for scores, _ in rows]))
        if unknown := len(self.labels) - lexical.shape[1]:  # topics that a brand added
            lexical = np.hstack([lexical, meaning[:, -unknown:]])
        share = tuning.lexical_share * np.array([[known] for _, known in rows], np.float32)
        mixed = share * lexical + (1 - share) * meaning
        sharp = (tuning.sharpness * mixed).astype(np.float32)
        if self._outside is not None:
            sharp[:, self._outside] -= np.float32(np.log(tuning.outside_lead))
        chances: Floats = np.exp(log_softmax(sharp))
        return chances, best.mean(axis=1)

    def _judged(self, chances: Floats, likeness: np.float32) -> Judgement:
        best = int(np.argmax(chances))
        inside = float(chances[best])
        outside = best == self._outside
        score = inside * max(0.0, float(likeness))
        label = self.labels[best]
        alarm = label in ALARMS
        least = self.tuning.alarm_threshold if alarm else self.tuning.threshold
        return Judgement(
            label, round(inside, 4), round(float(likeness), 4), outside or score < least
        )

    def _lexical(self, text: str) -> tuple[Floats, float]:
        """Return the scores of the n-grams, and which share of the words was ever seen."""
        found = words(text)
        total = self.bias.copy()
        for name, block in self.blocks.items():
            grams = BLOCKS[name](found)
            places, values = counted(grams, block.vocabulary, block.rarity)
            if len(places):
                rows = block.weights[places].astype(np.float32)
                total += (values @ rows) * block.scale
        said = [word for word in found if word.isalnum()]
        known = sum(word in self.blocks["word"].vocabulary for word in said)
        return total, known / len(said) if said else 0.0


def counted(
    grams: Counter[str], vocabulary: dict[str, int], rarity: Floats
) -> tuple[NDArray[np.intp], Floats]:
    """Return places and values of a text's TF-IDF row: logarithmic counts, length 1."""
    known = [(place, n) for gram, n in grams.items() if (place := vocabulary.get(gram)) is not None]
    if not known:
        return np.empty(0, np.intp), np.empty(0, np.float32)
    places = np.array([place for place, _ in known], np.intp)
    values = (1 + np.log(np.array([n for _, n in known], np.float32))) * rarity[places]
    return places, (values / np.linalg.norm(values)).astype(np.float32)


def kernel(cosines: Floats) -> Floats:
    """Return the likeness of unit vectors as a Gaussian of their distance, 1 for the same."""
    likeness: Floats = np.exp(np.float32(2 * KERNEL_WIDTH) * (cosines - np.float32(1)))
    return likeness


def log_softmax(scores: Floats) -> Floats:
    """Return the logarithms of the probabilities, row by row."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    result: Floats = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return result


def load(path: Path) -> TopicModel:
    """Read the arrays that `make models` wrote. Raises BadModel."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return _from_arrays({name: arrays[name] for name in arrays.files})
    except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
        raise BadModel(f"{path.name}: {error}") from None


def _from_arrays(arrays: dict[str, NDArray[Any]]) -> TopicModel:
    about = json.loads(bytes(arrays["about"]))
    blocks = {}
    for name in BLOCKS:
        grams = bytes(arrays[f"{name}_grams"]).decode().split("\n")
        blocks[name] = Weights(
            {gram: place for place, gram in enumerate(grams)},
            arrays[f"{name}_rarity"].astype(np.float32),
            arrays[f"{name}_weights"],
            arrays[f"{name}_scale"],
        )
    examples = arrays["examples"].astype(np.float32)
    head = Head(
        examples / np.linalg.norm(examples, axis=1, keepdims=True),
        arrays["inside"],
        arrays["pull"].astype(np.float32),
        arrays["taught"],
    )
    tuning = Tuning(**about["tuning"])
    return TopicModel(about["labels"], blocks, arrays["bias"], head, tuning, about["digest"])
