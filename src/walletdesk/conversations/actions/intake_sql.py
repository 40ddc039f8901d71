"""The statements of the way in. Arrays in, so that one statement serves a whole batch."""

LOCK = """
SELECT w.place, c.id, c.ref, c.brand_id, c.status, c.urgency, c.assignee_id, c.last_seq,
       c.last_customer_seq, c.waiting_since, c.queued_at, c.resolved_at, c.allowance,
       c.allowance_at, c.created_at, c.contact_id
FROM unnest(%s::int[], %s::bytea[], %s::text[]) AS w(place, token_hash, ref)
JOIN contacts_contactsession s ON s.token_hash = w.token_hash AND s.expires_at > %s
JOIN conversations_conversation c ON c.ref = w.ref AND c.contact_id = s.contact_id
ORDER BY c.id, w.place
FOR UPDATE OF c SKIP LOCKED
"""

EXISTING = """
SELECT w.place
FROM unnest(%s::int[], %s::bytea[], %s::text[]) AS w(place, token_hash, ref)
JOIN contacts_contactsession s ON s.token_hash = w.token_hash AND s.expires_at > %s
JOIN conversations_conversation c ON c.ref = w.ref AND c.contact_id = s.contact_id
"""

RECEIPTS = """
INSERT INTO conversations_receipt (conversation_id, client_id)
SELECT DISTINCT * FROM unnest(%s::bigint[], %s::uuid[])
ON CONFLICT DO NOTHING
RETURNING conversation_id, client_id
"""

FORGET = """
DELETE FROM conversations_receipt r
USING unnest(%s::bigint[], %s::uuid[]) AS w(conversation_id, client_id)
WHERE r.conversation_id = w.conversation_id AND r.client_id = w.client_id
"""

RECORDED_BEFORE = """
SELECT e.conversation_id, e.client_id, e.seq, e.text, c.contact_id
FROM unnest(%s::bigint[], %s::uuid[]) AS w(conversation_id, client_id)
JOIN conversations_conversation c ON c.id = w.conversation_id
JOIN conversations_event e ON e.conversation_id = w.conversation_id
  AND e.client_id = w.client_id AND e.created_at >= c.created_at - interval '1 hour'
"""

HISTORY = """
SELECT c.id, e.seq, e.text
FROM conversations_conversation c
CROSS JOIN LATERAL (
  SELECT seq, text FROM conversations_event e
  WHERE e.conversation_id = c.id AND e.created_at >= c.created_at - interval '1 hour'
    AND e.kind = 'message' AND e.author = 'customer'
  ORDER BY seq DESC LIMIT %s) e
WHERE c.id = ANY (%s)
ORDER BY c.id, e.seq
"""

EVENTS = """
INSERT INTO conversations_event
  (created_at, conversation_id, seq, brand_id, kind, author, text, data, client_id, name,
   staff_data)
SELECT %s, w.*, '', '{}'
FROM unnest(%s::bigint[], %s::int[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::jsonb[],
            %s::uuid[]) AS w
"""

CONVERSATIONS = """
UPDATE conversations_conversation c
SET status = w.status, urgency = w.urgency, assignee_id = w.assignee_id, last_seq = w.last_seq,
    last_customer_seq = w.last_customer_seq, preview = w.preview, last_author = 'customer',
    waiting_since = w.waiting_since, queued_at = w.queued_at, resolved_at = w.resolved_at,
    allowance = w.allowance, allowance_at = w.now, last_event_at = w.now,
    change_xid = pg_current_xact_id()::text::bigint
FROM (
  SELECT %s::timestamptz AS now, w.*
  FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::bigint[], %s::int[], %s::int[], %s::text[],
              %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::float8[])
    AS w(id, status, urgency, assignee_id, last_seq, last_customer_seq, preview, waiting_since,
         queued_at, resolved_at, allowance)) w
WHERE c.id = w.id
"""

REWRITE = """
UPDATE conversations_event e SET text = w.text
FROM unnest(%s::bigint[], %s::int[], %s::text[]) AS w(conversation_id, seq, text),
     conversations_conversation c
WHERE c.id = w.conversation_id AND e.conversation_id = w.conversation_id AND e.seq = w.seq
  AND e.created_at >= c.created_at - interval '1 hour'
"""
