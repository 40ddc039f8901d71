"""Which article ended a conversation, and after which one a person was called all the same."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from walletdesk.accounts.models import Brand
from walletdesk.kit import clock

# The article that counts is the last one that the bot cited in a conversation: what came of it came
# of that one. A conversation that has not ended and was not handed over counts as shown only.
_OUTCOMES = """
    WITH told AS (
        SELECT DISTINCT ON (e.conversation_id) e.conversation_id, e.seq,
               e.data #>> '{sources,0,url}' AS url
        FROM conversations_event e
        WHERE e.brand_id = %(brand)s AND e.created_at >= %(since)s AND e.kind = 'message'
          AND e.author = 'bot' AND e.data #>> '{sources,0,url}' IS NOT NULL
        ORDER BY e.conversation_id, e.seq DESC),
    ended AS (
        SELECT t.url, t.conversation_id, c.status,
               EXISTS (SELECT FROM conversations_event h
                       WHERE h.conversation_id = t.conversation_id AND h.created_at >= %(since)s
                         AND h.kind = 'handed_over') AS handed_over,
               (SELECT (f.data ->> 'helped')::boolean FROM conversations_event f
                WHERE f.conversation_id = t.conversation_id AND f.created_at >= %(since)s
                  AND f.kind = 'feedback' AND f.seq > t.seq
                ORDER BY f.seq DESC LIMIT 1) AS helped
        FROM told t JOIN conversations_conversation c ON c.id = t.conversation_id)
    SELECT url, count(*),
           count(*) FILTER (WHERE NOT handed_over
             AND (helped OR (status = 'resolved' AND helped IS NOT FALSE))),
           count(*) FILTER (WHERE handed_over)
    FROM ended GROUP BY url
"""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """In how many conversations an article was the last that the bot showed, and how they went on.

    `ended`: the customer said that it helped, or left content with it; nobody was called.
    """

    shown: int = 0
    ended: int = 0
    handed_over: int = 0

    def __add__(self, other: "Outcomes") -> "Outcomes":
        return Outcomes(
            self.shown + other.shown,
            self.ended + other.ended,
            self.handed_over + other.handed_over,
        )


def outcomes_of(brand: Brand, days: int) -> dict[str, Outcomes]:
    """Return slug → what came of conversations of the last days. One statement."""
    since = clock.now() - timedelta(days=days)
    with connection.cursor() as cursor:
        cursor.execute(_OUTCOMES, {"brand": brand.pk, "since": since})
        rows = cursor.fetchall()
    found: dict[str, Outcomes] = {}
    for url, *counts in rows:
        slug = url.partition("?")[0].rpartition("/")[2]
        found[slug] = found.get(slug, Outcomes()) + Outcomes(*counts)
    return found
