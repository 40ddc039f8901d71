"""What the bot knows when it decides, what it decides, and what it says."""

from dataclasses import dataclass, field
from enum import StrEnum

from walletdesk.bot.claims import Claim
from walletdesk.knowledge.types import Hit
from walletdesk.language.topics import OTHER


class Step(StrEnum):
    """What the bot does with a message."""

    ANSWER = "answer"
    ANSWER_AND_HAND_OVER = "answer_and_hand_over"
    TELL = "tell"  # what a tool found
    TELL_AND_HAND_OVER = "tell_and_hand_over"
    HAND_OVER = "hand_over"
    GREET = "greet"
    THANK = "thank"
    ASK_AGAIN = "ask_again"


class Reason(StrEnum):
    """Why a person was called. Stable: reports count them."""

    ASKED = "asked"
    ANGER = "anger"
    UNSURE = "unsure"
    FUNDS = "funds"
    SECURITY = "security"
    NOT_HELPED = "not_helped"


class Tool(StrEnum):
    """What the bot may look up. Each only reads."""

    IDENTITY = "identity"  # whether it is a bot
    QUEUE = "queue"
    TICKET = "ticket"
    OFFICIAL = "official"


@dataclass(frozen=True, slots=True)
class Source:
    """Where an answer comes from. `url` is a path, "" when there is no page to open."""

    title: str
    url: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a tool found, in the customer's words. `alarming`: somebody pretends to be us."""

    tool: Tool
    text: str
    source: Source | None = None
    alarming: bool = False
    offers_person: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """What came before in a conversation, oldest first.

    `asked`: the customer's words; `urls` and `titles`: of the articles that were shown; `offered`:
    the bot's last message offered a person; `misses`: the failures in a row so far.
    """

    asked: tuple[str, ...] = ()
    urls: frozenset[str] = frozenset()
    titles: tuple[str, ...] = ()
    offered: bool = False
    misses: int = 0


@dataclass(frozen=True, slots=True)
class Situation:
    """A message and what came before it.

    `misses` counts the failures so far: no answer found, or an answer that did not help. `shown`
    holds the addresses of the articles that the bot showed already, `offered` whether its last
    message offered a person. `topic` and `urgency` are triage's, `foreign` that it
    takes the message for no matter of ours; `told` is what a tool found.
    """

    text: str
    hits: tuple[Hit, ...] = ()
    misses: int = 0
    shown: frozenset[str] = frozenset()
    offered: bool = False
    topic: str = OTHER
    urgency: int = 0
    angry: bool = False
    foreign: bool = False
    told: Told | None = None


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
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class Composed:
    """What the bot says to a question, and why; `text` is "" when it only calls a person.

    `topic` and `urgency` are what the conversation is about now. `checked` holds each sentence that
    a model wrote, the one that was refused last; `generated` tells whether they are what is shown.
    `tried` is what the bot looked at, for the person who takes over. `first_after` is the seconds
    until the first sentence could be shown.
    """

    text: str
    step: Step
    language: str
    topic: str
    urgency: int
    misses: int
    sources: tuple[Source, ...] = ()
    others: tuple[Source, ...] = ()
    reason: Reason | None = None
    offers_person: bool = False
    tried: tuple[str, ...] = ()
    checked: tuple[Claim, ...] = ()
    generated: bool = False
    first_after: float = 0.0
    score: float = 0.0
    question: str = field(default="", repr=False)
