"""What somebody who waits is told: how long, when it is usually shorter, when people come back."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache

from tests.cast import Cast, make_customer, reply
from walletdesk.sla.actions import CalendarDraft, create_calendar
from walletdesk.web.common.ways import wait_now
from walletdesk.web.widget.api import state_json

MONDAY = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
CALM = timedelta(hours=1)  # after that people answer within a minute


def waits(cast: Cast, at: datetime, length: timedelta) -> None:
    customer = make_customer(cast.brand)
    with time_machine.travel(at, tick=False):
        customer.write("Hello")
        customer.ask_for_person()
    with time_machine.travel(at + length, tick=False):
        reply(cast.agent, customer, "Good day")


def busy_morning(cast: Cast) -> None:
    """At ten it was always calm, and since eight today everybody has waited for half an hour."""
    cache.clear()
    for week in (1, 2):
        for minute in range(3):
            start = MONDAY - timedelta(weeks=week, minutes=minute)
            waits(cast, start + CALM, timedelta(minutes=1))
    for minute in range(8):
        waits(cast, MONDAY - timedelta(hours=1, minutes=minute), timedelta(minutes=30))


def test_who_waits_long_is_told_when_it_is_usually_shorter(cast: Cast) -> None:
    busy_morning(cast)
    with time_machine.travel(MONDAY, tick=False):
        cast.customer.write("My transfer has not arrived")
        cast.customer.ask_for_person()
        queue = state_json(cast.customer.now())["queue"]
        told = wait_now(cast.brand, "en")
    assert told == (
        "A person usually answers in about 30 minutes",
        "It is usually shorter from 10:00 (UTC): about 1 minute.",
    )
    assert (queue["wait"], queue["advice"]) == ("", " · ".join(told))


@pytest.mark.parametrize(
    ("zone", "opens"),
    [("UTC", "Tuesday 08:00 (UTC)"), ("Asia/Shanghai", "Tuesday 08:00 (Shanghai)")],
)
def test_who_waits_at_a_closed_desk_is_told_when_it_opens(
    cast: Cast, zone: str, opens: str
) -> None:
    week = ["08:00-09:00"] * 7
    create_calendar(actor=cast.owner, draft=CalendarDraft("Office", zone, week, main=True))
    with time_machine.travel(MONDAY, tick=False):
        cast.customer.write("My transfer has not arrived")
        cast.customer.ask_for_person()
        queue = state_json(cast.customer.now())["queue"]
    assert queue == {
        "place": 1, "waiting": 1, "wait": "", "advice": f"People answer again: {opens}",
    }  # fmt: skip
