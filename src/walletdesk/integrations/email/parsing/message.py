"""From raw bytes to a `ParsedMail`. Pure; may be slow or die: `confined` runs it in a child."""

import hashlib
import re
from dataclasses import replace
from datetime import datetime
from typing import Final
from urllib.parse import unquote

from walletdesk.integrations.email.parsing import addresses
from walletdesk.integrations.email.parsing.automatic import is_automatic, is_bulk
from walletdesk.integrations.email.parsing.bounces import read_bounce
from walletdesk.integrations.email.parsing.charsets import clean_text
from walletdesk.integrations.email.parsing.content import Chunk, Content, collect, first_charset
from walletdesk.integrations.email.parsing.dates import read_date
from walletdesk.integrations.email.parsing.headers import Header
from walletdesk.integrations.email.parsing.html import (
    clean_html,
    disguised_hosts,
    hidden_hosts,
    html_of_text,
    refusal,
    without_marks,
    without_tags,
)
from walletdesk.integrations.email.parsing.quotes import reply_of_lines
from walletdesk.integrations.email.parsing.structure import Part, build_tree
from walletdesk.integrations.email.parsing.types import Attachment, ParsedMail
from walletdesk.integrations.email.parsing.visible import Line, text_of, visible_lines

MOST_SUBJECT: Final = 998
MOST_REFERENCES: Final = 100
GENERATED_DOMAIN: Final = "walletdesk.invalid"

_ID: Final = re.compile(rb"<([^<>\s]{1,500})>")
_CID: Final = re.compile(r'src="cid:([^"]{1,300})"', re.IGNORECASE)
_DELIVERED: Final = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to")


def parse_mail(raw: bytes) -> ParsedMail:
    """Return what a mail says. Any bytes are a mail, if a poor one."""
    problems: list[str] = []
    tree = build_tree(raw, problems)
    hint = first_charset(tree)
    content = collect(tree, problems, hint)
    text, reply, html = _body(content)
    mail = _header_facts(raw, tree.header, hint)
    bounce = read_bounce(tree, text)
    return replace(
        mail,
        text=text,
        reply=reply,
        html=html,
        links=hidden_hosts(html),
        disguised=disguised_hosts(html),
        attachments=_inlined(content.attachments, html),
        automatic=mail.automatic or bounce is not None,
        bounce=bounce,
        problems=tuple(dict.fromkeys((*mail.problems, *problems))),
    )


def parse_header(raw: bytes, problem: str) -> ParsedMail:
    """Return what the header says, for a mail whose body cannot be read."""
    tree = Part(build_tree(_header_of(raw), []).header, b"", 0, 0, "text/plain", {})
    mail = _header_facts(raw, tree.header, "")
    return replace(mail, problems=tuple(dict.fromkeys((*mail.problems, problem))))


def _header_of(raw: bytes) -> bytes:
    start = raw[:200_000]
    cut = re.search(rb"\r?\n\r?\n|\r\r", start.lstrip(b"\r\n"))
    return start.lstrip(b"\r\n")[: cut.end()] if cut else start


def _header_facts(raw: bytes, header: Header, hint: str) -> ParsedMail:
    sender, defect = addresses.sender(header, hint)
    message_id, generated = _message_id(raw, header)
    problems = ["sender_defect"] if defect else []
    if header.glued:
        problems.append("glued_header_lines")
    if generated:
        problems.append("no_message_id")
    if not header.fields:
        problems.append("no_header")
    return ParsedMail(
        message_id=message_id,
        generated_id=generated,
        sender=sender,
        reply_to=addresses.mailboxes(header, "reply-to", hint),
        to=addresses.mailboxes(header, "to", hint),
        cc=addresses.mailboxes(header, "cc", hint),
        delivered_to=_delivered_to(header),
        subject=header.text("subject", hint)[:MOST_SUBJECT],
        date=_date(header),
        references=_references(header),
        text="",
        reply="",
        html="",
        links=(),
        disguised=(),
        attachments=(),
        automatic=is_automatic(header, sender),
        bulk=is_bulk(header),
        bounce=None,
        problems=tuple(problems),
        sender_defect=defect,
    )


def _message_id(raw: bytes, header: Header) -> tuple[str, bool]:
    for value in header.all("message-id"):
        hit = _ID.search(value)
        found = hit[1] if hit else value.strip().strip(b"<>").strip()
        text = clean_text(found.decode("utf-8", "replace"))
        if text:
            return text[:500], False
    return f"gen-{hashlib.sha256(raw).hexdigest()}@{GENERATED_DOMAIN}", True


def _references(header: Header) -> tuple[str, ...]:
    """Return the ids of References, then those of In-Reply-To: the last is the one answered."""
    found: list[str] = []
    for name in ("references", "in-reply-to"):
        for value in header.all(name):
            ids = (clean_text(each.decode("utf-8", "replace")) for each in _ID.findall(value))
            found.extend(ids)
    last_first = dict.fromkeys(reversed(found))
    return tuple(reversed(list(last_first)[:MOST_REFERENCES]))


def _delivered_to(header: Header) -> tuple[str, ...]:
    found = (
        mailbox.address for name in _DELIVERED for mailbox in addresses.mailboxes(header, name)
    )
    return tuple(dict.fromkeys(filter(None, found)))


def _date(header: Header) -> datetime | None:
    return next(filter(None, map(read_date, header.all("date"))), None)


def _body(content: Content) -> tuple[str, str, str]:
    """Return text, reply and cleaned HTML."""
    text, reply, html = _rendered(content.chunks, content.problems)
    # HTML of a style sheet alone shows nothing, though its text without tags is not empty.
    unseen = not html and any(each.html and not refusal(each.text) for each in content.chunks)
    if (unseen or not text.strip()) and "cid:" not in html and content.spare:
        spare = [chunk for chunk in content.spare if chunk.html] or content.spare
        return _rendered(spare, content.problems)
    return text, reply, html


def _rendered(chunks: list[Chunk], problems: list[str]) -> tuple[str, str, str]:
    any_html = any(chunk.html for chunk in chunks)
    lines: list[Line] = []
    pieces: list[str] = []
    for chunk in chunks:
        if lines and lines[-1].text:
            lines.append(Line(""))
        if not chunk.html:
            lines.extend(Line(row) for row in chunk.text.split("\n"))
            pieces.append(html_of_text(chunk.text) if any_html else "")
            continue
        cleaned, found = clean_html(chunk.text)
        problems.extend(found)
        if cleaned:
            lines.extend(visible_lines(cleaned))
            pieces.append(without_marks(cleaned))
        else:
            rows = without_tags(chunk.text).split("\n")
            lines.extend(Line(" ".join(row.split())) for row in rows)
    text = text_of(lines) if any_html else "\n\n".join(chunk.text.strip("\n") for chunk in chunks)
    return text.rstrip(), reply_of_lines(lines), "\n".join(filter(None, pieces)).strip()


def _inlined(attachments: list[Attachment], html: str) -> tuple[Attachment, ...]:
    shown = {unquote(hit[1]).lower() for hit in _CID.finditer(html)}
    return tuple(
        replace(each, inline=True) if each.content_id.lower() in shown else each
        for each in attachments
    )
