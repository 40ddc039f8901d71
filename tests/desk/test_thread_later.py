"""Replies for later: sent at their time, or held when something happened; never sent twice."""

from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import msgspec
import pytest
import time_machine
from django.db import connection

from tests.cast import Cast, reply
from tests.desk.calls import PHRASE, get, later, opened, post, told, write
from walletdesk.accounts.actions.people import deactivate_user
from walletdesk.conversations import queries
from walletdesk.conversations.actions import staff
from walletdesk.conversations.actions.scheduled import send_due
from walletdesk.conversations.models import Mention, ScheduledReply
from walletdesk.conversations.types import Audience, ScheduledState, Status
from walletdesk.kit import clock

HOUR = timedelta(hours=1, minutes=1)


def row() -> ScheduledReply:
    return ScheduledReply.objects.get()


def in_an_hour() -> Any:
    return time_machine.travel(clock.now() + HOUR)


def test_it_is_sent_at_its_time_once(cast: Cast) -> None:
    opened(cast)
    answer = later(cast, cast.agent, "good morning")
    assert answer.json()["reply"]["state"] == "waiting"
    assert send_due() == 0
    [listed] = get(cast, cast.viewer, "scheduled").json()["scheduled"]
    assert (listed["text"], listed["mine"], listed["name"]) == ("good morning", False, "Alex")
    at = datetime.fromisoformat(listed["at"])
    assert (at.second, at.microsecond) == (0, 0)
    with in_an_hour():
        assert (send_due(), send_due()) == (1, 0)
    newest = queries.thread(cast.customer.now(), Audience.CUSTOMER)[-1]
    assert (newest["text"], newest["name"], newest["kind"]) == ("good morning", "Alex", "message")
    assert row().state == ScheduledState.SENT
    assert get(cast, cast.agent, "scheduled").json() == {"scheduled": []}


def test_a_repeated_request_makes_one(cast: Cast) -> None:
    opened(cast)
    key = str(uuid4())
    for _ in range(2):
        assert later(cast, cast.agent, id=key).status_code == 200
    assert ScheduledReply.objects.count() == 1


def test_it_is_held_when_the_customer_wrote_and_its_author_is_told(cast: Cast) -> None:
    opened(cast)
    later(cast, cast.agent)
    cast.customer.write("it has arrived, thanks")
    [listed] = get(cast, cast.agent, "scheduled").json()["scheduled"]
    assert listed["overtaken"] is True
    with in_an_hour():
        send_due()
    assert (row().state, row().reason) == (ScheduledState.HELD, "customer_wrote")
    assert told(cast.customer.now())[-1] == "customer_wrote"
    assert Mention.objects.get().membership == cast.agent
    assert "see you" not in str(queries.thread(cast.customer.now(), Audience.CUSTOMER))
    answer = post(cast, cast.agent, f"scheduled/{row().ref}/send", {})
    assert answer.json()["event"]["text"] == "see you"
    assert row().state == ScheduledState.SENT


def test_a_held_one_can_wait_again(cast: Cast) -> None:
    opened(cast)
    later(cast, cast.agent)
    cast.customer.write("hm")
    with in_an_hour():
        send_due()
        at = (clock.now() + timedelta(hours=2)).isoformat()
        changed = post(cast, cast.agent, f"scheduled/{row().ref}/change", {"at": at, "text": "new"})
        assert changed.json()["reply"]["state"] == "waiting"
    with time_machine.travel(clock.now() + 4 * HOUR):
        send_due()
    assert queries.thread(cast.customer.now(), Audience.STAFF)[-1]["text"] == "new"


def test_it_is_held_when_its_author_may_no_longer_send_it(cast: Cast) -> None:
    opened(cast)
    reply(cast.agent, cast.customer, "one moment")
    later(cast, cast.agent)
    staff.hand_over_conversation(
        conversation=cast.customer.now(), membership=cast.agent, to=cast.colleague
    )
    with in_an_hour():
        send_due()
    assert row().reason == "not_yours"


def test_it_is_held_when_its_author_is_shut_out_or_it_is_resolved(cast: Cast) -> None:
    opened(cast)
    later(cast, cast.agent)
    with in_an_hour():
        staff.resolve_conversation(conversation=cast.customer.now(), membership=cast.agent)
        send_due()
    assert row().reason == "resolved"
    staff.reopen_conversation(conversation=cast.customer.now(), membership=cast.agent)
    later(cast, cast.agent, "second")
    deactivate_user(user=cast.agent.user)
    with in_an_hour():
        send_due()
    assert set(ScheduledReply.objects.values_list("reason", flat=True)) == {"resolved", "no_right"}
    assert "second" not in str(queries.thread(cast.customer.now(), Audience.CUSTOMER))


def test_only_its_author_changes_it_and_a_supervisor_can_cancel_it(cast: Cast) -> None:
    opened(cast)
    later(cast, cast.agent)
    path = f"scheduled/{row().ref}"
    for what, body in (("send", {}), ("change", {"text": "no"}), ("cancel", {})):
        assert post(cast, cast.colleague, f"{path}/{what}", body).status_code == 403
        assert post(cast, cast.stranger, f"{path}/{what}", body).status_code == 404
    assert post(cast, cast.supervisor, f"{path}/cancel", {}).status_code == 204
    assert row().state == ScheduledState.CANCELLED
    for what in ("send", "cancel", "change"):
        refused = post(cast, cast.agent, f"{path}/{what}", {})
        assert (refused.status_code, refused.json()["code"]) == (409, "not_pending")
    with in_an_hour():
        assert send_due() == 0
    elsewhere = f"/desk/c/{cast.other_customer.conversation.ref}/{path}/send"
    cast.other_customer.write("hi")
    answer = cast.client(cast.agent).post(elsewhere, b"{}", content_type="application/json")
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "more",
    [{"at": "tomorrow"}, {"at": "2031-01-01T00:00:00"}, {"at": "2020-01-01T00:00:00Z"},
     {"at": "9999-12-31T23:59:59-12:00"}, {"at": 5}, {"text": " "}, {"text": "x" * 4_001},
     {"id": "x"}, {"more": 1}, {"at": "2199-01-01T00:00:00Z"}],
)  # fmt: skip
def test_bad_times_and_texts_are_refused(cast: Cast, more: dict[str, Any]) -> None:
    opened(cast)
    assert later(cast, cast.agent, **more).status_code == 400
    assert not ScheduledReply.objects.exists()


def test_it_is_guarded_and_there_are_not_too_many(cast: Cast) -> None:
    opened(cast)
    assert later(cast, cast.agent, f"use {PHRASE}").json()["secret"] == ["seed_phrase"]
    assert "sausage" not in row().text
    for _ in range(9):
        assert later(cast, cast.agent).status_code == 200
    assert later(cast, cast.agent).status_code == 400


def test_who_does_not_hold_the_conversation_plans_nothing(cast: Cast) -> None:
    opened(cast)
    assert later(cast, cast.colleague).status_code == 403
    staff.resolve_conversation(conversation=cast.customer.now(), membership=cast.agent)
    assert later(cast, cast.agent).status_code == 409
    cast.other_customer.write("hi")


def test_fresh_page_equals_old_page_and_events(cast: Cast) -> None:
    """The live invariant, for the customer and for staff."""
    opened(cast)
    acts = [
        lambda: later(cast, cast.agent),
        lambda: post(cast, cast.agent, f"scheduled/{ScheduledReply.objects.last().ref}/change", {}),
        lambda: post(cast, cast.agent, f"scheduled/{ScheduledReply.objects.last().ref}/cancel", {}),
        lambda: write(cast, cast.agent, "note", "@Mei", mentions=[cast.colleague.pk]),
        lambda: later(cast, cast.agent),
        lambda: post(cast, cast.agent, f"scheduled/{ScheduledReply.objects.last().ref}/send", {}),
    ]
    for act in acts:
        here = cast.customer.now()
        before = {a: queries.thread(here, a) for a in Audience}
        assert act().status_code in {200, 204}
        here = cast.customer.now()
        for audience in Audience:
            cursor = before[audience][-1]["seq"]
            since = queries.events_after([(here.ref, cursor, audience)], limit=100)[0]
            news = [msgspec.json.decode(data) for _, data in since]
            assert before[audience] + news == queries.thread(here, audience)


def at_once(*acts: Any) -> list[Any]:
    """Do things in threads that begin together; return what each returned or raised."""
    barrier = Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place: int) -> None:
        barrier.wait()
        try:
            results[place] = acts[place]()
        except Exception as error:  # noqa: BLE001 - what is refused is looked at below
            results[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=[place]) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_sending_and_resolving_at_once_end_in_one_of_two_orders(cast: Cast) -> None:
    opened(cast)
    later(cast, cast.agent)
    with in_an_hour():
        at_once(
            send_due,
            send_due,
            lambda: staff.resolve_conversation(
                conversation=cast.customer.now(), membership=cast.agent
            ),
        )
    here = cast.customer.now()
    sent = [e for e in queries.thread(here, Audience.CUSTOMER) if e["text"] == "see you"]
    assert here.status == Status.RESOLVED
    assert (len(sent), row().state) in {(1, ScheduledState.SENT), (0, ScheduledState.HELD)}


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_is_sent(cast: Cast) -> None:
    cast.customer.write("hello")
    answers = at_once(
        lambda: write(cast, cast.agent, after=1), lambda: write(cast, cast.colleague, after=1)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert told(cast.customer.now()).count("message") == 2
