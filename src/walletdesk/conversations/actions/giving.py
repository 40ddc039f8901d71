"""Give conversations that wait to people: many at once, by the same lock as claiming one.

One statement locks those that still wait, writes the event and the owner. Whatever somebody else
holds or has taken meanwhile is left out, so that there are never two owners.
"""

from collections.abc import Sequence

from django.db import connection

from walletdesk.kit import clock
from walletdesk.kit.wake import wake

BY_ROUTING = "routing"  # staff_data.by of a claim that the desk made for somebody

_GIVE = """
WITH free AS (
  SELECT c.id, c.ref, c.brand_id, c.last_seq + 1 AS seq, m.id AS member, u.name
  FROM unnest(%(ids)s::bigint[], %(members)s::bigint[]) AS w(id, member)
  JOIN conversations_conversation c ON c.id = w.id
  JOIN accounts_membership m ON m.id = w.member AND m.brand_id = c.brand_id
  JOIN accounts_user u ON u.id = m.user_id AND u.is_active
  WHERE c.status = 'queued'
  ORDER BY c.id
  FOR UPDATE OF c SKIP LOCKED
), told AS (
  INSERT INTO conversations_event (created_at, conversation_id, seq, brand_id, kind, author,
                                   author_id, name, text, data, staff_data)
  SELECT %(now)s, id, seq, brand_id, 'claimed', 'agent', member, name, '', '{}',
         jsonb_build_object('by', %(by)s::text)
  FROM free
)
UPDATE conversations_conversation c
SET status = 'open', assignee_id = free.member, queued_at = NULL, last_seq = free.seq,
    last_event_at = %(now)s, change_xid = pg_current_xact_id()::text::bigint
FROM free WHERE c.id = free.id
RETURNING c.id, free.member, c.ref, c.brand_id
"""


def give_waiting(given: Sequence[tuple[int, int]]) -> list[tuple[int, int, str]]:
    """Give conversations (id) to members of their brand (id); return those that were still free.

    As (conversation, member, ref). In the caller's transaction.
    """
    if not given:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _GIVE,
            {
                "ids": [conversation for conversation, _ in given],
                "members": [member for _, member in given],
                "now": clock.now(),
                "by": BY_ROUTING,
            },
        )
        rows = cursor.fetchall()
    topics = {f"conversation:{ref}" for _, _, ref, _ in rows}
    wake(sorted(topics | {f"desk:{brand}" for *_, brand in rows}))
    return [(pk, member, ref) for pk, member, ref, _ in rows]
