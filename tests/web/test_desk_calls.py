"""What members of staff do through the desk's calls, and what they are refused."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.cast import Cast, reply
from walletdesk.accounts.models import Membership
from walletdesk.conversations.queries import get_conversation_for
from walletdesk.conversations.types import Status

PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"
ACTIONS = ("claim", "release", "resolve", "reopen")
JSON = {"HTTP_ACCEPT": "application/json"}


def send(client: Client, path: str, body: Any) -> HttpResponse:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(path, raw, content_type="application/json", **JSON)


def write(cast: Cast, who: Membership, kind: str, text: str, key: UUID | None = None) -> Any:
    path = f"/desk/c/{cast.customer.conversation.ref}/{kind}"
    return send(cast.client(who), path, {"id": str(key or uuid4()), "text": text})


def act(cast: Cast, who: Membership, action: str, **fields: object) -> Any:
    path = f"/desk/c/{cast.customer.conversation.ref}/{action}"
    return cast.client(who).post(path, fields, **JSON)


def test_a_conversation_goes_from_hand_to_hand(cast: Cast) -> None:
    cast.customer.write("hello")
    cast.customer.ask_for_person()
    answer = act(cast, cast.agent, "claim")
    assert 'data-composer="ready"' in answer.content.decode()
    answer = act(cast, cast.agent, "hand-over", to=cast.colleague.pk)
    assert 'data-composer="theirs"' in answer.content.decode()
    assert cast.customer.now().assignee == cast.colleague
    act(cast, cast.colleague, "release")
    assert cast.customer.now().status == Status.QUEUED
    act(cast, cast.agent, "claim")
    answer = act(cast, cast.agent, "resolve")
    assert 'data-composer="resolved"' in answer.content.decode()
    act(cast, cast.colleague, "reopen")
    here = cast.customer.now()
    assert (here.status, here.assignee) == (Status.OPEN, cast.colleague)


def test_the_slower_one_is_told_who_was_faster(cast: Cast) -> None:
    cast.customer.write("hello")
    act(cast, cast.agent, "claim")
    answer = act(cast, cast.colleague, "claim")
    assert answer.status_code == 409
    assert (answer.json()["code"], answer.json()["name"]) == ("already_taken", "Alex")
    answer = write(cast, cast.colleague, "reply", "me too")
    assert (answer.status_code, answer.json()["name"]) == (409, "Alex")


def test_a_reply_is_recorded_once_however_often_it_is_sent(cast: Cast) -> None:
    cast.customer.write("hello")
    key = uuid4()
    first, again = (write(cast, cast.agent, "reply", " hi\n", key) for _ in range(2))
    assert first.json()["event"] == again.json()["event"]
    assert first.json()["event"]["text"] == "hi"
    assert first.json()["event"]["client_id"] == str(key)
    assert cast.customer.now().last_seq == 3  # hello, claimed, hi


def test_secrets_of_staff_are_masked_too(cast: Cast) -> None:
    cast.customer.write("hello")
    for kind in ("reply", "note"):
        answer = write(cast, cast.agent, kind, f"use {PHRASE}")
        assert answer.json()["secret"] == ["seed_phrase"]
        assert "sausage" not in answer.content.decode()
        assert "⟦secret:seed_phrase⟧" in answer.json()["event"]["text"]


@pytest.mark.parametrize("kind", ["reply", "note"])
@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"\xff", b"[" * 20_000,
        {"id": "1", "text": "x"}, {"text": "x"}, {"id": str(UUID(int=4)), "text": 5},
        {"id": str(UUID(int=4)), "text": "x", "more": 1},
        b'{"id":"00000000-0000-4000-8000-000000000000","text":"\\ud800"}',
        {"id": str(UUID(int=4)), "text": " \n"}, {"id": str(UUID(int=4)), "text": "\0"},
        {"id": str(UUID(int=4)), "text": "x" * 4_001},
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_refused(cast: Cast, kind: str, body: Any) -> None:
    cast.customer.write("hello")
    path = f"/desk/c/{cast.customer.conversation.ref}/{kind}"
    answer = send(cast.client(cast.agent), path, body)
    assert answer.status_code == 400
    assert answer.json()["code"] in {"bad_input", "bad_text"}
    assert cast.customer.now().last_seq == 1
    assert write(cast, cast.agent, kind, "x" * 4_000).status_code == 200


@pytest.mark.parametrize("what", [*ACTIONS, "hand-over", "reply", "note", "read"])
def test_who_may_only_read_can_do_nothing(cast: Cast, what: str) -> None:
    cast.customer.write("hello")
    if what != "claim":
        reply(cast.agent, cast.customer, "hi")
    before = cast.customer.now()
    body = {"id": str(uuid4()), "text": "x"} if what in {"reply", "note"} else {"seq": 1}
    path = f"/desk/c/{cast.customer.conversation.ref}/{what}"
    for who, status in ((cast.stranger, 404), (cast.viewer, 204 if what == "read" else 403)):
        client = cast.client(who)
        if what in {"reply", "note", "read"}:
            answer = send(client, path, body)
        else:
            answer = client.post(path, {"to": cast.colleague.pk}, **JSON)
        assert answer.status_code == status
    assert send(Client(), path, body).status_code == 401
    after = cast.customer.now()
    assert (after.last_seq, after.status, after.staff_read_seq) == (
        before.last_seq,
        before.status,
        before.staff_read_seq,
    )


@pytest.mark.parametrize("what", [*ACTIONS, "hand-over", "reply", "note", "read"])
def test_calls_need_a_token_and_the_right_method(cast: Cast, what: str) -> None:
    cast.customer.write("hello")
    path = f"/desk/c/{cast.customer.conversation.ref}/{what}"
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.agent.user)
    assert client.post(path, **JSON).json()["code"] == "csrf"
    assert client.get(path).status_code == 405
    assert cast.customer.now().last_seq == 1


def test_another_ones_conversation_can_be_moved_by_a_supervisor_only(cast: Cast) -> None:
    cast.customer.write("hello")
    act(cast, cast.agent, "claim")
    for action in ("release", "resolve"):
        answer = act(cast, cast.colleague, action)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_yours")
    answer = act(cast, cast.supervisor, "hand-over", to=cast.colleague.pk)
    assert answer.status_code == 200
    assert cast.customer.now().assignee == cast.colleague


@pytest.mark.parametrize("to", ["", "x", "-1", "1" * 30, "٣"])
def test_handing_over_to_nobody_is_refused(cast: Cast, to: str) -> None:
    cast.customer.write("hello")
    act(cast, cast.agent, "claim")
    assert act(cast, cast.agent, "hand-over", to=to).status_code == 400
    for nobody in (cast.stranger.pk, 10**17):
        assert act(cast, cast.agent, "hand-over", to=nobody).status_code == 404
    assert act(cast, cast.agent, "hand-over", to=cast.viewer.pk).status_code == 403
    assert cast.customer.now().assignee == cast.agent


def test_reading_is_remembered_of_the_holder(cast: Cast) -> None:
    cast.customer.write("hello")
    act(cast, cast.agent, "claim")
    cast.customer.write("one more")
    path = f"/desk/c/{cast.customer.conversation.ref}/read"
    assert send(cast.client(cast.colleague), path, {"seq": 3}).status_code == 204
    assert cast.customer.now().staff_read_seq == 1
    assert send(cast.client(cast.agent), path, {"seq": 10**6}).status_code == 204
    assert cast.customer.now().staff_read_seq == 3
    for bad in (-1, 2**31, 1.5, "3"):
        assert send(cast.client(cast.agent), path, {"seq": bad}).status_code == 400


def test_the_timeline_is_read_page_by_page(cast: Cast) -> None:
    cast.customer.write(*(f"message {number}" for number in range(5)))
    client = cast.client(cast.viewer)
    path = f"/desk/c/{cast.customer.conversation.ref}/events"

    def seqs(**asked: object) -> list[int]:
        return [event["seq"] for event in client.get(path, asked).json()["events"]]

    assert seqs() == [1, 2, 3, 4, 5]
    assert seqs(after=3) == [4, 5]
    assert seqs(before=3) == [1, 2]
    for bad in ("x", "-1", "1" * 11, str(2**31), "٣"):
        assert client.get(path, {"before": bad}, **JSON).status_code == 400
    assert get_conversation_for(cast.viewer, cast.customer.conversation.ref).last_seq == 5
