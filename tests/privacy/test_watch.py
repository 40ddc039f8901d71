"""Odd behaviour (catalogue I03): rules as a table, alarms, locks, and a scraping agent."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import Cast, make_customer, reply
from walletdesk.accounts.actions.people import deactivate_member, reactivate_member
from walletdesk.accounts.models import AuditEntry, StaffSession
from walletdesk.accounts.watch.actions import look_at
from walletdesk.accounts.watch.models import Alarm, Lock
from walletdesk.accounts.watch.queries import activity_of
from walletdesk.accounts.watch.rules import judge, on_shift, shift_day, zone_of
from walletdesk.accounts.watch.types import Activity, AlarmKind
from walletdesk.contacts.personal.queries import masked_data

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
FROM, TO = datetime(2001, 1, 1), datetime(2099, 1, 1)  # noqa: DTZ001 - as Hypothesis wants them
REASON = "It was a training, all is well"


@pytest.mark.parametrize(
    ("activity", "kinds", "lock"),
    [
        (Activity(12), [], False),
        (Activity(12, reveals_hour=9), [], False),
        (Activity(12, reveals_hour=10), ["reveals"], False),
        (Activity(12, reveals_hour=16), ["reveals"], True),
        (Activity(3, reveals_off_shift=1), ["off_shift"], False),
        (Activity(3, reveals_off_shift=5), ["off_shift"], True),
        (Activity(3, reveals_off_shift=5, usual_hours=frozenset({3})), [], False),
        (Activity(22, reveals_off_shift=1), ["off_shift"], False),
        (Activity(21, reveals_off_shift=1), [], False),
        (Activity(12, reveals_today=8, usual_per_day=1.0), ["habit"], False),
        (Activity(12, reveals_today=7, usual_per_day=1.0), [], False),
        (Activity(12, reveals_today=20), [], False),
        (Activity(12, openings=20), ["openings"], False),
        (Activity(12, openings=40), ["openings"], True),
        (Activity(12, openings=59, oversees=True), [], False),
        (Activity(12, openings=120, oversees=True), ["openings"], True),
        (Activity(12, searches=8), ["searches"], False),
        (Activity(12, searches=15), ["searches"], True),
    ],
)
def test_what_is_odd(activity: Activity, kinds: list[str], lock: bool) -> None:
    verdicts = judge(activity)
    assert [verdict.kind.value for verdict in verdicts] == kinds
    assert any(verdict.lock for verdict in verdicts) == lock


@given(
    st.datetimes(timezones=st.just(UTC), min_value=FROM, max_value=TO),
    st.sampled_from(["en", "es", "zh-hans"]),
)
def test_every_moment_lies_in_exactly_one_working_day(now: datetime, language: str) -> None:
    zone = zone_of(language)
    start, end = shift_day(now, zone)
    assert start <= now < end
    assert start.astimezone(zone).hour == 5
    assert shift_day(end, zone)[0] == end
    assert on_shift(12, frozenset())


def entry(cast: Cast, action: str, at: datetime, **detail: Any) -> None:
    AuditEntry.objects.create(
        brand=cast.brand,
        actor=cast.agent,
        actor_name="Alex",
        action=action,
        created_at=at,
        detail=detail,
    )


def test_habits_and_usual_hours_are_learned_from_the_trail(cast: Cast) -> None:
    with time_machine.travel(NOON, tick=False):
        for day in range(1, 7):
            for _ in range(2):
                entry(cast, "contact.revealed", NOON - timedelta(days=day, hours=9))
        entry(cast, "contact.revealed", NOON - timedelta(minutes=30))
        entry(cast, "conversation.opened", NOON - timedelta(minutes=3), mine=False)
        entry(cast, "conversation.opened", NOON - timedelta(minutes=3), mine=True)
        found = activity_of(cast.agent)
    assert found == Activity(
        hour=12,
        reveals_hour=1,
        reveals_today=1,
        usual_per_day=2.0,
        usual_hours=frozenset({3}),
        openings=1,
    )


def test_an_alarm_is_raised_once_and_settled_by_somebody_else(cast: Cast) -> None:
    with time_machine.travel(NOON, tick=False):
        for number in range(12):
            entry(cast, "contact.revealed", NOON - timedelta(minutes=number))
        for _twice in range(2):
            look_at(membership=cast.agent)
        alarm = Alarm.objects.get()
        assert (alarm.kind, alarm.count, alarm.bar) == (AlarmKind.REVEALS, 12, 10)
        path = f"/desk/alarms/{alarm.pk}/settle"
        assert cast.client(cast.agent).post(path, {"reason": REASON}).status_code == 403
        assert cast.client(cast.stranger).post(path, {"reason": REASON}).status_code == 404
        assert cast.client(cast.supervisor).post(path, {"reason": "short"}).status_code == 400
        waiting = cast.client(cast.supervisor).get("/desk/alarms/waiting").json()
        assert waiting == {"waiting": 1}
        assert cast.client(cast.supervisor).post(path, {"reason": REASON}).status_code == 302
        assert cast.client(cast.supervisor).get("/desk/alarms/waiting").json() == {"waiting": 0}
    page = cast.client(cast.owner).get("/desk/alarms/").content.decode()
    assert REASON in page


def test_nobody_settles_what_is_about_them(cast: Cast) -> None:
    alarm = Alarm.objects.create(
        brand=cast.brand, member=cast.supervisor, kind="reveals", count=10, bar=10
    )
    client = cast.client(cast.supervisor)
    answer = client.post(
        f"/desk/alarms/{alarm.pk}/settle", {"reason": REASON}, HTTP_ACCEPT="application/json"
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "own_alarm")


def test_an_agent_who_scrapes_is_locked_out_before_the_budget_is_gone(cast: Cast) -> None:
    """At human speed: forty seconds a customer. Fast is the same, sooner."""
    customers = [make_customer(cast.brand) for _ in range(24)]
    for number, customer in enumerate(customers):
        customer.write(f"mail canary{number}@mail.example")
        reply(cast.agent, customer, "Hello")
    seen: list[str] = []
    with time_machine.travel(NOON, tick=False) as traveller:
        client = cast.client(cast.agent)
        for customer in customers:
            traveller.shift(40)
            what = masked_data(customer.contact)[0].item
            answer = client.post(
                f"/desk/c/{customer.conversation.ref}/reveal",
                json.dumps({"item": what, "reason": "I want to have them all"}),
                content_type="application/json",
            )
            if answer.status_code != 200:
                assert answer.status_code == 401
                break
            seen.append(answer.json()["value"])
            if len(seen) == 10:
                assert Alarm.objects.filter(member=cast.agent).exists()
    assert len(seen) == 16
    lock = Lock.objects.get()
    assert lock.user == cast.agent.user
    assert not StaffSession.objects.exists()
    check_unlock(cast, lock)


def check_unlock(cast: Cast, lock: Lock) -> None:
    path = f"/desk/locks/{lock.pk}/lift"
    assert cast.client(cast.supervisor).post(path, {"reason": "no"}).status_code == 400
    assert cast.client(cast.stranger).post(path, {"reason": REASON}).status_code == 404
    assert cast.client(cast.viewer).post(path, {"reason": REASON}).status_code == 403
    cast.agent.user.refresh_from_db()
    assert not cast.agent.user.is_active
    for _twice in range(2):
        assert cast.client(cast.supervisor).post(path, {"reason": REASON}).status_code == 302
    cast.agent.user.refresh_from_db()
    assert cast.agent.user.is_active
    actions = AuditEntry.objects.filter(action__startswith="member.").values_list("action", "actor")
    assert list(actions) == [("member.locked", None), ("member.unlocked", cast.supervisor.pk)]


def test_lifting_a_lock_lets_nobody_in_whom_an_owner_has_shut_out_since(cast: Cast) -> None:
    lock = Lock.objects.create(brand=cast.brand, member=cast.agent, user=cast.agent.user)
    deactivate_member(membership=cast.agent, actor=cast.owner)
    path = f"/desk/locks/{lock.pk}/lift"
    assert cast.client(cast.supervisor).post(path, {"reason": REASON}).status_code == 302
    cast.agent.user.refresh_from_db()
    assert not cast.agent.user.is_active
    reactivate_member(membership=cast.agent, actor=cast.owner)
    cast.agent.user.refresh_from_db()
    assert cast.agent.user.is_active


def test_an_agent_who_opens_everything_is_locked_out(cast: Cast) -> None:
    customers = [make_customer(cast.brand) for _ in range(45)]
    for customer in customers:
        customer.write("hello")
    client = cast.client(cast.agent)
    answers = [client.get(f"/desk/c/{c.conversation.ref}/events").status_code for c in customers]
    assert answers == [200] * 40 + [401] * 5
    assert set(Alarm.objects.values_list("kind", flat=True)) == {"openings"}


def test_who_alone_oversees_a_desk_is_not_locked_out(cast: Cast) -> None:
    with time_machine.travel(NOON, tick=False):
        for number in range(20):
            AuditEntry.objects.create(
                brand=cast.other_brand, actor=cast.stranger, action="contact.revealed",
                created_at=NOON - timedelta(minutes=number),
            )  # fmt: skip
        look_at(membership=cast.stranger)
    assert Alarm.objects.count() == 1
    assert not Lock.objects.exists()
