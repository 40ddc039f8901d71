"""Promises as staff and customers live them: what starts a clock, what stops it, what it tells."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from tests.cast import Cast, reply
from walletdesk.conversations.actions import staff
from walletdesk.conversations.actions.cases import note_case
from walletdesk.conversations.actions.describe import describe_conversation
from walletdesk.conversations.actions.merge import merge_conversations
from walletdesk.conversations.queries import lock_conversation
from walletdesk.kit import clock
from walletdesk.kit.outbox import registry
from walletdesk.kit.outbox.actions import handle_next
from walletdesk.safety import guard
from walletdesk.site.wiring import BACKGROUND, WIRING
from walletdesk.sla import events
from walletdesk.sla.actions import CalendarDraft, change_calendar, create_calendar, following
from walletdesk.sla.actions.firing import fire_some, tell_due
from walletdesk.sla.actions.following import follow_some
from walletdesk.sla.actions.policies import PolicyDraft, change_policy, create_policy, move_policy
from walletdesk.sla.models import Following
from walletdesk.sla.queries.clocks import at_risk, clocks_of, explained, next_due
from walletdesk.sla.types import ClockView

TODAY = clock.now().replace(hour=1, minute=58, second=0, microsecond=0)
# 09:58 in Shanghai, after today: the database's clock dates conversations and does not travel
MONDAY = TODAY + timedelta(days=7 - TODAY.weekday())
TARGETS = {"first": (10, "m"), "next": (20, "m"), "update": (2, "h"), "resolution": (24, "h")}


@pytest.fixture
def told() -> Iterator[Callable[[], list[tuple[str, str]]]]:
    """What clocks have told so far: (event, kind)."""
    heard: list[tuple[str, str]] = []

    def listener(name: str) -> registry.Handler:
        return lambda **payload: heard.append((name, payload["kind"]))

    names = (events.CLOCK_WARNED, events.CLOCK_BREACHED)
    registry.wire({name: [(f"test.{name}", listener(name))] for name in names})

    def drain() -> list[tuple[str, str]]:
        keep_promises()
        while handle_next():
            pass
        return heard

    yield drain
    registry.wire(WIRING, BACKGROUND)


@pytest.fixture
def office(cast: Cast) -> Cast:
    """The cast with an office in Shanghai that closes for lunch, and one policy."""
    week = ["09:00-12:00, 13:30-18:00"] * 5 + ["", ""]
    create_calendar(actor=cast.owner, draft=CalendarDraft("Office", "Asia/Shanghai", week))
    create_policy(actor=cast.owner, draft=PolicyDraft("All", targets=TARGETS))
    return cast


def keep_promises() -> None:
    """Do what two threads of the worker do."""
    follow_some()
    tell_due()


def live(cast: Cast) -> dict[str, ClockView]:
    keep_promises()
    found = clocks_of(cast.customer.now())
    return {str(each.kind): each for each in found if each.ended_at is None}


def asks(cast: Cast) -> None:
    cast.customer.write("I cannot log in")
    cast.customer.ask_for_person()


def test_a_conversation_from_the_first_question_to_its_end(office: Cast, told: Any) -> None:
    with time_machine.travel(MONDAY, tick=False) as travel:
        office.customer.write("I cannot log in")
        assert live(office) == {}  # the bot answers
        office.customer.ask_for_person()
        first = live(office)
        assert set(first) == {"first", "resolution"}
        assert first["first"].due_at == MONDAY + timedelta(minutes=10)
        assert next_due([office.customer.conversation.pk]).popitem()[1].kind == "first"
        travel.shift(timedelta(minutes=8))
        assert told() == [("clock_warned", "first")]
        reply(office.agent, office.customer, "Which phone is it?")
        answered = live(office)
        assert set(answered) == {"update", "resolution"}
        assert {each.state for each in answered.values()} == {"paused"}
        assert answered["resolution"].why == "customer"
        travel.shift(timedelta(minutes=60))
        office.customer.write("An old one")
        again = live(office)
        assert set(again) == {"update", "resolution", "next"}
        assert again["next"].due_at == MONDAY + timedelta(minutes=88)
        assert again["resolution"].left == 24 * 3_600 - 8 * 60
        travel.shift(timedelta(minutes=20, seconds=-1))
        assert told()[1:] == [("clock_warned", "next")]
        travel.shift(timedelta(seconds=1))
        assert told()[2:] == [("clock_breached", "next")]
        assert told()[2:] == [("clock_breached", "next")]
        assert at_risk(office.brand).breached == 1
        staff.resolve_conversation(conversation=office.customer.now(), membership=office.agent)
        assert live(office) == {}
        assert at_risk(office.brand).running == 0
    assert len(told()) == 3


def test_a_clock_explains_itself(office: Cast) -> None:
    with time_machine.travel(MONDAY, tick=False) as travel:
        asks(office)
        reply(office.agent, office.customer, "Which phone is it?")
        keep_promises()
        travel.shift(timedelta(hours=1))
        office.customer.write("An old one")
        keep_promises()
        travel.shift(timedelta(hours=3))
        _view, lines = next(
            pair for pair in explained(office.customer.now()) if pair[0].kind == "resolution"
        )
        shown = [(f"{line.at + timedelta(hours=8):%H:%M}", line.what) for line in lines]
    assert shown[:4] == [
        ("09:58", "started"), ("09:58", "customer"), ("10:58", "resumed"), ("12:00", "closed"),
    ]  # fmt: skip
    assert lines[3].to == MONDAY + timedelta(hours=3, minutes=32)
    assert shown[4:][0][1] == "due"


def test_urgency_changes_the_promise_and_what_has_run_counts(office: Cast, told: Any) -> None:
    urgent = PolicyDraft("Urgent", urgencies=[3], always=True, targets={"first": (5, "m")})
    policy = create_policy(actor=office.owner, draft=urgent)
    move_policy(actor=office.owner, policy=policy, up=True)
    with time_machine.travel(MONDAY, tick=False) as travel:
        asks(office)
        assert live(office)["first"].policy == "All"
        travel.shift(timedelta(minutes=3))
        describe_conversation(
            conversation=office.customer.now(), membership=office.agent, field="urgency", value="3"
        )
        changed = live(office)
        assert set(changed) == {"first"}  # nothing else is promised now
        assert (changed["first"].due_at, changed["first"].target) == (
            MONDAY + timedelta(minutes=5),
            300,
        )
        travel.shift(timedelta(minutes=1))
        describe_conversation(
            conversation=office.customer.now(), membership=office.agent, field="urgency", value="1"
        )
        assert live(office)["first"].due_at == MONDAY + timedelta(minutes=10)
        assert live(office)["resolution"].started_at == MONDAY
        assert told() == []  # the warning of the urgent promise was just due, and is no more


def test_changed_promises_and_hours_hold_at_once(office: Cast) -> None:
    with time_machine.travel(MONDAY, tick=False) as travel:
        asks(office)
        policy = office.brand.policies.get()
        assert live(office)["first"].due_at == MONDAY + timedelta(minutes=10)
        travel.shift(timedelta(minutes=4))
        change_policy(
            actor=office.owner,
            policy=policy,
            version=0,
            draft=PolicyDraft("All", targets=TARGETS | {"first": (1, "h")}),
        )
        assert live(office)["first"].due_at == MONDAY + timedelta(minutes=60)
        calendar = office.brand.calendars.get()
        week = ["09:00-10:12"] * 5 + ["", ""]
        draft = CalendarDraft("Office", "Asia/Shanghai", week)
        change_calendar(actor=office.owner, calendar=calendar, version=0, draft=draft)
        # 4 minutes have run, 10 are left today, and 46 run tomorrow from nine o'clock on
        assert live(office)["first"].due_at == MONDAY.replace(minute=46) + timedelta(days=1)


def test_the_wallet_and_the_chain_stop_only_the_resolution(office: Cast) -> None:
    with time_machine.travel(MONDAY, tick=False) as travel:
        asks(office)
        reply(office.agent, office.customer, "We freeze it")
        office.customer.write("Thank you")
        locked = lock_conversation(office.customer.conversation.pk)
        note_case(conversation=locked, case="x", state="wallet_asked", order="freeze")
        assert {k: v.state for k, v in live(office).items()} == {
            "next": "running", "update": "running", "resolution": "paused",
        }  # fmt: skip
        assert live(office)["resolution"].why == "wallet"
        travel.shift(timedelta(minutes=30))
        again = lock_conversation(locked.pk)
        note_case(conversation=again, case="x", state="wallet_failed", order="look-up")
        assert live(office)["resolution"].state == "paused"  # nobody waited for the look-up
        note_case(conversation=again, case="x", state="wallet_done", order="freeze")
        assert live(office)["resolution"].state == "running"


def test_reopening_goes_on_where_it_stood(office: Cast) -> None:
    with time_machine.travel(MONDAY, tick=False) as travel:
        asks(office)
        reply(office.agent, office.customer, "Done")
        office.customer.write("Wait")
        travel.shift(timedelta(minutes=30))
        staff.resolve_conversation(conversation=office.customer.now(), membership=office.agent)
        assert live(office) == {}
        travel.shift(timedelta(days=3))
        office.customer.write("It is not solved")
        resumed = live(office)["resolution"]
        assert (resumed.started_at, resumed.left) == (MONDAY, 24 * 3_600 - 30 * 60)


def test_merging_keeps_the_promise_of_who_waited_longer(office: Cast) -> None:
    with time_machine.travel(MONDAY, tick=False) as travel:
        asks(office)
        keep_promises()
        travel.shift(timedelta(minutes=5))
        office.other_customer.write("Hello")
        office.other_customer.ask_for_person()
        keep_promises()
        merge_conversations(
            conversation=office.customer.now(),
            into=office.other_customer.now(),
            membership=office.supervisor,
            reason=guard.check("the same person").safe,
        )
        keep_promises()
        ended = clocks_of(office.customer.conversation)
        assert [(c.kind, c.why) for c in ended if c.ended_at] == [
            ("first", "dropped"), ("resolution", "dropped"),
        ]  # fmt: skip
        assert {c.kind for c in clocks_of(office.customer.now())} == {"first", "resolution"}


def test_a_worker_that_was_away_tells_what_was_missed_once(office: Cast, told: Any) -> None:
    with time_machine.travel(MONDAY, tick=False) as travel:
        asks(office)
        keep_promises()
        travel.shift(timedelta(minutes=30))
        reply(office.agent, office.customer, "Sorry for the wait")
        assert told() == [("clock_breached", "first")]
        late = next(c for c in clocks_of(office.customer.now()) if c.kind == "first")
        assert (late.why, late.breached_at) == ("met", MONDAY + timedelta(minutes=10))


def test_what_is_due_waits_for_nothing_else_that_is_to_be_followed(
    office: Cast, told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with time_machine.travel(MONDAY, tick=False) as travel:
        asks(office)
        keep_promises()
        travel.shift(timedelta(minutes=9))
        office.customer.write("Is anybody there?")
        travel.shift(timedelta(minutes=2))
        monkeypatch.setattr(following, "_read", lambda *_asked: [])  # a long queue before it
        assert told() == [("clock_breached", "first")]


def test_an_answer_that_was_not_followed_yet_is_no_breach(office: Cast, told: Any) -> None:
    with time_machine.travel(MONDAY, tick=False) as travel:
        asks(office)
        keep_promises()
        travel.shift(timedelta(minutes=9))
        reply(office.agent, office.customer, "Here")
        travel.shift(timedelta(minutes=2))
        fire_some(now=clock.now())  # another worker, before this one has followed
        assert told() == []


def test_a_clock_that_jumps_tells_nothing_twice(office: Cast, told: Any) -> None:
    with time_machine.travel(MONDAY, tick=False) as travel:
        asks(office)
        told()
        for moment in (
            MONDAY + timedelta(hours=1),
            MONDAY - timedelta(days=1),
            MONDAY + timedelta(days=1),
        ):
            travel.move_to(moment)
            told()
        assert sorted(told()) == [
            ("clock_breached", "first"), ("clock_warned", "resolution"),
        ][:len(told())]  # fmt: skip
        assert told().count(("clock_breached", "first")) == 1


def test_following_twice_changes_nothing(office: Cast) -> None:
    with time_machine.travel(MONDAY, tick=False):
        asks(office)
        before = live(office)
        Following.objects.update(stale=True)
        assert live(office) == before
