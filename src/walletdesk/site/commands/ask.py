"""`walletdesk ask`: one question to a running desk, through the endpoints that customers use."""

from __future__ import annotations

import json
import sys
import time
import uuid
from dataclasses import asdict, dataclass
from threading import Event
from typing import TYPE_CHECKING, Any

import httpx

from walletdesk.site.refusal import RefusalError

if TYPE_CHECKING:
    import argparse

POLL_SECONDS = 20.0
# The bot writes its answer and the hand-over in one transaction, the answer first; a poll may
# still be answered between the two notifications.
HAND_OVER_SECONDS = 1.5
CALL_SECONDS = 10.0
RETRY_SECONDS = 0.3


@dataclass(slots=True)
class Outcome:
    """What came of the question; `source` is the address of the first article cited."""

    conversation: str
    reply: str | None = None
    source: str | None = None
    handed_over: bool = False
    seconds: float = 0.0


def run(arguments: argparse.Namespace) -> int:
    """Ask, print the outcome, and return 0 with a reply, 1 without.

    Raises:
        RefusalError: the desk cannot be reached or does not accept the question.

    """
    outcome = ask(arguments.text, url=arguments.url, language=arguments.lang, wait=arguments.wait)
    if arguments.json:
        sys.stdout.write(json.dumps(asdict(outcome), ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(_for_people(outcome))
    return 0 if outcome.reply is not None else 1


def ask(text: str, *, url: str, language: str | None, wait: float) -> Outcome:
    """Send `text` as a new customer and wait up to `wait` seconds for the bot's answer.

    Raises:
        RefusalError: the desk cannot be reached or does not accept the question.

    """
    try:
        with httpx.Client(base_url=url, timeout=CALL_SECONDS, trust_env=False) as client:
            return _Question(client, text, language, wait).asked()
    except httpx.HTTPStatusError as error:
        raise _refused(url, error.response.status_code) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise RefusalError(
            f"No desk can be reached at {url} ({type(error).__name__}).",
            "Start one with: walletdesk up, or give its address with --url.",
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise RefusalError(
            f"What answers at {url} is no walletdesk.", "Give the address of one with --url."
        ) from error


def _refused(url: str, status: int) -> RefusalError:
    ways_out = {
        400: "Change the text; it may be empty or too long.",
        413: "Shorten the text.",
        429: "Wait a minute and try again.",
        503: "The desk is busy or restarting: try again in a moment.",
    }
    return RefusalError(
        f"The desk at {url} refused the question (HTTP {status}).",
        ways_out.get(status, "Is that the address of a desk? Give another with --url."),
    )


class _Question:
    def __init__(self, client: httpx.Client, text: str, language: str | None, wait: float) -> None:
        self._client = client
        self._text = text
        self._language = language
        self._started = time.monotonic()
        self._deadline = self._started + wait

    def asked(self) -> Outcome:
        opening = {"brand": None, "language": self._language}
        session = self._post("/chat/v1/sessions", opening)
        self._client.headers["Authorization"] = f"Bearer {session['token']}"
        outcome = Outcome(conversation=str(session["conversation"]))
        cursor = int(session["cursor"])
        message = {
            "conversation": outcome.conversation,
            "id": str(uuid.uuid4()),
            "text": self._text,
        }
        self._post("/live/messages", message)
        while not self._complete(outcome):
            for event in self._events(outcome.conversation, cursor):
                cursor = max(cursor, int(event["seq"]))
                self._take(event, outcome)
        if outcome.reply is None:
            outcome.seconds = self._elapsed()
        return outcome

    def _complete(self, outcome: Outcome) -> bool:
        if outcome.reply is not None and outcome.handed_over:
            return True
        return time.monotonic() >= self._deadline

    def _take(self, event: dict[str, Any], outcome: Outcome) -> None:
        if event["kind"] == "handed_over":
            outcome.handed_over = True
        if event["kind"] != "message" or event.get("author") != "bot" or outcome.reply is not None:
            return
        outcome.reply = str(event["text"])
        sources = (event.get("data") or {}).get("sources") or []
        outcome.source = str(sources[0]["url"]) if sources else None
        outcome.seconds = self._elapsed()
        self._deadline = min(self._deadline, time.monotonic() + HAND_OVER_SECONDS)

    def _events(self, conversation: str, after: int) -> list[dict[str, Any]]:
        left = max(self._deadline - time.monotonic(), 0.05)
        wait = min(POLL_SECONDS, max(1, round(left)))
        query: dict[str, str | int] = {
            "topics": f"conversation:{conversation}",
            "after": after,
            "wait": int(wait),
        }
        try:
            answer = self._client.get("/live/poll", params=query, timeout=left)
        except httpx.TransportError:
            # The time is up, or the server restarts: the cursor makes asking again safe.
            Event().wait(min(RETRY_SECONDS, left))
            return []
        answer.raise_for_status()
        return [event for feed in answer.json()["feeds"] for event in feed["e"]]

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self._client.post(path, json=body)
        answer.raise_for_status()
        found = answer.json()
        if not isinstance(found, dict):
            raise TypeError("a JSON object was expected")
        return found

    def _elapsed(self) -> float:
        return round(time.monotonic() - self._started, 3)


def _for_people(outcome: Outcome) -> str:
    lines = [outcome.reply or "No answer came in time."]
    if outcome.source:
        lines.append(f"Source: {outcome.source}")
    if outcome.handed_over:
        lines.append("A person takes over.")
    lines.append(f"({outcome.seconds:.1f} s, conversation {outcome.conversation})")
    return "\n".join(lines) + "\n"
