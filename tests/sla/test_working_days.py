"""Periods in working days: which day is the last, and when it ends."""

from datetime import UTC, date, datetime

import pytest

from tests.sla.test_rules import NOTHING, at, week
from walletdesk.sla.types import Week
from walletdesk.sla.working_days import add_working_days, end_of_day

EASTER = {date(2026, 4, 3): "", date(2026, 4, 6): "", date(2026, 4, 4): "10:00-12:00"}


@pytest.mark.parametrize(
    ("start", "n", "last"),
    [
        (date(2026, 1, 5), 0, date(2026, 1, 5)),
        (date(2026, 1, 5), 1, date(2026, 1, 6)),
        (date(2026, 1, 9), 1, date(2026, 1, 12)),  # Friday: over the week-end
        (date(2026, 1, 10), 1, date(2026, 1, 12)),  # Saturday
        (date(2026, 1, 5), 15, date(2026, 1, 26)),
        (date(2026, 4, 2), 1, date(2026, 4, 4)),  # Good Friday; a Saturday with hours counts
        (date(2026, 4, 4), 1, date(2026, 4, 7)),  # Easter Monday
    ],
)
def test_working_days(start: date, n: int, last: date) -> None:
    assert add_working_days(week("Europe/Berlin", special=EASTER), start, n) == last


def test_the_day_is_the_one_that_the_zone_shows() -> None:
    office = week("Asia/Shanghai")
    late = datetime(2026, 1, 5, 17, tzinfo=UTC)  # the 6th in Shanghai
    assert add_working_days(office, late, 1) == date(2026, 1, 7)
    assert end_of_day(office, date(2026, 1, 7)) == at("2026-01-08T00:00")


def test_every_day_counts_where_it_is_always_open() -> None:
    always = Week("UTC", (NOTHING,) * 7, always=True)
    assert add_working_days(always, date(2026, 1, 9), 3) == date(2026, 1, 12)


@pytest.mark.parametrize("n", [-1, 1])
def test_what_cannot_be_counted(n: int) -> None:
    with pytest.raises(ValueError, match="never opens" if n > 0 else "below zero"):
        add_working_days(Week("UTC", (NOTHING,) * 7), date(2026, 1, 9), n)
