"""What is told to those who wait holds: a small replay with a fixed seed, and the model's edges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.routing_week import calibrate, replay
from walletdesk.routing.forecast import (
    USUAL_STAY,
    Asked,
    as_said,
    in_minutes,
    mean_stay,
    quantile,
    reckon,
    told,
)
from walletdesk.routing.types import Agent, Past, Wait

CAPACITY = {"chat": 2}
NOBODY_AHEAD = Asked("en", {}, {})


def test_told_ranges_hold_in_a_small_replay() -> None:
    desk = replay(days=0.5, seed=7)
    found = calibrate(desk.over, after=3_600)
    assert found.told > 300
    assert 0.75 <= found.inside <= 0.85
    assert abs(found.bias) <= 0.1
    assert found.width < 600


@given(
    st.floats(0, 20_000),
    st.integers(0, 3),
    st.lists(
        st.builds(
            Past,
            st.floats(0.1, 9_000),
            st.floats(0, 9_000),
            st.integers(0, 3),
            st.sampled_from(["en", "es"]),
            st.floats(0, 90_000),
            st.just(0.0),
            st.just(60.0),
            st.just(120.0),
        ),
        max_size=60,
    ),
)
def test_a_range_is_a_range(reckoned: float, urgency: int, past: list[Past]) -> None:
    wait = told(place=3, reckoned=reckoned, urgency=urgency, language="en", past=past)
    assert 0 <= wait.low <= wait.high
    assert wait.low <= wait.middle <= wait.high
    low, high = in_minutes(wait)
    assert (wait.low, wait.high) == (60 * low, 60 * high)  # what is checked later is what is read
    assert 0 <= low < high


def test_the_model_counts_places_languages_and_those_who_come_between() -> None:
    english, both = (
        Agent(1, None, frozenset({"en"}), (), CAPACITY, 1.0),
        Agent(2, None, frozenset({"en", "es"}), (), CAPACITY, 1.0),
    )
    agents = [english, both]
    assert reckon(asked=NOBODY_AHEAD, agents=[], channel="chat", stay=400) is None
    assert reckon(asked=NOBODY_AHEAD, agents=agents, channel="chat", stay=400) == 100
    free = [english, Agent(2, None, frozenset({"en"}), (), CAPACITY, 0.5)]
    assert reckon(asked=NOBODY_AHEAD, agents=free, channel="chat", stay=400) == 0
    # Only one agent of two speaks it, and half of the English speakers' places are theirs.
    spanish = Asked("es", {"es": 1, "en": 2}, {})
    assert reckon(asked=spanish, agents=agents, channel="chat", stay=400) == 600
    overtaken = Asked("en", {}, {"en": 0.005})
    assert reckon(asked=overtaken, agents=agents, channel="chat", stay=400) == 200


def test_stays_that_go_on_count_with_what_they_lasted() -> None:
    assert mean_stay([]) == USUAL_STAY
    assert mean_stay([(100.0, True)] * 97) == pytest.approx((9_700 + 3 * USUAL_STAY) / 100)
    assert mean_stay([(900.0, False)] * 3) > USUAL_STAY


def test_minutes_as_people_say_them() -> None:
    assert as_said(0, 20) == (0, 1)
    assert as_said(300, 710) == (5, 12)
    assert as_said(300, 310) == (5, 6)
    assert as_said(7_300, 7_400) == (120, 180)  # hours from there on
    assert as_said(14_000, 17_000) == (240, 300)
    assert in_minutes(Wait(1, 300, 720, 400)) == (5, 12)
    assert quantile([1.0, 3.0], 0.5) == 2.0
