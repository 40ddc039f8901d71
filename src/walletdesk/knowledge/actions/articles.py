"""Storing articles, and what search learns from them."""

import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from django.db import connection, transaction

from walletdesk.accounts.models import Brand
from walletdesk.kit import clock
from walletdesk.kit.outbox.actions import publish, publish_all
from walletdesk.kit.vectors import in_process, stored
from walletdesk.knowledge import events, ranking, rules
from walletdesk.knowledge.embedding import current_embedder
from walletdesk.knowledge.models import Article, Learning, Passage, Term, Translation
from walletdesk.knowledge.types import ArticleSource, BadArticle, TranslationSource
from walletdesk.language.asking import has_reader_hand_over
from walletdesk.language.types import EmbedderUnavailable
from walletdesk.safety import guard

log = logging.getLogger(__name__)

FILE_SIZE = 200_000  # bytes; far above any article
PASSAGES_AT_ONCE = 2_000  # read at once

# By whether the database keeps vectors as bytes (`kit.vectors`).
_EMBED = {
    False: """UPDATE knowledge_passage p SET embedding = v.embedding::halfvec
        FROM unnest(%s::bigint[], %s::text[]) AS v(id, embedding) WHERE p.id = v.id""",
    True: """UPDATE knowledge_passage p SET embedding = v.embedding::bytea
        FROM unnest(%s::bigint[], %s::text[]) AS v(id, embedding) WHERE p.id = v.id""",
}
_DIRECT = {
    False: """UPDATE knowledge_article a SET direction = v.direction::halfvec, "offset" = v.start,
          related = v.related::bigint[]
        FROM unnest(%s::bigint[], %s::text[], %s::float8[], %s::text[])
          AS v(id, direction, start, related)
        WHERE a.id = v.id""",
    True: """UPDATE knowledge_article a SET direction = v.direction::bytea, "offset" = v.start,
          related = v.related::bigint[]
        FROM unnest(%s::bigint[], %s::text[], %s::float8[], %s::text[])
          AS v(id, direction, start, related)
        WHERE a.id = v.id""",
}


def load_article_folders(*, brand: Brand, folder: Path) -> int:
    """Load every article below a folder, in the order of their names. Return how many there are."""
    folders = sorted(path for path in folder.iterdir() if (path / rules.META_FILE).is_file())
    for position, path in enumerate(folders):
        load_article_folder(brand=brand, folder=path, position=position)
    return len(folders)


def load_article_folder(*, brand: Brand, folder: Path, position: int = 0) -> Article:
    """Load one article from its folder. Raises BadArticle, which names file and line.

    Loading the same files again changes nothing.
    """
    files = dict(_read(folder))
    return save_article(
        brand=brand, source=rules.parse_article(folder.name, files), position=position
    )


def _read(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or not path.is_file():
            continue
        name = f"{folder.name}/{path.name}"
        data = path.read_bytes()
        if len(data) > FILE_SIZE:
            raise BadArticle(file=name, line=0, problem=f"larger than {FILE_SIZE} bytes")
        try:
            yield path.name, data.decode()
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            raise BadArticle(file=name, line=line, problem="is not UTF-8") from None


@transaction.atomic
def save_article(
    *, brand: Brand, source: ArticleSource, position: int = 0, published: bool = True
) -> Article:
    """Store an article and those of its translations that changed; drop the ones it no longer has.

    The words are searchable at once; vectors follow when the worker has indexed. Raises BadArticle
    when a translation holds a secret.
    """
    for translation in source.translations:
        _refuse_secret(source.slug, translation)
    article, created = Article.objects.update_or_create(
        brand=brand,
        slug=source.slug,
        defaults={
            "topic": source.topic,
            "category": source.category,
            "hand_over": source.hand_over,
            "position": position,
            "published": published,
            "released": published,
        },
    )
    known: dict[str, Translation] = {}
    dropped = 0
    if not created:
        Article.objects.select_for_update().get(pk=article.pk)
        known = {t.language: t for t in article.translations.defer("tokens", "body")}
        kept = {translation.language for translation in source.translations}
        dropped = article.translations.exclude(language__in=kept).delete()[0]
    default = brand.default_language
    # the original first: the others then remember which state of it they were made from
    first = sorted(source.translations, key=lambda text: text.language != default)
    changed = [
        write_translation(article, known.get(translation.language), translation)
        for translation in first
        if not _is_same(known.get(translation.language), translation)
    ]
    if dropped and not changed:
        note_change(brand.pk)
    publish_all(
        name=events.TRANSLATION_CHANGED,
        facts=[(f"translation:{pk}", {"translation_id": pk}) for pk in changed],
    )
    return article


def _refuse_secret(slug: str, translation: TranslationSource) -> None:
    kinds = secrets_in(translation)
    if kinds:
        raise BadArticle(
            file=f"{slug}/{translation.language}.md",
            line=0,
            problem=f"holds a secret ({', '.join(kinds)}): no article may show one",
        )
    for part in (translation.title, translation.summary, translation.body):
        if has_reader_hand_over(part):
            raise BadArticle(
                file=f"{slug}/{translation.language}.md",
                line=0,
                problem="asks its reader for a secret: say where in the wallet it is typed",
            )


def secrets_in(translation: TranslationSource) -> tuple[str, ...]:
    """Return the kinds of secret that a translation shows, by itself or over its parts."""
    parts = (translation.title, translation.summary, translation.body, *translation.asked)
    return next(
        (found for text in ("\n".join(parts), *parts) if (found := guard.check(text).kinds)), ()
    )


def _is_same(known: Translation | None, source: TranslationSource) -> bool:
    return known is not None and known.content_hash == rules.content_hash(source)


def write_translation(
    article: Article, known: Translation | None, source: TranslationSource
) -> int:
    """Store a translation with its words and passages; the caller tells of the change."""
    translation = known or Translation(article=article, language=source.language)
    translation.title = source.title
    translation.summary = source.summary
    translation.body = source.body
    translation.asked = list(source.asked)
    translation.content_hash = rules.content_hash(source)
    translation.updated_at = clock.now()
    translation.source_mark = _mark(article, source.language)
    translation.save()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE knowledge_translation SET tokens = %s::tsvector WHERE id = %s",
            [rules.search_vector(source), translation.pk],
        )
    if known is not None:
        translation.passages.all().delete()
    Passage.objects.bulk_create(
        Passage(translation=translation, ordinal=ordinal, text=text, weight=weight)
        for ordinal, (text, weight) in enumerate(rules.passages(source))
    )
    return translation.pk


def _mark(article: Article, language: str) -> str:
    """Return the mark of the original as it is published now, "" for the original itself."""
    default = article.brand.default_language
    if language == default:
        return ""
    original = article.translations.filter(language=default).values_list("content_hash", flat=True)
    digest = original.first()
    return rules.source_mark(default, digest) if digest else ""


@transaction.atomic
def mark_current(*, article: Article, language: str) -> None:
    """Note that a published translation says what the original says now."""
    article.translations.filter(language=language).update(source_mark=_mark(article, language))


@transaction.atomic
def index_translation(translation_id: int) -> bool:
    """Embed the passages of a translation that have no vector. Safe to repeat.

    False when the model cannot be asked now: nothing is changed, index_waiting tries again.
    """
    waiting = list(
        Passage.objects.filter(translation_id=translation_id, embedding=None)
        .select_for_update(skip_locked=True)
        .order_by("ordinal")
        .values_list("id", "text")
    )
    brand_id = (
        Article.objects.filter(translations=translation_id).values_list("brand", flat=True).first()
    )
    if brand_id is None or not waiting:
        return True
    try:
        vectors = current_embedder().embed([text for _, text in waiting])
    except EmbedderUnavailable as error:
        log.warning("translation %d waits for its vectors: %s", translation_id, error)
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            _EMBED[in_process()],
            [[pk for pk, _ in waiting], [stored(vector) for vector in vectors]],
        )
    note_change(brand_id)
    return True


def index_waiting() -> None:
    """Embed what the model could not be asked for before, until it cannot be asked again."""
    waiting = Passage.objects.filter(embedding=None).order_by("translation_id")
    for pk in list(waiting.values_list("translation_id", flat=True).distinct()):
        if not index_translation(pk):
            return


def note_change(brand_id: int) -> None:
    """Have what search learned of a brand be learned anew by the worker."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO knowledge_learning (brand_id, changed, learned) VALUES (%s, 1, 0)
               ON CONFLICT (brand_id) DO UPDATE SET changed = knowledge_learning.changed + 1""",
            [brand_id],
        )
    publish(name=events.PASSAGES_EMBEDDED, key=f"brand:{brand_id}", payload={"brand_id": brand_id})


@transaction.atomic
def learn_ranking(brand_id: int) -> None:
    """Learn anew what tells the articles of a brand apart, if anything changed since last time.

    While some passages still wait for their vector nothing is done: the last of them asks again.
    """
    state = Learning.objects.select_for_update().filter(brand=brand_id).first()
    passages = Passage.objects.filter(translation__article__brand=brand_id)
    if state is None or state.learned == state.changed:
        return
    if passages.filter(embedding=None).exists():
        return
    with connection.cursor() as cursor:  # with 10,000 articles it reckons longer than a page may
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '10min'")
        cursor.execute("SET LOCAL statement_timeout = '10min'")
    _learn_directions(brand_id)
    _count_terms(brand_id)
    state.learned = state.changed
    state.save(update_fields=["learned"])


def _learn_directions(brand_id: int) -> None:
    rows = (
        Passage.objects.filter(
            translation__article__brand=brand_id, translation__article__published=True
        )
        .order_by("translation__article", "pk")
        .values_list("translation__article", "weight", "embedding")
    )
    # As they are stored: twice as exact would be a gigabyte with 10,000 articles.
    taken = [(*row[:2], np.asarray(row[2], np.float16)) for row in rows.iterator(PASSAGES_AT_ONCE)]
    articles, owners = np.unique([row[0] for row in taken], return_inverse=True)
    without = Article.objects.filter(brand=brand_id).exclude(pk__in=articles.tolist())
    without.exclude(direction=None).update(direction=None)
    if not taken:
        return
    vectors = np.array([row[2] for row in taken])
    weights = np.array([row[1] for row in taken], np.float64)
    directions, offsets = ranking.learn_directions(vectors, weights, owners)
    near = [
        "{" + ",".join(str(articles[other]) for other in others) + "}"
        for others in ranking.nearest(vectors, weights, owners)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            _DIRECT[in_process()],
            [
                articles.tolist(),
                [stored(direction) for direction in directions],
                offsets.tolist(),
                near,
            ],
        )


def _count_terms(brand_id: int) -> None:
    Term.objects.filter(brand=brand_id).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO knowledge_term (brand_id, language, lexeme, articles)
               SELECT a.brand_id, t.language, w.lexeme, count(*)
               FROM knowledge_article a
               JOIN knowledge_translation t ON t.article_id = a.id
               CROSS JOIN unnest(tsvector_to_array(t.tokens)) AS w(lexeme)
               WHERE a.brand_id = %(brand)s AND a.published
               GROUP BY a.brand_id, t.language, w.lexeme
               UNION ALL
               SELECT a.brand_id, t.language, '', count(*)
               FROM knowledge_article a JOIN knowledge_translation t ON t.article_id = a.id
               WHERE a.brand_id = %(brand)s AND a.published
               GROUP BY a.brand_id, t.language""",
            {"brand": brand_id},
        )


@transaction.atomic
def set_published(*, article: Article, published: bool) -> None:
    """Show an article to customers and the bot, or take it away from them."""
    rows = Article.objects.filter(pk=article.pk).exclude(published=published)
    if rows.update(published=published, released=published):
        note_change(article.brand_id)


_COUNT_OPINION = """
    INSERT INTO knowledge_opinion AS o (translation_id, day, helped, not_helped)
    VALUES (%s, %s, %s, %s)
    ON CONFLICT (translation_id, day) DO UPDATE SET
      helped = o.helped + excluded.helped, not_helped = o.not_helped + excluded.not_helped
"""


def count_opinion(*, translation: Translation, helped: bool) -> None:
    """Count a reader who said whether an article helped. Who it was is not kept."""
    day = clock.now().date()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_OPINION, [translation.pk, day, int(helped), int(not helped)])
