"""States of a delivery, and what an attempt or a report says."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Where a delivery stands."""

    QUEUED = "queued"  # not tried yet, or held: see `reason`
    DEFERRED = "deferred"  # tried; it is tried again at `next_at`
    SENT = "sent"  # the next server has taken it over
    DELIVERED = "delivered"  # the recipient's server says so
    BOUNCED = "bounced"  # the recipient's side refused it for good
    FAILED = "failed"  # we gave up, or it could not be sent at all
    UNKNOWN = "unknown"  # the far side may have it: never repeated by itself


class Phase(StrEnum):
    """How far the present attempt has come."""

    IDLE = "idle"
    STARTED = "started"  # nothing that counts has been handed over: safe to begin anew
    HANDING = "handing"  # from here on the far side may have it


HELD = "held"  # reason of a queued delivery that waits for a confirmation, not for a time


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A delivery about to be planned. `job` is the side job that attempts it at `due_at`.

    `first_seq` to `seq` are the numbers of the events that it carries; both 0 without any.
    `recipient` is a keyed hash of the address.
    """

    brand_id: int
    channel: str
    purpose: str
    recipient: bytes
    job: str
    due_at: datetime
    contact_id: int | None = None
    conversation_id: int | None = None
    first_seq: int = 0
    seq: int = 0
    held: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """The far side has taken it over."""

    provider_id: str = ""


@dataclass(frozen=True, slots=True)
class Postponed:
    """Not now; nothing was handed over. `reason` is a stable code, `code` the far side's own."""

    reason: str
    code: str = ""
    retry_after: int = 0  # seconds, when the far side says


@dataclass(frozen=True, slots=True)
class Refused:
    """Never. `by_recipient`: the recipient's side said so, else it is our own trouble."""

    reason: str
    code: str = ""
    by_recipient: bool = False


@dataclass(frozen=True, slots=True)
class Unclear:
    """The far side may have taken it over."""

    reason: str = "unclear"


Result = Accepted | Postponed | Refused | Unclear


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to make one attempt. `attempt` fences off whoever held it before."""

    delivery_id: int
    attempt: int
