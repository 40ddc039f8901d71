"""The statements of the way in. One JSON document of rows in, so that one serves a whole batch.

psycopg writes an array element by element in Python; a document costs an eighth of that.
"""

# A conversation that was merged goes on in another one, which its customer reaches by either name.
_WANTED = """
FROM json_to_recordset(%(rows)s) AS w(place int, token text, ref text)
JOIN contacts_contactsession s ON s.token_hash = decode(w.token, 'hex')
  AND s.expires_at > %(now)s
JOIN conversations_conversation n ON n.ref = w.ref
  AND (n.contact_id = s.contact_id OR EXISTS (
    SELECT 1 FROM conversations_conversation m
    WHERE m.merged_into_id = n.id AND m.contact_id = s.contact_id))
JOIN conversations_conversation c ON c.id = coalesce(n.merged_into_id, n.id)
"""

LOCK = f"""
SELECT w.place, c.id, c.ref, c.brand_id, c.status, c.urgency, c.assignee_id IS NOT NULL, c.last_seq,
       c.allowance, extract(epoch FROM %(now)s - c.allowance_at)::float8, c.contact_id,
       EXISTS (SELECT 1 FROM conversations_block b
               WHERE b.contact_id = s.contact_id AND b.lifted_at IS NULL AND b.until > %(now)s)
{_WANTED}
ORDER BY c.id, w.place
FOR UPDATE OF c SKIP LOCKED
"""  # noqa: S608 - constants of this module only

EXISTING = f"SELECT w.place {_WANTED}"

RECEIPTS = """
INSERT INTO conversations_receipt (conversation_id, client_id)
SELECT DISTINCT w.* FROM json_to_recordset(%s) AS w(conversation_id bigint, client_id uuid)
ON CONFLICT DO NOTHING
RETURNING conversation_id, client_id::text
"""

FORGET = """
DELETE FROM conversations_receipt r
USING unnest(%s::bigint[], %s::uuid[]) AS w(conversation_id, client_id)
WHERE r.conversation_id = w.conversation_id AND r.client_id = w.client_id
"""

RECORDED_BEFORE = """
SELECT w.conversation_id, e.client_id, e.seq, e.text, c.contact_id
FROM unnest(%s::bigint[], %s::uuid[]) AS w(conversation_id, client_id)
CROSS JOIN LATERAL (
  SELECT id, created_at, contact_id FROM conversations_conversation WHERE id = w.conversation_id
  UNION ALL
  SELECT id, created_at, contact_id FROM conversations_conversation
  WHERE merged_into_id = w.conversation_id) c
JOIN conversations_event e ON e.conversation_id = c.id
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
  (created_at, conversation_id, seq, brand_id, kind, author, text, data, client_id, staff_data,
   name)
SELECT %s, w.*, ''
FROM json_to_recordset(%s) AS w(conversation_id bigint, seq int, brand_id bigint, kind text,
                                author text, text text, data jsonb, client_id uuid,
                                staff_data jsonb)
"""

CONVERSATIONS = """
UPDATE conversations_conversation c
SET status = w.status, urgency = w.urgency, last_seq = w.last_seq,
    last_customer_seq = w.last_customer_seq, preview = w.preview, last_author = 'customer',
    waiting_since = coalesce(c.waiting_since, %(now)s),
    queued_at = CASE WHEN w.queued THEN %(now)s ELSE c.queued_at END,
    resolved_at = CASE WHEN w.reopened THEN NULL ELSE c.resolved_at END,
    assignee_id = CASE WHEN w.reopened THEN NULL ELSE c.assignee_id END,
    snoozed_until = CASE WHEN w.status = 'snoozed' THEN c.snoozed_until END,
    allowance = w.allowance, allowance_at = %(now)s, last_event_at = %(now)s,
    change_xid = pg_current_xact_id()::text::bigint
FROM json_to_recordset(%(rows)s) AS w(id bigint, status text, urgency int, last_seq int,
  last_customer_seq int, preview text, allowance float8, queued bool, reopened bool)
WHERE c.id = w.id
"""
