"""A recording is written down: masked words in the timeline, silence in what is kept."""

import logging
from collections.abc import Iterator, Sequence

import pytest
from django.db import transaction

from tests.factories.speech import speech_endpoint
from tests.voice.fakes import DRIVER, FakeCall
from tests.voice.tones import channels, share, tone, wav
from walletdesk.conversations.actions.calls import begin_call
from walletdesk.conversations.models import Event
from walletdesk.conversations.types import Kind
from walletdesk.language.openai_speech import OpenAiSpeech
from walletdesk.language.speech import open_speech
from walletdesk.language.types import Segment, SpeechUnavailable
from walletdesk.voice import ports
from walletdesk.voice.actions.recordings import keep_recording
from walletdesk.voice.models import Call, Line, Recording
from walletdesk.voice.queries import recording_wav
from walletdesk.voice.transcribing import transcribe_recording

pytestmark = pytest.mark.django_db(transaction=True)
PHRASE = "velvet panther ladder horse ginger tower basket orbit canyon melody anchor dwarf"


class FakeSpeech:
    """Says for each side in turn what was said on it."""

    def __init__(self, *sides: str) -> None:
        self.sides = list(sides)

    def transcribe(self, wav: bytes, language: str = "") -> Sequence[Segment]:  # noqa: ARG002 - the port
        if not self.sides:
            raise SpeechUnavailable("the endpoint answered 503")
        words = self.sides.pop(0).split()
        return [Segment(word, 2 + n / 4, 2 + n / 4 + 0.2) for n, word in enumerate(words)]


@pytest.fixture
def speech() -> Iterator[FakeSpeech]:
    fake = FakeSpeech()
    ports.use_speech(fake)
    yield fake
    ports._speech.clear()  # noqa: SLF001 - as nobody writes down by default


@pytest.fixture
def recording(hotline: Line) -> Recording:
    call = FakeCall()
    call.ring()
    row = call.row()
    with transaction.atomic():
        conversation = begin_call(contact=row.contact, language="en")
        Call.objects.filter(pk=row.pk).update(conversation=conversation)
    sound = wav(tone(440, 8), tone(880, 8))
    keep_recording(driver=DRIVER, name=call.name, recording="talk", wav=sound)
    return Recording.objects.get()


def test_a_spoken_phrase_is_neither_read_nor_heard(
    recording: Recording, speech: FakeSpeech, caplog: pytest.LogCaptureFixture
) -> None:
    speech.sides = [f"my words are {PHRASE}", "please stop there"]
    old = recording.blob
    transcribe_recording(recording.pk, 1)
    told = (
        Event.objects.filter(kind=Kind.CALL, conversation=recording.call.conversation)
        .order_by("seq")
        .last()
    )
    assert told is not None
    assert told.staff_data["state"] == "transcript"
    assert told.staff_data["secret"] is True
    assert "⟦secret:seed_phrase⟧" in told.text
    assert "please stop there" in told.text
    assert not [word for word in PHRASE.split() if word in told.text]
    recording.refresh_from_db()
    assert recording.blob != old, "the sound is another"
    for side in channels(recording_wav(recording)):
        assert side[:8_000].any()
        assert not side[24_000:40_000].any(), "seconds 3 to 5 are silent on both sides"
        assert side[56_000:].any()
    assert "velvet" not in caplog.text


def test_a_phrase_that_an_endpoint_hears_is_silent_where_it_was_said(
    recording: Recording, caplog: pytest.LogCaptureFixture
) -> None:
    """Over HTTP, with a word each half second from the second 1 on; the other side asks back."""
    caplog.set_level(logging.DEBUG)
    words = [(word, 1 + n / 2, 1.4 + n / 2) for n, word in enumerate(PHRASE.split())]
    with speech_endpoint() as endpoint:
        endpoint.words = [words, [("which", 0.0, 0.2), ("words?", 0.2, 0.5)]]
        opened = open_speech(endpoint.config)
        assert isinstance(opened, OpenAiSpeech)
        ports.use_speech(opened)
        transcribe_recording(recording.pk, 1)
        opened.close()
        ports._speech.clear()  # noqa: SLF001 - as nobody writes down by default
        sent = [channels(asked["file"][0]) for asked in endpoint.asked]
    assert [len(sides) for sides in sent] == [1, 1], "each side by itself"
    assert [share(sides[0], pitch) > 0.9 for sides, pitch in zip(sent, (440, 880), strict=True)]
    talk = recording.call.conversation
    told = Event.objects.filter(kind=Kind.CALL, conversation=talk).order_by("seq").last()
    assert told is not None
    assert told.staff_data["secret"] is True
    assert "which words?" in told.text
    assert not [word for word in PHRASE.split() if word in told.text or word in caplog.text]
    recording.refresh_from_db()
    for side, pitch in zip(channels(recording_wav(recording)), (440, 880), strict=True):
        before, during, after = side[:4_800], side[4_800:55_200], side[57_600:]
        assert share(before, pitch) > 0.9
        assert not during.any(), "0.4 s before the first word to 0.4 s after the last"
        assert share(after, pitch) > 0.9


def test_a_harmless_talk_keeps_its_sound(recording: Recording, speech: FakeSpeech) -> None:
    speech.sides = ["my transfer has not arrived", "let me look"]
    before = recording.blob
    transcribe_recording(recording.pk, 1)
    told = (
        Event.objects.filter(kind=Kind.CALL, conversation=recording.call.conversation)
        .order_by("seq")
        .last()
    )
    assert told is not None
    assert told.staff_data["secret"] is False
    recording.refresh_from_db()
    assert recording.blob == before


def test_what_cannot_be_written_down_now_is_tried_again(
    recording: Recording, speech: FakeSpeech, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    before = Event.objects.count()
    transcribe_recording(recording.pk, 1)
    transcribe_recording(recording.pk, 6)
    transcribe_recording(recording.pk + 1_000, 1)
    assert "503" in caplog.text
    assert Event.objects.count() == before
