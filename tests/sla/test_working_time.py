"""Working time to the microsecond, on odd days too, against a stopwatch written apart from it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.sla.oracle import Sign
from tests.sla.test_rules import NOTHING, ZONES, at, intervals, week
from walletdesk.sla.types import Week
from walletdesk.sla.working_time import OpenHours, micros, moment_of

MINUTE = 60_000_000
HOUR = 60 * MINUTE


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-01-05T09:58", "2026-01-05T10:08", 10),
        ("2026-01-05T08:00", "2026-01-05T09:30", 30),
        ("2026-01-09T17:50", "2026-01-12T09:10", 20),  # over the week-end
        ("2026-01-10T10:00", "2026-01-11T10:00", 0),
        ("2026-01-05T09:00", "2026-01-12T09:00", 5 * 540),
        ("2026-01-06T10:00", "2026-01-05T10:00", 0),  # a clock that was put back
    ],
)
def test_an_office(start: str, end: str, minutes: int) -> None:
    assert OpenHours(week()).elapsed(at(start), at(end)) == minutes * MINUTE


def test_one_working_day_set_on_friday_evening_is_due_on_monday() -> None:
    office = OpenHours(week())
    assert office.reach(at("2026-01-09T16:55"), 9 * HOUR) == at("2026-01-12T16:55")


def test_no_minute_is_lost_at_midnight() -> None:
    whole = OpenHours(week("Asia/Shanghai", *("00:00-24:00",) * 7))
    assert whole.elapsed(at("2026-01-05T00:00"), at("2026-01-12T00:00")) == 7 * 24 * HOUR


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_days_of_23_and_of_25_hours(day: str, hours: int) -> None:
    whole = OpenHours(week("Europe/Berlin", *("00:00-24:00",) * 7))
    start = at(f"{day}T00:00", "Europe/Berlin")
    assert whole.reach(start, hours * HOUR) == start.astimezone(UTC) + timedelta(hours=hours)
    midnight = at(f"{day}T23:59:59", "Europe/Berlin").astimezone(UTC) + timedelta(seconds=1)
    assert whole.elapsed(start, midnight) == hours * HOUR


def test_leap_day_and_2038() -> None:
    whole = OpenHours(week("UTC", *("00:00-24:00",) * 7))
    assert whole.elapsed(at("2028-02-28T00:00", "UTC"), at("2028-03-01T00:00", "UTC")) == 48 * HOUR
    assert whole.reach(at("2038-01-19T03:14:07", "UTC"), 1) == moment_of(2_147_483_647_000_001)


def test_never_is_told() -> None:
    never = OpenHours(Week("UTC", (NOTHING,) * 7))
    assert never.reach(at("2026-01-05T00:00"), 1) is None
    assert never.elapsed(at("2026-01-05T00:00"), at("2027-01-05T00:00")) == 0


def test_always() -> None:
    always = OpenHours(Week("UTC", (NOTHING,) * 7, always=True))
    assert always.reach(at("2026-01-05T00:00"), 10 * MINUTE) == at("2026-01-05T00:10")


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1)).map(  # noqa: DTZ001 - UTC below
    lambda moment: moment.replace(tzinfo=UTC)
)
dates = st.dates(date(2026, 1, 1), date(2027, 12, 1))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.tuples(*[intervals] * 7),
    st.dictionaries(dates, intervals, max_size=3),
    moments,
    st.integers(0, 3 * 86_400),
    st.integers(1, 86_400),
)
@example(
    "Europe/Berlin", (((60, 1_500),),) * 7, {date(2026, 10, 25): ((150, 180),)},
    datetime(2026, 10, 24, 20, 0, 7, tzinfo=UTC), 86_400, 4_000,
)  # fmt: skip
def test_a_stopwatch_agrees(
    zone: str,
    days: tuple[tuple[tuple[int, int], ...], ...],
    special: dict[date, tuple[tuple[int, int], ...]],
    start: datetime,
    seconds: int,
    amount: int,
) -> None:
    hours, sign = OpenHours(Week(zone, days, special)), Sign(zone, days, special)
    end = start + timedelta(seconds=seconds)
    assert hours.elapsed(start, end) == sign.elapsed(start, end) // timedelta(microseconds=1)
    limit = start + timedelta(days=4)
    found = sign.reach(start, timedelta(seconds=amount), limit)
    reached = hours.reach(start, amount * 1_000_000)
    assert reached == found if found else reached is None or reached > limit - timedelta(minutes=1)


@given(moments, st.integers(1, 30 * 86_400))
def test_what_is_reached_has_elapsed(start: datetime, seconds: int) -> None:
    hours = OpenHours(
        week(
            "America/New_York",
            *("22:00-06:00", "09:00-12:00", "13:00-18:00", "", "08:00-08:01", "", ""),
        )
    )
    reached = hours.reach(start, seconds * 1_000_000)
    assert reached is not None
    assert hours.elapsed(start, reached) == seconds * 1_000_000
    assert (
        micros(reached) - 1 < 0
        or hours.elapsed(start, reached - timedelta(microseconds=1)) == seconds * 1_000_000 - 1
    )
