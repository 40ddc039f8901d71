"""What the bot knows when it decides, and what it decides."""

from dataclasses import dataclass
from enum import StrEnum

from walletdesk.knowledge.types import Hit
from walletdesk.language.topics import OTHER


class Step(StrEnum):
    """What the bot does with a message."""

    ANSWER = "answer"
    ANSWER_AND_HAND_OVER = "answer_and_hand_over"
    HAND_OVER = "hand_over"
    GREET = "greet"
    THANK = "thank"
    ASK_AGAIN = "ask_again"


class Reason(StrEnum):
    """Why a person was called. Stable: reports count them."""

    ASKED = "asked"
    UNSURE = "unsure"
    FUNDS = "funds"
    SECURITY = "security"
    NOT_HELPED = "not_helped"


@dataclass(frozen=True, slots=True)
class Situation:
    """A message and what came before it.

    `misses` counts the failures so far: no answer found, or an answer that did not help. `shown`
    holds the addresses of the articles that the bot showed already, `offered` whether its last
    message offered a person. `topic` and `urgency` are triage's.
    """

    text: str
    hits: tuple[Hit, ...] = ()
    misses: int = 0
    shown: frozenset[str] = frozenset()
    offered: bool = False
    topic: str = OTHER
    urgency: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """The decision. `hit` is the article to show, `others` are worth a look beside it."""

    step: Step
    topic: str
    urgency: int
    misses: int
    hit: Hit | None = None
    others: tuple[Hit, ...] = ()
    reason: Reason | None = None
