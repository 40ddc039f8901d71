"""The timeline's monthly partitions."""

from datetime import UTC, datetime

from django.db import connection, transaction

from walletdesk.kit import clock

MONTHS_AHEAD = 3


def _month(year: int, month: int, step: int) -> datetime:
    index = year * 12 + month - 1 + step
    return datetime(index // 12, index % 12 + 1, 1, tzinfo=UTC)


@transaction.atomic
def ensure_partitions() -> None:
    """Make the partitions of this month and the next ones. Safe to repeat and to run at once.

    Rows of other months go to the default partition, so that a late or early row is never refused.
    """
    today = clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('conversations_event'))")
        for step in range(MONTHS_AHEAD + 1):
            first = _month(today.year, today.month, step)
            after = _month(today.year, today.month, step + 1)
            cursor.execute(
                f"CREATE TABLE IF NOT EXISTS conversations_event_{first:%Y_%m}"
                " PARTITION OF conversations_event"
                f" FOR VALUES FROM ('{first:%Y-%m-%d} 00:00+00') TO ('{after:%Y-%m-%d} 00:00+00')"
            )
