"""A week of a desk, replayed: waits by urgency, language, hour, beside Erlang-C and what was told.

A seeded discrete-event simulation (simpy) of arrivals that follow the hour of the week, agents in
shifts who speak different languages, and chats of lognormal length. Who gets what and what is told
to whom is decided by the code of the desk itself (routing/rules.py, routing/forecast.py).

    make bench NAME=routing_week ARGS="--days 7 --seed 7 --json"
"""

import argparse
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import exp, log
from statistics import median
from typing import Any

import simpy

from walletdesk.routing.forecast import Asked, mean_stay, reckon, told
from walletdesk.routing.rules import has_room, match, order_key
from walletdesk.routing.types import Agent, Past, Wait, Waiting

HOUR, DAY = 3_600.0, 86_400.0
AGEING = 1_800.0
OVERFLOW = 180.0
ROUND = 0.5  # seconds between two rounds of a worker, at most
CAPACITY = {"chat": 3}
LANGUAGES = {"zh-hans": 0.45, "en": 0.4, "es": 0.15}
URGENCIES = {0: 0.2, 1: 0.45, 2: 0.27, 3: 0.08}
STAY_MEAN, STAY_SPREAD = 780.0, 0.8  # seconds; sigma of ln(seconds)
BY_HOUR = (3, 2, 2, 2, 2, 3, 5, 9, 15, 19, 21, 20, 17, 18, 20, 20, 19, 17, 15, 13, 12, 10, 7, 5)
WEEKEND = 0.65
PAST_KEPT, TAKEN_KEPT = 600, 200
LATELY = 1_800.0  # seconds in which arrivals are counted


@dataclass
class Seen:
    """One customer: what was told, and what came of it."""

    waiting: Waiting
    wait: Wait | None
    given_at: float | None = None


@dataclass
class Desk:
    """The state of the replay."""

    env: simpy.Environment
    chance: random.Random
    staff: list[tuple[Agent, float]]  # and the hour at which their eight hours begin
    queue: dict[int, Seen] = field(default_factory=dict)
    busy: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    over: list[Seen] = field(default_factory=list)
    taken: list[list[Any]] = field(default_factory=list)  # [began, ended or None]
    stays: list[float] = field(default_factory=list)
    came: list[tuple[float, int, str]] = field(default_factory=list)

    def here(self) -> list[Agent]:
        """Return those whose shift it is, with their load."""
        hour = self.env.now % DAY / HOUR
        return [
            replace(agent, load=self.busy[agent.id] / CAPACITY["chat"])
            for agent, begins in self.staff
            if (hour - begins) % 24 < 8
        ]

    def tell(self, waiting: Waiting) -> Wait | None:
        """Return what somebody who comes now is told."""
        agents, now, key = self.here(), self.env.now, order_key(waiting, AGEING)
        ahead = Counter(
            seen.waiting.language
            for seen in self.queue.values()
            if order_key(seen.waiting, AGEING) < key
        )
        later = Counter(
            language
            for at, urgency, language in self.came
            if at > now - LATELY and urgency > waiting.urgency
        )
        overtaking = {language: count / LATELY for language, count in later.items()}
        lasted = [
            ((end or now) - began, end is not None) for began, end in self.taken[-TAKEN_KEPT:]
        ]
        asked = Asked(waiting.language, ahead, overtaking)
        reckoned = reckon(asked=asked, agents=agents, channel="chat", stay=mean_stay(lasted))
        if reckoned is None:
            return None
        if not reckoned:  # served at once: not part of the check
            return Wait(1, 0.0, 60.0, 0.0)
        return told(
            place=ahead.total() + 1,
            reckoned=reckoned,
            urgency=waiting.urgency,
            language=waiting.language,
            past=self.past(),
        )

    def past(self) -> list[Past]:
        """Return what the desk's own query returns: the last waits, and those that run late."""
        now, found = self.env.now, []
        for seen in reversed(self.over[-PAST_KEPT:]):
            if seen.wait and seen.wait.reckoned and seen.given_at is not None:
                real = seen.given_at - seen.waiting.queued_at
                found.append(_past(seen.wait, real, seen.waiting, now - seen.given_at))
        for seen in self.queue.values():
            lasts = now - seen.waiting.queued_at
            if seen.wait and seen.wait.reckoned and lasts > seen.wait.high:
                found.append(_past(seen.wait, lasts, seen.waiting, 0.0))
        return found

    def arrivals(self, until: float, rate: float) -> Iterator[Any]:
        """Have customers come, by thinning a Poisson process."""
        number, top = 0, rate / HOUR
        while self.env.now < until:
            yield self.env.timeout(self.chance.expovariate(top))
            if self.chance.random() * max(BY_HOUR) > load_at(self.env.now):
                continue
            number += 1
            language, urgency = (
                self.chance.choices(list(kinds), list(kinds.values()))[0]
                for kinds in (LANGUAGES, URGENCIES)
            )
            waiting = Waiting(number, int(urgency), self.env.now, "chat", str(language), "")
            self.queue[number] = Seen(waiting, self.tell(waiting))
            self.came = [*self.came[-1_000:], (self.env.now, waiting.urgency, waiting.language)]

    def rounds(self) -> Iterator[Any]:
        """Hold rounds as a worker does."""
        while True:
            yield self.env.timeout(ROUND)
            agents = [a for a in self.here() if has_room(a, "chat")] if self.queue else []
            if not agents:
                continue
            ordered = sorted(
                (seen.waiting for seen in self.queue.values()), key=lambda w: order_key(w, AGEING)
            )
            now = self.env.now
            pairs = match(ordered, agents, now=now, overflow=OVERFLOW, group_of=lambda _: "")
            for waiting, agent in pairs:
                seen = self.queue.pop(waiting.id)
                seen.given_at = now
                self.over.append(seen)
                self.env.process(self.chat(agent.id))

    def chat(self, agent: int) -> Iterator[Any]:
        """Have a conversation keep its place for as long as it lasts."""
        stay = exp(self.chance.gauss(log(STAY_MEAN) - STAY_SPREAD**2 / 2, STAY_SPREAD))
        self.busy[agent] += 1
        record = [self.env.now, None]
        self.taken.append(record)
        self.stays.append(stay)
        yield self.env.timeout(stay)
        record[1] = self.env.now
        self.busy[agent] -= 1


def _past(wait: Wait, real: float, waiting: Waiting, ago: float) -> Past:
    return Past(
        wait.reckoned,
        real,
        waiting.urgency,
        waiting.language,
        ago,
        wait.low,
        wait.middle,
        wait.high,
    )


def load_at(now: float) -> float:
    """Return how much is asked at a moment, on the scale of BY_HOUR."""
    weekend = WEEKEND if now % (7 * DAY) >= 5 * DAY else 1.0
    return BY_HOUR[int(now % DAY / HOUR)] * weekend


def make_staff(size: int) -> list[tuple[Agent, float]]:
    """Return people whose languages and shifts follow what is asked."""
    spoken = ({"zh-hans", "en"}, {"en"}, {"zh-hans"}, {"en", "es"}, {"zh-hans", "en"}, {"en", "es"})
    begins = (0, 6, 7, 8, 9, 10, 13, 15, 16, 17)
    return [
        (
            Agent(n, None, frozenset(spoken[n % len(spoken)]), (), CAPACITY, 0.0),
            float(begins[n // 6 % len(begins)] if size >= 60 else begins[n * 7 % len(begins)]),
        )
        for n in range(size)
    ]


def replay(*, days: float, seed: int, size: int = 48, rate: float = 330.0) -> Desk:
    """Return a desk after so many days. `rate`: arrivals in the busiest hour."""
    env = simpy.Environment()
    desk = Desk(env, random.Random(seed), make_staff(size))
    env.process(desk.arrivals(days * DAY, rate))
    env.process(desk.rounds())
    env.run(until=days * DAY)
    return desk


@dataclass(frozen=True)
class Calibration:
    """How good what was told was. Shares of 1; seconds."""

    told: int
    inside: float
    bias: float  # median of (told middle - real) / real
    width: float
    longest: float


def calibrate(over: Sequence[Seen], *, after: float = 0.0) -> Calibration:
    """Compare what was told with what happened, for those who were told that they must wait."""
    seen = [s for s in over if s.wait and s.wait.reckoned and s.waiting.queued_at >= after]
    real = [(s.given_at or 0.0) - s.waiting.queued_at for s in seen]
    waits = [s.wait for s in seen if s.wait is not None]
    inside = [w.low <= r <= w.high for w, r in zip(waits, real, strict=True)]
    return Calibration(
        told=len(seen),
        inside=sum(inside) / len(seen),
        bias=median((w.middle - r) / max(r, 1.0) for w, r in zip(waits, real, strict=True)),
        width=median(w.high - w.low for w in waits),
        longest=max(real),
    )


def erlang_c(rate: float, stay: float, places: int) -> float:
    """Return the mean wait in seconds by Erlang-C; infinite when more comes than can be served."""
    offered = rate * stay
    if offered >= places:
        return float("inf")
    inverse = 1.0
    for n in range(1, places + 1):
        inverse = 1 + inverse * n / offered
    blocked = 1 / inverse
    waits = blocked / (1 - offered / places * (1 - blocked))
    return waits * stay / (places - offered)


def _by(seen: Sequence[Seen], name: str) -> dict[str, dict[str, float]]:
    groups: dict[Any, list[float]] = defaultdict(list)
    for one in seen:
        groups[getattr(one.waiting, name)].append((one.given_at or 0) - one.waiting.queued_at)
    return {
        str(key): {
            "n": len(waits),
            "median_s": round(median(waits), 1),
            "p90_s": round(sorted(waits)[int(0.9 * len(waits))], 1),
            "longest_s": round(max(waits), 1),
        }
        for key, waits in sorted(groups.items())
    }


def _hours(desk: Desk) -> list[dict[str, float]]:
    stay = sum(desk.stays) / len(desk.stays)
    weekdays = [s for s in desk.over if s.waiting.queued_at % (7 * DAY) < 5 * DAY]
    days = len({int(s.waiting.queued_at // DAY) for s in weekdays})
    rows = []
    for hour in range(24):
        here = [s for s in weekdays if int(s.waiting.queued_at % DAY / HOUR) == hour]
        real = [(s.given_at or 0) - s.waiting.queued_at for s in here]
        places = sum((hour - begins) % 24 < 8 for _, begins in desk.staff) * CAPACITY["chat"]
        rate = len(here) / max(days, 1) / HOUR
        rows.append(
            {
                "hour": hour,
                "per_hour": round(rate * HOUR, 1),
                "places": places,
                "mean_s": round(sum(real) / max(len(real), 1), 1),
                "erlang_c_s": round(erlang_c(rate, stay, places), 1),
            }
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=float, default=7)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON only")
    asked = parser.parse_args()
    desk = replay(days=asked.days, seed=asked.seed)
    found = calibrate(desk.over, after=HOUR)
    figures = {
        "conversations": len(desk.over),
        "told": found.told,
        "inside_80_range": round(found.inside, 3),
        "median_bias": round(found.bias, 3),
        "median_width_s": round(found.width, 1),
        "longest_wait_s": round(found.longest, 1),
        "by_urgency": _by(desk.over, "urgency"),
        "by_language": _by(desk.over, "language"),
        "by_hour": _hours(desk),
    }
    if not asked.json:
        for name, value in figures.items():
            rows = value if isinstance(value, list) else [value]
            sys.stdout.writelines(f"{name:18} {row}\n" for row in rows)
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
