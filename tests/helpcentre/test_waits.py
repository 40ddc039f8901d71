"""When it is better to ask: statistics over real waits, and silence where there are too few."""

from datetime import UTC, datetime, timedelta

import time_machine

from tests.cast import Cast, make_customer, reply
from walletdesk.conversations.waits import ENOUGH, shorter_time, waits_by_hour

MONDAY = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
MINUTES = {hour: timedelta(minutes=n) for hour, n in {9: 30, 10: 20, 11: 4, 12: 2}.items()}


def test_the_first_clearly_better_hour_is_told() -> None:
    found = shorter_time(MINUTES, timedelta(minutes=30), MONDAY, "UTC")
    assert found is not None
    assert (found.at.hour, found.wait) == (11, timedelta(minutes=4))


def test_hours_are_those_of_the_desk() -> None:
    found = shorter_time(MINUTES, timedelta(minutes=30), MONDAY, "Asia/Shanghai")
    assert found is None or found.at.tzinfo is not None
    shanghai = {18: timedelta(minutes=1)}
    better = shorter_time(shanghai, timedelta(minutes=30), MONDAY, "Asia/Shanghai")
    assert better is not None
    assert better.at.astimezone(UTC).hour == 10


def test_a_little_shorter_is_no_advice() -> None:
    assert shorter_time({10: timedelta(minutes=20)}, timedelta(minutes=30), MONDAY, "UTC") is None
    assert shorter_time({10: timedelta(minutes=1)}, timedelta(minutes=3), MONDAY, "UTC") is None
    assert shorter_time({}, timedelta(hours=3), MONDAY, "UTC") is None


def test_waits_of_an_hour_count_once_there_are_enough(cast: Cast) -> None:
    for week in (1, 2):
        start = MONDAY - timedelta(weeks=week)
        for number in range(ENOUGH // 2 + 1):
            customer = make_customer(cast.brand)
            at = start + timedelta(minutes=number)
            with time_machine.travel(at, tick=False):
                customer.write("Hello")
                customer.ask_for_person()
            with time_machine.travel(at + timedelta(minutes=6), tick=False):
                reply(cast.agent, customer, "Good day")
        with time_machine.travel(MONDAY, tick=False):
            known = waits_by_hour(cast.brand, "UTC")
        if week == 1:
            assert known == {}
    assert known == {9: timedelta(minutes=6)}
