"""`walletdesk triage --json`: what each line of a stream is about. Needs no database.

The guard reads each line first, so nothing secret is printed. Lines are taken together while more
wait, for speed; when the input pauses, what was read is answered.
"""

import json
import os
import select
import sys
from collections.abc import Iterator, Sequence
from typing import IO, Any, TextIO

from walletdesk.language.eldc_id import DEFAULT_LANGUAGES, EldcLanguageId, recognises
from walletdesk.language.entities import MAX_CHARACTERS, entities
from walletdesk.language.triage.judge import Triaged, triage
from walletdesk.language.types import LanguageId
from walletdesk.safety import guard, personal
from walletdesk.site.refusal import RefusalError

BATCH = 64
CHUNK = 1 << 16
KEPT = 16_384  # bytes of a line that are looked at; it is read to its end in any case


def start(languages: str | None) -> int:
    """Run on the standard streams. Raises RefusalError for a language that is not recognised."""
    chosen = tuple(filter(None, (code.strip() for code in (languages or "").split(","))))
    if unknown := [code for code in chosen if not recognises(code)]:
        raise RefusalError(
            f"No language {', '.join(map(repr, unknown))} is recognised.",
            "Give codes such as zh-hans,en,es,it.",
        )
    run(sys.stdin.buffer, sys.stdout, chosen)
    return 0


def run(source: IO[bytes], out: TextIO, languages: Sequence[str] = ()) -> None:
    """Write one JSON object per line of input, in order, blank lines included.

    `{"language", "topic", "confidence", "urgency", "out_of_scope", "entities"}`. Each line is a
    conversation of its own. Bytes that are no UTF-8 become U+FFFD. The output is ASCII.
    """
    language_id = EldcLanguageId(tuple(languages) or DEFAULT_LANGUAGES)
    for batch in _batches(source):
        texts = [_text_of(line) for line in batch]
        pairs = zip(texts, triage(texts), strict=True)
        out.writelines(json.dumps(_answer(*pair, language_id)) + "\n" for pair in pairs)
        out.flush()


def _answer(text: str, triaged: Triaged, language_id: LanguageId) -> dict[str, Any]:
    return {
        "language": language_id.identify(text).language,
        "topic": triaged.topic,
        "confidence": round(triaged.confidence, 3),
        "urgency": triaged.urgency.name.lower(),
        "out_of_scope": triaged.out_of_scope,
        "entities": _entities(text),
    }


def _entities(text: str) -> list[dict[str, str]]:
    checked = guard.check(text[:MAX_CHARACTERS])
    safe = checked.safe.text
    found = [{"kind": kind, "value": f"⟦{kind}⟧"} for kind in checked.kinds]
    hidden = list(safe)
    for datum in personal.find(safe):
        found.append({"kind": datum.kind.value, "value": masked(safe[datum.start : datum.end])})
        hidden[datum.start : datum.end] = " " * (datum.end - datum.start)
    return found + [entity.as_fields() for entity in entities("".join(hidden))]


def masked(value: str) -> str:
    """Return a value of which nobody can be reached: its ends only.

    >>> masked("mei.chen@example.com"), masked("+86 138 1234 5678")
    ('m***@***.com', '+8***78')
    """
    name, at, host = value.partition("@")
    if at:
        return f"{name[:1]}***@***.{host.rpartition('.')[2]}"
    return f"{value[:2]}***{value[-2:]}"


def _text_of(line: bytes) -> str:
    return line[:KEPT].decode("utf-8", errors="replace").removesuffix("\r")


def _batches(source: IO[bytes]) -> Iterator[list[bytes]]:
    """Yield lines without their ends: up to BATCH at once, fewer when no more input waits."""
    rest, lines, descriptor = bytearray(), [], source.fileno()
    while piece := os.read(descriptor, CHUNK):
        first, *others = piece.split(b"\n")
        rest += first[: max(0, KEPT - len(rest))]
        for other in others:
            lines.append(bytes(rest))
            rest = bytearray(other[:KEPT])
        while len(lines) >= BATCH:
            yield lines[:BATCH]
            lines = lines[BATCH:]
        if lines and not select.select([descriptor], [], [], 0)[0]:
            yield lines
            lines = []
    if rest:
        lines.append(bytes(rest))
    if lines:
        yield lines
