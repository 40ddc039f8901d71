"""Shares, means, quiet hours, themes: tables and properties of what is pure."""

import math
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletdesk.surveys import rules, stats
from walletdesk.surveys.themes import SMALLEST, cluster, group, name, words_of

COUNTS = st.integers(1, 5_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("good", "total", "low", "high"),
    [  # Brown, Cai and DasGupta 2001, and R's prop.test(correct = FALSE)
        (8, 10, 0.4902, 0.9433),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_wilson_agrees_with_published_values(
    good: int, total: int, low: float, high: float
) -> None:
    told = stats.wilson(good, total)
    assert told is not None
    assert told.low == pytest.approx(low, abs=5e-5)
    assert told.high == pytest.approx(high, abs=5e-5)


@given(COUNTS)
def test_a_share_lies_in_its_interval_which_mirrors_its_complement(counts: tuple[int, int]) -> None:
    good, total = counts
    told, other = stats.wilson(good, total), stats.wilson(total - good, total)
    assert told is not None
    assert other is not None
    assert 0 <= told.low <= told.value <= told.high <= 1
    assert told.low == pytest.approx(1 - other.high, abs=1e-12)


@given(COUNTS)
def test_more_answers_say_more(counts: tuple[int, int]) -> None:
    few, many = stats.wilson(*counts), stats.wilson(counts[0] * 4, counts[1] * 4)
    assert few is not None
    assert many is not None
    assert many.high - many.low < few.high - few.low


def test_a_share_of_nobody_is_none() -> None:
    assert stats.wilson(0, 0) is None
    assert stats.mean_of(5, 25, 1) is None


@pytest.mark.parametrize(
    ("freedom", "value"),
    [
        (1, 12.7062),
        (2, 4.3027),
        (3, 3.1824),
        (5, 2.5706),
        (9, 2.2622),
        (30, 2.0423),
        (1_000, 1.9623),
    ],
)
def test_the_quantile_of_student_agrees_with_the_tables(freedom: int, value: float) -> None:
    assert stats.t_quantile(freedom) == pytest.approx(value, rel=4e-3)


@given(st.lists(st.integers(1, 5), min_size=2, max_size=200))
def test_a_mean_lies_in_its_interval_on_the_scale(scores: list[int]) -> None:
    told = stats.mean_of(sum(scores), sum(s * s for s in scores), len(scores))
    assert told is not None
    assert 1 <= told.low <= told.value <= told.high <= 5
    assert told.value == pytest.approx(sum(scores) / len(scores))


@given(st.lists(st.integers(1, 5), min_size=1, max_size=9))
def test_the_score_of_several_is_their_mean_and_a_half_counts_down(scores: list[int]) -> None:
    mean = sum(scores) / len(scores)
    assert rules.overall(scores) == math.ceil(mean - 0.5)
    assert min(scores) <= rules.overall(scores) <= max(scores)


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(  # noqa: DTZ001 - made aware here
    lambda at: at.replace(tzinfo=UTC)
)
ZONES = st.sampled_from(["Asia/Shanghai", "Europe/Madrid", "America/Mexico_City", "Asia/Kolkata"])


@given(MOMENTS, ZONES, st.integers(0, 23), st.integers(0, 23))
def test_nobody_is_disturbed_in_the_quiet_hours(
    now: datetime, zone: str, start: int, end: int
) -> None:
    at = rules.allowed_at(now, [zone], start, end)
    assert now <= at <= now + timedelta(days=1, hours=1)
    assert not rules.is_quiet(at.astimezone(ZoneInfo(zone)).hour, start, end)


def test_who_may_be_in_several_zones_is_disturbed_in_none_of_them() -> None:
    zones = rules.zones_of("", "", "es")
    night = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    at = rules.allowed_at(night, zones, 21, 9)
    assert all(9 <= at.astimezone(ZoneInfo(zone)).hour < 21 for zone in zones)
    assert rules.zones_of("Asia/Tokyo", "+8613812345678", "en") == ("Asia/Tokyo",)
    assert rules.zones_of("No/Where", "+8613812345678", "en") == ("Asia/Shanghai",)


UNITS = st.integers(8, 60).flatmap(
    lambda n: st.integers(0, 2**32 - 1).map(
        lambda seed: _units(np.random.default_rng(seed).normal(size=(n, 6)))
    )
)


def _units(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@given(UNITS)
def test_clusters_are_the_same_each_time_and_none_is_lost(vectors: np.ndarray) -> None:
    labels = cluster(vectors, 5)
    assert (labels == cluster(vectors, 5)).all()
    assert len(labels) == len(vectors)
    assert len(set(labels)) <= 5
    found = group(["word"] * len(vectors), vectors)
    members = [at for each in found for at in each.members]
    assert len(members) == len(set(members))
    assert all(len(each.members) >= SMALLEST for each in found)


def test_themes_are_named_by_what_is_typical_of_them() -> None:
    slow = ["The answer took two days", "Slow answer, two days", "Two days for an answer"]
    rude = ["The agent was rude", "A rude agent", "Rude and cold agent"]
    first, second = name([slow, rude])
    assert "days" in first
    assert "rude" in second
    chinese = name([["回复太慢", "等了很久回复太慢", "回复慢"], ["态度很好", "客服态度好"]])
    assert any("回复" in word for word in chinese[0])
    assert any("态度" in word for word in chinese[1])
    assert "⟦" not in "".join(words_of("Mail ⟦email:0000⟧ 没回"))
    assert group(["a"] * 3, np.zeros((3, 6), dtype=np.float32)) == []
