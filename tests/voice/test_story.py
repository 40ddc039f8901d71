"""Whole calls: from the first ring to the rating, and every way in which nobody comes."""

from datetime import timedelta

import pytest
import time_machine

from tests.cast import Cast
from tests.mailout.conftest import drain
from tests.voice.fakes import DRIVER, FakeCall, only
from walletdesk.channels.delivery.models import Delivery
from walletdesk.contacts.personal.actions.identities import set_identity
from walletdesk.contacts.personal.types import IdentityKind, Source
from walletdesk.conversations.actions.merge import merge_conversations
from walletdesk.conversations.actions.staff import claim_conversation
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import events_of
from walletdesk.conversations.types import Kind, Status
from walletdesk.integrations.sms.calls import written
from walletdesk.integrations.sms.types import Sms
from walletdesk.integrations.sms.words import text_of
from walletdesk.kit import clock
from walletdesk.safety import guard
from walletdesk.surveys.models import Response
from walletdesk.voice.actions.calling import call_back_due
from walletdesk.voice.actions.flow import call_due
from walletdesk.voice.actions.recordings import keep_recording
from walletdesk.voice.actions.telephone import hang_up
from walletdesk.voice.models import Call, Callback, CallCommand, Line, Recording
from walletdesk.voice.queries import callback_code, recording_wav
from walletdesk.voice.types import (
    Answer,
    Answered,
    Connect,
    Dial,
    Hangup,
    Hold,
    Incoming,
    LegLeft,
    Play,
    Record,
    Recorded,
    StopRecording,
    TakeMessage,
)

pytestmark = pytest.mark.django_db


def to_queue(call: FakeCall) -> None:
    """Call, choose English, technical questions, a missing transfer; agree to be recorded."""
    call.ring()
    for key in ("1", "3", "1", "1"):
        call.press(key)


def states(call: FakeCall) -> list[str]:
    """Return what the timeline tells of a call."""
    row = call.row()
    assert row.conversation is not None
    events = events_of(row.conversation).filter(kind=Kind.CALL).order_by("seq")
    return [event.staff_data["state"] for event in events]


def test_a_caller_comes_to_an_agent_and_rates(cast: Cast, hotline: Line) -> None:
    call = FakeCall()
    assert isinstance(call.hear(Incoming("+34600111222", call.called))[0], Answer)
    to_queue(call)
    assert call.row().conversation.status == Status.QUEUED  # type: ignore[union-attr]
    assert only(call.press(""), Hold).choices
    claim_conversation(conversation=call.row().conversation, membership=cast.agent)  # type: ignore[arg-type]
    call_due()
    leg = only(call.obey(), Connect)
    assert leg.membership == cast.agent.pk
    recording = only(call.take_up(leg.leg), Record)
    hang_up(call=call.row(), membership=cast.agent)
    assert only(call.obey(), StopRecording).name == recording.name
    keep_recording(driver=DRIVER, name=call.name, recording=recording.name, wav=b"RIFFsound")
    call.hear(Recorded(recording.name, 12.0))
    for score in ("5", "4", "5"):
        call.press(score)
    assert only(call.listen(), Hangup)
    call.hang_up("us")
    drain()
    response = Response.objects.get()
    assert (response.speed, response.accuracy, response.manner) == (5, 4, 5)
    assert recording_wav(Recording.objects.get()) == b"RIFFsound"
    assert states(call) == ["came", "connected", "ended", "recording"]
    assert not CallCommand.objects.exclude(body=b"").exists()
    assert call.row().ended_at is not None


def test_a_call_back_keeps_the_place_and_says_the_same_code(cast: Cast, hotline: Line) -> None:
    call = FakeCall()
    to_queue(call)
    queued_at = call.row().conversation.queued_at  # type: ignore[union-attr]
    call.press("2")
    call.press("1")
    code = Callback.objects.get()
    said = call.words()
    call.listen()
    call.hang_up()
    conversation = call.row().conversation
    assert conversation is not None
    assert (conversation.status, conversation.queued_at) == (Status.QUEUED, queued_at)
    claim_conversation(conversation=conversation, membership=cast.agent)
    call_back_due()
    row = Call.objects.get(out=True)
    back = FakeCall(row.name)
    assert only(back.obey(), Dial).number == "+34600111222"
    assert b"600111222" not in b"".join(
        bytes(command.body) for command in CallCommand.objects.all()
    )
    back.hear(Answered())
    spoken = [word for word in said.split() if word.strip(".").isdigit()]
    assert " ".join(spoken[:4]).strip(".") in back.words()
    assert only(back.press("1"), Connect).membership == cast.agent.pk
    code.refresh_from_db()
    assert code.state == "calling"


def test_an_agent_who_does_not_come_gives_the_place_back(cast: Cast, hotline: Line) -> None:
    call = FakeCall()
    to_queue(call)
    before = call.row().conversation
    assert before is not None
    claim_conversation(conversation=before, membership=cast.agent)
    call_due()
    leg = only(call.obey(), Connect)
    assert only(call.hear(LegLeft(leg.leg, "no_answer")), Hold)
    before.refresh_from_db()
    assert before.status == Status.QUEUED
    assert before.assignee_id is None


def test_who_waits_too_long_leaves_a_message(cast: Cast, hotline: Line) -> None:
    with time_machine.travel(clock.now(), tick=False) as travel:
        call = FakeCall()
        to_queue(call)
        call.press("")
        travel.shift(timedelta(seconds=1000))
        call_due()
        assert any(isinstance(each, Play) for each in call.obey())
        call.press("3")
        message = only(call.listen(), TakeMessage)
        keep_recording(driver=DRIVER, name=call.name, recording=message.name, wav=b"RIFFx")
        call.hear(Recorded(message.name, 9.0))
        call.listen()
        call.hang_up("us")
    conversation = call.row().conversation
    assert conversation is not None
    assert conversation.status == Status.QUEUED
    assert "message" in states(call)


def test_a_driver_that_forgets_calls_has_them_called_back(cast: Cast, hotline: Line) -> None:
    call = FakeCall()
    to_queue(call)
    call.press("")
    call.hang_up("lost")
    assert Callback.objects.get().state == "waiting"
    assert call.row().conversation.status == Status.QUEUED  # type: ignore[union-attr]
    other = FakeCall("call-2")
    other.ring()
    other.hang_up()
    assert other.row().conversation.status == Status.RESOLVED  # type: ignore[union-attr]


def merged(cast: Cast, call: FakeCall) -> Conversation:
    """Have a supervisor merge the call's conversation into the customer's own, which is taken."""
    cast.customer.write("My transfer has not arrived")
    cast.customer.ask_for_person()
    own = call.row().conversation
    assert own is not None
    kept = merge_conversations(
        conversation=own,
        into=cast.customer.now(),
        membership=cast.supervisor,
        reason=guard.check("The same person").safe,
    )
    return claim_conversation(conversation=kept, membership=cast.agent)


def test_a_caller_whose_conversation_was_merged_comes_to_who_takes_the_other(
    cast: Cast, hotline: Line
) -> None:
    call = FakeCall()
    to_queue(call)
    call.press("")
    kept = merged(cast, call)
    call_due()
    leg = only(call.obey(), Connect)
    assert leg.membership == cast.agent.pk
    call.hear(LegLeft(leg.leg, "no_answer"))
    assert Conversation.objects.get(pk=kept.pk).status == Status.QUEUED


def test_a_message_of_a_call_that_was_merged_is_kept(cast: Cast, hotline: Line) -> None:
    call = FakeCall()
    to_queue(call)
    call.press("3")
    kept = merged(cast, call)
    message = only(call.listen(), TakeMessage)
    keep_recording(driver=DRIVER, name=call.name, recording=message.name, wav=b"RIFFx")
    call.hear(Recorded(message.name, 9.0))
    told = events_of(kept).filter(kind=Kind.CALL)
    assert "message" in [event.staff_data["state"] for event in told]


def test_who_asked_for_a_call_back_is_called_after_a_merge(cast: Cast, hotline: Line) -> None:
    call = FakeCall()
    to_queue(call)
    for key in ("2", "1"):
        call.press(key)
    code = call.words()
    call.listen()
    call.hang_up()
    merged(cast, call)
    call_back_due()
    back = FakeCall(Call.objects.get(out=True).name)
    only(back.obey(), Dial)
    back.hear(Answered())
    assert " ".join(callback_code(Callback.objects.get())) in code
    assert " ".join(callback_code(Callback.objects.get())) in back.words()
    assert only(back.press("1"), Connect).membership == cast.agent.pk
    back.hang_up()


def test_only_a_code_opens_the_status_and_the_customers_own_timeline(
    cast: Cast, hotline: Line
) -> None:
    number = "+34600111222"
    contact = cast.customer.contact
    set_identity(contact=contact, kind=IdentityKind.PHONE, value=number, source=Source.WALLET)
    cast.customer.write("My transfer has not arrived")
    call = FakeCall()
    call.ring(number)
    call.press("1")
    call.press("6")
    assert "six digits" in call.words()
    delivery = Delivery.objects.get(purpose="call_code")
    assert delivery.contact_id == contact.pk
    sms = written(delivery)
    assert isinstance(sms, Sms)
    assert (sms.to, sms.code in text_of(sms)) == (number, True)
    call.press("000000" if sms.code != "000000" else "111111")
    assert "not right" in call.words()
    assert call.row().contact_id != contact.pk
    call.press(sms.code)
    assert "waiting for a person" in call.words()
    call.press("0")
    call.press("1")
    row = call.row()
    assert row.contact_id == contact.pk
    assert row.conversation is not None
    assert row.conversation.contact_id == contact.pk
    other = FakeCall("call-2")
    other.ring(number)
    for key in ("1", "6", sms.code):
        other.press(key)
    assert "not right" in other.words()
