"""Reports about our own mails: not delivered, delayed, complained about.

RFC 3464 (delivery status), RFC 5965 (complaints), and the texts of programs that know neither.
"""

import re
from collections.abc import Iterator
from typing import Final

from walletdesk.integrations.email.parsing.addresses import is_address, read_addresses, sender
from walletdesk.integrations.email.parsing.automatic import is_automatic
from walletdesk.integrations.email.parsing.bounce_words import (
    DELAYED,
    FAILED,
    FAILED_SUBJECT,
    ORIGINAL,
    RECIPIENT,
    STATUS,
    TEMPORARY,
)
from walletdesk.integrations.email.parsing.charsets import clean_text
from walletdesk.integrations.email.parsing.headers import Header, split_header
from walletdesk.integrations.email.parsing.structure import Part
from walletdesk.integrations.email.parsing.types import Bounce, BouncedRecipient, BounceKind
from walletdesk.integrations.email.parsing.words import decode_words

MOST_RECIPIENTS: Final = 100
MOST_DIAGNOSTIC: Final = 500
_STATUS_KINDS: Final = {"message/delivery-status", "message/global-delivery-status"}
_MAIL_KINDS: Final = {
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "message/rfc822-headers",
}
_SERIOUS: Final = (BounceKind.HARD, BounceKind.SOFT, BounceKind.DELAYED, BounceKind.DELIVERED)
_DAEMON: Final = re.compile(
    r"(?:mailer-?_?daemon|mail-?daemon|mail\.?delivery|postmaster|postoffice|bounce|mailerdaemon)"
    r"[^@]{0,40}@.*",
    re.IGNORECASE | re.DOTALL,
)
_ID_LINE: Final = re.compile(r"(?im)^[ \t>]{0,8}message-id:\s{0,4}<([^<>\s]{1,500})>")
_XTEXT: Final = re.compile(r"\+([0-9A-F]{2})")
_MOST_TEXT: Final = 60_000
_BLANK: Final = re.compile(rb"(?:\r?\n[ \t]{0,8}){2,9}")


def read_bounce(root: Part, text: str) -> Bounce | None:
    """Return what a report says about a mail of ours, or None if the mail is no report."""
    parts = list(_leaves(root))
    feedback = next((part for part in parts if part.kind == "message/feedback-report"), None)
    if feedback is not None:
        return _complaint(feedback, parts)
    status = next((part for part in parts if part.kind in _STATUS_KINDS), None)
    if status is not None:
        if not is_automatic(root.header, sender(root.header)[0]):
            return None  # somebody passes on a report that they got
        return _delivery_status(root, status, parts)
    return _by_words(root, text[:_MOST_TEXT], parts)


def _leaves(part: Part) -> Iterator[Part]:
    if not part.children:
        yield part
    for child in part.children:
        yield from _leaves(child)


def _groups(part: Part) -> list[Header]:
    """Return the groups of fields in a report, which empty lines separate."""
    data = part.decoded()[0][:200_000]
    blocks = _BLANK.split(data.strip())[: 3 * MOST_RECIPIENTS]
    return [split_header(block.strip())[0] for block in blocks]


def _complaint(feedback: Part, parts: list[Part]) -> Bounce | None:
    groups = _groups(feedback)
    kinds = {group.token("feedback-type") for group in groups} - {""}
    if kinds == {"not-spam"}:
        return None
    said = next(iter(kinds), "abuse")
    found = [value for group in groups for value in group.all("original-rcpt-to")]
    addresses = [_address(value) for value in found]
    original = _original(parts)
    if not addresses and original is not None:
        addresses = [each.address for each in read_addresses(original.first("to")).mailboxes]
    recipients = tuple(
        BouncedRecipient(address, "", "", clean_text(said)) for address in dict.fromkeys(addresses)
    )
    return Bounce(BounceKind.COMPLAINT, recipients[:MOST_RECIPIENTS], _id_of(original), "")


def _delivery_status(root: Part, status: Part, parts: list[Part]) -> Bounce | None:
    groups = _groups(status)
    recipients = tuple(filter(None, map(_recipient, groups)))[:MOST_RECIPIENTS]
    if not recipients:
        # Some put each group into a part of its own.
        more = [group for part in parts if part is not status for group in _groups(part)[:20]]
        recipients = tuple(filter(None, map(_recipient, more)))[:MOST_RECIPIENTS]
    if not recipients:
        return None
    token = next((group.text("original-envelope-id") for group in groups), "")
    kinds = {_kind(recipient) for recipient in recipients}
    message_id = _id_of(_original(parts)) or _answered(root.header)
    return Bounce(
        next(kind for kind in _SERIOUS if kind in kinds), recipients, message_id, _xtext(token)
    )


def _recipient(group: Header) -> BouncedRecipient | None:
    value = group.first("original-recipient") or group.first("final-recipient")
    value = value if b"@" in value else group.first("final-recipient")
    if not value:
        return None
    status = STATUS.search(group.text("status") + " ")
    return BouncedRecipient(
        address=_address(value.partition(b";")[2] or value),
        action=clean_text(group.token("action"))[:20],
        status=status[1] if status else "",
        diagnostic=decode_words(group.first("diagnostic-code"))[:MOST_DIAGNOSTIC],
    )


def _address(value: bytes) -> str:
    found = read_addresses(value.strip()).mailboxes
    return found[0].address if found else ""


def _kind(recipient: BouncedRecipient) -> BounceKind:
    if recipient.action in {"delivered", "relayed", "expanded"}:
        return BounceKind.DELIVERED
    if recipient.action == "delayed":
        return BounceKind.DELAYED
    if recipient.status.startswith("2"):
        return BounceKind.DELIVERED
    return BounceKind.SOFT if recipient.status.startswith("4") else BounceKind.HARD


def _original(parts: list[Part]) -> Header | None:
    """Return the header of the mail that a report is about."""
    returned = next((part for part in reversed(parts) if part.kind in _MAIL_KINDS), None)
    return split_header(returned.decoded()[0].lstrip()[:200_000])[0] if returned else None


def _id_of(header: Header | None) -> str:
    text = header.text("message-id") if header else ""
    return text.strip("<> ")[:500]


def _answered(header: Header) -> str:
    for name in ("in-reply-to", "references"):
        ids = re.findall(rb"<([^<>\s]{1,500})>", header.first(name))
        if ids:
            return clean_text(ids[-1].decode("utf-8", "replace"))
    return ""


def _xtext(token: str) -> str:
    return clean_text(_XTEXT.sub(lambda hit: chr(int(hit[1], 16)), token))[:200]


def _by_words(root: Part, text: str, parts: list[Part]) -> Bounce | None:
    """Read a report in prose: qmail, Exchange, Exim, QQ Mail, 163 and their like."""
    header = root.header
    who, _ = sender(header)
    daemon = who is not None and _DAEMON.fullmatch(who.address) is not None
    null = any(b"".join(value.split()) == b"<>" for value in header.all("return-path"))
    subject = header.text("subject")
    if not (daemon or null) or (header.token("auto-submitted") == "auto-replied" and not daemon):
        return None
    cut = ORIGINAL.search(text)
    notice = text[: cut.start()] if cut else text[:8_000]
    if not (FAILED_SUBJECT.search(subject[:300]) or FAILED.search(notice)):
        return None
    failed = header.text("x-failed-recipients")
    named = failed.replace(",", " ").split() or [hit[1] for hit in RECIPIENT.finditer(notice)]
    ours = {mailbox.address for mailbox in read_addresses(header.first("to")).mailboxes}
    if who is not None:
        ours.add(who.address)
    addresses = [each.rstrip(".") for each in named if is_address(each.rstrip("."))]
    addresses = [each for each in dict.fromkeys(addresses) if each not in ours][:MOST_RECIPIENTS]
    delayed = DELAYED.search(subject) is not None or DELAYED.search(notice[:3_000]) is not None
    return _worded(notice, addresses, _returned_id(text, cut, parts), delayed=delayed)


def _returned_id(text: str, cut: re.Match[str] | None, parts: list[Part]) -> str:
    found = _id_of(_original(parts))
    hit = _ID_LINE.search(text, cut.start() if cut else 0)
    return found or (hit[1] if hit else "")


def _worded(notice: str, addresses: list[str], message_id: str, *, delayed: bool) -> Bounce:
    hit = STATUS.search(notice)
    status = hit[1] if hit else ""
    if delayed:
        kind, action = BounceKind.DELAYED, "delayed"
    else:
        soft = status.startswith("4") or (not status and TEMPORARY.search(notice) is not None)
        kind, action = (BounceKind.SOFT if soft else BounceKind.HARD), "failed"
    lines = (" ".join(line.split()) for line in notice.splitlines())
    said = next((line for line in lines if FAILED.search(line) or STATUS.search(line)), "")
    recipients = tuple(
        BouncedRecipient(address, action, status, said[:MOST_DIAGNOSTIC]) for address in addresses
    )
    return Bounce(kind, recipients, message_id, "")
