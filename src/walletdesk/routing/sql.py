"""The statements of routing."""

LOADS = """
SELECT assignee_id, channel, count(*) FROM conversations_conversation
WHERE status = 'open' AND assignee_id = ANY (%(members)s)
  AND (waiting_since IS NOT NULL
       OR (channel NOT IN ('form', 'email') AND last_event_at > %(active)s))
GROUP BY 1, 2
UNION ALL
SELECT o.membership_id, c.channel, count(*) FROM routing_offer o
JOIN conversations_conversation c ON c.id = o.conversation_id
WHERE o.state = 'pending' AND o.membership_id = ANY (%(members)s)
GROUP BY 1, 2
"""

QUEUE = """
SELECT c.id, c.urgency, extract(epoch FROM c.queued_at)::float8, c.channel, c.language, c.topic,
       c.team_id, coalesce(r.level, 1),
       (SELECT p.membership_id FROM routing_queuestay p
        WHERE p.contact_id = c.contact_id AND p.membership_id IS NOT NULL
        ORDER BY p.id DESC LIMIT 1),
       array_remove(
         ARRAY(SELECT o.membership_id FROM routing_offer o
               WHERE o.conversation_id = c.id AND o.created_at >= c.queued_at
                 AND o.state IN ('declined', 'expired') AND o.ended_at > %(again)s)
         || CASE WHEN c.queued_at > %(overflow)s THEN s.released_by_id END
         || r.previous_id, NULL)
FROM conversations_conversation c
LEFT JOIN routing_queuestay s ON s.conversation_id = c.id AND s.queued_at = c.queued_at
LEFT JOIN routing_route r ON r.conversation_id = c.id
WHERE c.brand_id = %(brand)s AND c.status = 'queued' AND (c.channel = 'voice') = %(calls)s
  AND NOT EXISTS (SELECT 1 FROM routing_offer o
                  WHERE o.conversation_id = c.id AND o.state = 'pending')
ORDER BY c.queued_at - c.urgency * %(ageing)s, c.id
LIMIT %(page)s OFFSET %(start)s
"""

WAITING = """
SELECT language, count(*) FROM conversations_conversation
WHERE brand_id = %s AND status = 'queued' GROUP BY 1
"""

# By language: who is ahead of each stay (calls go before all others), and who of greater urgency
# has come lately.
AHEAD = """
SELECT w.id, c.language, count(*)
FROM unnest(%(ids)s::bigint[], %(ats)s::timestamptz[], %(calls)s::bool[]) AS w(id, at, call)
JOIN conversations_conversation c ON c.brand_id = %(brand)s AND c.status = 'queued'
  AND CASE WHEN (c.channel = 'voice') = w.call
           THEN (c.queued_at - c.urgency * %(ageing)s, c.id) < (w.at, w.id)
           ELSE NOT w.call END
GROUP BY 1, 2
"""

LATELY = """
SELECT urgency, language, count(*) FROM routing_queuestay
WHERE brand_id = %(brand)s AND queued_at > %(lately)s GROUP BY 1, 2
"""

# How long a conversation that somebody took has kept its place, and whether it is over.
TAKEN = """
SELECT greatest(0, extract(epoch FROM
         CASE WHEN c.status = 'open' AND c.assignee_id = s.membership_id THEN %(now)s
              ELSE coalesce(c.resolved_at, c.last_event_at) END - s.left_at))::float8,
       NOT (c.status = 'open' AND c.assignee_id = s.membership_id)
FROM (SELECT * FROM routing_queuestay
      WHERE brand_id = %(brand)s AND left_at >= %(since)s AND membership_id IS NOT NULL
        AND channel = %(channel)s
      ORDER BY left_at DESC LIMIT %(limit)s) s
JOIN conversations_conversation c ON c.id = s.conversation_id
"""

PAST = """
(SELECT reckoned, extract(epoch FROM left_at - queued_at)::float8, urgency, language,
        extract(epoch FROM %(now)s - left_at)::float8, low, middle, high
 FROM routing_queuestay
 WHERE brand_id = %(brand)s AND left_at >= %(since)s AND membership_id IS NOT NULL
   AND reckoned > 0
 ORDER BY left_at DESC LIMIT %(limit)s)
UNION ALL
(SELECT reckoned, extract(epoch FROM %(now)s - queued_at)::float8, urgency, language, 0::float8,
        low, middle, high
 FROM routing_queuestay
 WHERE brand_id = %(brand)s AND left_at IS NULL AND reckoned > 0
   AND queued_at + high * interval '1 second' < %(now)s
 LIMIT %(limit)s)
"""

BUSY_BRANDS = """
SELECT b.id FROM accounts_brand b
WHERE EXISTS (SELECT 1 FROM conversations_conversation c
              WHERE c.brand_id = b.id AND c.status = 'queued')
   OR EXISTS (SELECT 1 FROM routing_queuestay s WHERE s.brand_id = b.id AND s.left_at IS NULL)
ORDER BY random()
"""

ALONE = "SELECT pg_try_advisory_xact_lock(%s, %s)"

BEGIN_STAYS = """
INSERT INTO routing_queuestay (conversation_id, brand_id, contact_id, channel, language, urgency,
                               queued_at, released_by_id)
SELECT c.id, c.brand_id, c.contact_id, c.channel, c.language, c.urgency, c.queued_at,
       (SELECT m.id FROM conversations_event e JOIN accounts_membership m ON m.id = e.author_id
        WHERE e.conversation_id = c.id AND e.kind = 'released' AND e.seq > c.last_seq - 5
          AND e.created_at >= c.queued_at - interval '1 second'
        ORDER BY e.seq DESC LIMIT 1)
FROM conversations_conversation c
WHERE c.brand_id = %s AND c.status = 'queued'
  AND NOT EXISTS (SELECT 1 FROM routing_queuestay s
                  WHERE s.conversation_id = c.id AND s.queued_at = c.queued_at)
ORDER BY c.queued_at LIMIT %s
FOR KEY SHARE OF c SKIP LOCKED
ON CONFLICT DO NOTHING
RETURNING id, conversation_id
"""

END_STAYS = """
UPDATE routing_queuestay s
SET left_at = coalesce(w.at, %(now)s), membership_id = w.who
FROM (
  SELECT s.id, e.created_at AS at, m.id AS who
  FROM routing_queuestay s
  JOIN conversations_conversation c ON c.id = s.conversation_id
  LEFT JOIN LATERAL (
    SELECT created_at, CASE kind WHEN 'assigned' THEN (staff_data->>'to_id')::bigint
                                 ELSE author_id END AS who
    FROM conversations_event e
    WHERE e.conversation_id = c.id AND e.created_at >= s.queued_at
      AND e.kind IN ('claimed', 'assigned')
    ORDER BY e.seq LIMIT 1) e ON true
  LEFT JOIN accounts_membership m ON m.id = e.who
  WHERE s.brand_id = %(brand)s AND s.left_at IS NULL
    AND (c.status <> 'queued' OR c.queued_at <> s.queued_at)
  LIMIT %(limit)s) w
WHERE s.id = w.id
"""

TELL_STAYS = """
UPDATE routing_queuestay s
SET place = w.place, reckoned = w.reckoned, low = w.low, middle = w.middle, high = w.high
FROM unnest(%s::bigint[], %s::int[], %s::float8[], %s::float8[], %s::float8[], %s::float8[])
     AS w(id, place, reckoned, low, middle, high)
WHERE s.id = w.id
"""

# Those whose time is up, and those whose conversation waits no longer or whose agent has left.
END_OFFERS = """
UPDATE routing_offer o
SET state = CASE WHEN c.status = 'queued' AND o.expires_at <= %(now)s THEN 'expired'
                 ELSE 'withdrawn' END,
    ended_at = %(now)s
FROM conversations_conversation c, routing_attendance a
WHERE c.id = o.conversation_id AND a.membership_id = o.membership_id
  AND c.brand_id = %(brand)s AND o.state = 'pending'
  AND (o.expires_at <= %(now)s OR c.status <> 'queued'
       OR a.chosen <> 'online' OR a.heard_at < %(heard)s)
RETURNING o.membership_id, o.state
"""

OFFER = """
INSERT INTO routing_offer (conversation_id, membership_id, state, created_at, expires_at)
SELECT c.id, w.member, 'pending', %(now)s, %(until)s
FROM unnest(%(ids)s::bigint[], %(members)s::bigint[]) AS w(id, member)
JOIN conversations_conversation c ON c.id = w.id AND c.status = 'queued'
ORDER BY c.id
FOR KEY SHARE OF c SKIP LOCKED
ON CONFLICT (conversation_id) WHERE state = 'pending' DO NOTHING
RETURNING membership_id
"""

HEAR = """
INSERT INTO routing_attendance (membership_id, chosen, heard_at)
VALUES (%(member)s, coalesce(%(chosen)s, %(first)s), %(now)s)
ON CONFLICT (membership_id) DO UPDATE
SET heard_at = excluded.heard_at,
    chosen = coalesce(%(chosen)s, routing_attendance.chosen),
    wrap_up_until = CASE WHEN %(chosen)s::text IS NULL THEN routing_attendance.wrap_up_until END,
    missed = CASE WHEN %(chosen)s::text IS NULL THEN routing_attendance.missed ELSE 0 END
"""
