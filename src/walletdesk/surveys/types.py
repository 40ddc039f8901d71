"""What is asked, by which way, and what became of it."""

from dataclasses import dataclass
from enum import StrEnum

from walletdesk.safety.types import SafeText

QUESTIONS = ("speed", "accuracy", "manner")
SCORES = range(1, 6)  # 1 is bad, 5 very good
SATISFIED = 4  # this and more counts as satisfied


class Way(StrEnum):
    """By which way somebody was asked, or answered without being asked."""

    CHAT = "chat"
    EMAIL = "email"
    SMS = "sms"
    PHONE = "phone"  # by keys, after a call
    PAGE = "page"  # one score on a ticket's page or by the older address of the chat


class AskState(StrEnum):
    """What became of asking about one conversation."""

    PLANNED = "planned"
    ASKED = "asked"
    ANSWERED = "answered"
    DROPPED = "dropped"  # see `reason`


class Dropped(StrEnum):
    """Why somebody was not asked."""

    TOO_SOON = "too_soon"  # asked not long ago, or never to be asked again
    UNREACHABLE = "unreachable"  # no verified address
    REOPENED = "reopened"
    ANSWERED = "answered"  # they said it without being asked


class FollowUpState(StrEnum):
    """Where the follow-up of a low score stands."""

    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody answered: a score for each question. The comment has passed the guard."""

    speed: int
    accuracy: int
    manner: int
    comment: SafeText

    @property
    def scores(self) -> tuple[int, int, int]:
        """The scores in the order of QUESTIONS."""
        return self.speed, self.accuracy, self.manner


@dataclass(frozen=True, slots=True)
class Told:
    """What a brand decides about its surveys; limits: `rules.LIMITS`."""

    in_chat: bool
    by_email: bool
    by_sms: bool
    delay_hours: int
    quiet_from: int  # hour of the day in the customer's zone
    quiet_until: int
    every_days: int  # a customer is asked at most once in so many
    threshold: int  # a score as low as this opens a follow-up; 0: never
    intros: dict[str, str]  # language → the brand's own first sentence
