"""Text from any endpoint that speaks OpenAI's /chat/completions, streamed.

https://platform.openai.com/docs/api-reference/chat/streaming; also vLLM, llama.cpp, Ollama and
others. Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import json
import time
from collections.abc import Iterable, Iterator
from typing import Any

import httpx

from walletdesk.language.tokens import well_formed
from walletdesk.language.types import GeneratorUnavailable

MAX_CHARACTERS = 24_000  # of instruction and text together: about 8,000 tokens
MAX_ANSWER = 1_000_000  # bytes of one answer with its wrapping; more is no answer
SILENCE = 20.0  # seconds without a word
DEADLINE = 60.0  # seconds for the whole answer


class OpenAiGenerator:
    """Asks an endpoint. `base_url` ends before "/chat/completions" (for example ".../v1").

    The key goes into the header of the request and nowhere else: no message of ours quotes it.
    """

    def __init__(
        self, *, base_url: str, model: str, api_key: str = "", silence: float = SILENCE
    ) -> None:
        self._url = base_url.rstrip("/") + "/chat/completions"
        self._model = model
        headers = {"Accept-Encoding": "identity", "Accept": "text/event-stream"}
        if api_key:
            headers["Authorization"] = f"Bearer {api_key}"
        timeout = httpx.Timeout(silence, connect=3.0)
        self._client = httpx.Client(timeout=timeout, headers=headers, follow_redirects=False)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def generate(self, *, instruction: str, text: str, most_tokens: int = 400) -> Iterator[str]:
        """Yield the answer in pieces as they come. Raises GeneratorUnavailable."""
        asked = {
            "model": self._model,
            "stream": True,
            "temperature": 0,
            "max_tokens": most_tokens,
            "messages": [
                {"role": "system", "content": well_formed(instruction)},
                {"role": "user", "content": well_formed(text[:MAX_CHARACTERS])},
            ],
        }
        try:
            with self._client.stream("POST", self._url, json=asked) as answer:
                if answer.status_code != httpx.codes.OK:
                    raise GeneratorUnavailable(f"the endpoint answered {answer.status_code}")
                yield from _pieces(_lines(answer.iter_bytes()))
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise GeneratorUnavailable(f"no answer: {type(error).__name__}") from None


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of a body, within size and time."""
    until, size, rest = time.monotonic() + DEADLINE, 0, b""
    for chunk in chunks:
        size += len(chunk)
        if size > MAX_ANSWER:
            raise GeneratorUnavailable("the answer has no end")
        if time.monotonic() > until:
            raise GeneratorUnavailable("the answer took too long")
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
    yield rest


def _pieces(lines: Iterator[bytes]) -> Iterator[str]:
    """Yield what the events say; an answer that was cut short is an error, not a short answer."""
    for line in lines:
        if not line.startswith(b"data:"):
            continue  # a comment, an empty line, another field
        data = line[5:].strip()
        if data == b"[DONE]":
            return
        try:
            piece, end = _read(json.loads(data))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise GeneratorUnavailable("the answer is no stream of a chat") from None
        if piece:
            yield well_formed(piece)
        if end == "length":
            break  # at the most tokens it may have
        if end is not None:
            return
    raise GeneratorUnavailable("the answer broke off")


def _read(event: Any) -> tuple[str, Any]:
    if not event["choices"]:
        return "", None  # counts of tokens come without a choice
    choice = event["choices"][0]
    piece = choice["delta"].get("content") or ""
    if not isinstance(piece, str):
        raise TypeError
    return piece, choice.get("finish_reason")
