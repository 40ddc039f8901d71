"""The statements of the index. Constants; values go in as parameters."""

# One process fills the index at a time; REWRITES is also taken by the trigger that forgets a text
# (migration 0001), so that nobody writes into the index what was overwritten a moment before.
FILLING, REWRITES = 7_301_001, 7_301_002

STANDING = """
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
       pg_snapshot_xmax(pg_current_snapshot())::text::bigint, s.cursor, s.below
FROM conversation_search_state s WHERE s.id = 1
"""

CHANGED = """
SELECT d.* FROM accounts_brand b CROSS JOIN LATERAL (
  SELECT c.id, c.change_xid, c.created_at, coalesce(p.seq, 0) AS seen,
         least(c.last_seq, coalesce(p.seq, 0) + %(each)s) AS upto, c.last_seq
  FROM conversations_conversation c
  LEFT JOIN conversation_search_progress p ON p.conversation_id = c.id
  WHERE c.brand_id = b.id AND c.change_xid >= %(cursor)s AND c.last_seq > coalesce(p.seq, 0)
  ORDER BY c.change_xid LIMIT %(limit)s) d
ORDER BY d.change_xid LIMIT %(limit)s
"""

OLDER = """
SELECT c.id, c.change_xid, c.created_at, coalesce(p.seq, 0) AS seen,
       least(c.last_seq, coalesce(p.seq, 0) + %(each)s) AS upto, c.last_seq
FROM conversations_conversation c
LEFT JOIN conversation_search_progress p ON p.conversation_id = c.id
WHERE c.id < %(below)s
ORDER BY c.id DESC LIMIT %(limit)s
"""

EVENTS = """
SELECT e.conversation_id, e.seq, e.created_at, e.brand_id, e.kind, e.author, e.author_id, e.text,
       coalesce(e.data->'files', '[]')::text
FROM json_to_recordset(%s) AS w(id bigint, since timestamptz, seen int, upto int)
CROSS JOIN LATERAL (
  SELECT * FROM conversations_event
  WHERE conversation_id = w.id AND created_at >= w.since - interval '1 hour'
    AND seq > w.seen AND seq <= w.upto AND kind = ANY (%s)) e
ORDER BY e.conversation_id, e.seq
"""

STALE = """
SELECT s.conversation_id, s.seq, s.version, e.created_at, e.brand_id, e.kind, e.author, e.author_id,
       e.text, coalesce(e.data->'files', '[]')::text
FROM (SELECT * FROM conversation_search_stale LIMIT %s) s
LEFT JOIN conversations_conversation c ON c.id = s.conversation_id
LEFT JOIN LATERAL (
  SELECT * FROM conversations_event
  WHERE conversation_id = s.conversation_id AND seq = s.seq
    AND created_at >= c.created_at - interval '1 hour') e ON true
"""

INSERT = """
INSERT INTO conversation_search_entry (conversation_id, seq, created_at, tokens)
SELECT w.conversation_id, w.seq, w.created_at, w.tokens::tsvector
FROM json_to_recordset(%s) AS w(conversation_id bigint, seq int, created_at timestamptz,
                                tokens text)
WHERE NOT EXISTS (SELECT FROM conversation_search_stale s
                  WHERE s.conversation_id = w.conversation_id AND s.seq = w.seq)
ON CONFLICT DO NOTHING
RETURNING conversation_id, seq
"""

TAKE_STALE = """
WITH taken AS (
  DELETE FROM conversation_search_stale s
  USING json_to_recordset(%s) AS w(conversation_id bigint, seq int, version int)
  WHERE s.conversation_id = w.conversation_id AND s.seq = w.seq AND s.version = w.version
  RETURNING s.conversation_id, s.seq)
DELETE FROM conversation_search_entry e USING taken t
WHERE e.conversation_id = t.conversation_id AND e.seq = t.seq
"""

FORGET_PROGRESS = """
DELETE FROM conversation_search_progress p
USING json_to_recordset(%s) AS w(conversation_id bigint)
WHERE p.conversation_id = w.conversation_id
  AND NOT EXISTS (SELECT FROM conversations_conversation c WHERE c.id = p.conversation_id)
"""

PROGRESS = """
INSERT INTO conversation_search_progress (conversation_id, seq)
SELECT w.id, w.upto FROM json_to_recordset(%s) AS w(id bigint, upto int)
ON CONFLICT (conversation_id) DO UPDATE SET seq = excluded.seq
"""

WORDS = """
INSERT INTO conversation_search_word (brand_id, word, messages)
SELECT w.brand_id, w.word, w.messages
FROM json_to_recordset(%s) AS w(brand_id bigint, word text, messages int)
ON CONFLICT (brand_id, word)
DO UPDATE SET messages = conversation_search_word.messages + excluded.messages
"""

PAGES = """
SELECT p.id, p.brand_id, p.starts_at, p.messages
FROM json_to_recordset(%s) AS w(brand_id bigint, since timestamptz)
JOIN conversation_search_page p ON p.brand_id = w.brand_id
  AND p.starts_at >= coalesce((SELECT max(starts_at) FROM conversation_search_page
                               WHERE brand_id = w.brand_id AND starts_at <= w.since), '-infinity')
ORDER BY p.brand_id, p.starts_at
"""

COUNT_PAGES = """
UPDATE conversation_search_page p SET messages = p.messages + w.messages
FROM json_to_recordset(%s) AS w(id bigint, messages int) WHERE p.id = w.id
"""

# Where the pages of what is there already begin: as many messages lie between one and the next.
PLAN = """
INSERT INTO conversation_search_page (brand_id, starts_at, messages)
SELECT brand_id, CASE WHEN page = 0 THEN '1970-01-01 00:00+00' ELSE min(hour) END, 0
FROM (SELECT brand_id, hour, (sum(n) OVER (PARTITION BY brand_id ORDER BY hour) - n)::bigint
               / %s AS page
      FROM (SELECT brand_id, date_trunc('hour', created_at, 'UTC') AS hour, count(*) AS n
            FROM conversations_event WHERE kind = ANY (%s) GROUP BY 1, 2) counted) numbered
GROUP BY brand_id, page
"""

EMPTY = """
TRUNCATE conversation_search_entry, conversation_search_page, conversation_search_word,
         conversation_search_progress, conversation_search_stale
"""

BEGIN = """
INSERT INTO conversation_search_state (id, cursor, below, highest)
SELECT 1, pg_snapshot_xmin(pg_current_snapshot())::text::bigint, m.highest + 1, m.highest
FROM (SELECT coalesce(max(id), 0) AS highest FROM conversations_conversation) m
ON CONFLICT (id) DO UPDATE SET cursor = excluded.cursor, below = excluded.below,
                               highest = excluded.highest
"""

KEEP = "UPDATE conversation_search_state SET cursor = %s, below = %s WHERE id = 1"

# --- questions ----------------------------------------------------------------------------

# Two conditions, each an inverted list: the shorter one leads, the other is skipped through.
# `newest`: as many as are ranked; only these are looked at for how well they fit.
IN_PAGES = """
SELECT h.conversation_id, h.seq, h.created_at, h.tokens @@ %(exact)s::tsquery,
       h.tokens @@ %(close)s::tsquery
FROM (SELECT * FROM conversation_search_entry
      WHERE tokens @@ %(words)s::tsquery AND tokens @@ %(pages)s::tsquery
        AND created_at >= %(after)s AND created_at < %(before)s
      ORDER BY created_at DESC, conversation_id DESC, seq DESC LIMIT %(limit)s) h
ORDER BY h.created_at DESC, h.conversation_id DESC, h.seq DESC
"""

_IN_CONVERSATIONS = """
SELECT h.conversation_id, h.seq, h.created_at, h.tokens @@ %(exact)s::tsquery,
       h.tokens @@ %(close)s::tsquery
FROM (SELECT * FROM conversation_search_entry
      WHERE conversation_id = ANY (%(ids)s) AND {holds}
        AND created_at >= %(after)s AND created_at < %(before)s
      ORDER BY created_at DESC, conversation_id DESC, seq DESC LIMIT %(limit)s) h
ORDER BY h.created_at DESC, h.conversation_id DESC, h.seq DESC
"""
IN_CONVERSATIONS = _IN_CONVERSATIONS.format(holds="tokens @@ %(words)s::tsquery")
# Without the inverted index: a common word is in far more messages than a few conversations have.
IN_FEW_CONVERSATIONS = _IN_CONVERSATIONS.format(holds="(tokens @@ %(words)s::tsquery) IS TRUE")

NEWEST_PAGES = """
SELECT id, messages, starts_at FROM conversation_search_page
WHERE brand_id = %(brand)s AND starts_at < %(before)s
  AND starts_at >= coalesce((SELECT max(starts_at) FROM conversation_search_page
                             WHERE brand_id = %(brand)s AND starts_at <= %(after)s), '-infinity')
ORDER BY starts_at DESC
"""

BEGINNINGS = """
SELECT w.word, v.word, v.messages
FROM unnest(%(words)s::text[]) AS w(word)
CROSS JOIN LATERAL (
  SELECT word, messages FROM conversation_search_word
  WHERE brand_id = %(brand)s AND word >= w.word AND word < w.word || U&'\\+10FFFF'
  ORDER BY word = w.word DESC, messages DESC LIMIT %(limit)s) v
"""

ALIKE = """
SELECT w.word, v.word, v.messages
FROM unnest(%(words)s::text[]) AS w(word)
CROSS JOIN LATERAL (
  SELECT word, messages FROM conversation_search_word
  WHERE brand_id = %(brand)s AND word %% w.word
  ORDER BY similarity(word, w.word) DESC, messages DESC LIMIT %(limit)s) v
"""

TEXTS = """
SELECT e.conversation_id, e.seq, e.text, e.author, e.kind, coalesce(e.data->'files', '[]')::text,
       CASE e.kind WHEN 'summary' THEN e.staff_data::text END
FROM json_to_recordset(%s) AS w(conversation_id bigint, seq int)
JOIN conversations_conversation c ON c.id = w.conversation_id
JOIN conversations_event e ON e.conversation_id = w.conversation_id AND e.seq = w.seq
  AND e.created_at >= c.created_at - interval '1 hour'
"""
