"""Overwrite what turned out to be parts of a secret, wherever they stand, in one transaction.

In the messages, in copies of them in a conversation that was split off, in the subject and the
quotation of a mail, in notes, summaries and replies that quote them, in drafts and replies for
later. The search index follows by its own trigger; what is sent is composed of these rows when it
is sent. Rooms that keep copies of their own (fields of the form, original mails) are told by
`secret_removed`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from walletdesk.conversations.models import PREVIEW_LENGTH, Draft, ScheduledReply
from walletdesk.conversations.pending import PENDING
from walletdesk.conversations.types import STAFF_ONLY, Author, Kind
from walletdesk.safety.quotes import without_parts

# A mail's other texts may hold the same part as its message: they go as a whole.
_NEW_TEXT = """
UPDATE conversations_event e
SET text = w.text,
    staff_data = e.staff_data #- '{mail,subject}' #- '{mail,quoted}' #- '{mail,left_out_names}'
      #- '{mail,links}'
FROM unnest(%s::bigint[], %s::int[], %s::text[]) AS w(conversation_id, seq, text),
     conversations_conversation c"""
_REWRITE = f"""{_NEW_TEXT}
WHERE c.id = w.conversation_id AND e.conversation_id = w.conversation_id AND e.seq = w.seq
  AND e.created_at >= c.created_at - interval '1 hour'
"""
# A part that was split off holds copies; what is overwritten in one place must be in the other.
_COPIES = f"""{_NEW_TEXT}, conversations_event copy
WHERE copy.conversation_id = c.id AND copy.created_at >= c.created_at - interval '1 hour'
  AND copy.staff_data ? 'origin' AND c.split_from_id = w.conversation_id
  AND (copy.staff_data->>'origin')::int = w.seq
  AND e.conversation_id = copy.conversation_id AND e.seq = copy.seq
  AND e.created_at = copy.created_at
RETURNING e.conversation_id
"""
_ORIGINS = f"""{_NEW_TEXT}, conversations_event copy
WHERE copy.conversation_id = c.id AND copy.created_at >= c.created_at - interval '1 hour'
  AND copy.staff_data ? 'origin' AND c.id = w.conversation_id AND copy.seq = w.seq
  AND e.conversation_id = c.split_from_id AND e.seq = (copy.staff_data->>'origin')::int
  AND e.created_at = copy.created_at
RETURNING e.conversation_id
"""
_PREVIEWS = """
UPDATE conversations_conversation c
SET preview = left(last.text, %s), change_xid = pg_current_xact_id()::text::bigint
FROM unnest(%s::bigint[]) AS w(id) CROSS JOIN LATERAL (
  SELECT text FROM conversations_event e
  WHERE e.conversation_id = w.id AND e.kind = 'message' ORDER BY seq DESC LIMIT 1) last
WHERE c.id = w.id AND last.text LIKE '%%⟦secret:%%'
"""
_QUOTING = """
SELECT e.seq, e.kind, e.text
FROM conversations_conversation c JOIN conversations_event e ON e.conversation_id = c.id
  AND e.created_at >= c.created_at - interval '1 hour'
WHERE c.id = %s AND e.seq > %s AND e.kind = ANY (%s) AND e.author <> %s AND e.text <> ''
"""
_QUOTED_IN = [str(Kind.MESSAGE), str(Kind.NOTE), str(Kind.SUMMARY)]


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts of one secret: the messages that they were cut out of, and themselves, in memory."""

    conversation_id: int
    seqs: tuple[int, ...]
    words: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Quotes:
    """New texts, by number, of what quoted a secret: for everybody, and for staff only."""

    public: dict[str, str]
    staff: dict[str, str]


def quotes_of(cursor: psycopg.Cursor[Any], parts: Parts) -> Quotes:
    """Find who quoted parts of a secret since its first one came."""
    cursor.execute(
        _QUOTING, [parts.conversation_id, min(parts.seqs), _QUOTED_IN, str(Author.CUSTOMER)]
    )
    found = Quotes({}, {})
    for seq, kind, text in cursor.fetchall():
        safe = without_parts(text, parts.words, parts.kind)
        if safe is not None:
            (found.staff if kind in STAFF_ONLY else found.public)[str(seq)] = safe.text
    return found


def overwrite(cursor: psycopg.Cursor[Any], texts: Sequence[tuple[int, int, str]]) -> None:
    """Give events, named by (conversation, seq), new texts, with all their copies."""
    if not texts:
        return
    columns = [list(column) for column in zip(*texts, strict=True)]
    cursor.execute(_REWRITE, columns)
    others: set[int] = set()
    for statement in (_COPIES, _ORIGINS):
        cursor.execute(statement, columns)
        others |= {pk for (pk,) in cursor.fetchall()}
    if others:
        cursor.execute(_PREVIEWS, [PREVIEW_LENGTH, sorted(others)])


def overwrite_unsent(all_parts: Iterable[Parts]) -> None:
    """Take the parts of secrets out of drafts and replies for later."""
    for parts in all_parts:
        mine = {"conversation_id": parts.conversation_id}
        for draft in Draft.objects.filter(**mine):
            if without_parts(draft.text, parts.words, parts.kind) is not None:
                draft.delete()
        for reply in ScheduledReply.objects.filter(**mine, state__in=PENDING):
            safe = without_parts(reply.text, parts.words, parts.kind)
            if safe is not None:
                ScheduledReply.objects.filter(pk=reply.pk).update(text=safe.text)
