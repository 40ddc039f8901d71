"""Times from the database, read by Python's own parser: 1 µs each instead of 10."""

from datetime import UTC, datetime
from typing import Any

from django.db.backends.signals import connection_created
from psycopg.postgres import types
from psycopg.pq import Format
from psycopg.types.datetime import TimestamptzLoader

TIMESTAMPTZ = types["timestamptz"].oid


class TimeLoader(TimestamptzLoader):
    """Reads a timestamptz of a session in UTC."""

    timezone = UTC  # Django puts its own loader in the place of one of another zone

    def load(self, data: Any) -> datetime:
        """Return an aware time. Raises DataError for one that Python has no date for."""
        try:
            return datetime.fromisoformat(str(data, "ascii"))
        except ValueError:
            return super().load(data)


def _on_connection(connection: Any, **_signal: object) -> None:
    made = connection.connection
    if made.adapters.get_loader(TIMESTAMPTZ, Format.TEXT) is not TimeLoader:
        made.adapters.register_loader("timestamptz", TimeLoader)


def read_fast() -> None:
    """Have each connection of Django's read times so."""
    connection_created.connect(_on_connection, dispatch_uid="walletdesk.kit.timestamps")
