"""Who is next and who gets it, for any queue and any desk."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from walletdesk.routing.rules import (
    GONE_AFTER,
    fits,
    level_of,
    match,
    order_key,
    presence_now,
    starvation_bound,
)
from walletdesk.routing.types import Agent, Presence, Skill, Waiting

AGEING = 1_800.0
CAPACITY = {"chat": 3, "form": 6, "email": 6, "voice": 1}


def agent(
    pk: int, *skills: Skill, team: int | None = None, load: float = 0.0, **more: str
) -> Agent:
    languages = frozenset(more.get("languages", "").split())
    return Agent(pk, team, languages, skills, CAPACITY, load)


def waiting(pk: int = 1, **fields: object) -> Waiting:
    values = {"urgency": 1, "queued_at": 0.0, "channel": "chat", "language": "en", "topic": ""}
    return Waiting(pk, **{**values, **fields})  # type: ignore[arg-type]


def found(queue: Sequence[Waiting], agents: Sequence[Agent], now: float = 10.0) -> dict[int, int]:
    pairs = match(queue, agents, now=now, overflow=180.0, group_of=lambda topic: topic[:3])
    return {one.id: who.id for one, who in pairs}


people = st.builds(
    Agent,
    id=st.integers(1, 9),
    team=st.sampled_from([None, 1, 2]),
    languages=st.frozensets(st.sampled_from(["en", "es", "zh-hans"])),
    skills=st.lists(
        st.builds(
            Skill,
            st.sampled_from(["", "funds", "kyc"]),
            st.sampled_from(["", "en"]),
            st.integers(1, 5),
        ),
        max_size=3,
    ).map(tuple),
    capacity=st.just(CAPACITY),
    load=st.floats(0, 1.2),
)
queues = st.lists(
    st.builds(
        Waiting,
        id=st.integers(1, 10_000),
        urgency=st.integers(0, 3),
        queued_at=st.integers(0, 50_000).map(float),
        channel=st.sampled_from(list(CAPACITY)),
        language=st.sampled_from(["", "en", "es", "zh-hans"]),
        topic=st.sampled_from(["", "funds", "kyc"]),
        team=st.sampled_from([None, 1, 2]),
        level=st.integers(1, 5),
        refused=st.frozensets(st.integers(1, 9), max_size=2),
    ),
    max_size=40,
    unique_by=lambda one: one.id,
)


@given(queues)
def test_urgency_goes_first_and_nobody_starves(queue: list[Waiting]) -> None:
    ordered = sorted(queue, key=lambda one: order_key(one, AGEING))
    for place, first in enumerate(ordered):
        for later in ordered[place + 1 :]:
            assert later.queued_at - first.queued_at > -starvation_bound(AGEING) - 1e-6
            if first.queued_at == later.queued_at:
                assert first.urgency >= later.urgency
            if first.urgency == later.urgency:
                assert first.queued_at <= later.queued_at


@given(queues, st.lists(people, max_size=6, unique_by=lambda one: one.id))
def test_no_round_gives_too_much_or_twice(queue: list[Waiting], agents: list[Agent]) -> None:
    pairs = match(queue, agents, now=60_000.0, overflow=9_000.0, group_of=lambda topic: topic)
    assert len({one.id for one, _ in pairs}) == len(pairs)
    for who in agents:
        mine = [one for one, given_to in pairs if given_to.id == who.id]
        taken = sum(1 / CAPACITY[one.channel] for one in mine)
        assert not mine or who.load + taken <= 1 + 1e-6
        assert all(who.id not in one.refused for one in mine)
    # Nobody who could have had something is left idle.
    given_ids = {one.id for one, _ in pairs}
    left = [one for one in queue if one.id not in given_ids]
    rest = [
        Agent(
            who.id,
            who.team,
            who.languages,
            who.skills,
            who.capacity,
            who.load + sum(1 / CAPACITY[o.channel] for o, g in pairs if g.id == who.id),
        )
        for who in agents
    ]
    assert not match(left, rest, now=60_000.0, overflow=9_000.0, group_of=lambda topic: topic)


def test_skills_decide_until_overflow() -> None:
    deposits = Skill("dep", "", 3)
    asked = waiting(topic="deposit", level=2)
    assert level_of((deposits,), "deposit", "dep", "es") == 3
    assert level_of((), "deposit", "dep", "es") == 1
    novice, expert, spanish = agent(1), agent(2, deposits), agent(3, deposits, languages="es")
    assert found([asked], [novice, expert, spanish]) == {1: 2}
    assert found([asked], [novice, spanish]) == {}
    assert found([asked], [novice, spanish], now=370.0) == {1: 1}  # anybody, after twice the time
    kyc = agent(4, Skill("kyc", "", 5))
    assert found([asked], [kyc]) == {}
    assert found([asked], [kyc], now=190.0) == {1: 4}  # wider: the level holds, the topic does not
    assert not fits(agent(5, team=2), waiting(team=1), 0, "")
    assert fits(agent(5, team=2), waiting(team=1), 1, "")


def test_whom_the_customer_knows_goes_first_then_the_one_with_most_room() -> None:
    busy, idle = agent(1, load=1 / 3), agent(2)
    assert found([waiting()], [busy, idle]) == {1: 2}
    assert found([waiting(last_agent=1)], [busy, idle]) == {1: 1}
    assert found([waiting(last_agent=1)], [agent(1, load=1.0), idle]) == {1: 2}
    assert found([waiting(last_agent=1, refused=frozenset({1}))], [busy, idle]) == {1: 2}


def test_a_call_takes_the_whole_person() -> None:
    assert found([waiting(channel="voice")], [agent(1, load=1 / 3)]) == {}
    queue = [waiting(1, channel="voice"), waiting(2)]
    assert found(queue, [agent(1)]) == {1: 1}


def test_silence_is_off_whatever_was_chosen() -> None:
    assert presence_now("online", 5.0, 0.0) == Presence.ONLINE
    assert presence_now("online", GONE_AFTER + 1, 0.0) == Presence.OFF
    assert presence_now("online", None, 0.0) == Presence.OFF
    assert presence_now("online", 5.0, 20.0) == Presence.WRAP_UP
    assert presence_now("away", 5.0, 20.0) == Presence.AWAY
