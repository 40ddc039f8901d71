"""Reads for an agent who answers: similar solved conversations, replies that could be sent."""

from functools import lru_cache
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.bot.assist.models import Writing
from walletdesk.bot.assist.rules import SIMILAR_FROM, digest_of
from walletdesk.bot.assist.types import Digest, Reply, Similar
from walletdesk.bot.rules import question_of
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.prepared import macros_for, render_macro
from walletdesk.conversations.queries import first_customer_texts, thread
from walletdesk.conversations.types import Audience
from walletdesk.kit.errors import NotFound
from walletdesk.kit.vectors import in_process, numbers, stored
from walletdesk.knowledge.embedding import current_embedder
from walletdesk.knowledge.queries import search
from walletdesk.language.types import EmbedderUnavailable, Vectors

SHOWN = 3
REPLY_FROM = 0.2  # of an article: an agent sees what is uncertain, and decides
MACRO_FROM = 0.35  # cosine of a macro to the question
MACROS = 60
REACH = {"of_topic": 3_000, "of_all": 2_000}  # the newest that are compared: 10 MB of vectors

# The newest of the topic and the newest of all are compared, so that a large brand pays no more.
_CANDIDATES = """
    WITH candidates AS (
        (SELECT conversation_id, topic, language, embedding, resolved_at FROM assist_solved
         WHERE brand_id = %(brand)s AND topic = %(topic)s AND %(topic)s <> ''
         ORDER BY resolved_at DESC LIMIT %(of_topic)s)
        UNION ALL
        (SELECT conversation_id, topic, language, embedding, resolved_at FROM assist_solved
         WHERE brand_id = %(brand)s AND (topic <> %(topic)s OR topic = '')
         ORDER BY resolved_at DESC LIMIT %(of_all)s))
"""
_BY_PGVECTOR = """,
    near AS (
        SELECT s.conversation_id, s.topic, s.language, s.resolved_at, c.ref, c.created_at,
               -(s.embedding <#> %(question)s::vector) AS likeness,
               -(s.embedding <#> %(question)s::vector) + 0.05 * (s.topic = %(topic)s)::int
                 + 0.03 * (s.language = %(language)s)::int AS rank
        FROM candidates s JOIN conversations_conversation c ON c.id = s.conversation_id
        WHERE c.status = 'resolved' AND s.conversation_id <> %(own)s)
"""
_BYTES = """
    SELECT s.conversation_id, s.embedding, 0.05 * (s.topic = %(topic)s)::int
           + 0.03 * (s.language = %(language)s)::int
    FROM candidates s JOIN conversations_conversation c ON c.id = s.conversation_id
    WHERE c.status = 'resolved' AND s.conversation_id <> %(own)s
"""
_IN_PROCESS = """
    WITH near AS (
        SELECT s.conversation_id, s.topic, s.language, s.resolved_at, c.ref, c.created_at,
               g.likeness, g.rank
        FROM unnest(%(ids)s::bigint[], %(likeness)s::float8[], %(ranks)s::float8[])
               AS g(id, likeness, rank)
        JOIN assist_solved s ON s.conversation_id = g.id
        JOIN conversations_conversation c ON c.id = g.id)
"""
_TEXTS = """
    SELECT n.ref, n.topic, n.language, n.resolved_at, n.likeness, first.text, last.text, last.author
    FROM (SELECT * FROM near WHERE likeness >= %(from)s
          ORDER BY rank DESC LIMIT %(limit)s) AS n
    LEFT JOIN LATERAL (
        SELECT e.text FROM conversations_event e
        WHERE e.conversation_id = n.conversation_id AND e.kind = 'message'
          AND e.author = 'customer' AND e.created_at >= n.created_at - interval '1 hour'
        ORDER BY e.seq LIMIT 1) AS first ON true
    LEFT JOIN LATERAL (
        SELECT e.text, e.author FROM conversations_event e
        WHERE e.conversation_id = n.conversation_id AND e.kind = 'message'
          AND e.author IN ('agent', 'bot') AND e.created_at >= n.created_at - interval '1 hour'
        ORDER BY (e.author = 'agent') DESC, e.seq DESC LIMIT 1) AS last ON true
    ORDER BY n.rank DESC
"""
_NEAR = _CANDIDATES + _BY_PGVECTOR + _TEXTS
_ALL_BYTES = _CANDIDATES + _BYTES
_OF_THESE = _IN_PROCESS + _TEXTS


def question_in(conversation: Conversation) -> str:
    """Return what a conversation is about, in the customer's words without masks."""
    return question_of(first_customer_texts(conversation))


def similar_solved(membership: Membership, conversation: Conversation) -> list[Similar]:
    """Return solved conversations of the person's brand that are like this one, the nearest first.

    Nothing for somebody who may not read conversations, without an embedder, or without words.
    """
    question = question_in(conversation)
    if not question or not may(membership.role, Permission.CONVERSATION_READ):
        return []
    try:
        vector = current_embedder().embed([question])[0]
    except EmbedderUnavailable:
        return []
    asked: dict[str, Any] = {
        "brand": membership.brand_id,
        "topic": conversation.topic,
        "language": conversation.language,
        "own": conversation.pk,
        "from": SIMILAR_FROM,
        "limit": SHOWN,
        **REACH,
    }
    with connection.cursor() as cursor:
        if in_process():
            cursor.execute(_ALL_BYTES, asked)
            cursor.execute(_OF_THESE, asked | _compared(cursor.fetchall(), vector))
        else:
            cursor.execute(_NEAR, asked | {"question": stored(vector, as_bytes=False)})
        rows = cursor.fetchall()
    return [Similar(*row[:5], *(value or "" for value in row[5:])) for row in rows]


def _compared(rows: list[tuple[int, bytes, Any]], vector: Vectors) -> dict[str, Any]:
    """Return the conversations that are most alike, for a database that cannot compare."""
    ids = [row[0] for row in rows]
    likeness = [float(numbers(row[1]) @ vector) for row in rows]
    ranks = [value + float(row[2]) for value, row in zip(likeness, rows, strict=True)]
    return {"ids": ids, "likeness": likeness, "ranks": ranks}


def replies_for(membership: Membership, conversation: Conversation) -> list[Reply]:
    """Return replies from articles and macros that suit what the customer asked, the best first.

    Articles come in the customer's language where there is one, with their address.
    """
    question = question_in(conversation)
    if not question or not may(membership.role, Permission.CONVERSATION_ANSWER):
        return []
    hits = search(
        brand=membership.brand, text=question, language=conversation.language, limit=SHOWN
    )
    site = settings.WALLETDESK.base_url
    articles = [
        Reply(hit.title, f"{hit.summary}\n\n{site}{hit.url}", url=hit.url, language=hit.language)
        for hit in hits
        if hit.score >= REPLY_FROM
    ]
    return [*articles[:2], *_macros(membership, conversation, question)][:SHOWN]


def _macros(membership: Membership, conversation: Conversation, question: str) -> list[Reply]:
    macros = [m for m in macros_for(membership)[:MACROS] if any(m.bodies.values())]
    if not macros:
        return []
    try:
        asked = _vector(question)
        scored = [
            (float(np.dot(asked, _vector(f"{m.name}. {next(filter(None, m.bodies.values()))}"))), m)
            for m in macros
        ]
    except EmbedderUnavailable:
        return []
    best = sorted(scored, key=lambda pair: -pair[0])[:2]
    return [
        Reply(m.name, rendered.text, macro=m.pk, language=rendered.language)
        for score, m in best
        if score >= MACRO_FROM and (rendered := render_macro(m, conversation, membership)).text
    ]


@lru_cache(maxsize=2_000)
def _vector(text: str) -> Vectors:
    vector: Vectors = current_embedder().embed([text])[0]
    return vector


def digest_for(conversation: Conversation) -> Digest:
    """Return a conversation in short. The newest 100 events and the first words count."""
    events: list[dict[str, Any]] = thread(conversation, Audience.STAFF)
    return digest_of(events)


def get_writing_for(membership: Membership, ref: str, writing_id: int) -> Writing:
    """Return a text that this person had written in this conversation. Raises NotFound."""
    found = (
        Writing.objects.filter(
            pk=writing_id,
            membership=membership,
            conversation__ref=ref,
            conversation__brand_id=membership.brand_id,
        )
        .select_related("conversation__brand")
        .first()
    )
    if found is None:
        raise NotFound
    return found
