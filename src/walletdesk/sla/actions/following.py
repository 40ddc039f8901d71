"""Turn the clocks of conversations in which something happened.

Nothing on the way in knows of it: which conversations changed stands in their rows, and how far
each was followed is kept here, in the transaction that turns its clocks. One worker follows at a
time; a killed one leaves nothing or all of a batch. What is read again changes nothing.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from walletdesk.conversations.actions.touch import touch_conversations
from walletdesk.kit import clock as time
from walletdesk.kit.outbox.actions import publish_all
from walletdesk.sla import events
from walletdesk.sla.actions.timetables import keep_timetables
from walletdesk.sla.clocks import Clock, Hours, fires_at, start, turn, write_marks
from walletdesk.sla.matching import Matter
from walletdesk.sla.models import Clock as ClockRow
from walletdesk.sla.models import Cursor, Following
from walletdesk.sla.queries.clocks import latest_clocks
from walletdesk.sla.queries.promises import books_of, open_hours
from walletdesk.sla.standing import (
    KINDS,
    TAKEN_BACK,
    Fact,
    Row,
    Standing,
    Wanted,
    corrected,
    fold,
    is_met,
    read_standing,
    wanted,
    write_standing,
)
from walletdesk.sla.types import Change, ClockState, Outcome, Promise, Target

_FOLLOWING = 7_401_835  # an advisory lock
CONVERSATIONS = 200  # of one batch
STEP = 1_000  # transactions; keeping each would write for ever on an idle desk
TOLD_WITHIN = timedelta(days=1)  # what was late before a conversation was ever followed is history

# A cursor of before the lock was free is an older one: more is read, nothing is lost.
_BEGIN = """
SELECT pg_try_advisory_xact_lock(%s), coalesce((SELECT xid FROM sla_cursor WHERE id = 1), 0),
       pg_snapshot_xmin(pg_current_snapshot())::text::bigint
"""
_ROWS = """
SELECT c.id, c.brand_id, c.channel, c.status, c.language, c.topic, c.urgency, c.team_id, c.last_seq,
       c.waiting_since, c.queued_at, c.change_xid, c.created_at, p.tier,
       f.seen_seq, f.seen_at, f.standing::text, coalesce(f.stale, false)
FROM ({which}) n
JOIN conversations_conversation c ON c.id = n.id
JOIN contacts_contact p ON p.id = c.contact_id
LEFT JOIN sla_following f ON f.conversation_id = c.id
"""
_CHANGED = _ROWS.format(
    which="""
  SELECT n.id FROM accounts_brand b CROSS JOIN LATERAL (
    SELECT c.id, c.change_xid FROM conversations_conversation c
    LEFT JOIN sla_following f ON f.conversation_id = c.id
    WHERE c.brand_id = b.id AND c.change_xid >= %(cursor)s
      AND (f.seen_xid, f.seen_seq) IS DISTINCT FROM (c.change_xid, c.last_seq)
      AND (f.conversation_id IS NOT NULL OR c.status IN ('queued', 'open', 'snoozed')
           OR (c.status = 'resolved' AND c.resolved_at > %(recent)s))
    ORDER BY c.change_xid LIMIT %(limit)s) n
  UNION
  (SELECT conversation_id FROM sla_following WHERE stale LIMIT %(limit)s)
"""
)
_BEHIND = _ROWS.format(
    which="""
  SELECT DISTINCT c.id FROM sla_clock k
  JOIN conversations_conversation c ON c.id = k.conversation_id
  JOIN sla_following f ON f.conversation_id = k.conversation_id
  WHERE k.fires_at <= %(now)s AND f.seen_seq < c.last_seq LIMIT %(limit)s
"""
)
_EVENTS = """
SELECT w.id, e.seq, e.created_at, e.kind, e.author, e.data::text, e.staff_data::text
FROM unnest(%(ids)s::bigint[], %(seqs)s::int[], %(upto)s::int[], %(since)s::timestamptz[])
  AS w (id, seq, upto, since)
JOIN LATERAL (
  SELECT * FROM conversations_event e
  WHERE e.conversation_id = w.id AND e.seq > w.seq AND e.seq <= w.upto
    AND e.created_at >= w.since - interval '1 hour'
    AND e.kind = ANY (%(kinds)s)) e ON true
ORDER BY w.id, e.seq
"""
_CLOCK = ("live", "marks", "ran", "due_at", "warn_at", "fires_at", "warned_at", "breached_at")


@dataclass(frozen=True, slots=True)
class _Changed:
    """A conversation that changed, and how far it was followed."""

    id: int
    brand_id: int
    channel: str
    status: str
    language: str
    topic: str
    urgency: int
    team_id: int | None
    last_seq: int
    waiting_since: datetime | None
    queued_at: datetime | None
    change_xid: int
    created_at: datetime
    tier: str
    seen_seq: int | None
    seen_at: datetime | None
    standing: str | None
    stale: bool

    @property
    def matter(self) -> Matter:
        return Matter(self.channel, self.topic, self.urgency, self.language, self.tier)


class _Turning:
    """The clocks of one conversation while they are turned."""

    def __init__(self, clocks: Mapping[Target, Clock], promise: Promise, hours: Hours) -> None:
        self.latest, self.promise, self.hours = dict(clocks), promise, hours
        self.touched = list(clocks.values())

    def follow(self, standing: Standing, at: datetime, fact: Fact | None) -> None:
        """Have exactly those clocks run that a standing asks for."""
        asked = wanted(standing, self.promise.pauses)
        for kind in Target:
            want, have = asked.get(kind), self.latest.get(kind)
            over = want is None or kind not in self.promise.terms
            if have and not have.ended and (over or (want and want.begin != have.begin)):
                how = Outcome.MET if is_met(kind, fact) else Outcome.DROPPED
                turn(have, at, ClockState.ENDED, how, self.hours)
            if want and not over:
                self._run(kind, want, at)

    def _run(self, kind: Target, want: Wanted, at: datetime) -> None:
        clock = self.latest.get(kind)
        if clock is None or clock.begin != want.begin:
            clock = start(kind, want.begin, self.promise.terms[kind], self.hours)
            self.latest[kind] = clock
            self.touched.append(clock)
        if want.wait is None and clock.last.state != ClockState.RUNNING:
            turn(clock, at, ClockState.RUNNING, Change.RESUMED, self.hours)
        elif want.wait is not None and clock.last.why != want.wait:
            turn(clock, at, ClockState.PAUSED, want.wait, self.hours)

    def retarget(self, now: datetime) -> None:
        """Have live clocks go on by what is promised now."""
        for kind, clock in self.latest.items():
            terms = self.promise.terms.get(kind)
            before = clock.last
            if terms is None or clock.ended or before.terms == terms:
                continue
            same = (before.terms.target, before.terms.warn) == (terms.target, terms.warn)
            why: str = Change.HOURS if same else Change.RETARGETED
            paused = before.state == ClockState.PAUSED
            turn(clock, now, before.state, before.why if paused else why, self.hours, terms)

    @property
    def changed(self) -> list[Clock]:
        """Those that turned; ended ones first, because one lives at a time."""
        return sorted((c for c in self.touched if c.changed), key=lambda c: not c.ended)


@transaction.atomic
def follow_some() -> bool:
    """Follow one batch. Return whether there may be more."""
    now = time.now()
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, [_FOLLOWING])
        alone, known, xmin = cursor.fetchone()
    if not alone:
        return False
    # after xmin: the database was moved to another server, which counts anew
    rows = _read(known if known <= xmin else 0, now)
    if rows:
        _follow(rows, now)
    whole = len(rows) < CONVERSATIONS
    if whole and (rows or abs(xmin - known) > STEP):
        Cursor.objects.update_or_create(pk=1, defaults={"xid": xmin})
    return not whole


@transaction.atomic
def follow_due() -> None:
    """Follow those whose clocks are due and of which something was not followed yet.

    However much else is to be followed: a promise is kept or broken at its second.
    """
    now = time.now()
    wanted = {"now": now, "limit": CONVERSATIONS}
    if not _rows(_BEHIND, wanted):
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_FOLLOWING])
    if rows := _rows(_BEHIND, wanted):
        _follow(rows, now)


def _read(after: int, now: datetime) -> list[_Changed]:
    """Return what changed since a cursor, at most a batch."""
    wanted = {"cursor": after, "limit": CONVERSATIONS, "recent": now - TOLD_WITHIN}
    return _rows(_CHANGED, wanted)


def _rows(statement: str, wanted: Mapping[str, Any]) -> list[_Changed]:
    with connection.cursor() as cursor:
        cursor.execute(statement, wanted)
        return [_Changed(*row) for row in cursor.fetchall()]


def _follow(rows: Sequence[_Changed], now: datetime) -> None:
    brands = {row.brand_id for row in rows}
    books = books_of(brands, keep_timetables(brands=brands))
    promises = {row.id: books[row.brand_id].promise(row.matter, row.team_id) for row in rows}
    clocks = latest_clocks([row.id for row in rows])
    facts = _facts(rows)
    hours = open_hours(
        {terms.timetable for promise in promises.values() for terms in promise.terms.values()}
        | {c.last.terms.timetable for found in clocks.values() for c in found.values()}
    )
    standings, turned = {}, {}
    for row in rows:
        turning = _Turning(clocks.get(row.id, {}), promises[row.id], hours)
        standings[row.id] = _fold(row, facts.get(row.id, []), turning, now)
        turned[row.id] = turning.changed
    _keep_clocks(rows, turned)
    _tell_late(rows, turned, now)
    shown = {row.id for row in rows if turned[row.id] or row.stale}
    untold = shown - touch_conversations(ids=shown)
    _keep_followings(rows, standings, promises, now, untold)


def _facts(rows: Sequence[_Changed]) -> dict[int, list[Fact]]:
    with connection.cursor() as cursor:
        cursor.execute(
            _EVENTS,
            {
                "ids": [row.id for row in rows],
                "seqs": [row.seen_seq or 0 for row in rows],
                "upto": [row.last_seq for row in rows],
                "since": [row.seen_at or row.created_at for row in rows],
                "kinds": sorted(KINDS),
            },
        )
        found: dict[int, list[Fact]] = {}
        for conversation, seq, at, kind, author, data, staff_data in cursor.fetchall():
            told = json.loads(data), json.loads(staff_data)
            found.setdefault(conversation, []).append(Fact(seq, at, kind, author, *told))
    return found


def _fold(row: _Changed, facts: Sequence[Fact], turning: _Turning, now: datetime) -> Standing:
    standing = read_standing(json.loads(row.standing or "{}"))
    for fact in facts:
        standing = fold(standing, fact)
        turning.follow(standing, fact.at, fact)
    stands = Row(row.status, row.waiting_since, row.queued_at, now)
    back = any(fact.kind in TAKEN_BACK for fact in facts)
    standing = corrected(standing, stands, taken_back=back)
    turning.follow(standing, now, None)
    turning.retarget(now)
    return standing


def _keep_clocks(rows: Sequence[_Changed], turned: Mapping[int, Sequence[Clock]]) -> None:
    made = [(row, clock) for row in rows for clock in turned[row.id]]
    stored = ClockRow.objects.bulk_create(
        [
            ClockRow(
                conversation_id=row.id,
                brand_id=row.brand_id,
                kind=clock.kind,
                begin=clock.begin,
                live=not clock.ended,
                marks=write_marks(clock.marks),
                ran=clock.ran,
                due_at=clock.due_at,
                warn_at=clock.warn_at,
                fires_at=fires_at(clock),
                warned_at=clock.warned_at,
                breached_at=clock.breached_at,
            )
            for row, clock in made
        ],
        update_conflicts=True,
        unique_fields=["conversation", "kind", "begin"],
        update_fields=_CLOCK,
    )
    for (_row, clock), kept in zip(made, stored, strict=True):
        clock.id = kept.pk


def _tell_late(
    rows: Sequence[_Changed], turned: Mapping[int, Sequence[Clock]], now: datetime
) -> None:
    """Tell of clocks that had run out before they turned: the worker was away meanwhile."""
    found = [
        fact_of(row.id, clock.id, clock.kind)
        for row in rows
        for clock in turned[row.id]
        if clock.late
        and clock.breached_at
        and (row.seen_seq is not None or now - clock.breached_at < TOLD_WITHIN)
    ]
    publish_all(name=events.CLOCK_BREACHED, facts=found)


def _keep_followings(
    rows: Sequence[_Changed],
    standings: Mapping[int, Standing],
    promises: Mapping[int, Promise],
    now: datetime,
    untold: Collection[int],
) -> None:
    Following.objects.bulk_create(
        [
            Following(
                conversation_id=row.id,
                brand_id=row.brand_id,
                seen_seq=row.last_seq,
                seen_at=now,
                seen_xid=row.change_xid,
                standing=write_standing(standings[row.id]),
                policy_id=promises[row.id].policy,
                stale=row.id in untold,
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["conversation"],
        update_fields=["seen_seq", "seen_at", "seen_xid", "standing", "policy", "stale"],
    )


def fact_of(conversation: int, clock: int | None, kind: str) -> tuple[str, dict[str, Any]]:
    """Return key and payload of what is told of a clock."""
    return str(conversation), {
        "conversation_id": conversation,
        "clock_id": clock,
        "kind": str(kind),
    }
