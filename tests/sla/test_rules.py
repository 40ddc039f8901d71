"""Business hours: what the sign on the door means, on odd days too."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from walletdesk.sla.rules import is_open, next_change, read_intervals, write_intervals
from walletdesk.sla.types import Week

OFFICE = ((9 * 60, 18 * 60),)
NOTHING: tuple[tuple[int, int], ...] = ()
ZONES = (
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "America/Asuncion",
    "Asia/Kathmandu",
)


def week(zone: str = "Asia/Shanghai", *days: str, special: dict[date, str] | None = None) -> Week:
    texts = days or ("09:00-18:00",) * 5 + ("", "")
    return Week(
        zone,
        tuple(map(read_intervals, texts)),
        {day: read_intervals(text) for day, text in (special or {}).items()},
    )


def at(text: str, zone: str = "Asia/Shanghai", fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


NEW_YEAR = {date(2026, 1, 1): "", date(2026, 1, 3): "10:00-12:00"}


@pytest.mark.parametrize(
    ("moment", "opened", "changes"),
    [
        ("2026-01-05T08:59:59", False, "2026-01-05T09:00"),
        ("2026-01-05T09:00", True, "2026-01-05T18:00"),
        ("2026-01-05T18:00", False, "2026-01-06T09:00"),
        ("2026-01-09T20:00", False, "2026-01-12T09:00"),  # over the week-end
        ("2026-01-01T10:00", False, "2026-01-02T09:00"),  # a holiday
        ("2026-01-02T18:00", False, "2026-01-03T10:00"),  # a Saturday with hours of its own
    ],
)
def test_an_office(moment: str, opened: bool, changes: str) -> None:
    office = week(special=NEW_YEAR)
    assert is_open(office, at(moment)) == opened
    assert next_change(office, at(moment)) == at(changes)


def test_nights_reach_into_the_next_day() -> None:
    nights = week("Asia/Shanghai", *("22:00-06:00",) * 5, "", "", special={date(2026, 1, 7): ""})
    assert is_open(nights, at("2026-01-06T03:00"))
    assert is_open(nights, at("2026-01-07T05:59"))  # began on the 6th, runs out on the closed day
    assert not is_open(nights, at("2026-01-07T23:00"))
    assert next_change(nights, at("2026-01-07T05:00")) == at("2026-01-07T06:00")
    assert is_open(nights, at("2026-01-10T05:00"))  # Saturday morning belongs to Friday's night
    assert not is_open(nights, at("2026-01-10T23:00"))


def test_days_that_touch_are_one() -> None:
    whole = week("Asia/Shanghai", *("00:00-24:00",) * 5, "", "")
    assert next_change(whole, at("2026-01-05T12:00")) == at("2026-01-10T00:00")


def test_always_and_never() -> None:
    assert is_open(Week("UTC", (NOTHING,) * 7, always=True), at("2026-01-05T03:00"))
    assert next_change(Week("UTC", (NOTHING,) * 7, always=True), at("2026-01-05T03:00")) is None
    never = Week("UTC", (NOTHING,) * 7)
    assert (is_open(never, at("2026-01-05T12:00")), next_change(never, at("2026-01-05"))) == (
        False,
        None,
    )
    assert next_change(week("UTC", *("00:00-24:00",) * 7), at("2026-01-05")) is None


@pytest.mark.parametrize(
    ("hours", "moment", "changes"),
    [
        # Berlin, 29 March 2026: 02:00 becomes 03:00.
        ("02:30-05:00", "2026-03-29T00:00:00+00:00", "2026-03-29T01:00:00+00:00"),
        ("01:00-02:30", "2026-03-29T00:30:00+00:00", "2026-03-29T01:00:00+00:00"),
        ("09:00-18:00", "2026-03-29T07:30:00+00:00", "2026-03-29T16:00:00+00:00"),
        # 25 October 2026: 03:00 becomes 02:00, so half past two is shown twice.
        ("02:30-05:00", "2026-10-24T23:00:00+00:00", "2026-10-25T00:30:00+00:00"),
        ("02:30-05:00", "2026-10-25T00:45:00+00:00", "2026-10-25T01:00:00+00:00"),
        ("02:30-05:00", "2026-10-25T01:00:00+00:00", "2026-10-25T01:30:00+00:00"),
        ("01:00-02:30", "2026-10-25T00:00:00+00:00", "2026-10-25T00:30:00+00:00"),
    ],
)
def test_the_clock_is_put_forward_and_back(hours: str, moment: str, changes: str) -> None:
    berlin = week("Europe/Berlin", *(hours,) * 7)
    found = next_change(berlin, datetime.fromisoformat(moment))
    assert found == datetime.fromisoformat(changes)


minutes = st.integers(0, 1_439)
intervals = st.lists(
    st.tuples(minutes, st.integers(1, 1_440)).map(lambda pair: (pair[0], pair[0] + pair[1])),
    max_size=2,
).map(tuple)


@settings(max_examples=150, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    days=st.tuples(*[intervals] * 7),
    start=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1)),  # noqa: DTZ001 - made UTC below
)
def test_the_next_change_is_the_first_one_that_a_watch_would_see(
    zone: str, days: tuple[tuple[tuple[int, int], ...], ...], start: datetime
) -> None:
    calendar = Week(zone, days)
    moment = start.replace(tzinfo=UTC, second=0, microsecond=0)
    found = next_change(calendar, moment)
    now, limit = is_open(calendar, moment), moment + timedelta(days=9)
    watched = moment + timedelta(minutes=1)
    while watched < limit and is_open(calendar, watched) == now:
        watched += timedelta(minutes=1)
    assert found == watched if watched < limit else found is None or found >= limit


@given(st.sampled_from(ZONES), st.lists(minutes, min_size=2, max_size=6, unique=True))
def test_what_is_written_can_be_read(zone: str, edges: list[int]) -> None:
    pairs = sorted(edges)[: len(edges) // 2 * 2]
    made = tuple(zip(pairs[::2], pairs[1::2], strict=True))
    assert read_intervals(write_intervals(made)) == made


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("", ()),
        ("9:00-12:00，13:00–18:00", ((540, 720), (780, 1_080))),
        ("09:00 - 12:00 13:00-18:00", ((540, 720), (780, 1_080))),
        ("22:00-06:00", ((1_320, 1_800),)),
        ("00:00-24:00", ((0, 1_440),)),
        ("00:00-00:00", ((0, 1_440),)),
    ],
)
def test_what_people_write(text: str, read: object) -> None:
    assert read_intervals(text) == read


@pytest.mark.parametrize(
    ("text", "code"),
    [("9 to 5", "form"), ("25:00-26:00", "form"), ("09:60-10:00", "form"), ("24:00-24:00", "form"),
     ("09:00-12:00, 11:00-13:00", "overlap"), ("x" * 10_000, "form")],
)  # fmt: skip
def test_what_nobody_can_read(text: str, code: str) -> None:
    with pytest.raises(ValueError, match=code):
        read_intervals(text)
