"""Reads of clocks."""

import json
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from walletdesk.accounts.models import Brand
from walletdesk.conversations.models import Conversation
from walletdesk.kit import clock as time
from walletdesk.sla.clocks import Clock, Line, explain, left, read_marks
from walletdesk.sla.models import Clock as ClockRow
from walletdesk.sla.models import Following
from walletdesk.sla.queries.promises import open_hours
from walletdesk.sla.types import AtRisk, ClockState, ClockView, Target

SHOWN = 12  # of one conversation: the live ones and the last that ended

_LATEST = """
SELECT DISTINCT ON (conversation_id, kind) id FROM sla_clock WHERE conversation_id = ANY (%s)
ORDER BY conversation_id, kind, live DESC, begin DESC
"""
_NEXT = """
SELECT DISTINCT ON (k.conversation_id) k.id, k.conversation_id, k.kind, k.begin, k.due_at,
       k.warn_at, k.warned_at, k.breached_at, k.ran, jsonb_build_array(k.marks -> -1)::text, p.name
FROM sla_clock k
LEFT JOIN sla_following f ON f.conversation_id = k.conversation_id
LEFT JOIN sla_policy p ON p.id = f.policy_id
WHERE k.conversation_id = ANY (%s) AND k.live
ORDER BY k.conversation_id, k.due_at NULLS LAST, k.id
"""


def latest_clocks(conversations: Collection[int]) -> dict[int, dict[Target, Clock]]:
    """Return conversation → target → its live clock or else its last, locked. 2 statements."""
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, [list(conversations)])
        ids = [pk for (pk,) in cursor.fetchall()]
    found: dict[int, dict[Target, Clock]] = {}
    for row in ClockRow.objects.select_for_update().filter(pk__in=ids).order_by("pk"):
        clock = clock_of(row)
        clock.changed = False
        found.setdefault(row.conversation_id, {})[clock.kind] = clock
    return found


def clock_of(row: ClockRow) -> Clock:
    """Return a row as the rules read it."""
    return Clock(
        kind=Target(row.kind),
        marks=read_marks(row.marks),
        ran=row.ran,
        due_at=row.due_at,
        warn_at=row.warn_at,
        warned_at=row.warned_at,
        breached_at=row.breached_at,
        id=row.pk,
    )


def clocks_of(conversation: Conversation) -> list[ClockView]:
    """Return a conversation's clocks: the live ones as they are due, then those that ended last."""
    return [view for view, _clock in _with_clocks(conversation)]


def explained(conversation: Conversation) -> list[tuple[ClockView, list[Line]]]:
    """Return a conversation's clocks with the time line of each. A few statements in all."""
    found = _with_clocks(conversation)
    hours = open_hours(mark.terms.timetable for _view, clock in found for mark in clock.marks)
    now = time.now()
    return [(view, explain(clock, now, hours)) for view, clock in found]


def _with_clocks(conversation: Conversation) -> list[tuple[ClockView, Clock]]:
    rows = ClockRow.objects.filter(conversation=conversation).order_by("-live", "-begin")
    name = (
        Following.objects.filter(conversation=conversation)
        .values_list("policy__name", flat=True)
        .first()
    )
    found = [
        (_view(clock := clock_of(row), conversation.pk, name or ""), clock) for row in rows[:SHOWN]
    ]
    return sorted(found, key=lambda pair: (pair[0].state == ClockState.ENDED, _due(pair[0])))


def _due(view: ClockView) -> float:
    if view.ended_at:
        return -view.ended_at.timestamp()
    return view.due_at.timestamp() if view.due_at else float("inf")


def _view(clock: Clock, conversation: int, policy: str) -> ClockView:
    last = clock.last
    return ClockView(
        id=clock.id or 0,
        conversation_id=conversation,
        kind=clock.kind,
        state=last.state,
        why=last.why,
        started_at=clock.begin,
        due_at=clock.due_at,
        warn_at=clock.warn_at,
        warned_at=clock.warned_at,
        breached_at=clock.breached_at,
        ended_at=last.at if clock.ended else None,
        target=last.terms.target,
        left=left(clock),
        policy=policy,
    )


def next_due(conversations: Iterable[int]) -> dict[int, ClockView]:
    """Return conversation → its live clock that is due first, a paused one when none runs.

    One statement, whatever their number.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [list(conversations)])
        return {row[1]: _next(row) for row in cursor.fetchall()}


def _next(row: tuple[Any, ...]) -> ClockView:
    pk, conversation, kind, begin, due_at, warn_at, warned_at, breached_at, ran, last, policy = row
    clock = Clock(
        Target(kind), read_marks(json.loads(last)), ran, due_at, warn_at, warned_at, breached_at, pk
    )
    view = _view(clock, conversation, policy or "")
    return replace(view, started_at=begin)


def at_risk(brand: Brand) -> AtRisk:
    """Return how many of a brand's promises run, and how many are near or past their end."""
    live = ClockRow.objects.filter(brand=brand, live=True)
    runs = Q(due_at__isnull=False)
    warned = Q(warned_at__isnull=False, breached_at=None) & runs
    counts = live.aggregate(
        running=Count("id", filter=runs),
        warned=Count("id", filter=warned),
        breached=Count("id", filter=Q(breached_at__isnull=False)),
        paused=Count("id", filter=Q(due_at=None, breached_at=None)),
    )
    return AtRisk(**counts)
