"""What an agent can have written, where that stands, and what is shown of solved conversations."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a model is asked to write for an agent."""

    REPLY = "reply"
    SUMMARY = "summary"
    FRIENDLIER = "friendlier"
    SHORTER = "shorter"
    FORMAL = "formal"
    TRANSLATE = "translate"


REWRITES = (Kind.FRIENDLIER, Kind.SHORTER, Kind.FORMAL, Kind.TRANSLATE)


class State(StrEnum):
    """Where it stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"  # a check did not pass: nothing of it is shown
    FAILED = "failed"  # the model did not answer
    CANCELLED = "cancelled"


class Refusal(StrEnum):
    """Why a text of a model is not shown."""

    CHANGED = "changed"  # a number, link, address or hash was lost or added
    CONDUCT = "conduct"
    SHAPE = "shape"  # empty, endless
    LANGUAGE = "language"
    UNSUPPORTED = "unsupported"
    NOTHING = "nothing"  # no article answers


@dataclass(frozen=True, slots=True)
class Similar:
    """A solved conversation. `asked`: its first words; `solved_by`: who said `solution` last."""

    ref: str
    topic: str
    language: str
    resolved_at: datetime
    likeness: float
    asked: str
    solution: str
    solved_by: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply that could be sent, and where it comes from."""

    title: str
    text: str
    url: str = ""
    macro: int | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """An article that was shown. `helped` is what the customer said, None when nothing."""

    title: str
    by_bot: bool
    helped: bool | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    """A conversation in short, without a model: the customer's own words, facts, what was tried."""

    asked: str
    latest: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    tried: tuple[Tried, ...] = ()
    replies: int = 0
