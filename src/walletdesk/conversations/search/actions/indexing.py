"""Fill the index: what changed since the last time, what is older, what was overwritten.

Nothing on the way in knows of it: which conversations changed stands in their rows, and how far
each is in the index is kept here. One process works at a time; a killed one leaves a batch undone.
"""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from walletdesk.conversations.search import sql
from walletdesk.conversations.search.actions.pages import place_in_pages
from walletdesk.conversations.search.actions.refill import begin_refill
from walletdesk.conversations.search.terms import vector, vocabulary
from walletdesk.conversations.types import Kind

CONVERSATIONS = 300  # looked at in one batch
EACH = 50  # events of one conversation in one batch
# Written in one batch. A redaction waits for no more than that, and a transaction that writes for
# long holds back the cursors of all lists (ADR 0015), which then read more than they need.
ENTRIES = 300
STALE = 200
STEP = 1_000  # transactions
INDEXED = (str(Kind.MESSAGE), str(Kind.NOTE), str(Kind.SUMMARY))


@dataclass(frozen=True, slots=True)
class Source:
    """An event as it goes into the index."""

    conversation_id: int
    seq: int
    created_at: datetime
    brand_id: int
    kind: str
    author: str
    author_id: int | None
    text: str
    files: str

    @property
    def names(self) -> list[dict[str, Any]]:
        """What the event tells of its files."""
        told: list[dict[str, Any]] = json.loads(self.files)
        return told

    def marks(self) -> list[str]:
        """Return the marks by which operators find it."""
        found = [f"b{self.brand_id}", self.author if self.kind == Kind.MESSAGE else "note"]
        if self.author_id is not None:
            found.append(f"by{self.author_id}")
        if self.names:
            found.append("file")
        if any(str(each.get("type", "")).startswith("image/") for each in self.names):
            found.append("picture")
        return found


@dataclass(frozen=True, slots=True)
class _Due:
    """A conversation of which events after `seen` up to `upto` are to be indexed."""

    id: int
    change_xid: int
    created_at: datetime
    seen: int
    upto: int
    last_seq: int


@transaction.atomic
def index_some() -> bool:
    """Index one batch. Return whether something was done: then there may be more at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [sql.FILLING])
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(sql.STANDING)
        standing = cursor.fetchone()
        if standing is None:
            begin_refill()
            return True
        oldest_open, newest, since, below = standing
        if since > newest:
            since = 0  # the database was moved to another server, which counts anew
        changed = _batch(cursor, sql.CHANGED, {"cursor": since})
        done = _index(cursor, changed)
        reached = _reached(changed, done, oldest_open, since)
        older: list[_Due] = []
        if below is not None and not changed:
            older = _batch(cursor, sql.OLDER, {"below": below})
            filled = _index(cursor, older)
            below = filled[-1].id if filled and _complete(filled) else below
            below = None if not older else below
        again = _index_stale(cursor)
        something = bool(changed or older or again)
        # keeping each transaction's number would write for ever on an idle desk
        if something or below != standing[3] or reached - since > STEP:
            cursor.execute(sql.KEEP, [reached, below])
    return something


def sort_in() -> None:
    """Sort the words that were written last into the index, while others go on writing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('search_tokens'::regclass)")


def index_all(report: Callable[[int], None] | None = None) -> None:
    """Index until nothing is left to do. `report` is called after each batch with its number."""
    number = 0
    while index_some():
        number += 1
        if report is not None:
            report(number)


def _batch(cursor: Any, statement: str, given: dict[str, Any]) -> list[_Due]:
    cursor.execute(statement, {**given, "each": EACH, "limit": CONVERSATIONS})
    return [_Due(*row) for row in cursor.fetchall()]


def _complete(done: Sequence[_Due]) -> bool:
    return all(due.upto >= due.last_seq for due in done)


def _reached(changed: list[_Due], done: list[_Due], oldest_open: int, since: int) -> int:
    """Return before which transaction every change is in the index now.

    A transaction that is still open may commit with a lower number than one that was seen.
    """
    if len(done) < len(changed) or not _complete(done):
        return since
    if len(changed) < CONVERSATIONS:
        return max(since, int(oldest_open))
    return max(since, min(int(oldest_open), changed[-1].change_xid))


def _index(cursor: Any, dues: Sequence[_Due]) -> list[_Due]:
    """Write the entries of as many of these conversations as fit; return which those are."""
    if not dues:
        return []
    wanted = [
        {"id": d.id, "since": d.created_at.isoformat(), "seen": d.seen, "upto": d.upto}
        for d in dues
    ]
    cursor.execute(sql.EVENTS, [json.dumps(wanted), list(INDEXED)])
    by_conversation: dict[int, list[Source]] = {}
    for row in cursor.fetchall():
        source = Source(*row)
        by_conversation.setdefault(source.conversation_id, []).append(source)
    done: list[_Due] = []
    sources: list[Source] = []
    for due in dues:
        found = by_conversation.get(due.id, [])
        if done and len(sources) + len(found) > ENTRIES:
            break
        done.append(due)
        sources += found
    _write(cursor, sources)
    _execute_rows(cursor, sql.PROGRESS, [{"id": d.id, "upto": d.upto} for d in done])
    return done


def _index_stale(cursor: Any) -> bool:
    """Read again what was overwritten, and forget what is gone."""
    cursor.execute(sql.STALE, [STALE])
    rows = cursor.fetchall()
    if not rows:
        return False
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [sql.REWRITES])
    taken = [{"conversation_id": r[0], "seq": r[1], "version": r[2]} for r in rows]
    _execute_rows(cursor, sql.TAKE_STALE, taken)
    _execute_rows(cursor, sql.FORGET_PROGRESS, taken)
    fresh = [Source(r[0], r[1], *r[3:]) for r in rows if r[3] is not None]
    _write(cursor, [source for source in fresh if source.kind in INDEXED])
    return True


def _write(cursor: Any, sources: Sequence[Source]) -> None:
    """Write entries, and count them into pages and vocabulary.

    Words are made before the lock is taken; what was overwritten since it was read is left out by
    the statement, because the trigger has noted it.
    """
    sources = [source for source in sources if source.text or source.names]
    if not sources:
        return
    pages = place_in_pages(cursor, [(s.brand_id, s.created_at) for s in sources])
    rows = [
        {
            "conversation_id": s.conversation_id,
            "seq": s.seq,
            "created_at": s.created_at.isoformat(),
            "tokens": vector(
                s.text, [str(f.get("name", "")) for f in s.names], [*s.marks(), f"p{page}"]
            ),
        }
        for s, page in zip(sources, pages, strict=True)
    ]
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [sql.REWRITES])
    cursor.execute(sql.INSERT, [json.dumps(rows)])
    written = set(cursor.fetchall())
    kept = [
        (s, page)
        for s, page in zip(sources, pages, strict=True)
        if (s.conversation_id, s.seq) in written
    ]
    counts = Counter(page for _, page in kept)
    _execute_rows(cursor, sql.COUNT_PAGES, [{"id": p, "messages": n} for p, n in counts.items()])
    words = Counter((s.brand_id, word) for s, _ in kept for word in vocabulary(s.text))
    _execute_rows(
        cursor,
        sql.WORDS,
        [{"brand_id": b, "word": w, "messages": n} for (b, w), n in sorted(words.items())],
    )


def _execute_rows(cursor: Any, statement: str, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        cursor.execute(statement, [json.dumps(rows)])
