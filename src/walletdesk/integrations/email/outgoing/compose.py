"""What a mail says: messages of the conversation, or a fixed text, in the customer's language."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from walletdesk.channels.models import Inbox
from walletdesk.channels.types import InboxKind
from walletdesk.contacts.personal.own_words import restore
from walletdesk.conversations.contents.keys import key_of
from walletdesk.conversations.contents.store import blob_store
from walletdesk.conversations.models import Attachment, Conversation, Event
from walletdesk.conversations.queries import events_of
from walletdesk.conversations.types import Author, FileState, Kind
from walletdesk.integrations.email.outgoing import queries, rules
from walletdesk.integrations.email.outgoing.actions.keys import ensure_reply_key
from walletdesk.integrations.email.outgoing.actions.plan import sender_address
from walletdesk.integrations.email.outgoing.addressing import bounce_address, reply_address
from walletdesk.integrations.email.outgoing.models import SentMail
from walletdesk.integrations.email.outgoing.types import File, Letter, Purpose, Trouble
from walletdesk.integrations.email.vault import open_fields
from walletdesk.kit.blobs.sealed import open_blob
from walletdesk.kit.errors import NotFound
from walletdesk.sla.queries import hours_of
from walletdesk.surveys.queries import settings_of

_SECRET = re.compile(r"⟦(?!(?:email|phone|document|link):)[^⟧]{1,64}⟧")

# Where a customer sees a conversation on our pages: (conversation) → address, "" for nowhere.
LinkTo = Callable[[Conversation], str]
_pages: list[LinkTo] = []
# What is made for a mail when it is written: events → (name, PDF) of each.
Enclose = Callable[[list[Event]], list[tuple[str, bytes]]]
_enclosures: list[Enclose] = []


class CannotWrite(Exception):
    """The mail cannot be written: its text, its recipient or a file is gone. `str` is a code."""


def offer_page(link_to: LinkTo) -> None:
    """Say where customers find a conversation on our pages; the room above that has them calls."""
    _pages[:] = [link_to]


def enclose(made_for: Enclose) -> None:
    """Say who makes the PDFs that go with letters; the room above that has them calls."""
    _enclosures[:] = [made_for]


def _enclosed(said: list[Event]) -> list[File]:
    made = _enclosures[0](said) if _enclosures else []
    return [File(name, "application/pdf", contents) for name, contents in made]


def page_of(conversation: Conversation) -> str:
    """Return the secret page of a conversation, "" when there is none."""
    return _pages[0](conversation) if _pages else ""


def letter_of(sent: SentMail) -> Letter:
    """Write a mail. Raises CannotWrite."""
    with translation.override(_language(sent)):
        return _reply(sent) if sent.purpose == Purpose.REPLY else _fixed(sent)


def _language(sent: SentMail) -> str:
    brand = sent.account.brand
    return sent.language if sent.language in brand.languages else brand.default_language


def _common(sent: SentMail, to: str) -> dict[str, Any]:
    account = sent.account
    return {
        "message_id": sent.message_id,
        "sender": sender_address(account),
        "sender_name": rules.one_line(account.from_name or account.brand.name, 80),
        "to": to,
        "language": _language(sent),
    }


# --- replies --------------------------------------------------------------------------------


def _reply(sent: SentMail) -> Letter:
    conversation, delivery = sent.conversation, sent.delivery
    to = queries.address_of(delivery.contact_id or 0, bytes(sent.recipient))
    if conversation is None or not to:
        raise CannotWrite(Trouble.NO_ADDRESS)
    said = list(
        events_of(conversation)
        .filter(kind=Kind.MESSAGE, author__in=(Author.AGENT, Author.BOT))
        .filter(seq__gte=delivery.first_seq, seq__lte=delivery.seq)
        .order_by("seq")
    )
    if not said:
        raise CannotWrite(Trouble.GONE)
    files, missing = _files(said)
    files += _enclosed(said)
    key = ensure_reply_key(brand_id=sent.account.brand_id)
    heard = heard_in(conversation)
    theirs = [each for _subject, each in heard if each]
    chain = rules.kept_references([*theirs, *_ours_before(sent)])
    return Letter(
        **_common(sent, to),
        subject=_subject(conversation, heard),
        text=_text(sent, said, files, missing),
        envelope=bounce_address(sent, key),
        reply_to=reply_address(sent.account, conversation, conversation.contact, key),
        in_reply_to=next(iter(rules.kept_references(theirs[-1:])), ""),
        references=chain,
        files=tuple(files),
    )


def _text(sent: SentMail, said: list[Event], files: list[File], missing: int) -> str:
    texts = restore([(sent.delivery.contact_id or 0, event.text) for event in said])
    body = "\n\n".join(_spoken(event, text) for event, text in zip(said, texts, strict=True))
    link = page_of(sent.conversation) if missing and sent.conversation else ""
    context = {
        "said": body.strip(),
        "files": [file.name for file in files],
        "missing": missing,
        "link": link,
    }
    return _signed(sent, render_to_string("mail/reply.txt", context), said[-1])


def _spoken(event: Event, text: str) -> str:
    plain = _SECRET.sub(_("[secret removed]"), text)
    links = [
        f"{one.get('title', '')}: {one['url']}"
        for one in event.data.get("sources", [])
        if str(one.get("url", "")).startswith("https://")
    ]
    return "\n".join([plain, *links])


def _signed(sent: SentMail, text: str, last: Event) -> str:
    """Add who writes and the account's signature, behind the mark that mail programs know."""
    who = last.name if last.author == Author.AGENT else _("Automatic answer")
    lines = [f"{who} · {sent.account.brand.name}", sent.account.signature.strip()]
    signature = "\n".join(line for line in lines if line)
    return f"{_tidy(text)}\n\n-- \n{signature}\n"


def _tidy(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def heard_in(conversation: Conversation) -> list[tuple[str, str]]:
    """Return (subject, Message-ID) of what the customer mailed, oldest first, as they wrote it."""
    rows = events_of(conversation).filter(kind=Kind.MESSAGE, author=Author.CUSTOMER)
    newest = list(rows.order_by("-seq")[: rules.REFERENCES])[::-1]
    parts = [event.staff_data.get("mail") or {} for event in newest]
    texts = [str(part.get(name, "")) for part in parts for name in ("subject", "message_id")]
    own = restore([(conversation.contact_id, text) for text in texts])
    return [
        (subject, message_id if message_id.startswith("<") or not message_id else f"<{message_id}>")
        for subject, message_id in zip(own[::2], own[1::2], strict=True)
    ]


def _subject(conversation: Conversation, heard: list[tuple[str, str]]) -> str:
    subject = next((subject for subject, _id in heard if subject), "")
    plain = _SECRET.sub("", subject)
    fallback = _("Your matter %(number)s") % {"number": conversation.ref[:6].upper()}
    return rules.reply_subject(plain, fallback)


def _ours_before(sent: SentMail) -> list[str]:
    before = queries.sent_of(sent.conversation) if sent.conversation else []
    return [one for one in before if one != sent.message_id]


def _files(said: list[Event]) -> tuple[list[File], int]:
    """Return the files that fit into one mail, and how many do not."""
    refs = [file["id"] for event in said for file in event.data.get("files", [])]
    rows = Attachment.objects.filter(ref__in=refs, state=FileState.READY, internal=False)
    by_ref = {row.ref: row for row in rows.select_related("contact")}
    kept, room = [], rules.FILES_BYTES
    for ref in refs:
        row = by_ref.get(ref)
        if row is None or row.size > room:
            continue
        room -= row.size
        try:
            kept.append(File(row.name, row.media_type, b"".join(_contents(row))))
        except NotFound:
            continue
    return kept, len(refs) - len(kept)


def _contents(row: Attachment) -> Iterator[bytes]:
    return open_blob(blob_store(), row.blob, key_of(row.contact), size=row.size)


# --- fixed texts ----------------------------------------------------------------------------


def _fixed(sent: SentMail) -> Letter:
    """Write a fixed text: null return path, no reply token, nothing that a stranger wrote."""
    fields = open_fields(sent.sealed, ref=sent.ref, column="sent")
    if not fields.get("to"):
        raise CannotWrite(Trouble.GONE)
    values: dict[str, Any] = dict(fields["values"])
    if number := values.get("number"):
        values["number"] = str(number)[:6].upper()
    context = {"link": "", "number": "", "account": sent.account.address, **values}
    if sent.purpose == Purpose.ACK:
        context |= _expected(sent)
    if sent.purpose == Purpose.RATING:
        context["intro"] = settings_of(sent.account.brand).intros.get(_language(sent), "")
    text = _tidy(render_to_string(f"mail/{sent.purpose}.txt", context))
    heard = heard_in(sent.conversation) if sent.conversation and _is_theirs(sent) else []
    theirs = [each for _subject, each in heard if each][:1]
    return Letter(
        **_common(sent, str(fields["to"])),
        subject=_fixed_subject(sent.purpose, sent.account.brand.name),
        text=f"{text}\n\n-- \n{sent.account.brand.name}\n",
        in_reply_to=next(iter(rules.kept_references(theirs)), ""),
        references=rules.kept_references(theirs),
        reply_to=_fixed_reply_to(sent),
        automatic=rules.AUTOMATIC[Purpose(sent.purpose)],
        unsubscribe=str(values.get("unsubscribe", "")),
    )


def _is_theirs(sent: SentMail) -> bool:
    """Whether the id of their own mail may stand in it: never for who is not confirmed."""
    return sent.purpose in (Purpose.ACK, Purpose.RESOLVED)


def _fixed_reply_to(sent: SentMail) -> str:
    if not _is_theirs(sent) or sent.conversation is None:
        return ""
    key = ensure_reply_key(brand_id=sent.account.brand_id)
    return reply_address(sent.account, sent.conversation, sent.conversation.contact, key)


def _fixed_subject(purpose: str, brand: str) -> str:
    subjects = {
        Purpose.ACK: _("%(brand)s: your message has arrived"),
        Purpose.CONFIRM: _("%(brand)s: please confirm your address"),
        Purpose.RESOLVED: _("%(brand)s: is it settled?"),
        Purpose.RATING: _("%(brand)s: how was it?"),
        Purpose.ESCALATED: _("%(brand)s: a matter needs you"),
        Purpose.TEST: _("%(brand)s: a test mail"),
    }
    return rules.one_line(subjects[Purpose(purpose)] % {"brand": brand})


def _expected(sent: SentMail) -> dict[str, Any]:
    """Return what the customer may expect: the brand's own promise, else its hours."""
    inbox = Inbox.objects.filter(
        brand=sent.account.brand, kind=InboxKind.EMAIL, address=sent.account.address
    ).first()
    promise = inbox.promises.get(_language(sent), "") if inbox else ""
    hours = hours_of(sent.account.brand)
    if hours is None:
        return {"promise": promise}
    changes = _moment(hours.changes_at, hours.zone) if hours.changes_at else ""
    return {
        "promise": promise,
        "always": hours.always,
        "opens": "" if hours.open else changes,
        "closes": changes if hours.open else "",
    }


def _moment(at: datetime, zone: str) -> str:
    return f"{date_format(at.astimezone(ZoneInfo(zone)), 'DATETIME_FORMAT')} ({zone})"
