"""The way in: customers' messages, checked by the guard and recorded together in one transaction.

Set-based on purpose: the number of statements does not depend on the number of messages (ADR 0004).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import msgspec
import psycopg
from django.conf import settings
from django.db import transaction

from walletdesk.contacts.personal.actions.sealing import FoundData, forget_words, seal_data
from walletdesk.contacts.personal.keys import namer
from walletdesk.contacts.personal.own_words import restore
from walletdesk.conversations import events
from walletdesk.conversations.actions import intake_sql as sql
from walletdesk.conversations.actions.caught import Catch, keep_catches, marks_of, recognised
from walletdesk.conversations.actions.held import codes_gone, in_clear
from walletdesk.conversations.actions.intake_files import SentFiles, attach_files, fetch_files
from walletdesk.conversations.actions.overwrite import (
    Parts,
    Quotes,
    overwrite,
    overwrite_unsent,
    quotes_of,
)
from walletdesk.conversations.file_rules import preview_of
from walletdesk.conversations.models import PREVIEW_LENGTH
from walletdesk.conversations.rules import (
    MESSAGE_LENGTH,
    spend_allowance,
    status_after_customer_wrote,
)
from walletdesk.conversations.types import (
    Author,
    InboundMessage,
    Kind,
    NewEvent,
    Recorded,
    Refused,
    Status,
    Urgency,
)
from walletdesk.kit import clock
from walletdesk.kit.outbox.actions import publish_all
from walletdesk.kit.raw_sql import raw_cursor
from walletdesk.kit.wake import wake
from walletdesk.safety import guard
from walletdesk.safety.fingerprint import caught_in, cut_out
from walletdesk.safety.types import HISTORY_LIMIT, Checked

Outcome = Recorded | Refused

_NOT_FOUND = Refused("not_found")
TAKEN_BACK = {"too_many", "blocked", "busy", "bad_files"}  # refused after its receipt was written


@dataclass(slots=True)
class OpenConversation:
    """A conversation whose row is locked, and what this batch does to it."""

    id: int
    ref: str
    brand_id: int
    status: Status
    urgency: int
    has_person: bool
    last_seq: int
    allowance: float | None
    idle: float | None  # seconds since the allowance was looked at
    contact_id: int
    blocked: bool
    last_customer_seq: int = 0
    preview: str = ""
    new: list[tuple[int, NewEvent]] = field(default_factory=list)
    history: list[tuple[int, str]] | None = None
    rewritten: dict[int, str] = field(default_factory=dict)
    parts: list[Parts] = field(default_factory=list)
    found: list[FoundData] = field(default_factory=list)
    words_gone: set[str] = field(default_factory=set)  # codes of words that waited
    to_bot: int | None = None
    queued: bool = False
    reopened: bool = False
    secrets: set[str] = field(default_factory=set)
    caught: list[Catch] = field(default_factory=list)
    files: list[tuple[int, int]] = field(default_factory=list)  # (attachment, seq)

    def append(self, event: NewEvent) -> int:
        self.last_seq += 1
        self.new.append((self.last_seq, event))
        return self.last_seq


@transaction.atomic
def record_messages(batch: Sequence[InboundMessage]) -> list[Outcome]:
    """Record a batch. The outcome of each message stands at its place in the returned list.

    A message into a conversation that somebody works on at this moment is refused as "busy", at
    once: others in the batch must not wait for it. Nothing of it is recorded; try again.
    A message whose client_id is known already is not recorded again and gets its first outcome.
    When this raises, nothing of the batch was recorded.
    """
    now = clock.now()
    outcomes: list[Outcome | None] = [_refuse_text(message) for message in batch]
    with raw_cursor() as cursor:
        opened = _lock(cursor, batch, outcomes, now)
        _repeated(cursor, batch, opened, outcomes)
        _fetch_histories(cursor, batch, opened, outcomes)
        files = fetch_files(cursor, batch, list(_waiting(outcomes)))
        for place in _waiting(outcomes):
            outcomes[place] = _take(opened[place], batch[place], files.get(place))
        _forget_refused(cursor, batch, opened, outcomes)
        changed = {o.id: o for o in opened.values() if o.new}
        if changed:
            write_changes(cursor, list(changed.values()), now)
    return [outcome for outcome in outcomes if outcome is not None]


def _refuse_text(message: InboundMessage) -> Refused | None:
    if not message.text.strip("\x00 \t\r\n") and not message.files:
        return Refused("empty")
    if len(message.text) > MESSAGE_LENGTH:
        return Refused("too_long")
    return None


def _waiting(outcomes: Sequence[Outcome | None]) -> Iterable[int]:
    return (place for place, outcome in enumerate(outcomes) if outcome is None)


def _lock(
    cursor: psycopg.Cursor[Any],
    batch: Sequence[InboundMessage],
    outcomes: list[Outcome | None],
    now: datetime,
) -> dict[int, OpenConversation]:
    """Lock the conversations of the batch that are free, and map places to them."""
    places = list(_waiting(outcomes))
    cursor.execute(sql.LOCK, {"rows": _wanted(batch, places), "now": now})
    opened: dict[int, OpenConversation] = {}
    by_id: dict[int, OpenConversation] = {}
    for place, *row in cursor.fetchall():
        conversation = by_id.get(row[0])
        if conversation is None:
            conversation = by_id[row[0]] = OpenConversation(*row)
            conversation.status = Status(conversation.status)
        opened[place] = conversation
    missing = [place for place in places if place not in opened]
    if missing:
        busy = _busy(cursor, batch, missing, now)
        for place in missing:
            outcomes[place] = Refused("busy", retry_after=1) if place in busy else _NOT_FOUND
    return opened


def _busy(
    cursor: psycopg.Cursor[Any],
    batch: Sequence[InboundMessage],
    missing: list[int],
    now: datetime,
) -> set[int]:
    """Return the places whose conversation exists: another transaction holds its row."""
    cursor.execute(sql.EXISTING, {"rows": _wanted(batch, missing), "now": now})
    return {place for (place,) in cursor.fetchall()}


def _wanted(batch: Sequence[InboundMessage], places: Sequence[int]) -> str:
    return _rows(
        {"place": p, "token": batch[p].token_hash.hex(), "ref": batch[p].ref} for p in places
    )


def _rows(rows: Iterable[dict[str, Any]]) -> str:
    """Return the document of rows that json_to_recordset takes apart again."""
    return msgspec.json.encode(list(rows)).decode()


def _repeated(
    cursor: psycopg.Cursor[Any],
    batch: Sequence[InboundMessage],
    opened: dict[int, OpenConversation],
    outcomes: list[Outcome | None],
) -> None:
    """Spend allowances, write receipts, and answer what has been recorded before."""
    places = list(_waiting(outcomes))
    ids = [{"conversation_id": opened[p].id, "client_id": str(batch[p].client_id)} for p in places]
    cursor.execute(sql.RECEIPTS, [_rows(ids)])
    fresh = set(cursor.fetchall())
    again: list[int] = []
    for place in places:
        key = (opened[place].id, str(batch[place].client_id))
        if key in fresh:
            fresh.discard(key)
        else:
            again.append(place)
    if not again:
        return
    cursor.execute(
        sql.RECORDED_BEFORE,
        [[opened[p].id for p in again], [batch[p].client_id for p in again]],
    )
    rows = cursor.fetchall()
    texts = restore([(row[4], row[3]) for row in rows])
    known = {(row[0], row[1]): (row[2], text) for row, text in zip(rows, texts, strict=True)}
    for place in again:
        found = known.get((opened[place].id, batch[place].client_id))
        # not found: the same id stands twice in this very batch; the client's retry will find it
        outcomes[place] = (
            Recorded(opened[place].ref, *found, repeated=True)
            if found
            else Refused("retry", retry_after=1)
        )


def _fetch_histories(
    cursor: psycopg.Cursor[Any],
    batch: Sequence[InboundMessage],
    opened: dict[int, OpenConversation],
    outcomes: list[Outcome | None],
) -> None:
    """Read earlier messages where a secret could go on from them: seldom, so seldom a query."""
    wanted = {
        opened[place].id: opened[place]
        for place in _waiting(outcomes)
        if guard.may_continue(batch[place].text)
    }
    if not wanted:
        return
    for conversation in wanted.values():
        conversation.history = []
    cursor.execute(sql.HISTORY, [HISTORY_LIMIT, list(wanted)])
    rows = cursor.fetchall()
    clear = in_clear((wanted[pk].contact_id, seq, text) for pk, seq, text in rows)
    for (conversation_id, _seq, _text), earlier in zip(rows, clear, strict=True):
        history = wanted[conversation_id].history
        if history is not None:
            history.append(earlier)


def _take(
    conversation: OpenConversation, message: InboundMessage, files: SentFiles | None
) -> Outcome:
    if conversation.blocked:
        return Refused("blocked")
    if conversation.status == Status.MERGED:
        return Refused("busy", retry_after=1)  # merged at this moment: the retry finds the other
    if message.files and files is None:
        return Refused("bad_files")
    allowed, level = spend_allowance(
        conversation.allowance, conversation.idle, settings.WALLETDESK.messages_per_minute
    )
    conversation.allowance, conversation.idle = level, 0.0
    if not allowed:
        return Refused("too_many", retry_after=5)
    return append_message(conversation, message, files or SentFiles())


def _forget_refused(
    cursor: psycopg.Cursor[Any],
    batch: Sequence[InboundMessage],
    opened: dict[int, OpenConversation],
    outcomes: Sequence[Outcome | None],
) -> None:
    """Take back the receipts of messages that were refused after all: their retry must count."""
    refused = [
        place
        for place, outcome in enumerate(outcomes)
        if place in opened and isinstance(outcome, Refused) and outcome.code in TAKEN_BACK
    ]
    if refused:
        cursor.execute(
            sql.FORGET, [[opened[p].id for p in refused], [batch[p].client_id for p in refused]]
        )


def append_message(
    conversation: OpenConversation, message: InboundMessage, files: SentFiles
) -> Recorded:
    """Have the guard look at a message and put it, with all that follows from it, into `new`."""
    text = message.text.replace("\x00", "")
    before = [earlier for _, earlier in conversation.history or []]
    checked = guard.check(text, before)
    kinds = tuple(sorted({*checked.kinds, *files.kinds}))
    stored = guard.tokenise(checked.safe, namer(conversation.contact_id))
    if stored.values:
        conversation.found.append(
            FoundData(conversation.contact_id, conversation.brand_id, stored.values)
        )
    if conversation.status == Status.RESOLVED:
        conversation.append(NewEvent(kind=Kind.REOPENED, author=Author.CUSTOMER))
    if conversation.status == Status.SNOOZED:
        conversation.append(NewEvent(kind=Kind.WOKEN, author=Author.CUSTOMER))
    was = conversation.status
    conversation.status = status_after_customer_wrote(was, had_person=conversation.has_person)
    if was == Status.RESOLVED:
        conversation.reopened, conversation.has_person = True, False
    if was in (Status.RESOLVED, Status.SNOOZED) and conversation.status == Status.QUEUED:
        conversation.queued = True
    seq = conversation.append(
        NewEvent(
            kind=Kind.MESSAGE,
            author=Author.CUSTOMER,
            text=stored.safe,
            data=files.data | ({"secret": list(kinds)} if kinds else {}),
            client_id=message.client_id,
        )
    )
    conversation.last_customer_seq = seq
    conversation.files += [(pk, seq) for pk in files.pks]
    conversation.preview = (stored.text or preview_of(files.told))[:PREVIEW_LENGTH]
    if kinds:
        _alarm(conversation, checked, kinds)
        marks = (*files.marks, *marks_of(caught_in(text, before, checked)))
        conversation.caught.append(
            Catch(conversation.id, conversation.brand_id, seq, kinds, tuple(dict.fromkeys(marks)))
        )
    elif conversation.status == Status.BOT and files.pks and not text.strip():
        hand_over(conversation, "file")  # the bot cannot look at it
    elif conversation.status == Status.BOT:
        conversation.to_bot = seq
    if conversation.history is not None:
        told = (seq, checked.safe.text)
        conversation.history = [*conversation.history, told][-HISTORY_LIMIT:]
    return Recorded(conversation.ref, seq, checked.safe.text, kinds)


def _alarm(conversation: OpenConversation, checked: Checked, kinds: tuple[str, ...]) -> None:
    """Warn the customer of a secret, overwrite its earlier parts, call a person."""
    if checked.earlier:
        _overwrite_earlier(conversation, checked, kinds[0])
    conversation.append(
        NewEvent(
            kind=Kind.NOTICE,
            author=Author.SYSTEM,
            data={"code": "secret_removed", "kinds": list(kinds)},
        )
    )
    conversation.secrets.update(kinds)
    conversation.urgency = Urgency.CRITICAL
    conversation.to_bot = None
    if conversation.status == Status.BOT:
        hand_over(conversation, "secret")


def _overwrite_earlier(conversation: OpenConversation, checked: Checked, kind: str) -> None:
    history, contact_id = conversation.history or [], conversation.contact_id
    safe = {history[index][0]: text for index, text in checked.earlier.items()}
    stored = {seq: guard.tokenise(text, namer(contact_id)) for seq, text in safe.items()}
    texts = {seq: text.text for seq, text in stored.items()}
    conversation.rewritten.update(texts)
    conversation.found += [
        FoundData(contact_id, conversation.brand_id, text.values) for text in stored.values()
    ]
    conversation.words_gone |= codes_gone(contact_id, history, stored)
    words = [w for seq, text in history if seq in safe for w in cut_out(text, safe[seq].text)]
    conversation.parts.append(Parts(conversation.id, tuple(safe), tuple(words), kind))
    conversation.history = [(seq, safe[seq].text if seq in safe else text) for seq, text in history]
    conversation.new = [
        (seq, replace(event, text=stored[seq].safe) if seq in stored else event)
        for seq, event in conversation.new
    ]
    told = {"texts": {str(seq): text for seq, text in texts.items()}}
    conversation.append(NewEvent(kind=Kind.REDACTED, author=Author.SYSTEM, data=told))


def _overwrite_quotes(cursor: psycopg.Cursor[Any], conversation: OpenConversation) -> None:
    """Overwrite what quotes the parts of a secret, and have the redaction tell of it, too."""
    for parts in conversation.parts:
        quotes = quotes_of(cursor, parts)
        found = quotes.public | quotes.staff
        conversation.rewritten.update({int(seq): text for seq, text in found.items()})
        conversation.new = [
            (seq, _telling(event, parts, quotes) if event.kind == Kind.REDACTED else event)
            for seq, event in conversation.new
        ]


def _telling(event: NewEvent, parts: Parts, quotes: Quotes) -> NewEvent:
    texts = event.data.get("texts", {})
    if not quotes.public | quotes.staff or not {str(seq) for seq in parts.seqs} <= set(texts):
        return event
    return replace(event, data={"texts": texts | quotes.public}, staff_data={"texts": quotes.staff})


def hand_over(conversation: OpenConversation, reason: str) -> None:
    """Have the conversation wait for a person instead of the bot."""
    conversation.to_bot = None
    conversation.append(
        NewEvent(kind=Kind.HANDED_OVER, author=Author.SYSTEM, data={"reason": reason})
    )
    conversation.status, conversation.queued = Status.QUEUED, True


def write_changes(
    cursor: psycopg.Cursor[Any], changed: list[OpenConversation], now: datetime
) -> None:
    """Write what was appended to locked conversations, and tell whom it concerns."""
    for conversation in changed:
        _overwrite_quotes(cursor, conversation)
    catches = [(c, catch) for c in changed for catch in c.caught]
    for place, line in recognised([catch for _, catch in catches]).items():
        catches[place][0].append(line)
    cursor.execute(
        sql.EVENTS, [now, _rows(_event(c, seq, event) for c in changed for seq, event in c.new)]
    )
    cursor.execute(sql.CONVERSATIONS, {"now": now, "rows": _rows(map(_row, changed))})
    attach_files(cursor, [(c.id, *file) for c in changed for file in c.files])
    overwrite(cursor, [(c.id, seq, text) for c in changed for seq, text in c.rewritten.items()])
    overwrite_unsent(parts for c in changed for parts in c.parts)
    seal_data(found=[found for c in changed for found in c.found])
    forget_words(codes={c.contact_id: c.words_gone for c in changed if c.words_gone})
    keep_catches([catch for _, catch in catches])
    _publish(changed)
    wake(
        sorted({f"conversation:{c.ref}" for c in changed} | {f"desk:{c.brand_id}" for c in changed})
    )


def _event(conversation: OpenConversation, seq: int, event: NewEvent) -> dict[str, Any]:
    return {
        "conversation_id": conversation.id,
        "seq": seq,
        "brand_id": conversation.brand_id,
        "kind": event.kind,
        "author": event.author,
        "text": event.text.text if event.text else "",
        "data": event.data,
        "client_id": event.client_id,
        "staff_data": event.staff_data,
    }


def _row(conversation: OpenConversation) -> dict[str, Any]:
    return {
        "id": conversation.id,
        "status": conversation.status,
        "urgency": conversation.urgency,
        "last_seq": conversation.last_seq,
        "last_customer_seq": conversation.last_customer_seq,
        "preview": conversation.preview,
        "allowance": conversation.allowance,
        "queued": conversation.queued,
        "reopened": conversation.reopened,
    }


def _publish(changed: list[OpenConversation]) -> None:
    publish_all(
        name=events.CUSTOMER_WROTE_TO_BOT,
        facts=[
            (str(c.id), {"conversation_id": c.id, "seq": c.to_bot})
            for c in changed
            if c.to_bot is not None
        ],
    )
    publish_all(
        name=events.CONVERSATION_QUEUED,
        facts=[(str(c.id), {"conversation_id": c.id}) for c in changed if c.queued],
    )
    publish_all(
        name=events.SECRET_REMOVED,
        facts=[
            (
                str(c.id),
                {
                    "conversation_id": c.id,
                    "kinds": sorted(c.secrets),
                    "seqs": sorted({catch.seq for catch in c.caught} | set(c.rewritten)),
                },
            )
            for c in changed
            if c.secrets
        ],
    )
