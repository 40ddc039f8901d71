"""What becomes of mails that were read: told apart, placed, guarded and recorded together.

Mails that came together share their statements and their commit. When one of them makes that fail,
nothing of it stays and each is tried alone, so that a bad one harms no neighbour.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from django.db import InterfaceError, OperationalError, transaction

from walletdesk.accounts.models import Brand
from walletdesk.conversations.actions.mail import InboundMail, RecordedMail, record_mails
from walletdesk.conversations.models import Conversation
from walletdesk.integrations.email import ours
from walletdesk.integrations.email.actions.forget import forget_original
from walletdesk.integrations.email.actions.raw import (
    lock_all_waiting,
    lock_waiting,
    note_message_ids,
    note_senders,
    put_off,
    settle,
    settle_all,
)
from walletdesk.integrations.email.files import Files, store_files
from walletdesk.integrations.email.html_view import holds_secret
from walletdesk.integrations.email.models import RawMail
from walletdesk.integrations.email.parsing.types import ParsedMail, SenderState
from walletdesk.integrations.email.queries import known_messages, own_addresses
from walletdesk.integrations.email.rules import (
    ADDRESSES_SHOWN,
    LINKS_LENGTH,
    MESSAGE_ID_LENGTH,
    QUOTE_LENGTH,
    SHOWN_MARKS,
    SUBJECT_LENGTH,
    TEXT_LENGTH,
    looks_like_verification,
    normal_address,
    one_line,
    tidy,
)
from walletdesk.integrations.email.senders import Asked, Place, Sender, places_of
from walletdesk.integrations.email.spoken import language_of
from walletdesk.integrations.email.types import Envelope, MailState, Received, Source
from walletdesk.integrations.email.vault import digest
from walletdesk.kit import clock
from walletdesk.kit.errors import DomainError
from walletdesk.safety import guard

log = logging.getLogger("walletdesk.mail")

NULL_SENDER = "<>"
ARCHIVED = timedelta(days=7)
_NO_FILES = Files((), [], "")


@dataclass(frozen=True, slots=True)
class Case:
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

    @property
    def text(self) -> str:
        """What is shown of it, and where links lead that name another host.

        Who looks at links, the bot above all, must not take the name for the place.
        """
        said = tidy(self.parsed.reply or self.parsed.text, TEXT_LENGTH)
        led = [f"https://{host}/" for host in self.parsed.disguised]
        return "\n".join([said, "", *led]) if led else said


@dataclass(frozen=True, slots=True)
class _Known:
    """What is asked of the database once for all mails that came together."""

    own: set[str]
    ours: set[str]
    said: dict[str, bytes]


def told(mail: RawMail, *, repeated: bool = False) -> Received:
    """Return what the row of a raw mail says of it."""
    ref = mail.conversation.ref if mail.conversation else ""
    return Received(MailState(mail.state), ref, mail.reason, repeated)


def settle_cases(cases: Sequence[Case]) -> dict[int, Received]:
    """Settle mails of one brand, in their order; return by the ids of their rows what became of it.

    Raises only what a lost database raises.
    """
    if len(cases) < 2:
        return {case.row.pk: _alone(case) for case in cases}
    try:
        known = _known(cases)
        aside = {case.row.pk: _asides(case, known) for case in cases}
    except Exception as error:  # noqa: BLE001 - found out one by one whose it is
        log.info("mails are settled one by one: %s", type(error).__name__)
        return {case.row.pk: _alone(case) for case in cases}
    done = {pk: received for pk, received in aside.items() if received is not None}
    for group in _rounds([case for case in cases if case.row.pk not in done]):
        done |= _group(group)
    return done


def _group(cases: Sequence[Case]) -> dict[int, Received]:
    if len(cases) > 1:
        try:
            return _recorded(cases)
        except Exception as error:  # noqa: BLE001 - found out one by one whose it is
            log.info("mails are recorded one by one: %s", type(error).__name__)
    return {case.row.pk: _alone(case) for case in cases}


def _alone(case: Case) -> Received:
    try:
        aside = _asides(case, _known([case]))
        return aside or _recorded([case])[case.row.pk]
    except (OperationalError, InterfaceError):
        raise
    except DomainError as refused:
        return told(put_off(mail=case.row, reason=refused.code))
    except Exception as error:  # noqa: BLE001 - one mail must never stop those behind it
        log.warning("mail %s could not be worked on: %s", case.row.ref, type(error).__name__)
        return told(put_off(mail=case.row, reason="crashed"))


def _rounds(cases: Sequence[Case]) -> Iterator[list[Case]]:
    """Group mails such that none needs to know what becomes of another one of its group.

    An answer comes after what it answers; one with files alone, since they are stored first; one
    with the id of another last and alone, for by then it is known whether it is the same mail.
    """
    firsts: dict[str, Case] = {}
    for case in cases:
        firsts.setdefault(case.parsed.message_id, case)
    left = list(firsts.values())
    while left:
        group: list[Case] = []
        later: list[Case] = []
        seen: set[str] = set()
        for case in left:
            fits = seen.isdisjoint(case.parsed.references) and not (
                case.parsed.attachments and group
            )
            fits = fits and not (group and group[0].parsed.attachments)
            seen.add(case.parsed.message_id)
            (group if fits else later).append(case)
        yield group
        left = later
    yield from ([case] for case in cases if firsts[case.parsed.message_id] is not case)


# --- what is no message of a customer -----------------------------------------------------


def _known(cases: Sequence[Case]) -> _Known:
    brand, ids = cases[0].brand, [case.parsed.message_id for case in cases]
    return _Known(own_addresses(brand), ours.ours_among(ids), known_messages(brand, ids))


def _asides(case: Case, known: _Known) -> Received | None:
    """Settle a report, a mail of our own and one that is known; None for any other."""
    if case.parsed.bounce is not None:
        ours.take_report(parsed=case.parsed, delivered_to=case.envelope.rcpt)
        return _aside(case, MailState.REPORT, case.parsed.bounce.kind)
    if case.sender.address.lower() in known.own or case.parsed.message_id in known.ours:
        return _aside(case, MailState.IGNORED, "own")
    if known.said.get(case.parsed.message_id) == case.said:
        return _aside(case, MailState.IGNORED, "repeated")
    return None


def _aside(case: Case, state: MailState, reason: str) -> Received:
    with transaction.atomic():
        locked = lock_waiting(case.row)
        if locked is not None:
            settle(mail=locked, state=state, reason=reason)
            # of the same mail the first has its original, or had to lose it
            if reason == "repeated" or _holds_secret(case.parsed):
                forget_original(mail=locked)
    return _outcome(case, locked)


def _holds_secret(parsed: ParsedMail) -> bool:
    said = f"{parsed.subject}\n{parsed.text}"
    return bool(guard.check(said).secret) or holds_secret(parsed.html)


def _outcome(case: Case, locked: RawMail | None) -> Received:
    """Say what became of a mail; when another process was faster, what that one made of it."""
    if locked is None:
        case.row.refresh_from_db()
    return told(locked or case.row, repeated=locked is None)


# --- messages -----------------------------------------------------------------------------


def _recorded(cases: Sequence[Case]) -> dict[int, Received]:
    """Record mails in one transaction; with files in two: those are sealed for their customer."""
    asked = [_asked(case) for case in cases]
    places: list[Place] | None = None
    files = [_NO_FILES for _ in cases]
    if any(case.parsed.attachments for case in cases):
        with transaction.atomic():
            places = places_of(cases[0].brand, asked)
            _note_senders(cases, places)
        files = [
            store_files(case.parsed.attachments, contact=place.contact, ref=case.row.ref)
            for case, place in zip(cases, places, strict=True)
        ]
    with transaction.atomic():
        locked = lock_all_waiting([case.row for case in cases])
        at = [n for n, case in enumerate(cases) if case.row.pk in locked]
        if places is None:
            mine = places_of(cases[0].brand, [asked[n] for n in at])
            _note_senders([cases[n] for n in at], mine)
        else:
            mine = [places[n] for n in at]
        mails = [
            _inbound(cases[n], place, files[n], asked[n].language)
            for n, place in zip(at, mine, strict=True)
        ]
        _note_recorded([cases[n] for n in at], locked, record_mails(mails=mails))
    return {case.row.pk: _outcome(case, locked.get(case.row.pk)) for case in cases}


def _asked(case: Case) -> Asked:
    language = language_of(case.brand, f"{case.parsed.subject}\n{case.text}")
    return Asked(case.parsed, case.sender, case.envelope, language)


def _note_senders(cases: Sequence[Case], places: Sequence[Place]) -> None:
    pairs = zip(cases, places, strict=True)
    note_senders(senders=[(case.row, place.contact) for case, place in pairs])


def _note_recorded(
    cases: Sequence[Case], locked: dict[int, RawMail], done: Sequence[RecordedMail | None]
) -> None:
    rows = [locked[case.row.pk] for case in cases]
    for case, row, recorded in zip(cases, rows, done, strict=True):
        row.state, row.reason = MailState.IGNORED, "blocked"
        if recorded is not None:
            row.state, row.reason = MailState.RECORDED, _reason(case)
            row.conversation, row.seq = recorded.conversation, recorded.seq
    named = zip(cases, rows, strict=True)
    note_message_ids(noted=[(row, case.parsed.message_id, case.said) for case, row in named])
    settle_all(mails=rows)
    for case, row, recorded in zip(cases, rows, done, strict=True):
        if recorded is None:
            if _holds_secret(case.parsed):
                forget_original(mail=row)
        elif recorded.waits and case.envelope.source != Source.IMPORT:
            _acknowledge(case, recorded.conversation)


def _inbound(case: Case, place: Place, files: Files, language: str) -> InboundMail:
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
        text=case.text,
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
            "marks": [mark for mark in parsed.problems if mark in SHOWN_MARKS],
        },
        told={
            "subject": one_line(parsed.subject, SUBJECT_LENGTH),
            "quoted": _quoted(parsed),
            "links": one_line(", ".join(parsed.links), LINKS_LENGTH),
        },
        addresses=_addresses(case, files),
        automatic=case.automatic,
        unverified=unverified,
        to_people=to_people,
    )


def _addresses(case: Case, files: Files) -> dict[str, str]:
    boxes = {"to": case.parsed.to, "cc": case.parsed.cc}
    told = {
        name: ", ".join(one_line(box.address, 254) for box in each[:ADDRESSES_SHOWN])
        for name, each in boxes.items()
    }
    told["from"] = one_line(case.parsed.sender.address if case.parsed.sender else "", 254)
    replies = {normal_address(box.address) for box in case.parsed.reply_to} - {""}
    if replies - {case.sender.address}:
        told["reply_to"] = ", ".join(sorted(replies))[:500]
    if not case.parsed.generated_id:  # our answer names it, so that their program threads it
        told["message_id"] = one_line(case.parsed.message_id, MESSAGE_ID_LENGTH)
    if files.names:
        told["left_out_names"] = files.names
    return told


def _quoted(parsed: ParsedMail) -> str:
    """Return what a mail quotes: folded on the desk, never thrown away."""
    if not parsed.reply or parsed.reply == parsed.text:
        return ""
    rest = parsed.text.removeprefix(parsed.reply).strip()
    return tidy(rest, QUOTE_LENGTH)


def _acknowledge(case: Case, conversation: Conversation) -> None:
    """Say that the mail came where a person will answer; the bot's own answer says it otherwise."""
    if case.row.account is not None:
        ours.tell_that_it_came(
            account=case.row.account,
            parsed=case.parsed,
            verdict=case.sender.verdict,
            envelope=case.envelope,
            conversation=conversation,
        )


def _reason(case: Case) -> str:
    if case.automatic:
        return "automatic"
    state = case.sender.verdict.state
    return "" if state == SenderState.AUTHENTICATED else str(state)
