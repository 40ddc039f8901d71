"""The way in: what is recorded, once, in order, and what is refused."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

import msgspec
import pytest
import time_machine
from mnemonic import Mnemonic

from tests.cast import Cast, make_customer, reply
from walletdesk.conversations import queries
from walletdesk.conversations.actions import staff
from walletdesk.conversations.actions.intake import record_messages
from walletdesk.conversations.models import Event, Receipt
from walletdesk.conversations.types import Audience, Kind, Recorded, Refused, Status, Urgency
from walletdesk.kit import clock
from walletdesk.kit.live.types import Credential, Envelope
from walletdesk.safety import guard
from walletdesk.safety.types import Checked
from walletdesk.site import ports

WORDS = Mnemonic("english").to_mnemonic(bytes(range(16))).split()


def kinds(cast: Cast, audience: Audience = Audience.STAFF) -> list[str]:
    return [event["kind"] for event in queries.thread(cast.customer.now(), audience)]


def test_numbers_have_no_gaps_and_follow_the_batch(cast: Cast) -> None:
    one, two = cast.customer, cast.other_customer
    outcomes = record_messages([one.inbound("a"), two.inbound("b"), one.inbound("c")])
    assert [(o.ref, o.seq) for o in outcomes if isinstance(o, Recorded)] == [
        (one.conversation.ref, 1),
        (two.conversation.ref, 1),
        (one.conversation.ref, 2),
    ]
    assert one.now().last_seq == one.now().last_customer_seq == 2
    assert one.now().preview == "c"
    assert one.now().status == Status.BOT


def test_a_retry_gets_the_first_answer_and_records_nothing(cast: Cast) -> None:
    message = cast.customer.inbound("only once")
    first = record_messages([message])[0]
    again = record_messages([message, cast.customer.inbound("another")])
    assert isinstance(first, Recorded)
    assert again[0] == Recorded(first.ref, 1, "only once", (), repeated=True)
    assert Event.objects.count() == 2
    assert Receipt.objects.count() == 2


def test_the_same_id_twice_in_a_batch_is_recorded_once(cast: Cast) -> None:
    message = cast.customer.inbound("twin")
    outcomes = record_messages([message, message])
    assert {type(outcome) for outcome in outcomes} == {Recorded, Refused}
    assert Event.objects.count() == 1
    assert record_messages([message])[0].seq == 1  # type: ignore[union-attr]


def test_an_id_of_another_conversation_is_no_repetition(cast: Cast) -> None:
    client_id = uuid4()
    outcomes = record_messages(
        [cast.customer.inbound("x", client_id), cast.other_customer.inbound("y", client_id)]
    )
    assert [o.text for o in outcomes if isinstance(o, Recorded)] == ["x", "y"]


@pytest.mark.parametrize(
    ("text", "code"), [("", "empty"), (" \n\x00\t", "empty"), ("x" * 4001, "too_long")]
)
def test_unusable_text_is_refused_and_neighbours_are_not(cast: Cast, text: str, code: str) -> None:
    outcomes = record_messages([cast.customer.inbound(text), cast.other_customer.inbound("fine")])
    assert outcomes[0] == Refused(code)
    assert isinstance(outcomes[1], Recorded)


def test_characters_that_cannot_be_stored_are_left_out(cast: Cast) -> None:
    outcome = record_messages([cast.customer.inbound("a\x00b")])[0]
    assert isinstance(outcome, Recorded)
    assert outcome.text == "ab"


def test_nobody_writes_into_a_conversation_of_others(cast: Cast) -> None:
    foreign = replace(cast.customer.inbound("hi"), ref=cast.other_customer.conversation.ref)
    unknown = replace(cast.customer.inbound("hi"), token_hash=b"0" * 32)
    own = cast.customer.inbound("hi")
    outcomes = record_messages([foreign, unknown, own])
    assert outcomes[:2] == [Refused("not_found")] * 2
    assert isinstance(outcomes[2], Recorded)
    assert not Event.objects.filter(conversation=cast.other_customer.conversation).exists()


def test_too_many_messages_are_refused_until_time_passes(cast: Cast) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        outcomes = record_messages([cast.customer.inbound(str(n)) for n in range(40)])
        accepted = sum(isinstance(outcome, Recorded) for outcome in outcomes)
        assert accepted == 30
        assert outcomes[-1] == Refused("too_many", retry_after=5)
        assert isinstance(record_messages([cast.customer.inbound("x")])[0], Refused)
        assert isinstance(record_messages([cast.other_customer.inbound("x")])[0], Recorded)
        traveller.shift(2)
        assert isinstance(record_messages([cast.customer.inbound("x")])[0], Recorded)
        assert isinstance(record_messages([cast.customer.inbound("x")])[0], Refused)


@pytest.mark.parametrize("written", [1, 30])
def test_a_clock_that_went_back_silences_nobody(cast: Cast, written: int) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        record_messages([cast.customer.inbound(str(n)) for n in range(written)])
        traveller.shift(-600)
        assert isinstance(record_messages([cast.customer.inbound("x")])[0], Recorded)


def test_a_message_that_was_refused_for_haste_can_be_sent_later(cast: Cast) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        record_messages([cast.customer.inbound(str(n)) for n in range(30)])
        hasty = cast.customer.inbound("patience")
        assert record_messages([hasty]) == [Refused("too_many", retry_after=5)]
        traveller.shift(5)
        first, again = record_messages([hasty]), record_messages([hasty])
    assert [type(o) for o in (*first, *again)] == [Recorded, Recorded]
    assert first[0].seq == again[0].seq == 31  # type: ignore[union-attr]


def test_a_secret_is_masked_before_it_is_stored_and_calls_a_person(cast: Cast) -> None:
    outcome = cast.customer.write("my phrase is " + " ".join(WORDS))[0]
    assert isinstance(outcome, Recorded)
    assert outcome.secrets == ("seed_phrase",)
    now = cast.customer.now()
    assert (now.status, now.urgency) == (Status.QUEUED, Urgency.CRITICAL)
    assert kinds(cast) == ["message", "notice", "handed_over"]
    stored = " ".join(event.text for event in Event.objects.all()) + now.preview
    assert not any(word in stored.split() for word in WORDS[:4])


def test_a_secret_over_several_messages_is_taken_back(cast: Cast) -> None:
    parts = [" ".join(WORDS[n : n + 3]) for n in range(0, 12, 3)]
    outcomes = cast.customer.write(*parts)
    assert any(o.secrets for o in outcomes if isinstance(o, Recorded))
    told = queries.thread(cast.customer.now(), Audience.CUSTOMER)
    redacted = next(event for event in told if event["kind"] == Kind.REDACTED)
    assert redacted["data"]["texts"]
    stored = " ".join(event["text"] for event in told)
    for n in range(len(WORDS) - 3):
        assert " ".join(WORDS[n : n + 4]) not in stored


def test_a_secret_spread_over_one_batch_is_never_written(cast: Cast) -> None:
    parts = [" ".join(WORDS[n : n + 3]) for n in range(0, 12, 3)]
    record_messages([cast.customer.inbound(part) for part in parts])
    stored = " ".join(e["text"] for e in queries.thread(cast.customer.now(), Audience.STAFF))
    for n in range(len(WORDS) - 3):
        assert " ".join(WORDS[n : n + 4]) not in stored


def test_writing_reopens_to_the_queue_when_a_person_had_it(cast: Cast) -> None:
    cast.customer.write("hello")
    reply(cast.agent, cast.customer, "hi")
    staff.resolve_conversation(conversation=cast.customer.now(), membership=cast.agent)
    cast.customer.write("it came back")
    now = cast.customer.now()
    assert (now.status, now.assignee, now.resolved_at) == (Status.QUEUED, None, None)
    assert kinds(cast)[-2:] == ["reopened", "message"]


def test_events_tell_the_bot_only_what_the_bot_must_answer(cast: Cast, heard) -> None:  # noqa: ANN001
    cast.customer.write("first")
    late = make_customer(cast.brand)
    late.write("a", "b")
    reply(cast.agent, late, "mine")
    late.write("c")
    told = [payload for name, payload in heard() if name == "customer_wrote_to_bot"]
    assert [p["seq"] for p in told if p["conversation_id"] == late.conversation.pk] == [1, 2]
    assert len(told) == 3


@pytest.mark.django_db(transaction=True)
def test_a_message_that_the_guard_stumbles_over_harms_no_neighbour(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = guard.check

    def stumble(text: str, before: Sequence[str] = ()) -> Checked:
        if text == "odd":
            raise RuntimeError
        return check(text, before)

    monkeypatch.setattr(guard, "check", stumble)
    envelopes = [
        Envelope(
            Credential("bearer", customer.token),
            msgspec.json.encode(
                {"conversation": customer.conversation.ref, "id": uuid4(), "text": text}
            ),
            "",
        )
        for customer, text in ((cast.customer, "odd"), (cast.other_customer, "even"))
    ]
    replies = ports.submit(envelopes)
    assert [reply.status for reply in replies] == [503, 200]
    written = Event.objects.filter(
        kind=Kind.MESSAGE,
        conversation__in=(cast.customer.conversation, cast.other_customer.conversation),
    )
    assert list(written.values_list("text", flat=True)) == ["even"]
