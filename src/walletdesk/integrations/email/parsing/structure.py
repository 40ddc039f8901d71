"""The tree of a mail's parts (RFC 2046), also where boundaries are missing or wrong.

Own code, because the standard library's takes seconds, or recursion errors, for hostile mails.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from walletdesk.integrations.email.parsing.headers import Header, split_header
from walletdesk.integrations.email.parsing.transfer import decode_body
from walletdesk.integrations.email.parsing.words import parameters

MOST_PARTS: Final = 500
MOST_DEPTH: Final = 30

_DASHES: Final = re.compile(rb"(?m)^--(?!-?\r?$)([^\r\n]{1,200}?)(?:--)?[ \t]{0,8}\r?$")
_SNIFF_BYTES: Final = 20_000

TOO_DEEP: Final = "too_deep"
TOO_MANY: Final = "too_many_parts"
NO_BOUNDARY: Final = "missing_boundary"


@dataclass(slots=True)
class Part:
    """One part: its header, where its body lies in the raw bytes, its children."""

    header: Header
    raw: bytes
    start: int
    end: int
    kind: str  # media type in lower case
    params: dict[str, str]
    children: list["Part"] = field(default_factory=list)

    @property
    def body(self) -> bytes:
        """The bytes as transferred."""
        return self.raw[self.start : self.end]

    def decoded(self) -> tuple[bytes, str]:
        """Return the bytes behind the transfer encoding, and a problem code."""
        encoding = self.header.first("content-transfer-encoding").decode("latin-1")
        return decode_body(self.body, encoding)

    @property
    def disposition(self) -> str:
        """`attachment`, `inline` or what else is said; empty if nothing is."""
        return parameters(self.header.first("content-disposition"))[0].split("/")[0]


class _Builder:
    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        self.count = 0

    def part(self, raw: bytes, start: int, end: int, depth: int, default: str) -> Part:
        self.count += 1
        header, body = split_header(raw, start, end)
        # A Content-Type that says nothing counts as none; of several the first that does.
        types = (parameters(value) for value in header.all("content-type"))
        kind, params = next((found for found in types if "/" in found[0]), (default, {}))
        part = Part(header, raw, body, end, kind, params)
        if kind.startswith("multipart/"):
            self._split(part, depth)
        return part

    def _split(self, part: Part, depth: int) -> None:
        if depth >= MOST_DEPTH:
            self.problems.append(TOO_DEEP)
            part.kind = "application/octet-stream"
            return
        spans = self._spans(part)
        if not spans:
            # Nothing to split at: it is a text, whatever it says.
            self.problems.append(NO_BOUNDARY)
            part.kind = "text/html" if _is_html(part.body[:1000]) else "text/plain"
            return
        default = "message/rfc822" if part.kind == "multipart/digest" else "text/plain"
        for start, end in spans:
            if self.count >= MOST_PARTS:
                self.problems.append(TOO_MANY)
                break
            part.children.append(self.part(part.raw, start, end, depth + 1, default))

    def _spans(self, part: Part) -> list[tuple[int, int]]:
        boundary = part.params.get("boundary", "").encode("utf-8", "replace").rstrip(b" ")
        spans = _between(part, boundary) if boundary else []
        if spans:
            return spans
        hit = _DASHES.search(part.raw, part.start, min(part.end, part.start + _SNIFF_BYTES))
        if hit is None:
            return []
        self.problems.append(NO_BOUNDARY)
        return _between(part, hit[1])


def _is_html(start: bytes) -> bool:
    return b"<html" in start.lower() or b"<!doctype html" in start.lower()


def _between(part: Part, boundary: bytes) -> list[tuple[int, int]]:
    """Return where the parts between the boundary lines begin and end."""
    # Begins with fixed bytes, so that the search is as fast as a look for them.
    line = re.compile(rb"\n--" + re.escape(boundary) + rb"(--)?[ \t]*+(?:\r?\n|\Z)")
    raw, end = part.raw, part.end
    at = max(0, part.start - 1)
    spans: list[tuple[int, int]] = []
    begin: int | None = None
    while len(spans) < MOST_PARTS:
        hit = line.search(raw, at, end)
        if hit is None:
            break
        if begin is not None:
            spans.append((begin, max(begin, _before(raw, hit.start()))))
        if hit[1]:
            return spans
        begin = hit.end()
        at = max(hit.end() - 1, hit.start() + 1)
    if begin is not None and begin < end:
        spans.append((begin, end))
    return spans


def _before(raw: bytes, newline: int) -> int:
    # The line break before a boundary belongs to the boundary.
    return newline - 1 if newline > 0 and raw[newline - 1] == 0x0D else newline


def build_tree(raw: bytes, problems: list[str]) -> Part:
    """Return the parts of a mail. What is unusual about it is appended to `problems`."""
    if b"\n" not in raw and b"\r" in raw:
        problems.append("bare_cr")
        raw = raw.replace(b"\r", b"\n")
    start = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    while raw[start : start + 1] in {b"\r", b"\n"} and start < 100:
        start += 1  # empty lines before the header, as some pipes put them
    return _Builder(problems).part(raw, start, len(raw), 0, "text/plain")


def subtree(raw: bytes, problems: list[str]) -> Part:
    """Return the parts of a mail inside of a mail."""
    return build_tree(raw, problems)
