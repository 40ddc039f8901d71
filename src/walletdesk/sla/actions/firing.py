"""Tell when a promise is about to be broken, and when it is: each once, to the second."""

from datetime import datetime

from django.db import connection, transaction

from walletdesk.conversations.actions.touch import touch_conversations
from walletdesk.kit import clock as time
from walletdesk.kit.outbox.actions import publish_all
from walletdesk.sla import events
from walletdesk.sla.actions.following import fact_of, follow_due

CLOCKS = 500  # of one batch
# A conversation whose row somebody holds, or of which something was not followed yet, comes next
# time: what is being written at this moment may be the answer that was promised. Both rows are
# looked at again once they are locked, so that a commit between reading and locking counts too.
_DUE = """
WITH due AS (
  SELECT k.id, k.due_at <= %(now)s AS late FROM sla_clock k
  JOIN conversations_conversation c ON c.id = k.conversation_id
  JOIN sla_following f ON f.conversation_id = k.conversation_id
  WHERE k.fires_at <= %(now)s AND c.last_seq = f.seen_seq
  ORDER BY k.fires_at LIMIT %(limit)s FOR NO KEY UPDATE OF k, c SKIP LOCKED)
UPDATE sla_clock k SET
  warned_at = coalesce(k.warned_at, least(k.warn_at, k.due_at)),
  breached_at = CASE WHEN due.late THEN k.due_at ELSE k.breached_at END,
  fires_at = CASE WHEN due.late THEN NULL ELSE k.due_at END
FROM due WHERE k.id = due.id
RETURNING k.conversation_id, k.id, k.kind, due.late
"""


@transaction.atomic
def fire_some(*, now: datetime) -> bool:
    """Tell of clocks that are due at a moment. Return whether more may be."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"now": now, "limit": CLOCKS})
        rows = cursor.fetchall()
    for name, late in ((events.CLOCK_WARNED, False), (events.CLOCK_BREACHED, True)):
        told = [
            fact_of(conversation, pk, kind)
            for conversation, pk, kind, is_late in rows
            if is_late is late
        ]
        publish_all(name=name, facts=told)
    touch_conversations(ids={row[0] for row in rows})
    return len(rows) == CLOCKS


def tell_due() -> bool:
    """Tell what is due now. Return whether more is. For the worker."""
    now = time.now()
    follow_due()
    return fire_some(now=now)
