"""The command `walletdesk guard`: checks lines of text from a stream.

Each line is a conversation of its own: one message as plain text, or a JSON array of strings, the
consecutive messages of one customer. Nothing is stored.
"""

import json
import sys
from collections.abc import Iterable
from typing import TextIO

from walletdesk.safety.guard import check
from walletdesk.safety.types import HISTORY_LIMIT


def run(lines: Iterable[bytes | str], out: TextIO) -> None:
    """Write one JSON object per line of input, in order, blank lines included.

    For a message `{"secret", "kinds", "redacted"}`; for an array `{"secret", "kinds", "alarm_at",
    "redacted"}` where `redacted` is the final state, after later messages completed a secret that
    began earlier, and `alarm_at` the index of the first message that raised an alarm, or null. A
    line is an array only if it parses as a JSON list of strings. Bytes that are no UTF-8 become
    U+FFFD. The output is ASCII (JSON escapes), so any stream can take it.
    """
    for line in lines:
        text = _text_of(line)
        messages = _messages_of(text)
        answer = _check_one(text) if messages is None else _check_all(messages)
        out.write(json.dumps(answer) + "\n")


def _text_of(line: bytes | str) -> str:
    text = line.decode("utf-8", errors="replace") if isinstance(line, bytes) else line
    return text.removesuffix("\n").removesuffix("\r")


def _messages_of(text: str) -> list[str] | None:
    if not text.lstrip().startswith("["):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return value
    return None


def _check_one(text: str) -> dict[str, object]:
    checked = check(text)
    return {"secret": checked.secret, "kinds": list(checked.masked), "redacted": str(checked.safe)}


def _check_all(messages: list[str]) -> dict[str, object]:
    redacted: list[str] = []
    kinds: set[str] = set()
    alarm_at: int | None = None
    for index, message in enumerate(messages):
        checked = check(message, redacted[-HISTORY_LIMIT:])
        offset = max(0, len(redacted) - HISTORY_LIMIT)
        for position, safe in checked.earlier.items():
            redacted[offset + position] = str(safe)
        redacted.append(str(checked.safe))
        kinds.update(checked.masked)
        if checked.secret and alarm_at is None:
            alarm_at = index
    return {
        "secret": alarm_at is not None,
        "kinds": sorted(kinds),
        "alarm_at": alarm_at,
        "redacted": redacted,
    }


if __name__ == "__main__":
    run(sys.stdin.buffer, sys.stdout)
