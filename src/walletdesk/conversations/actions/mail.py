"""The way in of mails: together, guarded and recorded as what customers write in chat is.

Who may act as whom is decided by who calls (integrations/email); here it is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db import transaction

from walletdesk.contacts.models import Contact
from walletdesk.contacts.personal.actions.sealing import FoundData, seal_data
from walletdesk.contacts.personal.keys import namer
from walletdesk.contacts.personal.models import Identity
from walletdesk.contacts.personal.types import IdentityKind, Source
from walletdesk.conversations.actions.attachments import files_data, send_files
from walletdesk.conversations.actions.block import blocked_among
from walletdesk.conversations.actions.held import in_clear
from walletdesk.conversations.actions.intake import (
    OpenConversation,
    append_message,
    hand_over,
    write_changes,
)
from walletdesk.conversations.actions.intake_files import SentFiles
from walletdesk.conversations.actions.timeline import append
from walletdesk.conversations.events import SECRET_REMOVED
from walletdesk.conversations.models import Attachment, Conversation, Relation
from walletdesk.conversations.queries import events_of, lock_conversation
from walletdesk.conversations.types import (
    Author,
    InboundMessage,
    Kind,
    NewEvent,
    Status,
)
from walletdesk.kit import clock, ids
from walletdesk.kit.outbox.actions import publish
from walletdesk.kit.raw_sql import raw_cursor
from walletdesk.safety import guard
from walletdesk.safety.types import HISTORY_LIMIT, SafeText

CHANNEL = "email"


@dataclass(frozen=True, slots=True)
class InboundMail:
    """A mail that is to be recorded: not yet looked at by the guard, so it lives in memory only.

    `conversation` is the one that it goes on with, None for a new one; `related` one that it may
    belong to without the right to. `files` are ready rows of the contact. `staff` goes to
    `staff_data.mail` as it is: codes and numbers, never a text of a stranger; `told` are texts of
    theirs that go there guarded, with tokens for personal data, and so do `addresses`. `automatic`
    mails are never answered and wake nobody. With `to_people` the bot is not asked; the value says
    why.
    """

    contact: Contact
    client_id: UUID
    subject: str
    text: str
    language: str
    conversation: Conversation | None = None
    related: Conversation | None = None
    files: tuple[Attachment, ...] = ()
    staff: dict[str, Any] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    automatic: bool = False
    unverified: bool = False
    to_people: str = ""


@dataclass(frozen=True, slots=True)
class RecordedMail:
    """Where a mail stands now."""

    conversation: Conversation
    seq: int
    waits: bool  # a new one that a person will answer


@dataclass(frozen=True, slots=True)
class _Guarded:
    """What the guard says of a mail: the text still as it came, for who appends looks again."""

    text: str
    told: dict[str, SafeText]
    kinds: tuple[str, ...]


@dataclass(slots=True)
class _Case:
    """A mail, the conversation that it goes into, locked, and what is written with it."""

    mail: InboundMail
    conversation: Conversation
    history: list[tuple[int, str]] | None
    guarded: _Guarded
    staff: dict[str, Any]
    found: FoundData
    opened: OpenConversation | None = None
    seq: int = 0


@transaction.atomic
def record_mails(*, mails: Sequence[InboundMail]) -> list[RecordedMail | None]:
    """Record mails together; None stands for one whose contact cannot write for now.

    No two of them go on with the same conversation. The number of statements hardly depends on how
    many there are. The caller's transaction makes it idempotent: it notes there what is recorded.
    """
    blocked = blocked_among({mail.contact.pk for mail in mails})
    taken = [mail for mail in mails if mail.contact.pk not in blocked]
    cases = [
        _case(mail, conversation)
        for mail, conversation in zip(taken, _conversations(taken), strict=True)
    ]
    _write(cases)
    for case in cases:
        related = case.mail.related
        if related is not None and related.pk != case.conversation.pk:
            _relate(case.conversation, related)
    done = iter(cases)
    return [None if mail.contact.pk in blocked else _told(next(done)) for mail in mails]


@transaction.atomic
def vouch_for_sender(*, contact: Contact, address: bytes) -> None:
    """Note that whoever reads an address said that it is theirs: who claimed it, wrote.

    `address` is the lookup of an identity. What this contact's mails began is not shown as
    unverified any more; what they may see stays what these conversations hold.
    """
    claimed = Identity.objects.filter(
        contact=contact, kind=IdentityKind.EMAIL, lookup=address, source=Source.CUSTOMER
    )
    waiting = Conversation.objects.filter(contact=contact, channel=CHANNEL, unverified=True)
    if not claimed.exists():
        return
    for pk in sorted(waiting.values_list("pk", flat=True)):
        event = NewEvent(
            kind=Kind.CHANGED,
            author=Author.SYSTEM,
            staff_data={"field": "sender", "to": "confirmed"},
        )
        append(lock_conversation(pk), [event], unverified=False)


def _told(case: _Case) -> RecordedMail:
    status = case.opened.status if case.opened else None
    waits = case.mail.conversation is None and status == Status.QUEUED
    return RecordedMail(case.conversation, case.seq, waits)


def _conversations(mails: Sequence[InboundMail]) -> list[Conversation]:
    """Return the conversation, locked, that each mail goes on with or begins."""
    now = clock.now()
    begun = iter(
        Conversation.objects.bulk_create(  # nobody else can see them yet, so they need no lock
            Conversation(
                ref=ids.new_ref(),
                brand=mail.contact.brand,
                contact=mail.contact,
                channel=CHANNEL,
                unverified=mail.unverified,
                language=mail.language,
                created_at=now,
            )
            for mail in mails
            if mail.conversation is None
        )
    )
    locked = {
        pk: _locked(pk) for pk in sorted({m.conversation.pk for m in mails if m.conversation})
    }
    return [locked[m.conversation.pk] if m.conversation else next(begun) for m in mails]


def _locked(pk: int) -> Conversation:
    found = lock_conversation(pk)
    return found if found.merged_into_id is None else lock_conversation(found.merged_into_id)


def _case(mail: InboundMail, conversation: Conversation) -> _Case:
    history = _history(conversation, mail)
    guarded = _guarded(mail, [text for _seq, text in history or []])
    stored, found = _stored(mail, guarded.told)
    return _Case(mail, conversation, history, guarded, {"mail": mail.staff | stored}, found)


def _write(cases: Sequence[_Case]) -> None:
    """Append what people wrote in one go, what machines wrote one by one."""
    seal_data(found=[case.found for case in cases if case.mail.automatic])
    for case in cases:
        if case.mail.automatic:
            case.seq = _append_automatic(case)
        else:
            case.opened = _appended(case)
    opened = [case.opened for case in cases if case.opened is not None]
    if opened:
        write_changes(raw_cursor(), opened, clock.now())


def _history(conversation: Conversation, mail: InboundMail) -> list[tuple[int, str]] | None:
    """Read what the customer wrote before, where a secret could go on from there."""
    if not conversation.last_customer_seq or not guard.may_continue(mail.text):
        return None
    rows = events_of(conversation).filter(kind=Kind.MESSAGE, author=Author.CUSTOMER)
    newest = list(rows.order_by("-seq").values_list("seq", "text")[:HISTORY_LIMIT])
    return in_clear((conversation.contact_id, seq, text) for seq, text in newest[::-1])


def _guarded(mail: InboundMail, earlier: list[str]) -> _Guarded:
    """Look at all that the mail says together: a secret may begin in the subject and go on below.

    With a secret in it only the text is told: of the rest nothing, since it may hold a part.
    """
    body = _with_subject(mail)
    others = [text for text in mail.told.values() if text and not body.startswith(text)]
    whole = guard.check("\n\n".join([body, *others]), earlier)
    files = {kind for file in mail.files for kind in file.secrets}
    if not whole.secret:
        told = {name: guard.check(text).safe for name, text in mail.told.items()}
        return _Guarded(body, told, tuple(sorted(files)))
    kinds = tuple(sorted({*whole.kinds, *files}))
    parts = [guard.check(text, earlier).safe.text for text in (body, *others)]
    spread = guard.check("\n\n".join(parts)).secret
    return _Guarded(whole.safe.text if spread else body, {}, kinds)


def _with_subject(mail: InboundMail) -> str:
    """Return the text; a conversation begins with its subject, unless the text does."""
    subject = mail.subject.strip()
    text = mail.text.strip()
    if (
        mail.conversation is not None
        or not subject
        or text.casefold().startswith(subject.casefold())
    ):
        return text or subject
    return f"{subject}\n\n{text}".strip()


def _stored(mail: InboundMail, told: dict[str, SafeText]) -> tuple[dict[str, str], FoundData]:
    """Return texts with tokens for personal data, and the values that these stand for."""
    texts = told | {name: guard.check(text).safe for name, text in mail.addresses.items() if text}
    name_of = namer(mail.contact.pk)
    stored = {name: guard.tokenise(text, name_of) for name, text in texts.items()}
    values = [value for each in stored.values() for value in each.values]
    empty = {name: "" for name in mail.addresses if name not in texts}
    found = FoundData(mail.contact.pk, mail.contact.brand_id, values)
    return empty | {name: each.text for name, each in stored.items()}, found


def _appended(case: _Case) -> OpenConversation:
    mail, opened = case.mail, _opened(case.conversation, case.history)
    files = SentFiles(
        pks=[file.pk for file in mail.files],
        told=files_data(mail.files).get("files", []),
        kinds=set(case.guarded.kinds),
    )
    message = InboundMessage(b"", opened.ref, mail.client_id, case.guarded.text)
    case.seq = append_message(opened, message, files).seq
    opened.found.append(case.found)
    opened.new = [
        (seq, replace(event, staff_data=case.staff) if seq == case.seq else event)
        for seq, event in opened.new
    ]
    if mail.to_people and opened.status == Status.BOT:
        hand_over(opened, mail.to_people)
    return opened


def _opened(conversation: Conversation, history: list[tuple[int, str]] | None) -> OpenConversation:
    return OpenConversation(
        id=conversation.pk,
        ref=conversation.ref,
        brand_id=conversation.brand_id,
        status=Status(conversation.status),
        urgency=conversation.urgency,
        has_person=conversation.assignee_id is not None,
        last_seq=conversation.last_seq,
        allowance=conversation.allowance,
        idle=None,
        contact_id=conversation.contact_id,
        blocked=False,
        last_customer_seq=conversation.last_customer_seq,
        history=history,
    )


def _append_automatic(case: _Case) -> int:
    """Keep what a machine wrote: for staff only in a conversation that goes on, else settled."""
    mail, kinds = case.mail, list(case.guarded.kinds)
    written = NewEvent(
        kind=Kind.NOTE if mail.conversation is not None else Kind.MESSAGE,
        author=Author.SYSTEM if mail.conversation is not None else Author.CUSTOMER,
        text=guard.check(case.guarded.text).safe,
        data=files_data(mail.files) | ({"secret": kinds} if kinds else {}),
        staff_data=case.staff,
        client_id=mail.client_id,
    )
    if mail.conversation is not None:
        seq = append(case.conversation, [written])[0].seq
    else:
        settled = NewEvent(kind=Kind.RESOLVED, author=Author.SYSTEM)
        rows = append(
            case.conversation,
            [written, settled],
            status=Status.RESOLVED,
            resolved_at=clock.now(),
        )
        seq = rows[0].seq
    send_files(conversation=case.conversation, files=mail.files, seq=seq, internal=False)
    if kinds:
        told = {"conversation_id": case.conversation.pk, "kinds": kinds, "seqs": [seq]}
        publish(name=SECRET_REMOVED, key=str(case.conversation.pk), payload=told)
    return seq


def _relate(conversation: Conversation, other: Conversation) -> None:
    """Note for staff that a mail names another conversation without the right to go on with it."""
    first, second = sorted((conversation.pk, other.pk))
    Relation.objects.get_or_create(first_id=first, second_id=second)
    append(
        lock_conversation(conversation.pk),
        [NewEvent(kind=Kind.LINKED, author=Author.SYSTEM, staff_data={"ref": other.ref})],
    )
