"""Which articles are missing: questions without an answer, put together by what they mean. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from walletdesk.bot.replays.types import Judged, Result
from walletdesk.bot.types import Reason
from walletdesk.language.types import Vectors

# Cosine from which two questions are taken for one matter. Of the pairs of our 414 held-out
# questions that ask for the same article 11 % are this near, of other pairs 0.09 %, so that 7 of 10
# near pairs belong together (at 0.5: 15 %, 0.3 %, 5 of 10; at 0.6: 9 %, 0.03 %, 8 of 10). What is
# not seen to belong together stands below as single questions.
NEAR = 0.55
MOST = 2_000  # questions that are compared, each with each: 16 MB
GROUPS = 20
EXAMPLES = 4


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that ask for the same missing article, the most typical first."""

    questions: tuple[Judged, ...]
    topic: str
    languages: tuple[tuple[str, int], ...]


def unanswered(judged: Sequence[Judged]) -> list[Judged]:
    """Return those for which an article is missing: not those who asked for a person."""
    return [
        one
        for one in judged
        if one.result in (Result.HANDED_OVER, Result.ASKED_AGAIN)
        and one.told.reason != Reason.ASKED
        and one.told.question
    ]


def gaps_of(judged: Sequence[Judged], vectors: Vectors) -> list[Gap]:
    """Put questions together, each with the vector of its row; the largest groups first.

    The question with the most neighbours takes them as its group, then the next of the rest. The
    same questions in the same order give the same groups. Single questions come last.
    """
    near = vectors @ vectors.T >= NEAR
    left = np.ones(len(judged), dtype=bool)
    groups: list[Gap] = []
    while left.any() and len(groups) < GROUPS:
        counts = (near & left).sum(axis=1) * left
        centre = int(counts.argmax())
        near_ones = np.flatnonzero(near[centre] & left)
        members = {centre, *(int(at) for at in near_ones)}
        order = sorted(members, key=lambda at: (-float(vectors[at] @ vectors[centre]), at))
        groups.append(_gap([judged[at] for at in order]))
        left[list(members)] = False
    return groups


def _gap(questions: list[Judged]) -> Gap:
    topics = Counter(one.told.topic for one in questions if one.told.topic)
    return Gap(
        questions=tuple(questions),
        topic=topics.most_common(1)[0][0] if topics else "",
        languages=tuple(Counter(one.told.language for one in questions).most_common()),
    )
