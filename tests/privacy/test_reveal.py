"""Reveal (catalogue I02): who, when, why, how often; and that its trace comes first."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from tests.cast import Cast, reply
from walletdesk.accounts.actions.people import change_role
from walletdesk.accounts.models import AuditEntry, Membership
from walletdesk.accounts.types import Role
from walletdesk.contacts.personal.models import ContactKey, Datum
from walletdesk.contacts.personal.queries import masked_data
from walletdesk.conversations.actions import staff
from walletdesk.kit import clock

MAIL = "canary.person@mail.example"
REASON = "They asked us to write to them"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def case(cast: Cast) -> Cast:
    """A customer who wrote an address, in the hands of the agent."""
    cast.customer.write(f"write to {MAIL}")
    reply(cast.agent, cast.customer, "I will.")
    return cast


def item(cast: Cast) -> str:
    return masked_data(cast.customer.contact)[0].item


def ask(cast: Cast, who: Membership, what: str, reason: Any = REASON) -> Any:
    path = f"/desk/c/{cast.customer.conversation.ref}/reveal"
    body = json.dumps({"item": what, "reason": reason})
    return cast.client(who).post(
        path, body, content_type="application/json", HTTP_ACCEPT="application/json"
    )


def revealed() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action="contact.revealed").order_by("pk"))


def test_the_holder_sees_the_value_and_leaves_a_trace(case: Cast) -> None:
    with time_machine.travel(NOON, tick=False):
        answer = ask(case, case.agent, item(case))
    told = answer.json()
    assert (answer.status_code, told["value"], told["by"]) == (200, MAIL, "Alex")
    assert datetime.fromisoformat(told["until"]) - datetime.fromisoformat(told["at"]) == timedelta(
        minutes=10
    )
    assert told["left"] == 19
    assert answer["Cache-Control"] == "no-store"
    (entry,) = revealed()
    assert entry.actor == case.agent
    assert entry.subject == f"conversation:{case.customer.conversation.ref}"
    assert entry.detail == {"kind": "email", "item": item(case), "reason": REASON}
    assert MAIL not in str(entry.detail)


def test_a_reason_that_holds_personal_data_is_kept_with_tokens(case: Cast) -> None:
    answer = ask(case, case.agent, item(case), f"Customer says {MAIL} is wrong, call 13812345678")
    assert answer.status_code == 200
    assert MAIL not in str(revealed()[0].detail)
    assert "138" not in str(revealed()[0].detail)
    assert "⟦email:" in revealed()[0].detail["reason"]


def test_everybody_else_is_refused(case: Cast) -> None:
    refusals = {
        case.viewer: (403, "not_allowed"),
        case.colleague: (403, "reveal_needs_case"),
        case.supervisor: (403, "reveal_needs_case"),
        case.owner: (403, "reveal_needs_case"),
        case.stranger: (404, "not_found"),
    }
    for who, refusal in refusals.items():
        answer = ask(case, who, item(case))
        assert (answer.status_code, answer.json()["code"]) == refusal
        assert MAIL not in answer.content.decode()
        assert answer.json()["message"]
    assert revealed() == []
    assert ask(case, case.agent, item(case)).status_code == 200


@pytest.mark.parametrize("reason", ["", "short", " " * 40, "x" * 501, "\x00" * 20])
def test_a_reason_is_needed(case: Cast, reason: str) -> None:
    answer = ask(case, case.agent, item(case), reason)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_reason")
    assert revealed() == []


NOTHING = [
    "", "email", "email:", "email:AAAAAAAA", "identity:", "identity:x", "identity:-1",
    "identity:99999999999999999999", "phone:\x00", "⟦", "a:b:c",
]  # fmt: skip


@pytest.mark.parametrize("what", NOTHING)
def test_what_is_not_there_is_not_found(case: Cast, what: str) -> None:
    assert ask(case, case.agent, what).status_code == 404
    assert revealed() == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"item":1,"reason":"x"}',
        b"\xff",
        b'{"item":"' + b"x" * 99 + b'","reason":"long enough"}',
    ],
)
def test_bodies_of_another_shape_are_refused(case: Cast, body: bytes) -> None:
    path = f"/desk/c/{case.customer.conversation.ref}/reveal"
    answer = case.client(case.agent).post(path, body, content_type="application/json")
    assert answer.status_code == 400


def test_who_loses_the_case_loses_the_reveal(case: Cast) -> None:
    conversation = case.customer.now()
    staff.hand_over_conversation(
        conversation=conversation, membership=case.agent, to=case.colleague
    )
    assert ask(case, case.agent, item(case)).json()["code"] == "reveal_needs_case"
    assert ask(case, case.colleague, item(case)).status_code == 200
    staff.resolve_conversation(conversation=case.customer.now(), membership=case.colleague)
    assert ask(case, case.colleague, item(case)).json()["code"] == "reveal_needs_case"
    staff.reopen_conversation(conversation=case.customer.now(), membership=case.agent)
    change_role(membership=case.agent, role=Role.VIEWER)
    assert ask(case, case.agent, item(case)).status_code == 403


def test_the_twenty_first_of_a_working_day_is_refused(case: Cast) -> None:
    what = item(case)
    with time_machine.travel(NOON, tick=False) as traveller:
        for hour in range(0, 10, 2):  # slow enough to raise no alarm about an hour
            traveller.move_to(NOON + timedelta(minutes=61 * hour // 2), tick=False)
            assert [ask(case, case.agent, what).status_code for _ in range(4)] == [200] * 4
        answer = ask(case, case.agent, what)
        assert (answer.status_code, answer.json()["code"]) == (429, "reveal_budget")
        assert 0 < int(answer["Retry-After"]) <= 86_400
        assert MAIL not in answer.content.decode()
        assert len(revealed()) == 20
        traveller.move_to(NOON + timedelta(hours=23), tick=False)
        assert ask(case, case.agent, what).status_code == 200


def test_when_the_trace_cannot_be_written_nothing_is_shown(case: Cast) -> None:
    what = item(case)
    ContactKey.objects.all().delete()
    answer = ask(case, case.agent, what)
    assert (answer.status_code, answer.json()["code"]) == (410, "unreadable")
    assert revealed() == []
    assert Datum.objects.exists()


def test_openings_leave_one_entry_in_ten_minutes(case: Cast) -> None:
    ref = case.customer.conversation.ref
    paths = [f"/desk/c/{ref}/", f"/desk/all/{ref}/", f"/desk/c/{ref}/events"]

    def entries() -> list[AuditEntry]:
        return list(AuditEntry.objects.filter(action="conversation.opened").order_by("pk"))

    with time_machine.travel(clock.now(), tick=False) as traveller:
        client = case.client(case.colleague)
        for path in paths:
            assert client.get(path).status_code == 200
        assert [(e.actor, e.detail["mine"]) for e in entries()] == [(case.colleague, False)]
        traveller.shift(601)
        client.get(paths[0])
        case.client(case.agent).get(paths[0])
    assert [e.detail["mine"] for e in entries()] == [False, False, True]
