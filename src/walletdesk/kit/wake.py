"""Tell live streams that something changed: PostgreSQL NOTIFY in the caller's own transaction.

Only ids travel. A lost notification delays a screen until its next read and loses nothing, because
every screen is a cursor over rows (ADR 0006).
"""

from collections.abc import Iterable, Mapping

import msgspec
from django.db import connection

LIVE_CHANNEL = "walletdesk_live"
REVOKE_CHANNEL = "walletdesk_revoke"
SIGNAL_CHANNEL = "walletdesk_signal"
WORK_CHANNEL = "walletdesk_work"
VOICE_CHANNEL = "walletdesk_voice"
SIGNAL_BYTES = 2_000  # a signal is a hint; whatever is longer belongs into a row
_PAYLOAD_LIMIT = 7_900  # PostgreSQL refuses payloads of 8,000 bytes and more


def _notify(channel: str, payload: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [channel, payload])


def _notify_all(channel: str, payloads: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, p) FROM unnest(%s::text[]) p", [channel, payloads])


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


def signal(target: str, fields: Mapping[str, object], *, to: str = "") -> None:
    """Send news without a number, such as "is typing", to open streams after the commit.

    `target` is a topic ("conversation:ab") or the first parts of its feeds' keys
    ("conversation:ab:staff"); `to` narrows it to one subject ("staff:12"). A signal is never
    stored, never repeated, and may be dropped on its way. Raises ValueError beyond SIGNAL_BYTES.
    """
    _notify(SIGNAL_CHANNEL, _signalled(target, fields, to))


def signal_each(target: str, news: Mapping[str, Mapping[str, object]]) -> None:
    """Send each subject ("staff:12") its own news, as `signal` does. One statement for all."""
    payloads = [_signalled(target, fields, to) for to, fields in news.items()]
    if payloads:
        _notify_all(SIGNAL_CHANNEL, payloads)


def _signalled(target: str, fields: Mapping[str, object], to: str) -> str:
    payload = msgspec.json.encode({"t": target, "s": fields, "to": to})
    if len(payload) > SIGNAL_BYTES:
        raise ValueError(target)
    return payload.decode()


def wake_drivers() -> None:
    """Tell the drivers of calls that commands wait."""
    _notify(VOICE_CHANNEL, "")


def wake_workers() -> None:
    """Tell the workers that events wait in the outbox."""
    _notify(WORK_CHANNEL, "")
