"""The token bucket against a plain reckoning of the same rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletdesk.kit.ratelimit import RateLimit


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_then_the_rate_for_each_key_by_itself() -> None:
    clock = Clock()
    limit = RateLimit(per_second=2, burst=3, monotonic=clock)
    assert [limit.take("a") for _ in range(3)] == [0, 0, 0]
    assert limit.take("a") == pytest.approx(0.5)
    assert limit.take("b") == 0
    clock.now += 0.5
    assert limit.take("a") == 0
    assert limit.take("a", 2) == pytest.approx(1.0)
    clock.now += 3600
    assert [limit.take("a") for _ in range(4)] == [0, 0, 0, pytest.approx(0.5)]


def test_memory_is_bounded_and_the_oldest_is_forgotten() -> None:
    limit = RateLimit(per_second=1, burst=1, monotonic=Clock(), max_keys=3)
    for key in "abc":
        assert limit.take(key) == 0
    assert limit.take("a") > 0
    assert limit.take("d") == 0
    assert len(limit) == 3
    assert limit.take("a") > 0
    assert limit.take("b") == 0


@given(st.lists(st.floats(0, 3), max_size=60), st.floats(0.1, 20), st.floats(1, 10))
def test_never_more_than_the_burst_and_the_rate(
    gaps: list[float], per_second: float, burst: float
) -> None:
    clock = Clock()
    limit = RateLimit(per_second=per_second, burst=burst, monotonic=clock)
    taken = 0
    for gap in gaps:
        clock.now += gap
        wait = limit.take("a")
        taken += wait == 0
        assert taken <= burst + (clock.now - 100) * per_second + 1e-6
        if wait:
            clock.now += wait + 1e-6
            assert limit.take("a") == 0
            taken += 1


@pytest.mark.parametrize("cost", [0, -1, 4])
def test_a_cost_that_can_never_be_paid(cost: float) -> None:
    limit = RateLimit(per_second=1, burst=3, monotonic=Clock())
    with pytest.raises(ValueError, match="cost"):
        limit.take("a", cost)


def test_a_limit_that_makes_no_sense() -> None:
    with pytest.raises(ValueError, match="positive"):
        RateLimit(per_second=0, burst=1, monotonic=Clock())
