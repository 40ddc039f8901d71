"""What routing is about: how a brand shares work, who is there, who waits, what is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Mode(StrEnum):
    """Who decides who gets what."""

    PICK = "pick"  # agents take from the queue; calls are offered all the same
    OFFER = "offer"  # the desk offers, the agent accepts
    ASSIGN = "assign"  # the desk gives without asking


class Presence(StrEnum):
    """Whether somebody can be given work."""

    ONLINE = "online"
    AWAY = "away"
    WRAP_UP = "wrap_up"  # finishes what they have just resolved
    OFF = "off"  # by choice, or not heard of for a while


CHOSEN = (Presence.ONLINE, Presence.AWAY, Presence.OFF)  # what a person can choose


class OfferState(StrEnum):
    """What became of an offer."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"  # it no longer waits, or its agent is gone


CALL = "voice"  # a caller on hold is offered to somebody in every mode
CHANNELS = ("chat", "form", "email", CALL)
GENERAL, HIGHEST_LEVEL = 1, 5  # the level of who has no skills noted, and the highest
SKILLS = 30  # of one person


@dataclass(frozen=True, slots=True)
class Limits:
    """Lowest and highest value of the settings: seconds, minutes, conversations."""

    OFFER = (
        10,
        300,
    )  # shorter nobody reads it, longer the customer waits for a person who is not there
    OVERFLOW = (30, 86_400)
    AGEING = (5, 1_440)
    WRAP_UP = (0, 900)
    CAPACITY = (0, 50)  # 0: none of this kind


@dataclass(frozen=True, slots=True)
class Skill:
    """What somebody knows. `topic`: a topic or a group of topics; "" in either stands for all."""

    topic: str
    language: str
    level: int


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who can be given work. `capacity`: how many of each channel fill a person.

    `load` is the share that is taken (1 is full): a conversation takes 1/capacity of its channel.
    """

    id: int
    team: int | None
    languages: frozenset[str]  # none noted: all
    skills: tuple[Skill, ...]
    capacity: Mapping[str, int]
    load: float
    since: float = 0.0  # when they were last given something, in seconds since 1970


@dataclass(frozen=True, slots=True)
class Waiting:
    """A conversation that waits. Moments are seconds since 1970."""

    id: int
    urgency: int
    queued_at: float
    channel: str
    language: str
    topic: str
    team: int | None = None
    level: int = GENERAL  # at least needed
    last_agent: int | None = None
    refused: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Past:
    """A wait that is over, or lasts longer than was told: what was told, and what it was.

    Only those that were told to wait: who is served at once says nothing about queues.
    """

    reckoned: float
    real: float
    urgency: int
    language: str
    ago: float  # seconds since it was over
    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class Wait:
    """A told wait in seconds: four of five waits lie between `low` and `high`, whole minutes."""

    place: int
    low: float
    high: float
    middle: float
    reckoned: float = 0.0  # by the queue model alone, before past waits corrected it


@dataclass(frozen=True, slots=True)
class AgentNow:
    """A person as the wall shows them. `capacity`: their `load`, and the chats that still fit."""

    membership_id: int
    name: str
    presence: Presence
    load: int
    capacity: int
    team_id: int | None


@dataclass(frozen=True, slots=True)
class Given:
    """What a round did."""

    assigned: int = 0
    offered: int = 0
