"""Tell live streams that something changed: PostgreSQL NOTIFY in the caller's own transaction.

Only ids travel. A lost notification delays a screen until its next read and loses nothing, because
every screen is a cursor over rows (ADR 0006).
"""

from collections.abc import Iterable

from django.db import connection

LIVE_CHANNEL = "walletdesk_live"
REVOKE_CHANNEL = "walletdesk_revoke"
WORK_CHANNEL = "walletdesk_work"
_PAYLOAD_LIMIT = 7_900  # PostgreSQL refuses payloads of 8,000 bytes and more


def _notify(channel: str, payload: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [channel, payload])


def wake(topics: Iterable[str]) -> None:
    """Wake the streams of these topics when the present transaction commits."""
    payload = ""
    for topic in topics:
        if payload and len(payload) + len(topic) + 1 > _PAYLOAD_LIMIT:
            _notify(LIVE_CHANNEL, payload)
            payload = ""
        payload = f"{payload} {topic}" if payload else topic
    if payload:
        _notify(LIVE_CHANNEL, payload)


def revoke(subject: str) -> None:
    """Have every stream of `subject` (such as "staff:12") show its right again after the commit."""
    _notify(REVOKE_CHANNEL, subject)


def wake_workers() -> None:
    """Tell the workers that events wait in the outbox."""
    _notify(WORK_CHANNEL, "")
