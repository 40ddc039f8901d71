"""Reads of articles: search, and the access functions of the help centre."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate, groupby
from typing import NamedTuple, TypeVar

from django.db.models import Count, QuerySet

from walletdesk.accounts.models import Brand
from walletdesk.kit.errors import NotFound
from walletdesk.kit.raw_sql import RawCursor, pipeline, raw_cursor
from walletdesk.kit.vectors import Floats
from walletdesk.knowledge import ranking
from walletdesk.knowledge.embedding import current_embedder
from walletdesk.knowledge.markup import render_markdown as render_markdown  # noqa: PLC0414 - passed on
from walletdesk.knowledge.models import Article, Translation
from walletdesk.knowledge.nearness import Near, Weighed, nearest, weigh
from walletdesk.knowledge.rules import article_path, excerpts
from walletdesk.knowledge.topic_chances import TopicChances, topic_chances
from walletdesk.knowledge.types import HandOver, Hit
from walletdesk.language.tokens import search_terms, well_formed
from walletdesk.language.types import EmbedderUnavailable

QUESTION_LENGTH = 1_000  # characters that are looked at
QUESTION_TERMS = 32  # the rarest; more cost time and change nothing
CANDIDATES = 200
MANY = 64  # articles with a word; words that stand in about as many are weighed as one
BY_WORDS = 30  # of those that words found, the best are compared by meaning too

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
# of words and by 1.64493406685, which the factors take back. Words that are about equally rare are
# asked together. Long word lists are stored compressed: `|| ''` unpacks each once, not once a
# question.
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
_TEXTS = """
    SELECT t.article_id, t.id, t.language, t.title, t.summary, a.slug, a.topic, a.hand_over
    FROM knowledge_translation t JOIN knowledge_article a ON a.id = t.article_id
    WHERE t.article_id = ANY(%s)
"""
_ONE_WORD = 1.64493406685  # what ts_rank divides a word's weight by


@dataclass(frozen=True, slots=True)
class _Found:
    """What each way of searching says of one article; z: in standard scores over all articles.

    Words count only where the article exists in the asker's language. `matter` is what triage says
    of the article's topic.
    """

    likeness: float | None = None
    pull: float | None = None
    likeness_z: float = 0.0
    pull_z: float = 0.0
    in_language: bool = True
    words: float = 0.0
    words_z: float = 0.0
    matter: float = 0.0


class _Text(NamedTuple):
    """A translation of a found article."""

    pk: int
    language: str
    title: str
    summary: str
    slug: str
    topic: str
    hand_over: str


class _Counted(NamedTuple):
    """How many articles a brand has in a language, and how many of them have each rarest word."""

    total: int
    rarest: list[tuple[str, int]]


AText = TypeVar("AText", Translation, _Text)


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
    counted = _counted(brand, question, language)
    words: Words | None = None
    with pipeline(), raw_cursor() as cursor:  # the database looks at words while triage thinks
        if counted:
            _ask_words(cursor, brand, language, counted, weighed.first if weighed else ())
        chances = topic_chances(question)
        if counted:
            words = {article: (sum_, topic) for article, sum_, topic in cursor.fetchall()}
    near = _by_meaning(weighed, vector, language, words)
    found, articles = _joined(near, words, chances)
    ranked = _rank(found, articles, chances.outside, had_words=words is not None)
    return _hits(brand, language, ranked[:limit])


def _counted(brand: Brand, question: str, language: str) -> _Counted | None:
    """Return the question's rarest words; None when the brand has nothing in this language."""
    terms = search_terms(question)[:400]
    with raw_cursor() as cursor:
        cursor.execute(_TERMS, [brand.pk, language, [*terms, ""]])
        counts: dict[str, int] = dict(cursor.fetchall())
        total = counts.pop("", 0)
        # Without counts (a fresh brand) every word is taken; with them, those that occur.
        counts = counts or dict.fromkeys(terms, 1)
        if not total:
            cursor.execute(_TOTAL, [brand.pk, language])
            ((total,),) = cursor.fetchall()
    rarest = sorted(counts.items(), key=lambda pair: (pair[1], pair[0]))[:QUESTION_TERMS]
    return _Counted(total, rarest) if total else None


def _ask_words(
    cursor: RawCursor, brand: Brand, language: str, counted: _Counted, near: Sequence[int]
) -> None:
    """Ask for article, BM25 sum and topic.

    Weighed are articles with one of the rarest words, and those that are `near` in meaning: where
    no word is rare, thousands have it.
    """
    lexemes = [f"'{lexeme}'" for lexeme, _ in counted.rarest]
    choosing = _candidate_terms([n for _, n in counted.rarest], 0 if near else 3)
    groups = [(n, [*words]) for n, words in groupby(counted.rarest, key=_about)]
    places = ranking.PLACE_FACTORS
    most = max(places.values())
    scale = _ONE_WORD * most
    cursor.execute(
        _WORDS,
        [
            brand.pk,
            language,
            " | ".join(lexemes[:choosing]),
            list(near),
            [places[place] / most for place in ("D", "D", "B", "A")],
            [" | ".join(f"'{lexeme}'" for lexeme, _ in words) for _, words in groups],
            [ranking.rarity(n, counted.total) * len(words) * scale for n, words in groups],
            CANDIDATES,
        ],
    )


def _about(counted: tuple[str, int]) -> int:
    """Return in how many articles a word stands: of many to two binary digits."""
    count = counted[1]
    low = count.bit_length() - 2 if count >= MANY else 0
    return count + (1 << low >> 1) >> low << low


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
    weighed: Weighed | None, vector: Floats | None, language: str, words: Words | None
) -> list[Near]:
    if weighed is None or vector is None:
        return []
    by_words = list(words or {})[:BY_WORDS]
    return nearest(weighed, vector, language=language, by_words=by_words, limit=CANDIDATES)


def _joined(
    near: Sequence[Near], words: Words | None, chances: TopicChances
) -> tuple[dict[int, _Found], int]:
    """Return what is known of each article, and how many articles have vectors.

    Words are in standard scores over all articles (no match counts as 0).
    """
    articles = near[0].articles if near else 0
    sums = {article: value for article, (value, _topic) in (words or {}).items()}
    count = max(articles, len(sums), 1)
    mean = sum(sums.values()) / count
    spread = math.sqrt(max(0.0, sum(v * v for v in sums.values()) / count - mean * mean)) or 1.0
    evidence = cache(chances.evidence)
    found: dict[int, _Found] = {}
    for row in near:
        counted = bool(words) and row.in_language
        value = sums.pop(row.article, 0.0) if counted else 0.0
        found[row.article] = _Found(
            row.likeness,
            row.pull,
            row.likeness_z,
            row.pull_z,
            in_language=row.in_language,
            words=value,
            words_z=(value - mean) / spread if counted else 0.0,
            matter=evidence(row.topic),
        )
    worst = min((row.likeness_z for row in near), default=0.0)
    weakest = min((row.pull_z for row in near), default=0.0)
    for article, value in sums.items():
        if article not in found:
            found[article] = _Found(
                likeness_z=worst,
                pull_z=weakest,
                words=value,
                words_z=(value - mean) / spread,
                matter=evidence((words or {})[article][1]),
            )
    return found, articles


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
    by_article: dict[int, list[_Text]] = {}
    with raw_cursor() as cursor:
        cursor.execute(_TEXTS, [[article for article, _ in ranked]])
        for article, *row in cursor.fetchall():
            by_article.setdefault(article, []).append(_Text(*row))
    hits = []
    for article, score in ranked:
        chosen = _best_language(by_article[article], language, brand)
        hits.append(
            Hit(
                article_slug=chosen.slug,
                translation_id=chosen.pk,
                title=chosen.title,
                summary=chosen.summary,
                language=chosen.language,
                topic=chosen.topic,
                hand_over=HandOver(chosen.hand_over),
                score=round(score, 4),
                url=article_path(brand=brand.slug, language=chosen.language, slug=chosen.slug),
            )
        )
    return hits


def _best_language(translations: Sequence[AText], language: str, brand: Brand) -> AText:
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
