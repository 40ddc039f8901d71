"""Why a conversation goes up, and what is said of it."""

from dataclasses import dataclass
from enum import StrEnum


class Cause(StrEnum):
    """Why a conversation goes to a higher level."""

    WARNED = "warned"  # a promise is at risk
    BREACHED = "breached"  # a promise was broken
    UNANSWERED = "unanswered"  # the level below did not answer in its time
    TOPIC = "topic"
    ASKED = "asked"  # the customer wants somebody above
    REPEATED = "repeated"  # the same matter again
    ANGRY = "angry"
    BY_HAND = "by_hand"


# What a level can be chosen for; a topic is chosen by its name, the others happen by themselves.
CHOSEN = (Cause.ASKED, Cause.ANGRY, Cause.REPEATED, Cause.WARNED, Cause.BREACHED)
# The promise still holds: the customer need not hear of it.
UNTOLD = frozenset({Cause.WARNED})
FEWEST_TIMES, MOST_TIMES = 2, 20
FEWEST_DAYS, MOST_DAYS = 1, 365
LONGEST_WAIT = 7 * 24 * 60  # minutes until the next level is called
NAME_LENGTH = 60
NOTE_LENGTH = 400


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message says about going up. `anger` as `language.anger` measures it."""

    asked: bool = False
    anger: float = 0.0


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would happen now: the cause, the level that it leads to ("" for none), who is told."""

    cause: Cause
    level: str
    people: tuple[str, ...] = ()
