"""Files of customers' messages on the way in: locked, judged and attached with their message."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from walletdesk.conversations.file_rules import FILES_PER_MESSAGE
from walletdesk.conversations.types import InboundMessage

# In the order of ids: two batches that want the same files wait for each other, never in a circle.
_LOCK = """
SELECT w.place, a.id, a.ref, a.name, a.media_type, a.size, a.width, a.height, a.state,
       a.check_state, ARRAY(SELECT jsonb_array_elements_text(a.secrets)),
       ARRAY(SELECT decode(jsonb_array_elements_text(a.marks), 'hex'))
FROM unnest(%s::int[], %s::bytea[], %s::text[]) AS w(place, token_hash, ref)
JOIN contacts_contactsession s ON s.token_hash = w.token_hash
JOIN conversations_attachment a ON a.ref = w.ref AND a.session_id = s.id
WHERE a.state = 'ready' AND a.conversation_id IS NULL
ORDER BY a.id
FOR UPDATE OF a
"""
_ATTACH = """
UPDATE conversations_attachment a SET conversation_id = w.conversation_id, seq = w.seq
FROM unnest(%s::bigint[], %s::bigint[], %s::int[]) AS w(conversation_id, id, seq)
WHERE a.id = w.id
"""
_TOLD = ("id", "name", "type", "size", "width", "height", "state", "check")


@dataclass(slots=True)
class SentFiles:
    """The files of one message: their rows, what the event tells of them, secrets cut out."""

    pks: list[int] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    marks: tuple[bytes, ...] = ()

    @property
    def data(self) -> dict[str, Any]:
        """What the event's public data say of them."""
        return {"files": self.told} if self.told else {}


def fetch_files(
    cursor: psycopg.Cursor[Any], batch: Sequence[InboundMessage], places: Sequence[int]
) -> dict[int, SentFiles]:
    """Lock the files of messages. A place is absent when one of its files may not be sent.

    Only the device that uploaded a file may send it, once; the first message of a batch wins.
    """
    wanted = [(p, ref) for p in places for ref in batch[p].files if "\x00" not in ref]
    if not wanted:
        return {}
    cursor.execute(
        _LOCK,
        [
            [p for p, _ in wanted],
            [batch[p].token_hash for p, _ in wanted],
            [ref for _, ref in wanted],
        ],
    )
    rows = {(place, row[1]): row for place, *row in cursor.fetchall()}
    found: dict[int, SentFiles] = {}
    taken: set[str] = set()
    for place in places:
        refs = batch[place].files
        fit = len(set(refs)) == len(refs) <= FILES_PER_MESSAGE
        if refs and fit and not taken & set(refs) and all((place, r) in rows for r in refs):
            taken |= set(refs)
            found[place] = _sent([rows[place, ref] for ref in refs])
    return found


def _sent(rows: list[list[Any]]) -> SentFiles:
    return SentFiles(
        pks=[row[0] for row in rows],
        told=[dict(zip(_TOLD, row[1:9], strict=True)) for row in rows],
        kinds={kind for row in rows for kind in row[9]},
        marks=tuple(bytes(mark) for row in rows for mark in row[10]),
    )


def attach_files(cursor: psycopg.Cursor[Any], attached: Sequence[tuple[int, int, int]]) -> None:
    """Note (conversation, attachment, seq) of files that went out."""
    if attached:
        cursor.execute(_ATTACH, [list(column) for column in zip(*attached, strict=True)])
