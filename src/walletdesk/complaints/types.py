"""Complaints: states, steps, profiles of the law, and what a letter says. Codes, no words."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """Where a complaint stands."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    INVESTIGATING = "investigating"
    CLOSED = "closed"


class Act(StrEnum):
    """What moves a complaint on."""

    ACKNOWLEDGE = "acknowledge"
    REFUSE = "refuse"  # inadmissible
    ASSIGN = "assign"
    DECIDE = "decide"
    WITHDRAW = "withdraw"


class Outcome(StrEnum):
    """How a complaint ended."""

    UPHELD = "upheld"
    PARTLY = "partly"
    NOT_UPHELD = "not_upheld"
    INADMISSIBLE = "inadmissible"
    WITHDRAWN = "withdrawn"


class Finding(StrEnum):
    """What came of one point."""

    UPHELD = "upheld"
    PARTLY = "partly"
    NOT_UPHELD = "not_upheld"


class Step(StrEnum):
    """The steps whose time the law asks for, in their order."""

    ACKNOWLEDGE = "acknowledge"
    INVESTIGATE = "investigate"
    RESPOND = "respond"


class Category(StrEnum):
    """What complaints are about, for the statistics."""

    TRANSFER = "transfer"
    EXCHANGE = "exchange"
    FEES = "fees"
    SECURITY = "security"
    ACCESS = "access"
    INFORMATION = "information"
    SERVICE = "service"
    DATA = "data"
    OTHER = "other"


class LetterKind(StrEnum):
    """What a letter is for."""

    ACKNOWLEDGEMENT = "acknowledgement"
    REFUSAL = "refusal"  # not admissible
    QUESTION = "question"  # something is missing
    HOLDING = "holding"  # later than promised, with reasons and the new date
    DECISION = "decision"
    WITHDRAWN = "withdrawn"


class Unit(StrEnum):
    """In what a limit is counted."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    WEEKS = "weeks"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Limit:
    """A period from the receipt on; it ends with its last day."""

    number: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class StepRule:
    """By when a step is done, and how many days before its end somebody is told."""

    step: Step
    limit: Limit
    warn_days: int


@dataclass(frozen=True, slots=True)
class Body:
    """Somebody outside to whom a complainant can go. `within` by language."""

    name: str
    address: str
    within: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Profile:
    """What the law asks for at one place. `names` and `basis` by language; see docs/use.

    `summary`: what is decided within it is told in a summary resolution. `longest`: to where a
    holding letter may move the answer; None for no end but the date that the letter names.
    """

    code: str
    jurisdiction: str
    zone: str
    holidays: str
    names: Mapping[str, str]
    basis: Mapping[str, str]
    sources: tuple[str, ...]
    steps: tuple[StepRule, ...]
    longest: Limit | None = None
    summary: Limit | None = None
    bodies: tuple[Body, ...] = ()


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a step is due, and when that is said to be near."""

    due_at: datetime
    warn_at: datetime


@dataclass(frozen=True, slots=True)
class Content:
    """What a letter says, in the complainant's language, with tokens for personal data.

    `facts` are (code, label, value); `sections` and `appendix` are (heading, text).
    """

    title: str
    opening: tuple[str, ...]
    facts: tuple[tuple[str, str, str], ...] = ()
    sections: tuple[tuple[str, str], ...] = ()
    closing: tuple[str, ...] = ()
    appendix: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return what a row holds."""
        return asdict(self)


def content_of(stored: Mapping[str, Any]) -> Content:
    """Return a letter's content as a row holds it."""
    return Content(
        title=str(stored["title"]),
        opening=tuple(stored["opening"]),
        facts=tuple((code, label, value) for code, label, value in stored["facts"]),
        sections=tuple((heading, text) for heading, text in stored["sections"]),
        closing=tuple(stored["closing"]),
        appendix=tuple((heading, text) for heading, text in stored["appendix"]),
    )
