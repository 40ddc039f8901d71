"""Which promise holds for a matter. Pure.

Policies are asked in their order, and the first whose every condition holds is the promise; a
condition that is left empty always holds. So the special stands above the general.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from walletdesk.sla.types import DAY, Promise, Target, Terms, Wait, Week


@dataclass(frozen=True, slots=True)
class Matter:
    """What is known of a conversation when a promise is looked for."""

    channel: str
    topic: str = ""
    urgency: int = 0
    language: str = ""
    tier: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A policy as the matching reads it. Empty conditions ask for nothing."""

    id: int
    name: str
    channels: Sequence[str] = ()
    topics: Sequence[str] = ()
    urgencies: Sequence[int] = ()
    languages: Sequence[str] = ()
    tiers: Sequence[str] = ()
    calendar: int | None = None
    always: bool = False
    targets: Mapping[str, tuple[int, str]] | None = None
    warn: int = 80
    pauses: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Book:
    """A brand's policies in their order, and the timetables by which calendars and teams go."""

    rules: Sequence[Rule]
    calendars: Mapping[int, int]
    teams: Mapping[int, int]
    main: int  # day and night when there is no main calendar
    always: int
    days: Mapping[int, int]  # timetable → seconds of a working day

    def promise(self, matter: Matter, team: int | None) -> Promise:
        """Return what is promised; nothing when no policy matches."""
        rule = next((each for each in self.rules if differs(each, matter) is None), None)
        if rule is None:
            return Promise()
        timetable = self.timetable(rule, team)
        day = self.days[timetable]
        found = {kind: seconds_of(*told, day) for kind, told in (rule.targets or {}).items()}
        terms = {
            Target(kind): Terms(seconds, seconds * rule.warn // 100, timetable)
            for kind, seconds in found.items()
        }
        return Promise(rule.id, terms, frozenset(map(Wait, rule.pauses)))

    def timetable(self, rule: Rule, team: int | None) -> int:
        """Return the hours of a policy: its own, else the team's, else the main ones."""
        if rule.always:
            return self.always
        if rule.calendar is not None:
            return self.calendars.get(rule.calendar, self.main)
        return self.teams.get(team or 0, self.main)


def seconds_of(count: int, unit: str, day: int) -> int:
    """Return a target in seconds of working time; a `day` is one of the calendar's, in seconds."""
    return count * {"s": 1, "m": 60, "h": 3_600, "d": day}[unit]


def day_length(week: Week) -> int:
    """Return the seconds of a usual working day: the mean of the week's days that open at all.

    So "one working day" from Friday noon on ends on Monday noon, and is not 24 hours of opening.
    """
    lengths = [sum(end - start for start, end in pairs) for pairs in week.days if pairs]
    if week.always or not lengths:
        return DAY * 60
    return sum(lengths) * 60 // len(lengths)


def differs(rule: Rule, matter: Matter) -> str | None:
    """Return the first condition that does not hold: channel, topic, …; None when all hold."""
    asked = (
        ("channel", rule.channels, matter.channel),
        ("topic", rule.topics, matter.topic),
        ("urgency", rule.urgencies, matter.urgency),
        ("language", rule.languages, matter.language),
        ("tier", rule.tiers, matter.tier),
    )
    return next((name for name, allowed, value in asked if allowed and value not in allowed), None)
