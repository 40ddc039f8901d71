"""/chat/v1 as a customer's browser uses it, and as somebody hostile would."""

import json
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.cast import Cast, Customer
from walletdesk.contacts.models import Contact, ContactSession
from walletdesk.conversations import queries
from walletdesk.conversations.actions import bot, staff
from walletdesk.conversations.models import Conversation
from walletdesk.safety import guard
from walletdesk.web.common.abuse import PER_ADDRESS_IN_ALL

pytestmark = pytest.mark.django_db

SEED = "legal winner thank year wave sausage worth useful legal winner thank yellow"
ACTIONS = {
    "chat:person": {},
    "chat:feedback": {"seq": 2, "helped": True},
    "chat:rating": {"score": 5},
    "chat:finish": {},
}


@dataclass
class Browser:
    """A customer's browser: it holds a token and speaks JSON, with CSRF checks switched on."""

    token: str | None
    client: Client

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token is not None else {}

    def get(self, name: str, **query: Any) -> HttpResponse:
        return self.client.get(reverse(name), query, headers=self.headers())

    def post(self, name: str, body: Any, *, raw: bytes | None = None) -> HttpResponse:
        data = json.dumps(body).encode() if raw is None else raw
        return self.client.post(
            reverse(name), data, content_type="application/json", headers=self.headers()
        )

    def delete(self) -> HttpResponse:
        return self.client.delete(reverse("chat:session"), headers=self.headers())


def browser(token: str | None = None) -> Browser:
    return Browser(token, Client(enforce_csrf_checks=True))


def of(customer: Customer) -> Browser:
    return browser(customer.token)


def answer_of_bot(customer: Customer, text: str = "Wait for a block.") -> int:
    with transaction.atomic():
        locked = queries.lock_conversation(customer.conversation.pk)
        return bot.post_bot_message(
            conversation=locked, text=guard.trusted(text), data={"feedback": True}
        )


def resolve(cast: Cast) -> None:
    conversation = cast.customer.now()
    staff.claim_conversation(conversation=conversation, membership=cast.agent)
    staff.resolve_conversation(conversation=conversation, membership=cast.agent)


# --- sessions -----------------------------------------------------------------------------


def test_a_session_starts_with_a_conversation_that_nobody_sees_yet(cast: Cast) -> None:
    response = browser().post("chat:sessions", {"brand": cast.brand.slug, "language": "es"})
    told = response.json()
    assert response.status_code == 201
    assert told["language"] == "es"
    assert told["cursor"] == 0
    assert told["brand"]["slug"] == cast.brand.slug
    conversation = Conversation.objects.get(ref=told["conversation"])
    assert conversation.status == "new"
    assert conversation.contact.language == "es"


def test_the_token_is_stored_as_a_hash_only(cast: Cast) -> None:
    token = browser().post("chat:sessions", {"brand": cast.brand.slug}).json()["token"]
    rows = [bytes(row) for row in ContactSession.objects.values_list("token_hash", flat=True)]
    assert len(token) >= 43
    assert all(token.encode() not in row for row in rows)


@pytest.mark.parametrize(
    ("asked", "accepted", "chosen"),
    [
        ("zh-CN", "", "zh-hans"),
        ("zh-hans", "en", "zh-hans"),
        ("ES-mx", "", "es"),
        (None, "fr;q=0.9, es;q=0.8", "es"),
        ("xx", "zh-TW, zh;q=0.5", "zh-hans"),
        (None, "", "en"),
        ("x" * 35, "not a header;;q=", "en"),
    ],
)
def test_the_language_is_the_best_that_the_brand_has(
    cast: Cast, asked: str | None, accepted: str, chosen: str
) -> None:
    response = Client().post(
        reverse("chat:sessions"),
        json.dumps({"brand": cast.brand.slug, "language": asked}),
        content_type="application/json",
        headers={"Accept-Language": accepted},
    )
    assert response.json()["language"] == chosen


def test_an_unknown_brand_is_not_found_and_leaves_nothing(cast: Cast) -> None:
    before = Contact.objects.count()
    assert browser().post("chat:sessions", {"brand": "nobody"}).status_code == 404
    assert Contact.objects.count() == before


def test_sessions_of_one_address_are_limited(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "WALLETDESK", replace(settings.WALLETDESK, streams_per_address=2))
    tries = 2 * PER_ADDRESS_IN_ALL
    statuses = [browser().post("chat:sessions", {}).status_code for _ in range(tries)]
    refused = browser().post("chat:sessions", {})
    assert statuses == [201, 201] + [428] * (tries - 2)  # a burst: compute first
    assert refused.status_code == 429
    assert refused.json()["code"] == "too_many"
    assert int(refused["Retry-After"]) > 0


def test_a_closed_session_opens_nothing_any_more(cast: Cast) -> None:
    mine = of(cast.customer)
    ref = cast.customer.conversation.ref
    assert mine.get("chat:state", conversation=ref).status_code == 200
    assert mine.delete().status_code == 204
    assert mine.get("chat:state", conversation=ref).status_code == 401
    assert mine.delete().status_code == 204


@pytest.mark.parametrize("token", [None, "", "null", "%", "x" * 43, "x" * 5_000, "é"])
def test_without_a_known_token_everything_is_refused(cast: Cast, token: str | None) -> None:
    stranger = browser(token)
    ref = cast.customer.conversation.ref
    answers = [
        stranger.get("chat:state", conversation=ref),
        stranger.get("chat:events", conversation=ref),
        stranger.post("chat:conversations", {}),
        *(stranger.post(name, {"conversation": ref, **body}) for name, body in ACTIONS.items()),
    ]
    assert {answer.status_code for answer in answers} == {401}


def test_a_session_cookie_of_staff_is_no_token(cast: Cast) -> None:
    response = cast.client(cast.agent).get(
        reverse("chat:state"), {"conversation": cast.customer.conversation.ref}
    )
    assert response.status_code == 401


# --- reading ------------------------------------------------------------------------------


def test_what_belongs_to_others_is_not_found(cast: Cast) -> None:
    cast.other_customer.write("mine alone")
    theirs = cast.other_customer.conversation.ref
    for ref in (theirs, "nothing", "", "%", "x" * 500, "\x00"):
        assert of(cast.customer).get("chat:state", conversation=ref).status_code == 404
        assert of(cast.customer).get("chat:events", conversation=ref).status_code == 404
    for name, body in ACTIONS.items():
        response = of(cast.customer).post(name, {"conversation": theirs, **body})
        assert response.status_code == 404
    assert of(cast.other_customer).get("chat:state", conversation=theirs).status_code == 200


def test_events_come_in_pages_both_ways_and_hide_notes(cast: Cast) -> None:
    ref = cast.customer.conversation.ref
    cast.customer.write(*(f"message {n}" for n in range(1, 6)))
    staff.add_note(
        conversation=cast.customer.now(),
        membership=cast.agent,
        client_id=uuid4(),
        text=guard.trusted("between us"),
    )
    mine = of(cast.customer)

    def seqs(**query: Any) -> list[int]:
        answer = mine.get("chat:events", conversation=ref, **query).json()
        return [event["seq"] for event in answer["events"]]

    assert seqs() == [1, 2, 3, 4, 5]
    assert seqs(after=3) == [4, 5]
    assert seqs(before=3) == [1, 2]
    assert b"between us" not in mine.get("chat:events", conversation=ref).content
    assert b"staff_data" not in mine.get("chat:events", conversation=ref).content


@pytest.mark.parametrize(
    "query",
    [{"after": "-1"}, {"after": "1e9"}, {"before": "٣"}, {"after": "9" * 30}, {"after": ""},
     {"after": "1", "before": "2"}],
)  # fmt: skip
def test_bad_numbers_are_refused(cast: Cast, query: dict[str, str]) -> None:
    response = of(cast.customer).get(
        "chat:events", conversation=cast.customer.conversation.ref, **query
    )
    assert response.status_code == 400
    assert response.json()["code"] == "bad_input"


def test_state_tells_place_agent_and_rating(cast: Cast) -> None:
    mine, ref = of(cast.customer), cast.customer.conversation.ref
    cast.customer.write("hello")
    assert mine.get("chat:state", conversation=ref).json() == {
        "status": "bot", "language": "en", "agent": None, "queue": None, "rating": None,
        "cursor": 1,
        "conversation": cast.customer.conversation.ref,
        "seen": {"customer": {"delivered": 0, "read": 0}, "agent": {"delivered": 0, "read": 0}},
    }  # fmt: skip
    queued = mine.post("chat:person", {"conversation": ref}).json()
    assert queued["status"] == "queued"
    assert queued["queue"] == {
        "place": 1, "waiting": 1, "wait": "",
        "advice": "We cannot tell yet how soon a person answers today.",
    }  # fmt: skip
    staff.claim_conversation(conversation=cast.customer.now(), membership=cast.agent)
    taken = mine.get("chat:state", conversation=ref).json()
    assert (taken["status"], taken["agent"]) == ("open", cast.agent.user.name)


# --- acting -------------------------------------------------------------------------------


def test_asking_for_a_person_twice_is_no_error_but_needs_a_message(cast: Cast) -> None:
    mine, which = of(cast.customer), {"conversation": cast.customer.conversation.ref}
    early = mine.post("chat:person", which)
    assert (early.status_code, early.json()["code"]) == (409, "wrong_state")
    cast.customer.write("hello")
    assert [mine.post("chat:person", which).status_code for _ in range(2)] == [200, 200]


def test_feedback_counts_once(cast: Cast) -> None:
    cast.customer.write("where is it?")
    seq = answer_of_bot(cast.customer)
    mine, ref = of(cast.customer), cast.customer.conversation.ref
    first = mine.post("chat:feedback", {"conversation": ref, "seq": seq, "helped": False})
    again = mine.post("chat:feedback", {"conversation": ref, "seq": seq, "helped": True})
    assert first.json() == again.json() == {"seq": seq, "helped": False}
    no_answer = mine.post("chat:feedback", {"conversation": ref, "seq": 1, "helped": True})
    assert no_answer.status_code == 404


def test_a_rating_comes_at_the_end_and_its_comment_passes_the_guard(cast: Cast) -> None:
    mine, ref = of(cast.customer), cast.customer.conversation.ref
    cast.customer.write("hello")
    rated = {"conversation": ref, "score": 4, "comment": f"good \x00 {SEED}"}
    assert mine.post("chat:rating", rated).status_code == 409
    resolve(cast)
    response = mine.post("chat:rating", rated)
    assert response.status_code == 200
    assert "⟦secret:seed_phrase⟧" in response.json()["comment"]
    assert "sausage" not in response.json()["comment"]
    assert mine.get("chat:state", conversation=ref).json()["rating"] == 4


def test_finish_and_a_new_conversation(cast: Cast) -> None:
    mine, ref = of(cast.customer), cast.customer.conversation.ref
    cast.customer.write("hello")
    assert mine.post("chat:finish", {"conversation": ref}).json()["status"] == "resolved"
    fresh = mine.post("chat:conversations", {})
    assert fresh.status_code == 201
    assert fresh.json()["conversation"] != ref
    state = mine.get("chat:state", conversation=fresh.json()["conversation"]).json()
    assert (state["status"], state["cursor"]) == ("new", 0)


def test_conversations_of_one_customer_are_limited(cast: Cast) -> None:
    statuses = [of(cast.customer).post("chat:conversations", {}).status_code for _ in range(21)]
    assert statuses == [201] * 20 + [429]


# --- bodies -------------------------------------------------------------------------------

BOMB = b"[" * 8_000 + b"]" * 8_000


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"null", b"[]", b'"x"', b"{", b"\xff\xfe", BOMB, b'{"brand":' + BOMB[:16_000],
        b'{"brand":1}', b'{"brand":["aurora"]}', b'{"unknown":1}',
        b'{"brand":"' + b"x" * 41 + b'"}',
        b'{"language":"' + b"y" * 36 + b'"}', b"NaN", b'{"brand":"\\ud800"}',
        b'{"brand":"a\\u0000"}', b'{"brand":""}',
    ],
)  # fmt: skip
def test_bad_bodies_are_refused_and_leave_nothing(cast: Cast, raw: bytes) -> None:
    before = Contact.objects.count()
    response = browser().post("chat:sessions", None, raw=raw)
    assert response.status_code in {400, 413, 415}
    assert response.json()["code"] in {"bad_input", "too_large", "not_json"}
    assert Contact.objects.count() == before


@pytest.mark.parametrize("length", [16 * 1024 + 1, 64 * 1024 + 1, 1_000_000])
def test_long_bodies_are_refused(cast: Cast, length: int) -> None:
    response = browser().post("chat:sessions", None, raw=b" " * length)
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_only_json_is_read(cast: Cast, content_type: str) -> None:
    response = Client().post(reverse("chat:sessions"), b"{}", content_type=content_type)
    assert (response.status_code, response.json()["code"]) == (415, "not_json")


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("chat:feedback", {"seq": 0, "helped": True}),
        ("chat:feedback", {"seq": 2**31, "helped": True}),
        ("chat:feedback", {"seq": True, "helped": True}),
        ("chat:feedback", {"seq": 1, "helped": 1}),
        ("chat:feedback", {"seq": 1}),
        ("chat:rating", {"score": 0}),
        ("chat:rating", {"score": 6}),
        ("chat:rating", {"score": 4.5}),
        ("chat:rating", {"score": 4, "comment": "x" * 1_001}),
        ("chat:rating", {"score": 4, "comment": None}),
        ("chat:rating", {"score": 4, "rating": 1}),
        ("chat:person", {"status": "open"}),
        ("chat:finish", {"contact": 1}),
    ],
)
def test_fields_have_exact_types_and_ranges(cast: Cast, name: str, body: dict[str, Any]) -> None:
    ref = cast.customer.conversation.ref
    response = of(cast.customer).post(name, {"conversation": ref, **body})
    assert (response.status_code, response.json()["code"]) == (400, "bad_input")


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(raw=st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_no_body_makes_the_server_fail(cast: Cast, raw: bytes) -> None:
    for name in ("chat:person", "chat:rating", "chat:conversations"):
        assert of(cast.customer).post(name, None, raw=raw).status_code in {201, 400, 404, 415, 429}


@pytest.mark.parametrize(
    ("name", "method"),
    [("chat:sessions", "get"), ("chat:state", "post"), ("chat:events", "delete"),
     ("chat:person", "get"), ("chat:session", "post")],
)  # fmt: skip
def test_other_methods_are_refused(cast: Cast, name: str, method: str) -> None:
    assert getattr(Client(), method)(reverse(name)).status_code == 405


def test_a_look_at_the_state_costs_few_statements(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    cast.customer.write("hello")
    cast.customer.ask_for_person()
    staff.claim_conversation(conversation=cast.customer.now(), membership=cast.agent)
    with django_assert_max_num_queries(4):
        of(cast.customer).get("chat:state", conversation=cast.customer.conversation.ref)
    with django_assert_max_num_queries(4):  # session, conversation, events, what was merged into it
        of(cast.customer).get("chat:events", conversation=cast.customer.conversation.ref)
