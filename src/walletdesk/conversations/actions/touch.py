"""Have the screens read conversations again of which another room tells something new."""

from collections.abc import Collection

from django.db import connection

from walletdesk.kit.wake import wake

# Who holds a row at this moment changes it, and is not waited for: the way in must never stand.
_TOUCH = """
UPDATE conversations_conversation c SET change_xid = pg_current_xact_id()::text::bigint
FROM (SELECT id FROM conversations_conversation WHERE id = ANY (%s)
      ORDER BY id FOR NO KEY UPDATE SKIP LOCKED) free
WHERE c.id = free.id RETURNING c.id, c.ref, c.brand_id
"""


def touch_conversations(*, ids: Collection[int]) -> set[int]:
    """Mark conversations as changed and wake their screens; return those that were free.

    For the last step of a transaction: rows are held from here to its end.
    """
    if not ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_TOUCH, [sorted(ids)])
        rows = cursor.fetchall()
    topics = {f"conversation:{ref}" for _id, ref, _brand in rows}
    wake(sorted(topics | {f"desk:{brand}" for _id, _ref, brand in rows}))
    return {found for found, _ref, _brand in rows}
