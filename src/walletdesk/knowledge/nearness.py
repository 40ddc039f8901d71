"""Which articles mean what a question means.

Every article is weighed by its learned direction; the passages of those that it pulls to most, and
of those found by words, are compared one by one. Standard scores are taken over what was weighed.
Until all articles have been indexed once, meaning would prefer those that the worker came to first,
so that nothing is found then. The directions of a brand, 2 kB an article, are kept in this process
until something is learned anew; its passages stay with pgvector, or where the database lacks it are
compared here too.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from walletdesk.accounts.models import Brand
from walletdesk.kit.raw_sql import raw_cursor
from walletdesk.kit.vectors import Floats, in_process, stored
from walletdesk.knowledge import ranking
from walletdesk.knowledge.models import Article, Passage
from walletdesk.language.use_embedder import DIMENSIONS

COMPARED = 300  # articles whose passages are compared: all of a small brand's
COMPARED_OF_MANY = 40  # of a brand that has more
BRANDS_KEPT = 8
PASSAGES_KEPT = 60_000  # of each brand, 1 kB each; what was compared longest ago is fetched anew

Halves = NDArray[np.float16]


class Near(NamedTuple):
    """What meaning says of an article; z: in standard scores. `articles`: how many were weighed."""

    article: int
    likeness: float
    pull: float | None  # None: the article is newer than what was learned
    likeness_z: float
    pull_z: float
    in_language: bool
    topic: str
    articles: int


_LEARNED = "SELECT changed, learned FROM knowledge_learning WHERE brand_id = %s"
# <#> is the negative inner product.
_LIKENESS = """
    SELECT t.article_id, max(-(p.embedding <#> %s::halfvec)), bool_or(t.language = %s)
    FROM knowledge_translation t JOIN knowledge_passage p ON p.translation_id = t.id
    WHERE t.article_id = ANY(%s) AND p.embedding IS NOT NULL
    GROUP BY t.article_id
"""


@dataclass(slots=True)
class _Passages:
    """The passages of an article and the language of each."""

    vectors: Halves
    languages: list[str]


@dataclass(slots=True)
class _Kept:
    """What is kept of a brand, and of which state it is."""

    state: tuple[int, int]
    articles: list[int]
    topics: list[str]
    directions: Floats
    offsets: NDArray[np.float64]
    fresh: dict[int, str]  # articles that are newer than what was learned, and their topics
    place_of: dict[int, int]
    passages: OrderedDict[int, _Passages] = field(default_factory=OrderedDict)


_brands: OrderedDict[int, _Kept] = OrderedDict()
_lock = threading.Lock()  # what is kept is shared by the threads of this process


@dataclass(frozen=True, slots=True)
class Weighed:
    """How much each article of a brand pulls a question, and those that pull most, first."""

    kept: _Kept
    pull: NDArray[np.floating]
    first: list[int]


def weigh(brand: Brand, vector: Floats) -> Weighed | None:
    """Weigh a question against every article of a brand; None while nothing has been learned."""
    with _lock:
        kept = _kept(brand)
    if kept is None:
        return None
    pull = kept.directions @ vector + kept.offsets
    first = [kept.articles[at] for at in _highest(pull, _compared_of(kept))]
    return Weighed(kept, pull, first)


def nearest(
    weighed: Weighed, vector: Floats, *, language: str, by_words: Sequence[int], limit: int
) -> list[Near]:
    """Return what meaning says of the articles that come closest, the closest first."""
    kept, pull = weighed.kept, weighed.pull
    words = [article for article in by_words if article in kept.place_of]
    chosen = [*dict.fromkeys([*kept.fresh, *weighed.first, *words])]
    if in_process():
        found = _in_process(kept, chosen, vector, language)
    else:
        found = _by_pgvector(chosen, vector, language)
    pull_z = _standard(pull)
    likeness_z = _standard(np.array([likeness for _article, likeness, _in in found]))
    rows = []
    for at, (article, likeness, in_language) in enumerate(found):
        place = kept.place_of.get(article)
        rows.append(
            Near(
                article,
                likeness,
                None if place is None else float(pull[place]),
                float(likeness_z[at]),
                0.0 if place is None else float(pull_z[place]),
                in_language,
                kept.fresh[article] if place is None else kept.topics[place],
                len(kept.articles) + len(kept.fresh),
            )
        )
    rows.sort(key=lambda row: (-(ranking.LIKENESS * row.likeness_z + row.pull_z), row.article))
    return rows[:limit]


def _highest(values: NDArray[np.floating], most: int) -> NDArray[np.intp]:
    """Return the places of the highest values, in order; of equals the first."""
    if len(values) > most:
        least = np.partition(values, len(values) - most)[len(values) - most]
        places = np.flatnonzero(values >= least)
    else:
        places = np.arange(len(values))
    return places[np.argsort(-values[places], kind="stable")][:most]


def _compared_of(kept: _Kept) -> int:
    return COMPARED if len(kept.articles) <= COMPARED else COMPARED_OF_MANY


def _by_pgvector(chosen: list[int], vector: Floats, language: str) -> list[tuple[int, float, bool]]:
    with raw_cursor() as cursor:
        cursor.execute(_LIKENESS, [stored(vector, as_bytes=False), language, chosen])
        return list(cursor.fetchall())


def _standard(values: NDArray[np.floating]) -> NDArray[np.floating]:
    if not len(values):
        return values
    deviation = values.std()
    return (values - values.mean()) / deviation if deviation else np.zeros(len(values))


def _kept(brand: Brand) -> _Kept | None:
    """Return what is known of a brand now; None while nothing has been learned."""
    with raw_cursor() as cursor:
        state = cursor.execute(_LEARNED, [brand.pk]).fetchone()
    if state is None or not state[1]:
        return None
    kept = _brands.get(brand.pk)
    if kept is None or kept.state != state:
        kept = _brands[brand.pk] = _read(brand, state)
        while len(_brands) > BRANDS_KEPT:
            _brands.popitem(last=False)
    _brands.move_to_end(brand.pk)
    return kept


def _read(brand: Brand, state: tuple[int, int]) -> _Kept:
    rows = list(
        Article.objects.filter(brand=brand, published=True)
        .order_by("pk")
        .values_list("pk", "topic", "direction", "offset")
    )
    known = [row for row in rows if row[2] is not None]
    return _Kept(
        state,
        [row[0] for row in known],
        [row[1] for row in known],
        np.array([row[2] for row in known], np.float32).reshape(len(known), DIMENSIONS),
        np.array([row[3] for row in known], np.float64),
        {row[0]: row[1] for row in rows if row[2] is None},
        {row[0]: place for place, row in enumerate(known)},
    )


# --- without pgvector --------------------------------------------------------------------------


def _in_process(
    kept: _Kept, chosen: list[int], vector: Floats, language: str
) -> list[tuple[int, float, bool]]:
    with _lock:
        passages = _passages(kept, chosen)
    return [
        (article, float((each.vectors @ vector).max()), language in each.languages)
        for article, each in passages.items()
    ]


def _passages(kept: _Kept, articles: list[int]) -> dict[int, _Passages]:
    """Return the passages of articles that have any; fetches those that are not kept."""
    missing = [article for article in articles if article not in kept.passages]
    if missing:
        _fetch(kept, missing)
    found = {article: kept.passages[article] for article in articles if article in kept.passages}
    for article in found:
        kept.passages.move_to_end(article)
    room = PASSAGES_KEPT - sum(len(each.languages) for each in kept.passages.values())
    while room < 0 and kept.passages:
        room += len(kept.passages.popitem(last=False)[1].languages)
    return found


def _fetch(kept: _Kept, articles: list[int]) -> None:
    rows = (
        Passage.objects.filter(translation__article__in=articles)
        .exclude(embedding=None)
        .order_by("translation__article", "pk")
        .values_list("translation__article", "translation__language", "embedding")
    )
    by_article: dict[int, list[tuple[str, Any]]] = {}
    for article, language, embedding in rows:
        by_article.setdefault(article, []).append((language, embedding))
    for article, found in by_article.items():
        vectors = np.stack([vector for _language, vector in found]).astype(np.float16)
        kept.passages[article] = _Passages(vectors, [language for language, _vector in found])
