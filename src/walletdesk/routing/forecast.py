"""How long somebody who waits will wait: a range that four of five waits fall into. Pure.

A queue model gives the scale: those ahead, divided by the rate at which the desk that is there now
becomes free (places, mean time that a conversation keeps one). How far such reckonings were off
lately, in places of the queue like this one, turns it into a range: the 10 % and 90 % quantiles of
real by reckoned among the nearest past waits (nearest-neighbour conformal prediction, after
Lei & Wasserman 2014). What is systematically wrong with the model, such as urgent ones that come in
between, or breaks, is in those ratios already. Who still waits longer than was told counts as a
past wait, else a desk that has stopped answering would promise what it did this morning.
"""

from collections.abc import Sequence
from math import ceil, log

from walletdesk.routing.types import Past, Wait

SLACK = 20.0  # seconds: by how much short waits may differ without meaning anything
NEAREST = 120  # past waits that a range is made of
ENOUGH = 20  # past waits; with fewer the model's own spread is told
LOW, HIGH = 0.1, 0.9
URGENCY_APART = 0.6  # how far a step of urgency is, in units of ln(reckoned)
HOUR_APART = 0.15  # how far an hour ago is
USUAL_STAY = 480.0  # seconds that a chat keeps a place, until a few are known


def reckon(*, ahead: int, free: int, places: int, stay: float) -> float:
    """Return the wait by the model, in seconds. `stay`: mean time that a place is taken.

    Free places serve the first at once; then one comes free every stay/places seconds.
    """
    if ahead < free:
        return 0.0
    return (ahead - max(free, 0) + 1) * stay / max(places, 1)


def mean_stay(taken: Sequence[tuple[float, bool]]) -> float:
    """Return the mean time that a conversation keeps its place, from (seconds so far, is over).

    What still goes on counts with what it has lasted (censored at random: the estimate is all the
    time divided by the ends). USUAL_STAY weighs as three ends, until there are more.
    """
    ends = sum(over for _, over in taken)
    return (sum(seconds for seconds, _ in taken) + 3 * USUAL_STAY) / (ends + 3)


def told(*, place: int, reckoned: float, urgency: int, past: Sequence[Past]) -> Wait:
    """Return the range for a place in the queue."""
    scale = reckoned + SLACK
    if len(past) < ENOUGH:
        spread = 1.3 / max(1.0, place) ** 0.5
        low, middle, high = (scale * factor for factor in (max(0.1, 1 - spread), 1.0, 1 + spread))
    else:
        near = sorted(past, key=lambda one: _distance(one, reckoned, urgency))[:NEAREST]
        ratios = sorted((one.real + SLACK) / (one.reckoned + SLACK) for one in near)
        low, middle, high = (scale * quantile(ratios, part) for part in (LOW, 0.5, HIGH))
    low, middle, high = (max(0.0, value - SLACK) for value in (low, middle, high))
    return Wait(place, low, max(high, low), middle, reckoned)


def _distance(one: Past, reckoned: float, urgency: int) -> float:
    apart = abs(log((one.reckoned + SLACK) / (reckoned + SLACK)))
    return apart + URGENCY_APART * abs(one.urgency - urgency) + HOUR_APART * one.ago / 3_600


def quantile(ordered: Sequence[float], part: float) -> float:
    """Return a quantile of ascending values, between two of them by weight."""
    at = part * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


STEPS = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 75, 90, 120, 150, 180, 240)


def in_minutes(wait: Wait) -> tuple[int, int]:
    """Return a range in minutes as people say it: the steps nearest to its ends; 0 is "at once"."""
    low, high = (_nearest(seconds / 60) for seconds in (wait.low, wait.high))
    return low, max(high, 1)


def _nearest(minutes: float) -> int:
    if minutes < 0.5:
        return 0
    if minutes > STEPS[-1]:
        return ceil(minutes / 60) * 60
    return min(STEPS, key=lambda step: abs(step - minutes))
