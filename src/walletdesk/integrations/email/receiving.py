"""The whole way in of one mail: kept sealed, read in a child, judged, guarded, recorded once.

Whatever kills us on the way, the raw mail is on the disk and a later try finds it (tasks.py).
"""

import atexit
import logging
from dataclasses import dataclass
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from django.db import InterfaceError, OperationalError, transaction

from walletdesk.accounts.models import Brand
from walletdesk.conversations.actions.mail import InboundMail, record_mail
from walletdesk.conversations.actions.refusals import Blocked
from walletdesk.conversations.models import Conversation
from walletdesk.integrations.email import ours
from walletdesk.integrations.email.actions.raw import (
    envelope_of,
    keep_raw,
    lock_waiting,
    note_message_id,
    note_sender,
    put_off,
    settle,
)
from walletdesk.integrations.email.files import Files, store_files
from walletdesk.integrations.email.models import MailAccount, RawMail
from walletdesk.integrations.email.parsing.confined import end_children, parse_confined
from walletdesk.integrations.email.parsing.resolver import Resolver
from walletdesk.integrations.email.parsing.types import ParsedMail, SenderState
from walletdesk.integrations.email.queries import known_message, own_addresses
from walletdesk.integrations.email.raw_store import raw_bytes
from walletdesk.integrations.email.rules import (
    ADDRESSES_SHOWN,
    QUOTE_LENGTH,
    SUBJECT_LENGTH,
    TEXT_LENGTH,
    TRIES,
    looks_like_verification,
    normal_address,
    one_line,
    tidy,
)
from walletdesk.integrations.email.senders import Place, Sender, place_of, sender_of
from walletdesk.integrations.email.spoken import language_of
from walletdesk.integrations.email.types import Envelope, MailState, Received, Source
from walletdesk.integrations.email.vault import digest
from walletdesk.kit import clock
from walletdesk.kit.errors import DomainError

log = logging.getLogger("walletdesk.mail")
atexit.register(end_children)

POISON = {"timeout", "crashed", "memory"}
NULL_SENDER = "<>"
ARCHIVED = timedelta(days=7)
DNS = "dns"  # nobody answered who vouches for the sender: the last try goes on without


@dataclass(frozen=True, slots=True)
class _Case:
    """One mail at work."""

    row: RawMail
    brand: Brand
    parsed: ParsedMail
    sender: Sender
    envelope: Envelope

    @property
    def automatic(self) -> bool:
        """Whether no person wrote it: it is never answered and wakes nobody."""
        null = self.envelope.mail_from == NULL_SENDER
        return self.parsed.automatic or self.parsed.bulk or null

    @property
    def old(self) -> bool:
        """Whether it comes out of an archive: the bot must not answer what is long settled."""
        date = self.parsed.date
        is_import = self.envelope.source == Source.IMPORT
        return is_import and date is not None and clock.now() - date > ARCHIVED

    @property
    def said(self) -> bytes:
        """What tells two mails with the same id apart."""
        return digest("said", self.sender.address, self.parsed.subject, self.parsed.text)


def receive_mail(
    *,
    account: MailAccount | None,
    raw: bytes,
    envelope: Envelope,
    brand: Brand | None = None,
    resolver: Resolver | None = None,
) -> Received:
    """Take a mail in. When this returns, the mail is on the disk; the same one again is known.

    A mail that cannot be worked on is tried again later and then quarantined; that is no error.
    Raises StoreFull, StoreUnavailable and the database's OperationalError: then ask for it again.
    """
    owner = account.brand if account else brand
    if owner is None:
        raise ValueError("a mail belongs to an account or at least to a brand")
    kept = keep_raw(brand=owner, account=account, raw=raw, envelope=envelope)
    if kept.repeated:
        return _told(kept.mail, repeated=True)
    return _work(kept.mail, raw, envelope, resolver)


def try_again(mail: RawMail, *, resolver: Resolver | None = None) -> Received:
    """Work once more on a mail that was kept before. Never raises but for a lost database."""
    try:
        raw = raw_bytes(mail)
    except DomainError as refused:
        return _told(put_off(mail=mail, reason=refused.code))
    return _work(mail, raw, envelope_of(mail), resolver)


def _told(mail: RawMail, *, repeated: bool = False) -> Received:
    ref = mail.conversation.ref if mail.conversation else ""
    return Received(MailState(mail.state), ref, mail.reason, repeated)


def _work(mail: RawMail, raw: bytes, envelope: Envelope, resolver: Resolver | None) -> Received:
    try:
        parsed = parse_confined(raw)
        found = POISON & set(parsed.problems)
        if found:
            return _told(put_off(mail=mail, reason=min(found)))
        sender = sender_of(parsed, raw, account=mail.account, envelope=envelope, resolver=resolver)
        if sender.verdict.reason == DNS and mail.tries < TRIES - 1:
            return _told(put_off(mail=mail, reason=DNS))
        return _settled(_Case(mail, mail.brand, parsed, sender, envelope))
    except (OperationalError, InterfaceError):
        raise
    except DomainError as refused:
        return _told(put_off(mail=mail, reason=refused.code))
    except Exception as error:  # noqa: BLE001 - one mail must never stop those behind it
        log.warning("mail %s could not be worked on: %s", mail.ref, type(error).__name__)
        return _told(put_off(mail=mail, reason="crashed"))


def _settled(case: _Case) -> Received:
    if case.parsed.bounce is not None:
        ours.take_report(parsed=case.parsed, delivered_to=case.envelope.rcpt)
        return _aside(case, MailState.REPORT, case.parsed.bounce.kind)
    own = case.sender.address.lower() in own_addresses(case.brand)
    if own or ours.is_ours(case.parsed.message_id):
        return _aside(case, MailState.IGNORED, "own")
    known = known_message(case.brand, case.parsed.message_id)
    if known is not None and bytes(known.said) == case.said:
        return _aside(case, MailState.IGNORED, "repeated")
    text = tidy(case.parsed.reply or case.parsed.text, TEXT_LENGTH)
    language = language_of(case.brand, f"{case.parsed.subject}\n{text}")
    with transaction.atomic():
        place = place_of(
            case.parsed,
            case.sender,
            brand=case.brand,
            envelope=case.envelope,
            language=language,
        )
        note_sender(mail=case.row, contact=place.contact)
    files = store_files(case.parsed.attachments, contact=place.contact, ref=case.row.ref)
    return _recorded(case, _inbound(case, place, files, text, language))


def _aside(case: _Case, state: MailState, reason: str) -> Received:
    with transaction.atomic():
        locked = lock_waiting(case.row)
        if locked is not None:
            settle(mail=locked, state=state, reason=reason)
    return _outcome(case, locked)


def _outcome(case: _Case, locked: RawMail | None) -> Received:
    """Say what became of a mail; when another process was faster, what that one made of it."""
    if locked is None:
        case.row.refresh_from_db()
    return _told(locked or case.row, repeated=locked is None)


def _inbound(case: _Case, place: Place, files: Files, text: str, language: str) -> InboundMail:
    parsed, verdict = case.parsed, case.sender.verdict
    unverified = not case.sender.known
    verification = place.conversation is None and looks_like_verification(
        parsed.subject, parsed.text
    )
    reasons = {"verification": verification, "unverified": unverified, "imported": case.old}
    to_people = next((reason for reason, holds in reasons.items() if holds), "")
    return InboundMail(
        contact=place.contact,
        client_id=uuid5(NAMESPACE_URL, case.row.ref),
        subject=one_line(parsed.subject, SUBJECT_LENGTH),
        text=text,
        language=language,
        conversation=place.conversation,
        related=place.related,
        files=files.stored,
        staff={
            "raw": case.row.ref,
            "sender": str(verdict.state),
            "domain": one_line(verdict.domain, 120),
            "why": verdict.reason,
            "automatic": case.automatic,
            "verification": verification,
            "html": bool(parsed.html),
            "cut": len(parsed.text) > TEXT_LENGTH,
            "left_out": files.left_out,
        },
        told={
            "subject": one_line(parsed.subject, SUBJECT_LENGTH),
            "quoted": _quoted(parsed),
        },
        addresses=_addresses(case, files),
        automatic=case.automatic,
        unverified=unverified,
        to_people=to_people,
    )


def _addresses(case: _Case, files: Files) -> dict[str, str]:
    boxes = {"to": case.parsed.to, "cc": case.parsed.cc}
    told = {
        name: ", ".join(one_line(box.address, 254) for box in each[:ADDRESSES_SHOWN])
        for name, each in boxes.items()
    }
    told["from"] = one_line(case.parsed.sender.address if case.parsed.sender else "", 254)
    replies = {normal_address(box.address) for box in case.parsed.reply_to} - {""}
    if replies - {case.sender.address}:
        told["reply_to"] = ", ".join(sorted(replies))[:500]
    if files.names:
        told["left_out_names"] = files.names
    return told


def _quoted(parsed: ParsedMail) -> str:
    """Return what a mail quotes: folded on the desk, never thrown away."""
    if not parsed.reply or parsed.reply == parsed.text:
        return ""
    rest = parsed.text.removeprefix(parsed.reply).strip()
    return tidy(rest, QUOTE_LENGTH)


def _recorded(case: _Case, mail: InboundMail) -> Received:
    try:
        with transaction.atomic():
            locked = lock_waiting(case.row)
            if locked is not None:
                done = record_mail(mail=mail)
                note_message_id(
                    mail=locked,
                    message_id=case.parsed.message_id,
                    said=case.said,
                    conversation=done.conversation,
                    seq=done.seq,
                )
                settle(
                    mail=locked,
                    state=MailState.RECORDED,
                    reason=_reason(case),
                    conversation=done.conversation,
                    seq=done.seq,
                )
                if done.waits and case.envelope.source != Source.IMPORT:
                    _acknowledge(case, done.conversation)
    except Blocked:
        return _aside(case, MailState.IGNORED, "blocked")
    return _outcome(case, locked)


def _acknowledge(case: _Case, conversation: Conversation) -> None:
    """Say that the mail came where a person will answer; the bot's own answer says it otherwise."""
    if case.row.account is not None:
        ours.tell_that_it_came(
            account=case.row.account,
            parsed=case.parsed,
            verdict=case.sender.verdict,
            envelope=case.envelope,
            conversation=conversation,
        )


def _reason(case: _Case) -> str:
    if case.automatic:
        return "automatic"
    state = case.sender.verdict.state
    return "" if state == SenderState.AUTHENTICATED else str(state)
