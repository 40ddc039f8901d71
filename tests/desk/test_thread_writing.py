"""Drafts, mentions, second answers and macros."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast, reply
from tests.desk.calls import PHRASE, form, get, opened, post, told, write
from walletdesk.conversations import queries
from walletdesk.conversations.actions import staff
from walletdesk.conversations.actions.drafts import DRAFTS_KEPT, remove_old_drafts
from walletdesk.conversations.actions.macros import MacroDraft, create_macro
from walletdesk.conversations.actions.tags import create_tag
from walletdesk.conversations.models import Draft, Mention
from walletdesk.conversations.prepared import tags_on
from walletdesk.conversations.types import Audience, Status
from walletdesk.kit import clock

MOST_QUERIES = 27


def draft(cast: Cast, text: str, kind: str = "reply") -> Any:
    return post(cast, cast.agent, "draft", {"kind": kind, "text": text})


# --- drafts -------------------------------------------------------------------------------


def test_a_draft_waits_at_every_device_of_its_author_and_nowhere_else(cast: Cast) -> None:
    opened(cast)
    for text in ("Dear", "Dear customer"):
        assert draft(cast, text).json() == {"kept": True, "secret": []}
    draft(cast, "ask <b>Mei</b>", "note")
    page = get(cast, cast.agent).content.decode()
    assert 'data-reply="Dear customer"' in page
    assert 'data-note="ask &lt;b&gt;Mei&lt;/b&gt;"' in page
    assert "Dear customer" not in get(cast, cast.colleague).content.decode()
    assert 'data-reply=""' in get(cast, cast.colleague).content.decode()
    assert Draft.objects.count() == 2


def test_a_draft_goes_when_it_is_sent_or_emptied(cast: Cast) -> None:
    opened(cast)
    draft(cast, "Dear")
    draft(cast, "look here", "note")
    write(cast, cast.agent, "reply", "Dear customer")
    assert list(Draft.objects.values_list("kind", flat=True)) == ["note"]
    write(cast, cast.agent, "note", "look here")
    assert not Draft.objects.exists()
    draft(cast, "again")
    assert draft(cast, "  ").json()["kept"] is False
    assert not Draft.objects.exists()


def test_a_draft_that_holds_a_secret_is_not_kept_nor_what_was_before(cast: Cast) -> None:
    opened(cast)
    draft(cast, "Dear")
    assert draft(cast, f"use {PHRASE}").json() == {"kept": False, "secret": ["seed_phrase"]}
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", {"kind": "letter", "text": "x"}, {"kind": "reply"}, {"kind": "reply", "text": 1},
     {"kind": "reply", "text": "x", "more": 1}, {"kind": "reply", "text": "x" * 8_001},
     b'{"kind":"reply","text":"\\ud800"}'],
)  # fmt: skip
def test_what_is_no_draft_is_refused(cast: Cast, body: Any) -> None:
    opened(cast)
    assert post(cast, cast.agent, "draft", body).status_code == 400
    assert draft(cast, "x\0").json()["kept"] is True
    assert draft(cast, "x" * 8_000).json()["kept"] is True


def test_old_drafts_are_forgotten(cast: Cast) -> None:
    opened(cast)
    draft(cast, "Dear")
    assert remove_old_drafts() == 0
    with time_machine.travel(clock.now() + DRAFTS_KEPT + timedelta(days=1)):
        assert remove_old_drafts() == 1


# --- mentions -----------------------------------------------------------------------------


def test_who_is_named_in_a_note_is_called(cast: Cast) -> None:
    opened(cast)
    mei = cast.colleague
    event = write(cast, cast.agent, "note", "@Mei look", mentions=[mei.pk, mei.pk]).json()["event"]
    assert event["staff_data"] == {"mentions": [{"id": mei.pk, "name": "Mei"}]}
    mention = Mention.objects.get()
    assert (mention.membership, mention.seq, mention.seen) == (mei, event["seq"], False)
    post(cast, cast.agent, "read", {"seq": event["seq"]})
    post(cast, mei, "read", {"seq": event["seq"] - 1})
    assert not Mention.objects.get().seen
    post(cast, mei, "read", {"seq": event["seq"]})
    assert Mention.objects.get().seen
    assert event["seq"] not in [
        e["seq"] for e in queries.thread(cast.customer.now(), Audience.CUSTOMER)
    ]


def test_nobody_of_another_brand_can_be_named(cast: Cast) -> None:
    opened(cast)
    for nobody in (cast.stranger.pk, 10**15):
        assert write(cast, cast.agent, "note", "@x", mentions=[nobody]).status_code == 404
    for bad in ([0], ["1"], [2**63], "x", list(range(1, 40))):
        assert write(cast, cast.agent, "note", "@x", mentions=bad).status_code == 400
    assert not Mention.objects.exists()
    names = [p["name"] for p in cast.client(cast.agent).get("/desk/people").json()["people"]]
    assert names == ["Mei", "Olivia", "Samira", "Victor"]


# --- a second answer ----------------------------------------------------------------------


def test_whoever_answers_a_second_time_is_asked_once(cast: Cast) -> None:
    opened(cast)
    seen = cast.customer.now().last_seq
    assert write(cast, cast.agent, after=seen).status_code == 200  # one's own answers do not count
    staff.release_conversation(conversation=cast.customer.now(), membership=cast.agent)
    refused = write(cast, cast.colleague, after=seen)
    assert refused.status_code == 409
    assert refused.json()["code"] == "answered_meanwhile"
    assert (refused.json()["name"], refused.json()["seq"]) == ("Alex", seen + 1)
    assert cast.customer.now().status == Status.QUEUED
    assert write(cast, cast.colleague).status_code == 200
    assert write(cast, cast.colleague, after=-1).status_code == 400


# --- macros -------------------------------------------------------------------------------


def test_a_macro_is_found_filled_in_and_does_its_work_with_the_message(cast: Cast) -> None:
    opened(cast)
    tag = create_tag(actor=cast.owner, name="deposit", colour="blue")
    made = create_macro(
        actor=cast.owner,
        draft=MacroDraft(
            name="Solved", bodies={"en": "Done, {customer.label}. {agent.name}"}, shortcut="ok",
            tags=[tag.pk], resolve=True,
        ),
    )  # fmt: skip
    [listed] = get(cast, cast.agent, "macros").json()["macros"]
    assert (listed["name"], listed["shortcut"], listed["does"]) == (
        "Solved",
        "ok",
        ["deposit", "Resolve"],
    )
    filled = get(cast, cast.agent, f"macros/{made.pk}").json()
    assert filled["text"] == f"Done, {cast.customer.contact.label}. Alex"
    key = str(uuid4())
    body = {"id": key, "text": filled["text"], "macro": made.pk}
    first, again = (post(cast, cast.agent, "reply", body) for _ in range(2))
    assert first.json() == again.json()
    here = cast.customer.now()
    assert here.status == Status.RESOLVED
    assert tags_on(here) == [tag]
    assert told(here)[-3:] == ["message", "tagged", "resolved"]


def test_a_macro_of_others_is_unknown_and_a_refused_one_does_nothing(cast: Cast) -> None:
    opened(cast)
    theirs = create_macro(
        actor=cast.colleague, draft=MacroDraft(name="Own", bodies={"en": "x"}, shared=False)
    )
    foreign = create_macro(actor=cast.stranger, draft=MacroDraft(name="F", bodies={"en": "x"}))
    for macro in (theirs.pk, foreign.pk, 10**15):
        assert get(cast, cast.agent, f"macros/{macro}").status_code == 404
        assert write(cast, cast.agent, macro=macro).status_code == 404
    shared = create_macro(
        actor=cast.owner, draft=MacroDraft(name="S", bodies={"en": "x"}, resolve=True)
    )
    before = cast.customer.now().last_seq
    assert write(cast, cast.colleague, macro=shared.pk).status_code == 409  # Alex has it
    assert (cast.customer.now().last_seq, cast.customer.now().status) == (before, Status.OPEN)


# --- page ---------------------------------------------------------------------------------


def test_opening_a_conversation_costs_the_same_however_much_is_in_it(cast: Cast) -> None:
    opened(cast)
    client = cast.client(cast.agent)
    address = f"/desk/c/{cast.customer.conversation.ref}/"
    client.get(address)  # the first opening is noted
    counts = []
    for number in range(3):
        with CaptureQueriesContext(connection) as queries_made:
            client.get(address)
        counts.append(len(queries_made))
        for each in range(8):
            reply(cast.agent, cast.customer, f"{number} {each}")
            form(cast, cast.agent, "about", text=f"note {each}")
            create_tag(actor=cast.owner, name=f"t{number}{each}", colour="blue")
    # What there is none of is not read.
    assert counts[0] <= counts[1] == counts[2] <= MOST_QUERIES, [
        q["sql"][:90] for q in queries_made
    ]
