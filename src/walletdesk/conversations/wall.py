"""What the wall shows of a brand's conversations now and today: counts, never a name or a text."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, Min
from django.db.models.functions import Coalesce

from walletdesk.accounts.models import Brand, Membership
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.types import Status
from walletdesk.kit import clock

HOURS = 24
RUNNING_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Queue:
    """A part of the queue: how many wait, and since when the first of them does."""

    code: str
    waiting: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Hour:
    """What came and what was settled in one hour of the day, by the wall clock of a zone."""

    hour: int
    came: int
    settled: int


_FLOW = """
SELECT extract(hour FROM at AT TIME ZONE %(zone)s)::int AS hour,
       count(*) FILTER (WHERE came), count(*) FILTER (WHERE NOT came)
FROM (
  SELECT created_at AS at, true AS came FROM conversations_conversation
  WHERE brand_id = %(brand)s AND status <> 'new' AND created_at >= %(start)s
    AND last_event_at >= %(start)s
  UNION ALL
  SELECT resolved_at, false FROM conversations_conversation
  WHERE brand_id = %(brand)s AND status = 'resolved' AND resolved_at >= %(start)s
    AND last_event_at >= %(start)s) moves
GROUP BY 1
"""


def queues_by(brand: Brand, field: str) -> list[Queue]:
    """Return the queue by `team` (its name), `urgency` or `language`, the fullest part first."""
    column = "team__name" if field == "team" else field
    waiting = Conversation.objects.filter(brand=brand, status=Status.QUEUED)
    rows = waiting.values(column).annotate(
        n=Count("id"), since=Min(Coalesce("waiting_since", "queued_at"))
    )
    found = [
        Queue("" if row[column] is None else str(row[column]), row["n"], row["since"])
        for row in rows
    ]
    if field == "urgency":
        return sorted(found, key=lambda one: one.code, reverse=True)
    return sorted(found, key=lambda one: (-one.waiting, one.code))


def flow_today(brand: Brand, zone: str) -> list[Hour]:
    """Return what came and was settled in each hour since midnight in a zone: 24 rows."""
    local = clock.now().astimezone(ZoneInfo(zone))
    start = local.replace(hour=0, minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(_FLOW, {"zone": zone, "brand": brand.pk, "start": start})
        counted = {row[0]: (row[1], row[2]) for row in cursor.fetchall()}
    return [Hour(hour, *counted.get(hour, (0, 0))) for hour in range(HOURS)]


def running_of(membership: Membership) -> dict[int, list[Conversation]]:
    """Return membership → the conversations that it has now, the longest wait first."""
    rows = Conversation.objects.filter(brand_id=membership.brand_id, status=Status.OPEN)
    found: dict[int, list[Conversation]] = {}
    shown = rows.select_related("contact").order_by("waiting_since", "id")[:RUNNING_SHOWN]
    for conversation in shown:
        found.setdefault(conversation.assignee_id or 0, []).append(conversation)
    return found


def waited(since: datetime | None) -> timedelta:
    """Return how long somebody has waited by now."""
    return clock.now() - since if since else timedelta(0)
