"""How long somebody who waits will wait: a range that four of five waits fall into. Pure.

A queue model gives the scale: those ahead, divided by the rate at which the desk that is there now
becomes free (places, mean time that a conversation keeps one). How far such reckonings were off
lately, in places of the queue like this one, turns it into a range: the 12 % and 88 % quantiles of
real by reckoned among the nearest past waits (nearest-neighbour conformal prediction, after
Lei & Wasserman 2014). What is systematically wrong with the model, such as urgent ones that come in
between, or breaks, is in those ratios already. Who still waits longer than was told counts as a
past wait, else a desk that has stopped answering would promise what it did this morning.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from math import log

from walletdesk.routing.rules import room_for, speaks
from walletdesk.routing.types import Agent, Past, Wait

SLACK = 20.0  # seconds: by how much short waits may differ without meaning anything
NEAREST = 120  # past waits that a range is made of
ENOUGH = 20  # past waits; with fewer the model's own spread is told
LOW, HIGH = 0.12, 0.88  # rounding to what people say makes four of five of it
URGENCY_APART = 0.6  # how far a step of urgency is, in units of ln(reckoned)
LANGUAGE_APART = 0.3
HOUR_APART = 0.15  # how far an hour ago is
MOST_OVERTAKEN = 0.8  # of all that comes free: ageing sees to the rest
LATELY = 100  # waits by which the quantiles are corrected
PULL, PULL_MIDDLE = 0.6, 1.2  # how much of such an error is corrected at once
USUAL_STAY = 480.0  # seconds that a chat keeps a place, until a few are known


@dataclass(frozen=True, slots=True)
class Asked:
    """Who waits, behind whom. By language: those ahead, and how many a second come and go first."""

    language: str
    ahead: Mapping[str, int]
    overtaking: Mapping[str, float]


def reckon(*, asked: Asked, agents: Sequence[Agent], channel: str, stay: float) -> float | None:
    """Return the wait by the model, in seconds; None when nobody is there.

    Places that are free for this language serve the first at once; then one comes free every
    stay/places seconds, of which those take their part who come later and go first. Who speaks
    another language counts by the part of their agents who are ours as well. `stay`: mean time that
    a conversation keeps its place.
    """
    able = [one for one in agents if speaks(one, asked.language)] or list(agents)
    places = sum(one.capacity.get(channel, 0) for one in able)
    if not places:
        return None
    ours = {one.id for one in able}
    weights = {
        language: _overlap(agents, ours, language, channel)
        for language in {*asked.ahead, *asked.overtaking}
    }
    ahead = sum(weights[language] * count for language, count in asked.ahead.items())
    free = sum(room_for(one, channel) for one in able)
    if ahead < free:
        return 0.0
    pace = stay / places
    overtaken = sum(weights[language] * rate for language, rate in asked.overtaking.items())
    return (ahead - free + 1) * pace / (1 - min(overtaken * pace, MOST_OVERTAKEN))


def _overlap(agents: Sequence[Agent], ours: Collection[int], language: str, channel: str) -> float:
    """Return which part of a language's places are those of our agents."""
    theirs = [one for one in agents if speaks(one, language)] or list(agents)
    total = sum(one.capacity.get(channel, 0) for one in theirs)
    shared = sum(one.capacity.get(channel, 0) for one in theirs if one.id in ours)
    return shared / total if total else 0.0


def mean_stay(taken: Sequence[tuple[float, bool]]) -> float:
    """Return the mean time that a conversation keeps its place, from (seconds so far, is over).

    What still goes on counts with what it has lasted (censored at random: the estimate is all the
    time divided by the ends). USUAL_STAY weighs as three ends, until there are more.
    """
    ends = sum(over for _, over in taken)
    return (sum(seconds for seconds, _ in taken) + 3 * USUAL_STAY) / (ends + 3)


def told(*, place: int, reckoned: float, urgency: int, language: str, past: Sequence[Past]) -> Wait:
    """Return the range for a place in the queue, rounded to what people say and read.

    Later ranges are corrected by how often the rounded ones held, so rounding costs no calibration.
    """
    scale = reckoned + SLACK
    if len(past) < ENOUGH:
        spread = 1.3 / max(1.0, place) ** 0.5
        low, middle, high = (scale * factor for factor in (max(0.1, 1 - spread), 1.0, 1 + spread))
    else:
        near = nsmallest(NEAREST, past, key=lambda one: _distance(one, reckoned, urgency, language))
        ratios = sorted((one.real + SLACK) / (one.reckoned + SLACK) for one in near)
        low, middle, high = (scale * quantile(ratios, part) for part in _parts(past))
    low, middle, high = (max(0.0, value - SLACK) for value in (low, middle, high))
    low, high = (60.0 * minutes for minutes in as_said(low, high))
    return Wait(place, low, high, min(max(middle, low), high), reckoned)


def _parts(past: Sequence[Past]) -> tuple[float, float, float]:
    """Return which quantiles to tell, so that the last waits would have been told right.

    The desk changes by the hour, and ranges made of what was lag behind: how often waits were
    below, above and on either side of the middle corrects that (adaptive conformal inference,
    Gibbs & Candès 2021).
    """
    last = nsmallest(LATELY, past, key=lambda one: one.ago)
    below, under, above = (
        sum(missed) / len(last)
        for missed in (
            [one.real < one.low for one in last],
            [one.real < one.middle for one in last],
            [one.real > one.high for one in last],
        )
    )
    low = LOW - PULL * (below - LOW)
    middle = 0.5 - PULL_MIDDLE * (under - 0.5)
    high = HIGH + PULL * (above - (1 - HIGH))
    return max(low, 0.0), min(max(middle, 0.2), 0.8), min(high, 1.0)


def _distance(one: Past, reckoned: float, urgency: int, language: str) -> float:
    apart = abs(log((one.reckoned + SLACK) / (reckoned + SLACK)))
    apart += LANGUAGE_APART * (one.language != language)
    return apart + URGENCY_APART * abs(one.urgency - urgency) + HOUR_APART * one.ago / 3_600


def quantile(ordered: Sequence[float], part: float) -> float:
    """Return a quantile of ascending values, between two of them by weight."""
    at = part * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


STEPS = (0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 75, 90, 120)  # then hours


def as_said(low: float, high: float) -> tuple[int, int]:
    """Return a range of seconds in minutes as people say it: the steps nearest to its ends.

    0 is "at once", and the ends are two steps.
    """
    first, last = _nearest(low / 60), _nearest(high / 60)
    return first, last if last > first else _after(first)


def in_minutes(wait: Wait) -> tuple[int, int]:
    """Return a told range in minutes, as it was told."""
    return round(wait.low / 60), round(wait.high / 60)


def _nearest(minutes: float) -> int:
    if minutes > STEPS[-1]:
        return round(minutes / 60) * 60
    return min(STEPS, key=lambda step: abs(step - minutes))


def _after(minutes: int) -> int:
    return next((step for step in STEPS if step > minutes), minutes + 60)
