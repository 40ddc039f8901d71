"""Who is next, and who gets it. Pure.

The queue is ordered by a moment: when somebody began to wait, less the ageing time for each step of
urgency. So urgency goes first, and nobody is overtaken by anybody who came more than three ageing
times later (`starvation_bound`): low urgency waits, but never for ever.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from walletdesk.routing.types import GENERAL, Agent, Presence, Skill, Waiting

MOST_URGENT = 3
ORDERED_STRICTLY = timedelta(days=3_650)  # where agents pick: urgency first, whatever the age
GONE_AFTER = 30.0  # seconds without a sign of life; browsers give one every 10 to 15
FULL = 1 + 1e-9
SKILLED, WIDER, ANYBODY = range(3)  # how far the search for an agent has widened

GroupOf = Callable[[str], str]


def presence_now(chosen: str, heard_ago: float | None, wrap_up_left: float) -> Presence:
    """Return whether somebody is there: silence is off, whatever they chose."""
    if heard_ago is None or heard_ago > GONE_AFTER:
        return Presence.OFF
    if chosen == Presence.ONLINE and wrap_up_left > 0:
        return Presence.WRAP_UP
    return Presence(chosen)


def order_key(waiting: Waiting, ageing: float) -> tuple[float, int]:
    """Return what the queue is sorted by; `ageing` in seconds a step of urgency."""
    return (waiting.queued_at - waiting.urgency * ageing, waiting.id)


def starvation_bound(ageing: float) -> float:
    """Return after how many seconds of waiting nobody who comes then goes first."""
    return MOST_URGENT * ageing


def stage_of(waited: float, overflow: float) -> int:
    """Return how far the search has widened: after `overflow` seconds, and after twice that."""
    return min(ANYBODY, int(waited // overflow))


def level_of(skills: Sequence[Skill], topic: str, group: str, language: str) -> int:
    """Return somebody's level for a topic in a language, 0 when they have not learnt it.

    Who has no skills noted is a generalist. What nobody has sorted yet anybody may take.
    """
    if not skills:
        return GENERAL
    found = [
        skill.level
        for skill in skills
        if skill.language in ("", language) and (not topic or skill.topic in ("", topic, group))
    ]
    return max(found, default=0)


def fits(agent: Agent, waiting: Waiting, stage: int, group: str) -> bool:
    """Tell whether somebody may get a conversation, capacity aside.

    Wider: another team, and topics that they have not learnt. Anybody: other languages and lower
    levels too, since a person who asks a colleague is better than nobody.
    """
    if stage == ANYBODY:
        return True
    if not speaks(agent, waiting.language):
        return False
    level = level_of(agent.skills, waiting.topic, group, waiting.language)
    if stage == WIDER:
        known = max((skill.level for skill in agent.skills), default=GENERAL)
        return known >= waiting.level
    return level >= waiting.level and waiting.team in (None, agent.team)


def speaks(agent: Agent, language: str) -> bool:
    """Tell whether somebody answers in a language; who has none noted answers in all."""
    return not (language and agent.languages) or language in agent.languages


def has_room(agent: Agent, channel: str) -> bool:
    """Tell whether one more conversation of a channel fits on somebody's desk."""
    size = agent.capacity.get(channel, 0)
    return size > 0 and agent.load + 1 / size <= FULL


def room_for(agent: Agent, channel: str) -> int:
    """Return how many more conversations of a channel fit on somebody's desk."""
    return max(0, int((FULL - agent.load) * agent.capacity.get(channel, 0) + 1e-6))


def rank(agent: Agent, waiting: Waiting, group: str) -> tuple[bool, bool, bool, int, float, float]:
    """Return how good a choice somebody is, the best one highest.

    Who knows the customer, then who speaks the language, then the team, then who has learnt this
    topic most exactly, then who has most room, then who has been idle longest.
    """
    topics = [skill.topic for skill in agent.skills] if waiting.topic else []
    exact = 2 if waiting.topic in topics else 1 if group in topics else 0
    return (
        agent.id == waiting.last_agent,
        speaks(agent, waiting.language),
        waiting.team is not None and agent.team == waiting.team,
        exact,
        -round(agent.load, 6),
        -agent.since,
    )


def match(
    queue: Iterable[Waiting],
    agents: Sequence[Agent],
    *,
    now: float,
    overflow: float,
    group_of: GroupOf,
    most: int | None = None,
) -> list[tuple[Waiting, Agent]]:
    """Return who gets what, the first in the queue first, at most so many. `agents`: all online."""
    here = {agent.id: agent for agent in agents if _open(agent)}
    fitting: dict[tuple[object, ...], list[int]] = {}
    found = []
    for waiting in queue:
        stage = stage_of(now - waiting.queued_at, overflow)
        group = group_of(waiting.topic)
        kind = (waiting.language, waiting.topic, waiting.team, waiting.level, stage)
        if kind not in fitting:
            fitting[kind] = [a.id for a in here.values() if fits(a, waiting, stage, group)]
        free = [
            here[pk]
            for pk in fitting[kind]
            if pk in here and pk not in waiting.refused and has_room(here[pk], waiting.channel)
        ]
        if not free:
            continue
        best = max(free, key=lambda agent: rank(agent, waiting, group))
        found.append((waiting, best))
        here[best.id] = taking(best, waiting.channel, now)
        if not _open(here[best.id]):
            del here[best.id]
        if not here or len(found) == most:
            break
    return found


def _open(agent: Agent) -> bool:
    return any(has_room(agent, channel) for channel in agent.capacity)


def taking(agent: Agent, channel: str, now: float) -> Agent:
    """Return somebody with one more conversation."""
    return replace(agent, load=agent.load + 1 / agent.capacity[channel], since=now)


def share(counts: Mapping[str, int], capacity: Mapping[str, int]) -> float:
    """Return which part of a person these conversations take, by channel."""
    return sum(count / max(1, capacity.get(channel, 1)) for channel, count in counts.items())
