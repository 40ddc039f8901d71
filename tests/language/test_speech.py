"""Speech to text: an endpoint that speaks the documented dialect, and a model on this machine."""

import io
import os
import sys
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories.speech import Endpoint, speech_endpoint
from walletdesk.language.openai_speech import OpenAiSpeech
from walletdesk.language.speech import open_speech
from walletdesk.language.speech_config import SpeechConfig
from walletdesk.language.types import Segment, SpeechUnavailable
from walletdesk.language.whisper_speech import WhisperSpeech
from walletdesk.site.config import load_config

SAID = [("hello", 0.0, 0.4), ("there", 0.4, 0.4), ("friend", 0.9, 1.2)]


def sound(seconds: float = 1.5) -> bytes:
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(bytes(int(seconds * 16_000)))
    return written.getvalue()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with speech_endpoint() as here:
        yield here


@pytest.fixture
def speech(endpoint: Endpoint) -> Iterator[OpenAiSpeech]:
    opened = open_speech(endpoint.config)
    assert isinstance(opened, OpenAiSpeech)
    yield opened
    opened.close()


def test_nobody_writes_speech_down_by_default() -> None:
    assert open_speech(load_config({}).speech) is None
    assert open_speech(load_config({"WALLETDESK_SPEECH": "off"}).speech) is None


def test_words_with_their_times(endpoint: Endpoint, speech: OpenAiSpeech) -> None:
    endpoint.words = [list(SAID), []]
    wav = sound()
    assert speech.transcribe(wav, "zh-hans") == [Segment(*each) for each in SAID]
    [asked] = endpoint.asked
    assert asked["file"] == [wav]
    assert asked["language"] == [b"zh"], "ISO 639-1, as the interface has it"
    assert asked["timestamp_granularities[]"] == [b"word", b"segment"]
    assert speech.transcribe(wav) == []
    assert "language" not in endpoint.asked[1]


def test_an_endpoint_that_times_sentences_only(endpoint: Endpoint, speech: OpenAiSpeech) -> None:
    endpoint.words, endpoint.sentences_only = [list(SAID)], True
    assert speech.transcribe(sound()) == [Segment("hello there friend", 0.0, 1.2)]


@pytest.mark.parametrize("status", [401, 404, 413, 429, 500, 503, 307])
def test_a_refusal_is_tried_again_and_quotes_nothing(
    endpoint: Endpoint, speech: OpenAiSpeech, status: int
) -> None:
    endpoint.status = status
    with pytest.raises(SpeechUnavailable) as refused:
        speech.transcribe(sound())
    assert str(refused.value) == f"the endpoint answered {status}"
    assert len(endpoint.asked) == 1, "a redirect is not followed: nobody else hears the call"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"velvet panther",
        b"[]",
        b"null",
        b'{"text": "velvet"}',
        b'{"words": 5}',
        b'{"words": [{"word": "velvet"}]}',
        b'{"words": [{"word": "velvet", "start": "x", "end": 1}]}',
        b'{"words": [{"word": "velvet", "start": NaN, "end": NaN}]}',
        b'{"words": [{"word": "velvet", "start": 0, "end": Infinity}]}',
        b'{"words": [{"word": "velvet", "start": -1, "end": 1}]}',
        b'{"words": [{"word": "velvet", "start": 2, "end": 1}]}',
        b'{"words": [{"word": "a", "start": 2, "end": 3}, {"word": "b", "start": 1, "end": 2}]}',
        b'{"words": [{"word": "a", "start": 0, "end": 0}, {"word": "b", "start": 0, "end": 0}]}',
        b'{"segments": [{"text": "velvet", "start": null, "end": 2}]}',
    ],
)
def test_what_has_no_times_is_no_transcript(
    endpoint: Endpoint, speech: OpenAiSpeech, raw: bytes
) -> None:
    """With wrong times a secret would be masked in the words and be heard in the sound."""
    endpoint.raw = raw
    with pytest.raises(SpeechUnavailable) as refused:
        speech.transcribe(sound())
    assert "velvet" not in str(refused.value)


def test_no_proxy_of_the_environment_hears_a_call(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    opened = open_speech(endpoint.config)
    assert isinstance(opened, OpenAiSpeech)
    endpoint.words = [list(SAID)]
    assert len(opened.transcribe(sound())) == 3
    opened.close()


def test_nobody_at_the_address() -> None:
    opened = OpenAiSpeech(base_url="http://127.0.0.1:9/v1", model="m")
    with pytest.raises(SpeechUnavailable, match="no answer: ConnectError"):
        opened.transcribe(sound())
    opened.close()


LIBRARY = """
from types import SimpleNamespace

class WhisperModel:
    def __init__(self, model, device="auto", compute_type="default", local_files_only=False):
        assert (device, local_files_only) == ("cpu", True)
        if "nowhere" in model:
            raise ValueError("Invalid model")

    def transcribe(self, audio, language=None, word_timestamps=False, vad_filter=False):
        assert audio.read(4) == b"RIFF" and word_timestamps and language in ("en", None)
        word = SimpleNamespace(start=0.5, end=0.9, word=" hello", probability=0.9)
        pieces = [SimpleNamespace(words=[word]), SimpleNamespace(words=None)]
        return iter(pieces), SimpleNamespace(language="en")
"""


def test_a_model_on_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The calls of faster-whisper as its documentation has them; it is not installed by default."""
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    absent = open_speech(SpeechConfig(where="whisper", model=str(tmp_path)))
    assert isinstance(absent, WhisperSpeech)
    with pytest.raises(SpeechUnavailable, match="not installed"):
        absent.transcribe(sound())
    (tmp_path / "faster_whisper.py").write_text(LIBRARY)
    monkeypatch.delitem(sys.modules, "faster_whisper")
    monkeypatch.syspath_prepend(str(tmp_path))
    for language in ("en", ""):
        found = WhisperSpeech(model=str(tmp_path)).transcribe(sound(), language)
        assert found == [Segment(" hello", 0.5, 0.9)]
    with pytest.raises(SpeechUnavailable, match="ValueError"):
        WhisperSpeech(model="nowhere").transcribe(sound())
    monkeypatch.delitem(sys.modules, "faster_whisper")


@pytest.mark.long
def test_the_real_library_with_a_model_that_is_there() -> None:
    """WALLETDESK_TEST_WHISPER: a folder of a faster-whisper model; _SOUND: somebody's English."""
    folder, said = (
        os.environ.get("WALLETDESK_TEST_WHISPER"),
        os.environ.get("WALLETDESK_TEST_SOUND"),
    )
    if not folder or not said:
        pytest.skip("WALLETDESK_TEST_WHISPER names no model, WALLETDESK_TEST_SOUND no WAV")
    pytest.importorskip("faster_whisper", reason="the extra `speech` is not installed")
    found = WhisperSpeech(model=folder).transcribe(Path(said).read_bytes(), "en")
    assert found
    assert all(0 <= each.start <= each.end for each in found)
