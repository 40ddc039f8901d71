"""Count and refuse, in one statement, so that parallel requests cannot slip through together."""

import hmac
import math
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import connection

from walletdesk.kit import clock
from walletdesk.kit.errors import DomainError
from walletdesk.kit.limits.models import Counter

_COUNT = """
INSERT INTO limits_counter AS c (key, window_ends, count) VALUES (%s, %s, %s)
ON CONFLICT (key) DO UPDATE SET
  count = CASE WHEN c.window_ends <= %s THEN excluded.count ELSE c.count + excluded.count END,
  window_ends = CASE WHEN c.window_ends <= %s THEN excluded.window_ends ELSE c.window_ends END
RETURNING count, window_ends
"""


class TooMany(DomainError):
    """A limit is reached. Field `retry_after`: whole seconds until it is free again."""

    code: ClassVar[str] = "too_many"
    status: ClassVar[int] = 429


def _key(what: str, who: str) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), f"{what}\0{who}".encode(), "sha256")


def hit(*, what: str, who: str, limit: int, window: timedelta, cost: int = 1) -> None:
    """Count one try of `who` at `what`, or `cost` units. Raises TooMany beyond `limit` in a window.

    `who` (an address, an account) is stored as a keyed hash only.
    """
    count, ends, now = _count(what, who, window, cost)
    if count > limit:
        raise TooMany(retry_after=max(1, math.ceil((ends - now).total_seconds())))


def count(*, what: str, who: str, window: timedelta) -> int:
    """Count one try of `who` at `what` and return how many there were in this window."""
    return _count(what, who, window)[0]


def _count(what: str, who: str, window: timedelta, cost: int = 1) -> tuple[int, datetime, datetime]:
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [_key(what, who), now + window, cost, now, now])
        tries, ends = cursor.fetchone()
    return tries, ends, now


def forget(*, what: str, who: str) -> None:
    """Start anew for somebody who has shown to be right."""
    Counter.objects.filter(key=_key(what, who)).delete()


def remove_old() -> int:
    """Delete counters whose window is over. Return how many."""
    return Counter.objects.filter(window_ends__lt=clock.now()).delete()[0]
