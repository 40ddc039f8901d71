"""A question of the past, what is known of how it went, and what the bot makes of it today."""

from dataclasses import dataclass
from enum import StrEnum

NO_ARTICLE = "-"  # expected of a question that a person has to answer


class State(StrEnum):
    """Where a replay stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Verdict(StrEnum):
    """What the judge says of one conversation."""

    RIGHT = "right"
    WRONG = "wrong"
    UNKNOWN = "unknown"


class Rule(StrEnum):
    """By what the judge knows it, the surest first. Stable: reports count them."""

    EXPECTED_ARTICLE = "expected_article"
    CUSTOMER_SAID = "customer_said"
    AGENT_SENT = "agent_sent"
    ENDED_WELL = "ended_well"
    PERSON_NEEDED = "person_needed"
    TOPIC = "topic"
    NONE = "none"


class Result(StrEnum):
    """How a conversation with the bot ends, in one word."""

    ANSWERED = "answered"
    ANSWERED_AND_HANDED_OVER = "answered_and_handed_over"
    HANDED_OVER = "handed_over"
    LOOKED_UP = "looked_up"
    ASKED_AGAIN = "asked_again"
    SMALL_TALK = "small_talk"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of how it went then.

    Articles are names (slugs). `helped` and `helped_not`: what customers said of those the bot
    showed; `sent`: those that a person sent; `ended_with`: the one after which it was resolved
    without a person. `topic` was set by staff or by the author of a file. None: nobody said.
    """

    expected_article: str | None = None
    topic: str = ""
    helped: frozenset[str] = frozenset()
    helped_not: frozenset[str] = frozenset()
    sent: frozenset[str] = frozenset()
    ended_with: str = ""
    person: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """What a customer wrote, in the turns in which they wrote it. `name`: reference or line."""

    name: str
    turns: tuple[str, ...]
    language: str = ""
    evidence: Evidence = Evidence()


@dataclass(frozen=True, slots=True)
class Told:
    """What the bot says to one turn now. `seconds`: until its first words may be shown."""

    question: str
    language: str
    text: str = ""
    article: str = ""
    topic: str = ""
    step: str = ""
    reason: str = ""
    seconds: float = 0.0
    unsupported: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """One conversation, replayed. `told` is the turn that counts."""

    name: str
    told: Told
    turns: int
    result: Result
    verdict: Verdict
    rule: Rule
    seconds: tuple[float, ...] = ()
    unsupported: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """Which conversations of a brand are replayed: the newest first, at most `limit`."""

    days: int = 30
    language: str = ""
    limit: int = 500
