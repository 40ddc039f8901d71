"""How long people waited for a person at each hour of the week, and when it is shorter."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from walletdesk.accounts.models import Brand
from walletdesk.kit import clock

WINDOW = timedelta(weeks=8)
ENOUGH = 5  # waits in an hour of the week, from two weeks or more; fewer say nothing
ENOUGH_WEEKS = 2
AHEAD = 24  # hours that are looked ahead: "on Thursday" helps nobody today
SHORTER = 0.6  # of the present wait, and
SPARES = timedelta(minutes=3)  # at least so much: less is not worth coming back for
LOOKED_AT = 20_000  # hand-overs

# Hour of the week in the zone of the desk: 0 is Monday 00:00–01:00.
_BY_HOUR = """
    SELECT (extract(isodow FROM w.at AT TIME ZONE %(zone)s)::int - 1) * 24
             + extract(hour FROM w.at AT TIME ZONE %(zone)s)::int AS hour,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY w.seconds), count(*),
           count(DISTINCT date_trunc('week', w.at AT TIME ZONE %(zone)s))
    FROM (
        SELECT h.created_at AS at,
               extract(epoch FROM a.created_at - h.created_at)::float8 AS seconds
        FROM (SELECT conversation_id, seq, created_at FROM conversations_event
              WHERE brand_id = %(brand)s AND kind = 'handed_over' AND created_at >= %(since)s
              ORDER BY created_at DESC LIMIT %(looked_at)s) h
        CROSS JOIN LATERAL (
            SELECT created_at FROM conversations_event e
            WHERE e.conversation_id = h.conversation_id AND e.created_at >= h.created_at
              AND e.seq > h.seq AND e.kind = 'message' AND e.author = 'agent'
            ORDER BY e.seq LIMIT 1) a) w
    GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Shorter:
    """A better time to ask: from when on, and how long people usually wait then."""

    at: datetime
    wait: timedelta


def waits_by_hour(brand: Brand, zone: str) -> dict[int, timedelta]:
    """Return hour of the week → median wait, for those hours of which enough is known.

    One statement; for pages it belongs into a cache.
    """
    values: dict[str, Any] = {
        "brand": brand.pk,
        "zone": zone,
        "since": clock.now() - WINDOW,
        "looked_at": LOOKED_AT,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BY_HOUR, values)
        rows = cursor.fetchall()
    return {
        hour: timedelta(seconds=median)
        for hour, median, count, weeks in rows
        if count >= ENOUGH and weeks >= ENOUGH_WEEKS
    }


def shorter_time(
    hours: Mapping[int, timedelta], wait: timedelta, now: datetime, zone: str
) -> Shorter | None:
    """Return the first coming hour in which the wait is clearly shorter, None without one."""
    local = now.astimezone(ZoneInfo(zone)).replace(minute=0, second=0, microsecond=0)
    for ahead in range(1, AHEAD + 1):
        at = local + timedelta(hours=ahead)
        usual = hours.get(at.weekday() * 24 + at.hour)
        if usual is not None and usual <= wait * SHORTER and wait - usual >= SPARES:
            return Shorter(at, usual)
    return None
