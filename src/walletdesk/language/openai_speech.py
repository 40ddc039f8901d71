"""Speech to text from any endpoint that speaks OpenAI's /audio/transcriptions.

https://platform.openai.com/docs/api-reference/audio/createTranscription; also vLLM, Speaches,
whisper.cpp's server and others.
"""

import math
from collections.abc import Sequence
from typing import Any

import httpx

from walletdesk.language.types import Segment, SpeechUnavailable

_TIMEOUT = httpx.Timeout(300.0, connect=3.0)  # minutes of sound take their time


class OpenAiSpeech:
    """Asks an endpoint. `base_url` ends before "/audio/transcriptions" (for example ".../v1")."""

    def __init__(self, *, base_url: str, model: str, api_key: str = "") -> None:
        self._url = base_url.rstrip("/") + "/audio/transcriptions"
        self._model = model
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        # No proxy of the environment and no other address: calls are heard by this endpoint only.
        self._client = httpx.Client(
            timeout=_TIMEOUT, headers=headers, follow_redirects=False, trust_env=False
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def transcribe(self, wav: bytes, language: str = "") -> Sequence[Segment]:
        """Return the words, or the sentences of an endpoint that times no words."""
        fields: dict[str, Any] = {
            "model": self._model,
            "response_format": "verbose_json",
            "timestamp_granularities[]": ["word", "segment"],
        }
        if language:
            fields["language"] = language.partition("-")[0]  # ISO 639-1
        try:
            answer = self._client.post(
                self._url, data=fields, files={"file": ("call.wav", wav, "audio/wav")}
            )
        except httpx.HTTPError as error:
            raise SpeechUnavailable(f"no answer: {type(error).__name__}") from None
        if answer.status_code != httpx.codes.OK:
            raise SpeechUnavailable(f"the endpoint answered {answer.status_code}")
        try:
            return _segments(answer.json())
        except (ValueError, KeyError, TypeError, AttributeError):
            raise SpeechUnavailable("the answer has no times") from None


def _segments(answer: dict[str, Any]) -> list[Segment]:
    words = _pieces(answer.get("words") or (), "word")
    return words or _pieces(answer["segments"], "text")


def _pieces(told: Sequence[dict[str, Any]], text: str) -> list[Segment]:
    """Return what was told. Raises ValueError where its times cannot be places in a sound.

    With wrong times a secret would be masked in the words and still be heard.
    """
    pieces = [Segment(str(p[text]), float(p["start"]), float(p["end"])) for p in told]
    begun = 0.0
    for _text, start, end in pieces:
        if not (begun <= start <= end and math.isfinite(end)):
            raise ValueError("times out of order")
        begun = start
    if len(pieces) > 1 and pieces[-1].end <= pieces[0].start:
        raise ValueError("all at one time")
    return pieces
