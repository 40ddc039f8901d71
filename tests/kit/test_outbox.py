"""Events: written with the data, handled once, in order, apart from those that fail."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from walletdesk.accounts.models import Team
from walletdesk.kit import clock
from walletdesk.kit.outbox import registry
from walletdesk.kit.outbox.actions import MAX_ATTEMPTS, handle_next, publish, publish_all
from walletdesk.kit.outbox.models import OutboxEvent
from walletdesk.site.wiring import BACKGROUND, WIRING

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Iterator[list[object]]:
    """Wire a room that notes what it hears, and one that fails on 13."""
    heard: list[object] = []

    def note(number: int) -> None:
        heard.append(number)

    def fail(number: int) -> None:
        OutboxEvent.objects.create(
            handler="trace", name="trace", key="trace", parked_at=clock.now()
        )
        if number == 13:
            raise ValueError("what a customer wrote")
        heard.append(-number)

    registry.wire(
        {"counted": [("room.note", note), ("room.fail", fail)], "slow": [("slow.note", note)]},
        background=["slow.note"],
    )
    yield heard
    registry.wire(WIRING, BACKGROUND)


def test_nothing_is_written_when_nobody_listens(told: list[object]) -> None:
    publish(name="unheard", key="a", payload={})
    assert not OutboxEvent.objects.exists()


def test_one_statement_for_many_facts(told: list[object]) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        publish_all(name="counted", facts=[(str(n), {"number": n}) for n in range(50)])
    assert sum("INSERT" in query["sql"] for query in queries) == 1
    assert OutboxEvent.objects.count() == 100


def test_a_clock_behind_the_databases_delays_nothing(told: list[object]) -> None:
    with time_machine.travel(clock.now() - timedelta(minutes=5), tick=False):
        publish(name="counted", key="a", payload={"number": 1})
        assert handle_next()
    assert told == [1]


def test_events_of_a_key_are_handled_in_order(told: list[object]) -> None:
    for number in (1, 2, 3):
        publish(name="counted", key="same", payload={"number": number})
    while handle_next():
        pass
    assert [n for n in told if isinstance(n, int) and n > 0] == [1, 2, 3]
    assert [n for n in told if isinstance(n, int) and n < 0] == [-1, -2, -3]


def test_a_failure_undoes_its_writes_keeps_its_place_and_is_parked_at_last(
    told: list[object],
) -> None:
    publish(name="counted", key="a", payload={"number": 13})
    publish(name="counted", key="a", payload={"number": 14})
    publish(name="counted", key="b", payload={"number": 15})
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for attempt in range(MAX_ATTEMPTS):
            while handle_next():
                pass
            assert -15 in told
            if attempt < MAX_ATTEMPTS - 1:
                assert -14 not in told  # behind 13, which will be tried again
            traveller.shift(timedelta(hours=1))
        while handle_next():
            pass
    assert -14 in told
    parked = OutboxEvent.objects.get(handler="room.fail")
    assert (parked.attempts, parked.error) == (MAX_ATTEMPTS, "ValueError")
    assert parked.parked_at is not None
    assert OutboxEvent.objects.filter(handler="trace").count() == 2  # of 14 and 15 only


def test_what_nobody_waits_for_stands_in_nobodys_way(told: list[object]) -> None:
    publish(name="slow", key="a", payload={"number": 7})
    assert not handle_next()
    assert told == []
    assert handle_next(background=True)
    assert told == [7]


def test_a_fact_of_a_transaction_that_fails_was_never_written(told: list[object]) -> None:
    with transaction.atomic():
        publish(name="counted", key="a", payload={"number": 1})
        transaction.set_rollback(True)
    assert not OutboxEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_fails_only_at_the_very_end_is_counted_and_others_go_on(told: list[object]) -> None:
    """A deferred constraint is looked at when all is written: nothing may come first for ever."""

    def write(brand: int) -> None:
        Team.objects.create(brand_id=brand, name="of no brand")

    def note(number: int) -> None:
        told.append(number)

    registry.wire({"counted": [("room.write", write)], "other": [("room.note", note)]}, [])
    publish(name="counted", key="a", payload={"brand": -1})
    publish(name="other", key="b", payload={"number": 7})
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for _ in range(MAX_ATTEMPTS):
            for _turn in range(3):
                handle_next()
            assert told == [7]
            traveller.shift(timedelta(hours=1))
    event = OutboxEvent.objects.get()
    assert (event.attempts, event.error) == (MAX_ATTEMPTS, "IntegrityError")
    assert event.parked_at is not None
    assert not Team.objects.filter(name="of no brand").exists()


@pytest.mark.django_db(transaction=True)
def test_what_costs_the_connection_is_counted_and_others_go_on(told: list[object]) -> None:
    """The database ends a session that is too slow or too large: none comes first for ever."""

    def lose() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    def note(number: int) -> None:
        told.append(number)

    registry.wire({"counted": [("room.lose", lose)], "other": [("room.note", note)]}, [])
    publish(name="counted", key="a", payload={})
    publish(name="other", key="b", payload={"number": 7})
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for _ in range(MAX_ATTEMPTS):
            for _turn in range(3):
                handle_next()
            assert told == [7]
            traveller.shift(timedelta(hours=1))
    event = OutboxEvent.objects.get()
    assert event.attempts == MAX_ATTEMPTS
    assert event.parked_at is not None
