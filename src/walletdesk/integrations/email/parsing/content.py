"""Which parts of a mail are its body, and which are files in it (RFC 8621 section 4.1.4).

HTML if there is any, else text; several of them in a row (Apple Mail) are put together.
"""

import hashlib
import re
from dataclasses import dataclass, field
from typing import Final

from walletdesk.integrations.email.parsing import tnef
from walletdesk.integrations.email.parsing.charsets import clean_text, decode
from walletdesk.integrations.email.parsing.flowed import unflowed
from walletdesk.integrations.email.parsing.headers import split_header
from walletdesk.integrations.email.parsing.names import (
    declared_name,
    safe_name,
    true_type,
    unique_name,
)
from walletdesk.integrations.email.parsing.structure import Part
from walletdesk.integrations.email.parsing.transfer import uu_files
from walletdesk.integrations.email.parsing.types import Attachment
from walletdesk.integrations.email.parsing.words import decode_words

MOST_ATTACHMENTS: Final = 100
MOST_BYTES: Final = 60_000_000  # of all attachments together
MOST_TEXT: Final = 1_000_000  # characters of one part

_TEXTS: Final = {"text/plain", "text/html"}
_META_CHARSET: Final = re.compile(
    rb"<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE
)
_ENRICHED: Final = re.compile(r"<(/?)[a-zA-Z]{1,20}>")
_ENCRYPTED: Final = {"multipart/encrypted", "application/pgp-encrypted"}
_PKCS7: Final = {"application/pkcs7-mime", "application/x-pkcs7-mime"}


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of the body."""

    text: str
    html: bool


@dataclass(slots=True)
class Content:
    """What a mail holds: the body in pieces, the files, and what was unusual."""

    chunks: list[Chunk] = field(default_factory=list)
    spare: list[Chunk] = field(default_factory=list)  # alternatives that were not chosen
    attachments: list[Attachment] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    hint: str = ""  # the charset that the mail declares somewhere


def collect(root: Part, problems: list[str], hint: str) -> Content:
    """Return the content of a mail."""
    collector = _Collector(Content(problems=problems, hint=hint), root)
    collector.visit(root, wanted=True, first=True, related=False)
    return collector.content


def first_charset(part: Part) -> str:
    """Return the first charset that a mail declares, empty if none."""
    found = part.params.get("charset", "")
    if found and found.lower() not in {"us-ascii", "ascii"}:
        return found
    return next(filter(None, map(first_charset, part.children)), "")


class _Collector:
    def __init__(self, content: Content, root: Part) -> None:
        self.content = content
        self._root = root
        self._names: set[str] = set()
        self._bytes = 0

    def visit(self, part: Part, *, wanted: bool, first: bool, related: bool) -> None:
        """Take a part; `wanted` says that its texts belong to the body."""
        if part.kind in _ENCRYPTED or part.kind in _PKCS7:
            self._note("encrypted" if _is_sealed(part) else "signed")
        if part.children:
            self._visit_children(part, wanted=wanted)
        elif part.kind.startswith("multipart/"):
            return  # without any part
        elif self._is_body(part, first=first, related=related):
            self._take_body(part, wanted=wanted)
        else:
            self._take_file(part)

    def _visit_children(self, part: Part, *, wanted: bool) -> None:
        kind = part.kind
        chosen: list[Part] = []
        if kind == "multipart/alternative":
            chosen = _best(part.children)
        elif kind == "multipart/related":
            chosen = list(filter(_has_text, part.children))[:1]
        elif kind == "multipart/signed":
            self._note("signed")
        for number, child in enumerate(part.children):
            if kind in {"multipart/alternative", "multipart/related"}:
                best = any(child is each for each in chosen)
                alternative = kind == "multipart/alternative"
                self.visit(
                    child,
                    wanted=wanted and best,
                    first=best or alternative,
                    related=not (best or alternative),
                )
            else:
                self.visit(child, wanted=wanted, first=number == 0, related=False)

    def _is_body(self, part: Part, *, first: bool, related: bool) -> bool:
        if part.disposition == "attachment":
            return False
        if part.kind not in _TEXTS:
            return part is self._root and part.kind.startswith("text/")
        return first or (not related and not declared_name(part, self.content.hint))

    def _take_body(self, part: Part, *, wanted: bool) -> None:
        data, problem = part.decoded()
        self._note(problem)
        is_html = part.kind == "text/html"
        if not is_html:
            data = self._without_uu(data)
        charset = part.params.get("charset", "")
        if is_html and not charset:
            meta = _META_CHARSET.search(data[:4096])
            charset = meta[1].decode("ascii") if meta else ""
        text, problem = decode(data[: MOST_TEXT * 4], charset, self.content.hint)
        self._note(problem)
        text = clean_text(text[:MOST_TEXT])
        if len(text) == MOST_TEXT:
            self._note("text_cut")
        if part.kind == "text/plain" and part.params.get("format", "").lower() == "flowed":
            text = unflowed(text, delete_space=part.params.get("delsp", "").lower() == "yes")
        if part.kind == "text/enriched":
            text = _ENRICHED.sub("", text)
        if not text.strip():
            return
        (self.content.chunks if wanted else self.content.spare).append(Chunk(text, is_html))

    def _without_uu(self, data: bytes) -> bytes:
        if b"begin " not in data:
            return data
        kept = b""
        at = 0
        for name, found, start, stop in uu_files(data):
            self._add(decode_words(name, self.content.hint), found, "", "")
            kept += data[at:start]
            at = stop
        return kept + data[at:]

    def _take_file(self, part: Part) -> None:
        data, problem = part.decoded()
        self._note(problem)
        name = declared_name(part, self.content.hint)
        if not data and not name:
            return
        if (part.kind in tnef.KINDS or name.lower() == "winmail.dat") and tnef.is_tnef(data):
            if self._take_tnef(data):
                return
            self._note("broken_tnef")
        if not name and part.kind in {"message/rfc822", "message/global"}:
            name = _subject_name(data)
        content_id = part.header.first("content-id").decode("latin-1").strip().strip("<>")
        self._add(name, data, part.kind, clean_text(content_id)[:250])

    def _take_tnef(self, data: bytes) -> bool:
        found = tnef.unpack(data)
        if found is None:
            return False
        files, html, text = found
        for name, file in files:
            self._add(clean_text(name), file, "", "")
        if html.strip():
            self.content.spare.append(Chunk(clean_text(html[:MOST_TEXT]), html=True))
        if text.strip():
            self.content.spare.append(Chunk(clean_text(text[:MOST_TEXT]), html=False))
        return bool(files or html.strip() or text.strip())

    def _add(self, name: str, data: bytes, declared: str, content_id: str) -> None:
        self._bytes += len(data)
        if len(self.content.attachments) >= MOST_ATTACHMENTS or self._bytes > MOST_BYTES:
            self._note("too_many_attachments")
            return
        kind = true_type(data, declared)
        safe = safe_name(name, kind, len(self.content.attachments) + 1)
        safe = unique_name(safe, self._names)
        self._names.add(safe)
        digest = hashlib.md5(data, usedforsecurity=False).hexdigest()
        self.content.attachments.append(
            Attachment(safe, kind, len(data), digest, content_id, inline=False, data=data)
        )

    def _note(self, problem: str) -> None:
        if problem:
            self.content.problems.append(problem)


def _is_sealed(part: Part) -> bool:
    return part.params.get("smime-type", "enveloped-data").lower() != "signed-data"


def _has_text(part: Part) -> bool:
    if part.children:
        return any(map(_has_text, part.children))
    return part.kind in _TEXTS and part.disposition != "attachment"


def _has_html(part: Part) -> bool:
    if part.children:
        return any(map(_has_html, part.children))
    return part.kind == "text/html" and part.disposition != "attachment"


def _best(children: list[Part]) -> list[Part]:
    """Return the alternative to show: the last with HTML, else all with text."""
    html = [child for child in children if _has_html(child)]
    return html[-1:] or list(filter(_has_text, children))


def _subject_name(data: bytes) -> str:
    subject = split_header(data)[0].text("subject")
    return f"{subject[:80]}.eml" if subject else ""
