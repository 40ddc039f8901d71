# ruff: noqa: PLC0415, E501 - models can be imported only once Django is set up; SQL in lines
"""Ten thousand articles that nobody wrote: copies of the demo's, each moved a little in meaning.

Every copy keeps the words of its original and gets some of its own; its vectors are the original's
with noise. So the tables have the size and the spread of real ones, without hours of embedding.
"""

from typing import Any

import numpy as np
from django.db import connection

ARTICLES = 10_000
PASSAGES = 20  # of each copy
NOISES = 512
SPREAD = 0.02  # of each of 512 numbers: the noise is 0.45 long, the vector 1

_ARTICLES = """
    INSERT INTO knowledge_article (brand_id, slug, topic, category, hand_over, position, published,
                                   "offset", related)
    SELECT %s, 'copy-' || n, o.topic, o.category, '', n, true, 0, '{}'
    FROM generate_series(1, %s) AS n
    JOIN (SELECT topic, category, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS all
          FROM knowledge_article WHERE brand_id = %s AND slug NOT LIKE 'copy-%%') AS o
      ON o.place = n %% o.all
"""
_TRANSLATIONS = """
    INSERT INTO knowledge_translation (article_id, language, title, summary, body, asked, content_hash, tokens)
    SELECT a.id, o.language, o.title || ' ' || a.position, o.summary, '', '{}', 'copy',
           o.tokens || to_tsvector('simple', 'own' || a.position || ' kind' || a.position %% 700)
    FROM knowledge_article a
    JOIN (SELECT t.*, row_number() OVER (ORDER BY t.id) - 1 AS place, count(*) OVER () AS all
          FROM knowledge_translation t JOIN knowledge_article b ON b.id = t.article_id
          WHERE b.brand_id = %s AND b.slug NOT LIKE 'copy-%%') AS o ON o.place = a.position %% o.all
    WHERE a.brand_id = %s AND a.slug LIKE 'copy-%%'
"""
_PASSAGES = """
    INSERT INTO knowledge_passage (translation_id, ordinal, text, weight, embedding)
    SELECT c.id, p.ordinal, left(p.text, 40), p.weight,
           l2_normalize(p.embedding + n.noise::halfvec)
    FROM knowledge_translation c
    JOIN knowledge_article a ON a.id = c.article_id AND a.brand_id = %s AND a.slug LIKE 'copy-%%'
    JOIN (SELECT t.id, row_number() OVER (ORDER BY t.id) - 1 AS place, count(*) OVER () AS all
          FROM knowledge_translation t JOIN knowledge_article b ON b.id = t.article_id
          WHERE b.brand_id = %s AND b.slug NOT LIKE 'copy-%%') AS o ON o.place = a.position %% o.all
    JOIN knowledge_passage p ON p.translation_id = o.id AND p.ordinal < %s
    JOIN unnest(%s::text[]) WITH ORDINALITY AS n(noise, place)
      ON n.place = 1 + (a.position * 31 + p.ordinal * 7) %% %s
    ORDER BY c.id, p.ordinal
"""


def grow(brand: Any, articles: int = ARTICLES) -> dict[str, int]:
    """Add copies until a brand has so many articles; learn what search learns. Returns how many."""
    from walletdesk.knowledge.actions import learn_ranking, note_change
    from walletdesk.knowledge.models import Article, Passage

    random = np.random.default_rng(7)
    noise = [str(row.tolist()) for row in random.normal(0, SPREAD, (NOISES, 512)).round(4)]
    missing = articles - Article.objects.filter(brand=brand).count()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")  # a page may wait seconds, this takes minutes
        cursor.execute(_ARTICLES, [brand.pk, missing, brand.pk])
        cursor.execute(_TRANSLATIONS, [brand.pk, brand.pk])
        cursor.execute(_PASSAGES, [brand.pk, brand.pk, PASSAGES, noise, NOISES])
    note_change(brand.pk)
    learn_ranking(brand.pk)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return {"large_articles": Article.objects.count(), "large_passages": Passage.objects.count()}
