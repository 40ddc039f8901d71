"""Is a worker there? Each holds an advisory lock, which PostgreSQL drops the moment it dies."""

from django.db import connection

WORKER_LOCK = 0x77616C6C  # "wall"
HOLD = "SELECT pg_advisory_lock_shared(%s)"  # run by a worker on a connection of its own


def workers_present() -> int:
    """Return how many workers are connected to this database now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [WORKER_LOCK],
        )
        return int(cursor.fetchone()[0])
