"""How angry a message is at us, in Chinese, English and Spanish. Pure.

Learnt at the first use from the sentence vectors of our own examples (`examples_anger.txt`, "dev").
A list of angry words was tried first: it caught 3 of 100 messages that were written after it. Fear
and loss are no anger, and neither is anger at a thief.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from walletdesk.language.triage.judge import vectors_of
from walletdesk.language.types import Vectors

ANGRY = 1.0  # from here on a message counts as angry
EXAMPLES = Path(__file__).parent / "examples_anger.txt"
# Logistic regression: chosen by ten-fold cross-validation on the "dev" examples.
_STEPS, _RATE, _SHRINK = 800, 4.0, 5e-4
_FEWEST_LETTERS = 2  # different ones: "!!!" and "aaaa" say nothing


def anger_of(text: str) -> float:
    """Return how angry a message is at us: 0.0 not at all, from ANGRY on it counts."""
    if len({c for c in text[:4_000] if c.isalpha()}) < _FEWEST_LETTERS:
        return 0.0
    weights, offset = _learnt()
    return round(max(0.0, float(vectors_of([text])[0] @ weights) + offset), 1)


def examples(part: str) -> tuple[list[str], list[bool]]:
    """Return the examples of a part, "dev" or "held", and which of them are angry."""
    texts: list[str] = []
    angry: list[bool] = []
    heading = ""
    for line in EXAMPLES.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            heading = line[3:]
        elif line and heading.startswith(part):
            texts.append(line)
            angry.append(heading.endswith("angry"))
    return texts, angry


def learn(vectors: Vectors, angry: Sequence[bool]) -> tuple[Vectors, float]:
    """Return the weights and the offset that tell angry vectors from calm ones."""
    wanted = np.asarray(angry, dtype=np.float32)
    weights, offset = np.zeros(vectors.shape[1], dtype=np.float32), 0.0
    for _step in range(_STEPS):
        off = 1 / (1 + np.exp(-(vectors @ weights + offset))) - wanted
        weights = weights - _RATE * (vectors.T @ off / len(off) + _SHRINK * weights)
        offset -= _RATE * float(off.mean())
    return weights.astype(np.float32), offset


@cache
def _learnt() -> tuple[Vectors, float]:
    texts, angry = examples("dev")
    return learn(vectors_of(texts), angry)
