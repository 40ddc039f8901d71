"""When to try again, and which state may follow which. Pure."""

from datetime import datetime, timedelta
from itertools import accumulate

from walletdesk.channels.delivery.types import State

LEASE = timedelta(minutes=2)  # an attempt that is older was cut off, and another may begin
HANDING_LEASE = timedelta(minutes=6)  # RFC 5321 4.5.3.2.6: the last answer may take long
GIVE_UP = timedelta(days=3)  # shorter than the 4-5 days of RFC 5321 4.5.4.1: support is not post
CODE_LENGTH = 40
PAUSES = (60, 300, 900, 1_800, 3_600, 7_200, 14_400)  # seconds; the last one repeats
JITTER = 0.2

OPEN = (State.QUEUED, State.DEFERRED)
AGAIN = (State.FAILED, State.BOUNCED, State.UNKNOWN)  # from where staff may send once more

_AFTER: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset(State),
    State.DEFERRED: frozenset(State),
    State.SENT: frozenset({State.DELIVERED, State.BOUNCED}),
    State.UNKNOWN: frozenset({State.SENT, State.DELIVERED, State.BOUNCED}),
    State.DELIVERED: frozenset({State.BOUNCED}),  # some servers take a mail and return it later
    State.BOUNCED: frozenset(),
    State.FAILED: frozenset({State.DELIVERED, State.BOUNCED}),
}


def may_report(before: State, after: State) -> bool:
    """Tell whether news from outside may move a delivery from one state to another."""
    return after in _AFTER[before] and after != before


def retry_at(attempt: int, *, began: datetime, now: datetime, chance: float) -> datetime | None:
    """Return when to try again after `attempt` tries, None when GIVE_UP after `began` is over.

    `chance` is a random number from 0 to 1 that spreads retries by JITTER either way. Attempts
    before `began` (staff sent it once more) do not lengthen the pauses.
    """
    tries = min(max(attempt, 1), _most_tries(now - began))
    pause = PAUSES[min(tries, len(PAUSES)) - 1]
    at = now + timedelta(seconds=pause * (1 - JITTER + 2 * JITTER * chance))
    return at if at <= began + GIVE_UP else None


def _most_tries(span: timedelta) -> int:
    """Return how many attempts fit into a span with the shortest pauses that JITTER makes."""
    ends = accumulate(pause * (1 - JITTER) for pause in PAUSES)
    return 1 + sum(end <= span.total_seconds() for end in ends)
