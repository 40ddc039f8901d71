"""Read along what customers write.

Nothing on the way in knows of it: which conversations changed stands in their rows (ADR 0015), and
how far each was read is kept here, in the transaction that draws the conclusions. Each worker takes
what no other one has taken; what a killed one took is read again.
"""

from typing import Any

from django.db import connection, transaction

from walletdesk.escalation.actions.noticing import notice_message
from walletdesk.escalation.models import Cursor
from walletdesk.escalation.queries import LIVE
from walletdesk.kit.one_by_one import OneByOne

STEP = 1_000  # transactions; keeping each would write for ever on an idle desk
CONVERSATIONS = 20  # of one batch: a message takes some milliseconds to read
TRIES = 5  # then a message stays unread: what it asks for, people will see
_conversations = OneByOne[int]("reading along")

_CHANGED = """
SELECT d.id, d.last_customer_seq FROM accounts_brand b CROSS JOIN LATERAL (
  SELECT c.id, c.last_customer_seq, c.change_xid FROM conversations_conversation c
  LEFT JOIN escalation_reading r ON r.conversation_id = c.id
  WHERE c.brand_id = b.id AND c.change_xid >= %(cursor)s AND c.status = ANY (%(live)s)
    AND c.last_customer_seq > coalesce(r.seq, 0) AND c.id <> ALL (%(apart)s)
  ORDER BY c.change_xid LIMIT %(limit)s) d
ORDER BY d.change_xid LIMIT %(limit)s
"""
_TAKE = """
INSERT INTO escalation_reading AS r (conversation_id, seq) VALUES (%s, %s)
ON CONFLICT (conversation_id) DO UPDATE SET seq = excluded.seq WHERE r.seq < excluded.seq
RETURNING true
"""


def read_along() -> bool:
    """Read what customers wrote in some conversations. Return whether there may be more."""
    known = Cursor.objects.filter(pk=1).values_list("xid", flat=True).first() or 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        xmin = int(cursor.fetchone()[0])
        if known > xmin:
            known = 0  # the database was moved to another server, which counts anew
        wanted: dict[str, Any] = {
            "cursor": known,
            "live": list(LIVE),
            "limit": CONVERSATIONS,
            "apart": _conversations.standing_back(),
        }
        cursor.execute(_CHANGED, wanted)
        changed = cursor.fetchall()
    for conversation_id, seq in changed:
        with _conversations.attempt(conversation_id):
            _read(conversation_id, seq)
    whole = len(changed) < CONVERSATIONS
    if whole and not _conversations.standing_back() and (changed or xmin - known > STEP):
        Cursor.objects.update_or_create(pk=1, defaults={"xid": xmin})
    return not whole


@transaction.atomic
def _read(conversation_id: int, seq: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [conversation_id, seq])
        if cursor.fetchone() is None:
            return  # another worker has
    if _conversations.failures(conversation_id) < TRIES:
        notice_message(conversation_id=conversation_id, seq=seq)
