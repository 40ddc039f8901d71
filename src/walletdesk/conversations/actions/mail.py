"""The way in of mails: one at a time, guarded and recorded as what customers write in chat is.

Who may act as whom is decided by who calls (integrations/email); here it is written.
"""

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db import transaction

from walletdesk.contacts.models import Contact
from walletdesk.contacts.personal.actions.sealing import FoundData, seal_data
from walletdesk.contacts.personal.keys import namer
from walletdesk.conversations.actions.attachments import files_data, send_files
from walletdesk.conversations.actions.block import active_block
from walletdesk.conversations.actions.intake import (
    OpenConversation,
    append_message,
    hand_over,
    raw_cursor,
    write_changes,
)
from walletdesk.conversations.actions.intake_files import SentFiles
from walletdesk.conversations.actions.refusals import Blocked
from walletdesk.conversations.actions.timeline import append
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


@transaction.atomic
def record_mail(*, mail: InboundMail) -> RecordedMail:
    """Record one mail. Raises Blocked when its contact cannot write for now.

    The caller's transaction makes it idempotent: it notes there that the mail is recorded.
    """
    if active_block(mail.contact.pk) is not None:
        raise Blocked
    conversation = _conversation(mail)
    history = _history(conversation, mail)
    guarded = _guarded(mail, [text for _seq, text in history or []])
    staff = {"mail": mail.staff | _stored(mail, guarded.told)}
    if mail.automatic:
        seq, status = _append_automatic(conversation, mail, guarded, staff), None
    else:
        seq, status = _append(conversation, mail, guarded, staff, history)
    send_files(conversation=conversation, files=mail.files, seq=seq, internal=False)
    if mail.related is not None and mail.related.pk != conversation.pk:
        _relate(conversation, mail.related)
    waits = mail.conversation is None and status == Status.QUEUED
    return RecordedMail(conversation, seq, waits)


def _conversation(mail: InboundMail) -> Conversation:
    """Return the conversation, locked, that the mail goes on with or begins."""
    if mail.conversation is not None:
        locked = lock_conversation(mail.conversation.pk)
        if locked.merged_into_id is None:
            return locked
        return lock_conversation(locked.merged_into_id)
    return Conversation.objects.create(  # nobody else can see it yet, so it needs no lock
        ref=ids.new_ref(),
        brand=mail.contact.brand,
        contact=mail.contact,
        channel=CHANNEL,
        unverified=mail.unverified,
        language=mail.language,
        created_at=clock.now(),
    )


def _history(conversation: Conversation, mail: InboundMail) -> list[tuple[int, str]] | None:
    """Read what the customer wrote before, where a secret could go on from there."""
    if not conversation.last_customer_seq or not guard.may_continue(mail.text):
        return None
    rows = events_of(conversation).filter(kind=Kind.MESSAGE, author=Author.CUSTOMER)
    return list(rows.order_by("-seq").values_list("seq", "text")[:HISTORY_LIMIT])[::-1]


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


def _stored(mail: InboundMail, told: dict[str, SafeText]) -> dict[str, str]:
    """Return texts with tokens for personal data, whose values are sealed in one go."""
    texts = told | {name: guard.check(text).safe for name, text in mail.addresses.items()}
    name_of = namer(mail.contact.pk)
    stored = {name: guard.tokenise(text, name_of) for name, text in texts.items()}
    values = [value for each in stored.values() for value in each.values]
    seal_data(found=[FoundData(mail.contact.pk, mail.contact.brand_id, values)])
    return {name: each.text for name, each in stored.items()}


def _append(
    conversation: Conversation,
    mail: InboundMail,
    guarded: _Guarded,
    staff: dict[str, Any],
    history: list[tuple[int, str]] | None,
) -> tuple[int, Status]:
    opened = _opened(conversation, history)
    files = SentFiles(
        pks=[file.pk for file in mail.files],
        told=files_data(mail.files).get("files", []),
        kinds=set(guarded.kinds),
    )
    message = InboundMessage(b"", conversation.ref, mail.client_id, guarded.text)
    recorded = append_message(opened, message, files)
    opened.new = [
        (seq, replace(event, staff_data=staff) if seq == recorded.seq else event)
        for seq, event in opened.new
    ]
    if mail.to_people and opened.status == Status.BOT:
        hand_over(opened, mail.to_people)
    write_changes(raw_cursor(), [opened], clock.now())
    return recorded.seq, opened.status


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


def _append_automatic(
    conversation: Conversation, mail: InboundMail, guarded: _Guarded, staff: dict[str, Any]
) -> int:
    """Keep what a machine wrote: for staff only in a conversation that goes on, else settled."""
    data = files_data(mail.files) | ({"secret": list(guarded.kinds)} if guarded.kinds else {})
    safe = guard.check(guarded.text).safe
    if mail.conversation is not None:
        note = NewEvent(
            kind=Kind.NOTE,
            author=Author.SYSTEM,
            text=safe,
            data=data,
            staff_data=staff,
            client_id=mail.client_id,
        )
        return append(conversation, [note])[0].seq
    message = NewEvent(
        kind=Kind.MESSAGE,
        author=Author.CUSTOMER,
        text=safe,
        data=data,
        staff_data=staff,
        client_id=mail.client_id,
    )
    settled = NewEvent(kind=Kind.RESOLVED, author=Author.SYSTEM)
    rows = append(
        conversation,
        [message, settled],
        status=Status.RESOLVED,
        resolved_at=clock.now(),
    )
    return rows[0].seq


def _relate(conversation: Conversation, other: Conversation) -> None:
    """Note for staff that a mail names another conversation without the right to go on with it."""
    first, second = sorted((conversation.pk, other.pk))
    Relation.objects.get_or_create(first_id=first, second_id=second)
    append(
        lock_conversation(conversation.pk),
        [NewEvent(kind=Kind.LINKED, author=Author.SYSTEM, staff_data={"ref": other.ref})],
    )
