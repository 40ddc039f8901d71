"""Read marks and "is typing": who may tell, who is told, and how often."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.cast import Cast, Customer, reply
from walletdesk.accounts.models import Membership
from walletdesk.conversations.actions import staff
from walletdesk.kit import clock, wake

Told = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """What was signalled, as (target, fields)."""
    heard: Told = []

    def notify(channel: str, payload: str) -> None:
        if channel == wake.SIGNAL_CHANNEL:
            message = json.loads(payload)
            heard.append((message["t"], message["s"]))

    monkeypatch.setattr(wake, "_notify", notify)
    return heard


def as_customer(customer: Customer, path: str, body: Any) -> int:
    answer = Client().post(
        f"/chat/v1/{path}",
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {customer.token}"},
    )
    return answer.status_code


def as_staff(cast: Cast, who: Membership, path: str, body: Any) -> int:
    answer = cast.client(who).post(
        f"/desk/c/{cast.customer.conversation.ref}/{path}",
        json.dumps(body),
        content_type="application/json",
    )
    return answer.status_code


def see(cast: Cast, delivered: int, read: int) -> int:
    ref = cast.customer.conversation.ref
    body = {"conversation": ref, "delivered": delivered, "read": read}
    return as_customer(cast.customer, "seen", body)


def test_marks_of_the_customer_only_grow_and_are_told_once(cast: Cast, told: Told) -> None:
    cast.customer.write("hello")
    reply(cast.agent, cast.customer, "hi")
    told.clear()
    for delivered, read in ((2, 1), (2, 1), (1, 0), (3, 3), (10**6, 10**6)):
        assert see(cast, delivered, read) == 204
    now = cast.customer.now()
    assert (now.customer_delivered_seq, now.customer_read_seq) == (3, 3)
    assert [(s["delivered"], s["read"]) for _, s in told] == [(2, 1), (3, 3)]
    assert {target for target, _ in told} == {f"conversation:{now.ref}"}
    page = cast.client(cast.viewer).get(f"/desk/c/{now.ref}/").content.decode()
    assert 'data-delivered="3" data-read="3"' in page


@pytest.mark.parametrize("bad", [-1, 2**31, 1.5, "1", None, True])
def test_bad_marks_are_refused(cast: Cast, bad: Any) -> None:
    cast.customer.write("hello")
    assert see(cast, bad, 0) == see(cast, 0, bad) == 400
    assert as_staff(cast, cast.agent, "read", {"seq": bad}) == 400
    assert cast.customer.now().customer_delivered_seq == 0


def test_nobody_marks_what_is_not_theirs(cast: Cast, told: Told) -> None:
    cast.customer.write("hello")
    ref = cast.customer.conversation.ref
    body = {"conversation": ref, "delivered": 1, "read": 1}
    assert as_customer(cast.other_customer, "seen", body) == 404
    assert as_customer(cast.other_customer, "typing", {"conversation": ref}) == 404
    assert as_staff(cast, cast.stranger, "typing", {"mode": "reply"}) == 404
    assert as_staff(cast, cast.viewer, "typing", {"mode": "reply"}) == 403
    assert as_staff(cast, cast.agent, "typing", {"mode": "letter"}) == 400
    for name in ("\0", "é", "a" * 21, "a/b"):
        answers = {as_customer(cast.customer, "typing", {"conversation": name})}
        assert answers <= {400, 404}
    assert told == []


def test_the_customer_sees_how_far_the_holder_has_read(cast: Cast, told: Told) -> None:
    cast.customer.write("hello", "are you there")
    staff.claim_conversation(conversation=cast.customer.now(), membership=cast.agent)
    assert told[-1][1] == {"what": "seen", "who": "agent", "delivered": 2, "read": 2}
    cast.customer.write("?")
    assert as_staff(cast, cast.colleague, "read", {"seq": 4}) == 204
    assert len(told) == 1
    for _ in range(2):
        assert as_staff(cast, cast.agent, "read", {"seq": 4}) == 204
    assert [s["read"] for _, s in told] == [2, 4]
    answer = Client().get(
        f"/chat/v1/state?conversation={cast.customer.conversation.ref}",
        headers={"Authorization": f"Bearer {cast.customer.token}"},
    )
    assert answer.json()["seen"] == {
        "customer": {"delivered": 0, "read": 0},
        "agent": {"delivered": 4, "read": 4},
    }


def test_typing_is_told_at_most_every_three_seconds(cast: Cast, told: Told) -> None:
    cast.customer.write("hello")
    ref = cast.customer.conversation.ref
    with time_machine.travel(clock.now(), tick=False) as travelling:
        for _ in range(5):
            assert as_customer(cast.customer, "typing", {"conversation": ref}) == 204
        assert len(told) == 1
        travelling.shift(timedelta(seconds=3))
        as_customer(cast.customer, "typing", {"conversation": ref})
    typing = {"what": "typing", "who": "customer", "name": "", "id": None}
    assert told == [(f"conversation:{ref}:staff", typing)] * 2


def test_the_customer_hears_of_the_holders_reply_and_of_nothing_else(
    cast: Cast, told: Told
) -> None:
    cast.customer.write("hello")
    ref = cast.customer.conversation.ref

    def to_customer() -> list[str]:
        return [fields["name"] for target, fields in told if target.endswith(":customer")]

    as_staff(cast, cast.agent, "typing", {"mode": "reply"})
    assert to_customer() == []
    staff.claim_conversation(conversation=cast.customer.now(), membership=cast.agent)
    as_staff(cast, cast.agent, "typing", {"mode": "note"})
    as_staff(cast, cast.colleague, "typing", {"mode": "reply"})
    assert to_customer() == []
    with time_machine.travel(clock.now() + timedelta(seconds=5)):
        as_staff(cast, cast.agent, "typing", {"mode": "reply"})
    assert to_customer() == ["Alex"]
    viewing = [s for t, s in told if t == f"conversation:{ref}:staff"]
    assert {(s["name"], s["writing"]) for s in viewing} == {("Alex", True), ("Mei", True)}


def test_who_looks_is_told_to_colleagues(cast: Cast, told: Told) -> None:
    cast.customer.write("hello")
    for _ in range(20):
        assert as_staff(cast, cast.viewer, "viewing", {"hello": True}) == 204
    assert len(told) <= 6
    target, fields = told[0]
    assert target.endswith(":staff")
    assert (fields["id"], fields["hello"], fields["gone"]) == (cast.viewer.pk, True, False)


def test_a_signal_is_small() -> None:
    with pytest.raises(ValueError, match="a:1"):
        wake.signal("a:1", {"name": "x" * 2_000})
