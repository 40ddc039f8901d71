"""The header of a mail or a part: fields in order, unfolded, still as bytes (RFC 5322 section 2.2).

Broken ones are read as their senders meant them: lines glued together, fields without a colon.
"""

import re
from dataclasses import dataclass
from typing import Final

from walletdesk.integrations.email.parsing.words import decode_words

MOST_FIELDS: Final = 2000
MOST_HEADER_BYTES: Final = 1_000_000
MOST_FIELD_BYTES: Final = 100_000  # of one field; what follows is left out

_BEGINNING: Final = 4096
_FIELD: Final = re.compile(rb"([!-9;-~]{1,100})[ \t]{0,8}:", re.DOTALL)
# An empty line. One of white space only, unless it is a fold or more fields follow.
_END: Final = re.compile(rb"\r?\n\r?\n|\r\r|\r?\n[ \t]{1,8}\r?\n(?![ \t]|[!-9;-~]{1,60}:)")
_LINES: Final = re.compile(rb"\r\n|\n|\r")
_STRICT_LINES: Final = re.compile(rb"\r?\n")
_STRICT_FIELD: Final = re.compile(rb"([!-9;-~]++)[ \t]*+:")
# A header line that lost its line break: `Date: Mon, 1 ... +0000Received: from ...`.
_GLUED: Final = re.compile(
    rb"(?<=[0-9>)])"
    rb"(?=(?:Received|Message-ID|Subject|From|To|Content-Type|Date|MIME-Version): )"
)
_GLUED_FIELDS: Final = {b"date", b"received", b"message-id"}


@dataclass(frozen=True, slots=True)
class Header:
    """The fields of a header in order: names in lower case, values unfolded."""

    fields: tuple[tuple[str, bytes], ...]
    glued: bool = False

    def all(self, name: str) -> list[bytes]:
        """Return the values of each field with this name."""
        return [value for field, value in self.fields if field == name]

    def first(self, name: str) -> bytes:
        """Return the first value, empty if there is no such field."""
        return next((value for field, value in self.fields if field == name), b"")

    def has(self, name: str) -> bool:
        """Return whether there is such a field."""
        return any(field == name for field, _ in self.fields)

    def text(self, name: str, hint: str = "") -> str:
        """Return the first value as text; the first that says something, if there are several."""
        texts = (decode_words(value, hint) for value in self.all(name))
        return next((text for text in texts if text), "")

    def token(self, name: str) -> str:
        """Return the first value in lower case without comments and parameters."""
        value = self.first(name).decode("latin-1").lower()
        return value.split(";")[0].split("(")[0].strip()


def split_header(data: bytes, start: int = 0, end: int | None = None) -> tuple[Header, int]:
    """Return the header at `start` of `data` and where the body begins.

    What does not begin like a header is a body without one.
    """
    end = len(data) if end is None else end
    if start >= end:
        return Header(()), end
    if data[start : start + 1] == b"\n":
        return Header(()), start + 1
    if data[start : start + 2] == b"\r\n":
        return Header(()), start + 2
    if not _begins_header(_LINES.split(data[start : min(end, start + _BEGINNING)])):
        return Header(()), start
    most = min(end, start + MOST_HEADER_BYTES)
    stop = _END.search(data, start, most)
    header_end, body = (stop.start(), stop.end()) if stop else (most, most)
    return _fields(_LINES.split(data[start:header_end])), body


def strict_header(data: bytes) -> Header:
    """Return the header as mail servers read it, where it decides who is believed.

    Only a line feed ends a line; the first empty line ends all; what is no field belongs to none.
    """
    fields: list[tuple[str, list[bytes]]] = []
    for line in _STRICT_LINES.split(data[:MOST_HEADER_BYTES]):
        if not line or len(fields) >= MOST_FIELDS:
            break
        if line[:1] in {b" ", b"\t"} and fields:
            fields[-1][1].append(line.strip())
            continue
        hit = _STRICT_FIELD.match(line)
        name = hit[1].decode("ascii").lower() if hit else ""
        fields.append((name, [line[hit.end() if hit else 0 :].strip()]))
    return Header(tuple((name, b" ".join(values).strip()) for name, values in fields))


def _begins_header(lines: list[bytes]) -> bool:
    first = lines[0]
    if first[:5] in {b"From ", b">From"}:  # the line that mbox puts before each mail
        first = lines[1] if len(lines) > 1 else b""
    # A stray line or a fold before the first field happens; a text without any field is no header.
    return any(_FIELD.match(line) for line in (first, *lines[1:3]))


def _fields(lines: list[bytes]) -> Header:
    fields: list[tuple[str, list[bytes]]] = []
    size = 0
    for number, line in enumerate(lines):
        if line[:1] in {b" ", b"\t"} and fields:
            size += len(line)
            if size < MOST_FIELD_BYTES:
                fields[-1][1].append(line.strip())
            continue
        hit = _FIELD.match(line)
        if hit is None:
            if fields and number and line.strip():
                fields[-1][1].append(line.strip())  # a fold that lost its white space
            continue
        if len(fields) >= MOST_FIELDS:
            break
        size = len(line)
        value = line[hit.end() : hit.end() + MOST_FIELD_BYTES].strip()
        fields.append((hit[1].decode("ascii").lower(), [value]))
    return _unglued([(name, b" ".join(values).strip()) for name, values in fields])


def _unglued(fields: list[tuple[str, bytes]]) -> Header:
    whole: list[tuple[str, bytes]] = []
    glued = False
    for name, value in fields:
        cut = _GLUED.search(value[:2000]) if name.encode() in _GLUED_FIELDS else None
        if cut is None:
            whole.append((name, value))
            continue
        glued = True
        second, _, rest = value[cut.start() :].partition(b":")
        whole.append((name, value[: cut.start()].strip()))
        whole.append((second.decode("ascii").lower(), rest.strip()))
    return Header(tuple(whole), glued)
