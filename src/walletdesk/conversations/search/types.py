"""What is asked of the search, and what it answers."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Name(StrEnum):
    """The operators that can be typed: `name:value`."""

    FROM = "from"
    BEFORE = "before"
    AFTER = "after"
    TOPIC = "topic"
    IS = "is"
    TAG = "tag"
    CHANNEL = "channel"
    LANG = "lang"
    HAS = "has"
    ASSIGNED = "assigned"
    TEAM = "team"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of what was typed: its words, or an operator with its value.

    `start` and `end` are places in the typed text, so that a part can be taken out of it.
    """

    text: str
    start: int
    end: int
    name: Name | None = None
    quoted: bool = False
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a part cannot be used: a stable code, the part, and what would be allowed."""

    code: str
    part: Part
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, taken apart."""

    parts: tuple[Part, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def words(self) -> tuple[Part, ...]:
        """The parts that are no operators."""
        return tuple(part for part in self.parts if part.name is None)


@dataclass(frozen=True, slots=True)
class Term:
    """One word, or one run of Chinese characters, that must occur; any of `variants` will do.

    `pieces` are the neighbouring words that make it up, in their order.
    """

    pieces: tuple[str, ...]
    cjk: bool = False
    quoted: bool = False
    excluded: bool = False
    variants: tuple[str, ...] = ()
    corrected: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The term as one word."""
        return ("" if self.cjk else " ").join(self.pieces)


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that was found. `exact`: as typed; `close`: in one piece, in the typed order."""

    conversation_id: int
    seq: int
    created_at: datetime
    exact: bool = True
    close: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A conversation with its best hit; `more` other messages of it were found, too."""

    ref: str
    hit: Hit
    more: int = 0
    text: str = ""
    author: str = ""
    kind: str = ""
    files: tuple[str, ...] = ()
    told: dict[str, Any] = field(default_factory=dict)  # of a summary: its `staff_data`
    partly: bool = False  # it holds some of the words only


@dataclass(frozen=True, slots=True)
class Results:
    """An answer. `terms` are what to mark; `many`: more were found than are ranked.

    `hasty`: it took too long, so older messages were not looked at.
    """

    found: tuple[Found, ...] = ()
    files: tuple[Found, ...] = ()
    terms: tuple[Term, ...] = ()
    problems: tuple[Problem, ...] = ()
    many: bool = False
    hasty: bool = False
