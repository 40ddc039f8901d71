"""Messages that no model is trained on, shipped so that what a brand teaches can be measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from walletdesk.language.triage.judge import settle, vectors_of
from walletdesk.language.triage.model import ALARMS, OUTSIDE, TopicModel
from walletdesk.language.types import Vectors

HELD_OUT = Path(__file__).parents[1] / "held_out"


@dataclass(frozen=True, slots=True)
class Measured:
    """Of `messages`, how many got the right topic; of the true `alarms`, how many raised one."""

    right: int
    messages: int
    alarms_found: int
    alarms: int

    def worse_than(self, other: "Measured") -> bool:
        """Whether fewer are right, or fewer alarms are found, than by another model."""
        return self.right < other.right or self.alarms_found < other.alarms_found


def read_examples(path: Path) -> list[tuple[str, str]]:
    """Return the (text, topic) pairs of a file of examples: lines under headings "== topic"."""
    pairs, topic = [], ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            topic = line[3:].strip()
        elif line.strip():
            pairs.append((line.strip(), topic))
    return pairs


def measure(model: TopicModel) -> Measured:
    """Return how a model fares on the held-out messages; the first call embeds them, about 2 s."""
    texts, topics, vectors = _held_out()
    found = [settle(*pair) for pair in zip(texts, model.judge_vectors(texts, vectors), strict=True)]
    said = [OUTSIDE if each.out_of_scope else each.topic for each in found]
    alarms = [topic in ALARMS for topic in said]
    true = [topic in ALARMS for topic in topics]
    return Measured(
        sum(one == other for one, other in zip(said, topics, strict=True)),
        len(topics),
        sum(one and other for one, other in zip(alarms, true, strict=True)),
        sum(true),
    )


@cache
def _held_out() -> tuple[Sequence[str], Sequence[str], Vectors]:
    pairs = [pair for path in sorted(HELD_OUT.glob("*.txt")) for pair in read_examples(path)]
    texts = [text for text, _ in pairs]
    return texts, [topic for _, topic in pairs], vectors_of(texts)
