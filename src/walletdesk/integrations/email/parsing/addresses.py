"""Address fields (RFC 5322 section 3.4), read from undecoded bytes, as strictly as needed.

Names are decoded after the structure is known: an encoded word never becomes part of an address.
That, and that a text with an `@` is not taken for the address when one in angle brackets follows,
is where decode-then-parse names the victim as the sender (CVE-2023-27043).
"""

import re
from dataclasses import dataclass, field
from typing import Final

from walletdesk.integrations.email.parsing.headers import Header
from walletdesk.integrations.email.parsing.types import Mailbox
from walletdesk.integrations.email.parsing.words import decode_words

MOST_ADDRESSES: Final = 1000
MOST_ADDRESS_CHARS: Final = 320

_TOKEN: Final = re.compile(
    rb'=\?[^?\s]{1,60}\?[bBqQ]\?[^?\s<>]*+\?=|"(?:[^"\\]++|\\.)*+"?|\\.|[()<>,;:]|[^()<>,;:"\s=\\]++|.|\s++',
    re.DOTALL,
)
_ESCAPED: Final = re.compile(rb"\\(.)", re.DOTALL)
_ATOM: Final = r"[^\x00-\x20\x7f()<>@,;:\\\".\[\]]++"
_LABEL: Final = r"(?!-)[^\x00-,./:-@\[-`{-\x7f]{1,63}+"  # letters, digits, hyphen; any script
_ADDRESS: Final = re.compile(
    rf"(?:{_ATOM}(?:\.{_ATOM})*+|\"(?:[^\"\\\x00-\x1f\x7f]++|\\[ -~])*+\")"
    rf"@(?:{_LABEL}(?:\.{_LABEL})*+|\[[0-9A-Fa-f:.IPv]{{2,45}}\])"
)
_STRANGE: Final = re.compile(
    r"[\x00-\x1f\x7f\u00a0\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufffd]"
)


@dataclass(slots=True)
class _Reading:
    """One mailbox while it is read."""

    phrase: bytearray = field(default_factory=bytearray)
    comments: list[bytes] = field(default_factory=list)
    angle: bytearray | None = None
    bare: bytearray = field(default_factory=bytearray)  # the phrase without quotes undone
    defect: bool = False

    def empty(self) -> bool:
        return self.angle is None and not self.phrase.strip() and not self.comments


@dataclass(frozen=True, slots=True)
class AddressList:
    """The mailboxes of a field; `defect` says that strict readers would not agree on them."""

    mailboxes: tuple[Mailbox, ...]
    defect: bool
    group: bool


def is_address(address: str) -> bool:
    """Return whether it is exactly one addr-spec that names a mailbox (RFC 5321, RFC 6531)."""
    return (
        0 < len(address) <= MOST_ADDRESS_CHARS
        and _ADDRESS.fullmatch(address) is not None
        and _STRANGE.search(address) is None
    )


def read_addresses(value: bytes, hint: str = "") -> AddressList:
    """Return the mailboxes of an unfolded field; those of groups among them."""
    reader = _Reader(hint)
    for token in _TOKEN.finditer(value):
        reader.take(token[0])
        if len(reader.found) >= MOST_ADDRESSES:
            break
    reader.finish()
    defect = reader.defect or b"\x00" in value
    return AddressList(tuple(reader.found), defect, reader.group)


class _Reader:
    def __init__(self, hint: str) -> None:
        self.found: list[Mailbox] = []
        self.defect = False
        self.group = False
        self._hint = hint
        self._depth = 0
        self._comment = bytearray()
        self._in_angle = False
        self._now = _Reading()

    def take(self, token: bytes) -> None:
        if self._depth or token == b"(":
            self._take_comment(token)
        elif self._in_angle:
            self._take_angle(token)
        elif token == b"<":
            self._in_angle = True
            self.defect |= self._now.angle is not None
            self._now.angle = bytearray()
        elif token in {b",", b";"}:
            self._end()
        elif token == b":" and self._now.angle is None and b"@" not in self._now.phrase:
            self.group = True
            self._now = _Reading()
        else:
            self._take_phrase(token)

    def _take_phrase(self, token: bytes) -> None:
        now = self._now
        if token in {b")", b">"}:
            now.defect = True
            return
        if now.angle is not None and token.strip():
            now.defect = True
        now.bare += token
        if token[:1] == b'"':
            now.phrase += _ESCAPED.sub(rb"\1", token[1:].removesuffix(b'"'))
        else:
            now.phrase += b" " if token.isspace() else token

    def _take_comment(self, token: bytes) -> None:
        if token == b"(":
            self._depth += 1
            if self._depth == 1:
                self._comment = bytearray()
                return
        elif token == b")":
            self._depth -= 1
            if self._depth == 0:
                self._now.comments.append(bytes(self._comment))
                return
        self._comment += token

    def _take_angle(self, token: bytes) -> None:
        angle = self._now.angle
        if token == b">" or angle is None:
            self._in_angle = False
        elif token == b"<":
            self._now.defect = True
            angle.clear()
        else:
            angle += token

    def finish(self) -> None:
        if self._depth or self._in_angle:
            self._now.defect = True
        if self._depth:
            self._now.comments.append(bytes(self._comment))
        self._end()

    def _end(self) -> None:
        now, self._now = self._now, _Reading()
        self._in_angle = False
        if not now.empty():
            self._add(now)

    def _add(self, now: _Reading) -> None:
        comments = " ".join(decode_words(_unescaped(text), self._hint) for text in now.comments)
        if now.angle is None:
            # Without angle brackets the whole is the address, or there is none.
            address, good = _address(bytes(now.bare))
            name = comments if address else decode_words(bytes(now.phrase), self._hint)
            if not address:
                name, address, good = *_loose(name), False
        else:
            address, good = _address(bytes(now.angle))
            name = decode_words(bytes(now.phrase), self._hint)
            if not name:
                name = comments
            elif comments:
                name = f"{name} ({comments})"
            # `victim@bank <thief@example>`: an unquoted @ is no phrase, unless it says the same.
            good &= b"@" not in _QUOTED.sub(b"", bytes(now.bare)) or name.lower() == address.lower()
        self.defect |= now.defect or not good
        self.found.append(Mailbox(name, address))


_QUOTED: Final = re.compile(
    rb'"(?:[^"\\]++|\\.)*+"?|=\?[^?\s]{1,60}\?[bBqQ]\?[^?\s]*+\?=', re.DOTALL
)


def _unescaped(text: bytes) -> bytes:
    return _ESCAPED.sub(rb"\1", text)


def _address(raw: bytes) -> tuple[str, bool]:
    """Return an address as written, its domain in lower case, and whether nothing is wrong."""
    text = raw.decode("utf-8", "replace").strip()
    if text.startswith("@") and ":" in text:  # a route of RFC 822
        text = text.partition(":")[2]
    text = text.removeprefix("mailto:")
    local, at, domain = text.rpartition("@")
    good = is_address(text) and "=?" not in text
    if not good:
        squeezed = "".join(_STRANGE.sub("", domain).split()).rstrip(".")
        local = _STRANGE.sub("", local).strip()
        domain = squeezed
        if not at or not domain or not local or (" " in local and not local.startswith('"')):
            return "", False
    return f"{local}@{domain.lower()}"[:MOST_ADDRESS_CHARS], good


def _loose(text: str) -> tuple[str, str]:
    """Return name and address from a text that has one somewhere, such as `Bob bob@x.example`."""
    words = text.split()
    address = next((word for word in words if "@" in word and is_address(word)), "")
    return " ".join(word for word in words if "@" not in word) if address else text, address


def mailboxes(header: Header, name: str, hint: str = "") -> tuple[Mailbox, ...]:
    """Return the mailboxes of all fields with this name."""
    found: list[Mailbox] = []
    for value in header.all(name)[:20]:
        found.extend(read_addresses(value, hint).mailboxes)
    return tuple(found[:MOST_ADDRESSES])


def sender(header: Header, hint: str = "") -> tuple[Mailbox | None, bool]:
    """Return who the From field names, and whether it has any defect: then it identifies nobody."""
    fields = header.all("from")
    if not fields:
        fallback = mailboxes(header, "sender", hint) or mailboxes(header, "return-path", hint)
        return (fallback[0] if fallback else None), True
    read = read_addresses(fields[0], hint)
    found = read.mailboxes[0] if read.mailboxes else None
    single = len(fields) == 1 and len(read.mailboxes) == 1
    return found, not single or read.defect or read.group
