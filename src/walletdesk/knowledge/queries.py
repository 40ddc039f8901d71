"""Reads of articles: search, and the access functions of the help centre."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby
from operator import itemgetter

from django.db import connection
from django.db.models import Count, QuerySet

from walletdesk.accounts.models import Brand
from walletdesk.kit.errors import NotFound
from walletdesk.kit.vectors import Floats
from walletdesk.knowledge import ranking
from walletdesk.knowledge.embedding import current_embedder
from walletdesk.knowledge.markup import render_markdown as render_markdown  # noqa: PLC0414 - passed on
from walletdesk.knowledge.models import Article, Translation
from walletdesk.knowledge.nearness import Weighed, nearest, weigh
from walletdesk.knowledge.rules import article_path, excerpts
from walletdesk.knowledge.topic_chances import topic_chances
from walletdesk.knowledge.types import HandOver, Hit
from walletdesk.language.tokens import search_terms, well_formed
from walletdesk.language.types import EmbedderUnavailable

QUESTION_LENGTH = 1_000  # characters that are looked at
QUESTION_TERMS = 32  # the rarest; more cost time and change nothing
CANDIDATES = 200
BY_WORDS = 50  # of those that words found, the best are compared by meaning too

Words = Mapping[int, tuple[float, str]]  # article → BM25 sum, topic

# The row without a word says how many articles a brand has in the language.
_TERMS = """
    SELECT s.lexeme, s.articles FROM knowledge_term s
    WHERE s.brand_id = %s AND s.language = %s AND s.lexeme = ANY(%s)
"""
_TOTAL = """
    SELECT count(*)
    FROM knowledge_translation t JOIN knowledge_article a ON a.id = t.article_id
    WHERE a.brand_id = %s AND t.language = %s AND a.published
"""

# ts_rank of words that each stand once is the sum of their places' weights, divided by the number
# of words and by 1.64493406685, which the factors take back. Words that are equally rare are asked
# together. Long word lists are stored compressed: `|| ''` unpacks each once, not once a question.
_WORDS = """
    WITH candidates AS MATERIALIZED (
        SELECT t.article_id, a.topic, t.tokens || ''::tsvector AS tokens
        FROM knowledge_translation t
        JOIN knowledge_article a ON a.id = t.article_id
        WHERE a.brand_id = %s AND t.language = %s AND a.published
          AND (t.tokens @@ %s::tsquery OR t.article_id = ANY(%s)))
    SELECT c.article_id, sum(w.factor * ts_rank(%s::float4[], c.tokens, w.words)) AS words,
           min(c.topic)
    FROM candidates c
    CROSS JOIN unnest(%s::tsquery[], %s::float8[]) AS w(words, factor)
    GROUP BY c.article_id ORDER BY words DESC LIMIT %s
"""
_ONE_WORD = 1.64493406685  # what ts_rank divides a word's weight by


@dataclass(frozen=True, slots=True)
class _Found:
    """What each way of searching says of one article; z: in standard scores over all articles.

    Words count only where the article exists in the asker's language. `matter` is what triage says
    of the article's topic.
    """

    topic: str

    likeness: float | None = None
    pull: float | None = None
    likeness_z: float = 0.0
    pull_z: float = 0.0
    in_language: bool = True
    words: float = 0.0
    words_z: float = 0.0
    matter: float = 0.0


def search(*, brand: Brand, text: str, language: str, limit: int = 5) -> list[Hit]:
    """Return the published articles that answer a question best, the best first.

    Words are compared with translations in the asker's language, meaning with all languages. Five
    statements, whatever the question; `score` of the first hit is a calibrated chance (see
    `ranking.confidence`), later ones are scaled down by their distance. Without vectors (articles
    not yet all indexed, or no embedder) words alone decide.
    """
    question = well_formed(text[:QUESTION_LENGTH])
    if not question.strip():
        return []
    vector = _vector_of(question)
    weighed = None if vector is None else weigh(brand, vector)
    words = _by_words(brand, question, language, weighed.first if weighed else ())
    found, articles = _by_meaning(weighed, vector, language, words or {})
    _join_words(found, words, articles)
    chances = topic_chances(question)
    found = {
        article: replace(there, matter=chances.evidence(there.topic))
        for article, there in found.items()
    }
    ranked = _rank(found, articles, chances.outside, had_words=words is not None)
    return _hits(brand, language, ranked[:limit])


def _by_words(brand: Brand, question: str, language: str, near: Sequence[int]) -> Words | None:
    """Return article → BM25 sum and topic; None when the brand has nothing in this language.

    Weighed are articles with one of the rarest words, and those that are `near` in meaning: where
    no word is rare, thousands have it.
    """
    terms = search_terms(question)[:400]
    with connection.cursor() as cursor:
        cursor.execute(_TERMS, [brand.pk, language, [*terms, ""]])
        counts: dict[str, int] = dict(cursor.fetchall())
        total = counts.pop("", 0)
        # Without counts (a fresh brand) every word is taken; with them, those that occur.
        counts = counts or dict.fromkeys(terms, 1)
        if not total:
            cursor.execute(_TOTAL, [brand.pk, language])
            total = cursor.fetchone()[0]
        if not total:
            return None
        rarest = sorted(counts.items(), key=lambda pair: (pair[1], pair[0]))[:QUESTION_TERMS]
        if not rarest:
            return {}
        lexemes = [f"'{lexeme}'" for lexeme, _ in rarest]
        groups = [(n, [*words]) for n, words in groupby(rarest, key=itemgetter(1))]
        places = ranking.PLACE_FACTORS
        most = max(places.values())
        cursor.execute(
            _WORDS,
            [
                brand.pk,
                language,
                " | ".join(lexemes[: _candidate_terms([n for _, n in rarest], 0 if near else 3)]),
                list(near),
                [places[place] / most for place in ("D", "D", "B", "A")],
                [" | ".join(f"'{lexeme}'" for lexeme, _ in words) for _, words in groups],
                [ranking.rarity(n, total) * len(words) * _ONE_WORD * most for n, words in groups],
                CANDIDATES,
            ],
        )
        return {article: (words, topic) for article, words, topic in cursor.fetchall()}


def _candidate_terms(counts: Sequence[int], least: int) -> int:
    """Return how many of the rarest words choose articles: each of these is read whole."""
    return max(least, sum(1 for so_far in accumulate(counts) if so_far <= CANDIDATES))


def _vector_of(question: str) -> Floats | None:
    try:
        vector: Floats = current_embedder().embed([question])[0]
    except EmbedderUnavailable:
        return None
    return vector


def _by_meaning(
    weighed: Weighed | None, vector: Floats | None, language: str, words: Words
) -> tuple[dict[int, _Found], int]:
    """Return what vectors say, and how many articles have any."""
    if weighed is None or vector is None:
        return {}, 0
    rows = nearest(
        weighed, vector, language=language, by_words=list(words)[:BY_WORDS], limit=CANDIDATES
    )
    found = {
        near.article: _Found(
            near.topic, near.likeness, near.pull, near.likeness_z, near.pull_z, near.in_language
        )
        for near in rows
    }
    return found, rows[0].articles if rows else 0


def _join_words(found: dict[int, _Found], words: Words | None, articles: int) -> None:
    """Add what the words say, in standard scores over all articles (no match counts as 0)."""
    if not words:
        return
    count = max(articles, len(words))
    sums = {article: value for article, (value, _topic) in words.items()}
    mean = sum(sums.values()) / count
    spread = math.sqrt(max(0.0, sum(v * v for v in sums.values()) / count - mean * mean)) or 1.0
    worst = min((f.likeness_z for f in found.values()), default=0.0)
    weakest = min((f.pull_z for f in found.values()), default=0.0)
    for article in {*found, *words}:
        there = found.get(article)
        if there is None:
            there = _Found(words[article][1], likeness_z=worst, pull_z=weakest)
        if there.in_language:
            value = sums.get(article, 0.0)
            found[article] = replace(there, words=value, words_z=(value - mean) / spread)


def _fused(found: _Found) -> float:
    return (
        ranking.PULL * found.pull_z
        + ranking.LIKENESS * found.likeness_z
        + ranking.WORDS * found.words_z
        + ranking.TOPIC * found.matter
    )


def _rank(
    found: dict[int, _Found], articles: int, outside: float, *, had_words: bool
) -> list[tuple[int, float]]:
    """Return (article, score), best first."""
    ranked = sorted(found, key=lambda article: (-_fused(found[article]), article))
    if not ranked:
        return []
    first = found[ranked[0]]
    fused = [_fused(found[article]) for article in ranked]
    signs = _signs(first, fused, articles, had_words=had_words)
    best = ranking.confidence(replace(signs, outside=outside))
    # The others are less likely than the first by the odds of their distance.
    return [
        (article, best * math.exp(score - fused[0]))
        for article, score in zip(ranked, fused, strict=True)
    ]


def _signs(
    first: _Found, fused: Sequence[float], articles: int, *, had_words: bool
) -> ranking.Signs:
    margin = fused[0] - fused[1] if len(fused) > 1 else 0.0
    learned = first.pull is not None and articles >= ranking.FEW_ARTICLES
    return ranking.Signs(
        pull=first.pull if learned else None,
        likeness=first.likeness,
        words=first.words if had_words and first.in_language else None,
        margin=margin,
        matter=first.matter,
    )


def _hits(brand: Brand, language: str, ranked: Sequence[tuple[int, float]]) -> list[Hit]:
    """Fetch the texts of the ranked articles, each in the language that suits the asker best."""
    rows = (
        Translation.objects.filter(article__in=[article for article, _ in ranked])
        .select_related("article")
        .defer("body", "asked", "tokens", "article__direction")
    )
    by_article: dict[int, list[Translation]] = {}
    for row in rows:
        by_article.setdefault(row.article_id, []).append(row)
    hits = []
    for article, score in ranked:
        chosen = _best_language(by_article[article], language, brand)
        hits.append(
            Hit(
                article_slug=chosen.article.slug,
                translation_id=chosen.pk,
                title=chosen.title,
                summary=chosen.summary,
                language=chosen.language,
                topic=chosen.article.topic,
                hand_over=HandOver(chosen.article.hand_over),
                score=round(score, 4),
                url=article_path(
                    brand=brand.slug, language=chosen.language, slug=chosen.article.slug
                ),
            )
        )
    return hits


def _best_language(translations: Sequence[Translation], language: str, brand: Brand) -> Translation:
    wished = [language, brand.default_language, "en", *brand.languages]
    order = {code: place for place, code in reversed(list(enumerate(wished)))}
    return min(translations, key=lambda t: (order.get(t.language, len(wished)), t.pk))


def excerpts_of(hits: Sequence[Hit], most: int) -> list[tuple[Hit, str]]:
    """Return what may be cited of found articles, the best article first. One statement."""
    rows = Translation.objects.filter(pk__in=[hit.translation_id for hit in hits])
    texts = {pk: excerpts(*of) for pk, *of in rows.values_list("pk", "summary", "body")}
    found = [(hit, text) for hit in hits for text in texts.get(hit.translation_id, ())]
    return found[:most]


# --- help centre --------------------------------------------------------------------------


def _published(brand: Brand) -> QuerySet[Translation]:
    return (
        Translation.objects.filter(article__brand=brand, article__published=True)
        .select_related("article")
        .defer("tokens", "article__direction")
    )


def get_translation_for(*, brand: Brand, language: str, slug: str) -> Translation:
    """Return a published article in this language, else in the best other one.

    The caller sees by `.language` which it is. Raises NotFound.
    """
    found = list(_published(brand).filter(article__slug=slug))
    if not found:
        raise NotFound
    return _best_language(found, language, brand)


def list_translations(*, brand: Brand, language: str) -> list[Translation]:
    """Return all published articles in one language, by category and position. One statement."""
    return list(
        _published(brand)
        .defer("body", "asked", "tokens", "article__direction")
        .filter(language=language)
        .order_by("article__category", "article__position", "article__slug")
    )


def article_addresses(*, brand: Brand, language: str, slugs: Sequence[str]) -> dict[str, str]:
    """Return slug → path of those of the named articles that are published. One statement.

    The path is of the language that suits best. Slugs that are none lead nowhere and are left out.
    """
    rows = _published(brand).filter(article__slug__in=[s for s in slugs if "\x00" not in s])
    by_slug: dict[str, list[Translation]] = {}
    for row in rows.defer("body", "asked", "summary", "tokens", "article__direction"):
        by_slug.setdefault(row.article.slug, []).append(row)
    return {
        slug: article_path(
            brand=brand.slug,
            language=_best_language(found, language, brand).language,
            slug=slug,
        )
        for slug, found in by_slug.items()
    }


def published_slugs(brand: Brand) -> list[str]:
    """Return the names of all published articles, in their order."""
    return list(
        Article.objects.filter(brand=brand, published=True)
        .order_by("slug")
        .values_list("slug", flat=True)
    )


def count_translations(brand: Brand) -> tuple[int, dict[str, int]]:
    """Return how many articles customers see, and how many of them in each language."""
    rows = _published(brand).values_list("language").annotate(count=Count("pk")).order_by()
    total = Article.objects.filter(brand=brand, published=True).count()
    return total, dict(rows)
