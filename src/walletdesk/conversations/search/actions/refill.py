"""Make the index anew, from the newest conversation to the oldest."""

from django.db import connection, transaction

from walletdesk.conversations.search import sql
from walletdesk.conversations.search.models import PAGE_MESSAGES
from walletdesk.conversations.types import Kind


@transaction.atomic
def begin_refill() -> None:
    """Empty the index and have it filled again. The worker does so; a restart goes on with it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [sql.FILLING])
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [sql.REWRITES])
        cursor.execute(sql.EMPTY)
        kinds = [str(Kind.MESSAGE), str(Kind.NOTE), str(Kind.SUMMARY)]
        cursor.execute(sql.PLAN, [PAGE_MESSAGES, kinds])
        cursor.execute(sql.BEGIN)
