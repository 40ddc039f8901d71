"""Reads of articles for those who write them: lists, drafts, history."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import get_language

from walletdesk.accounts.models import Brand, Membership
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.kit import ids
from walletdesk.kit.errors import NotFound
from walletdesk.knowledge.models import Article, Revision, Translation
from walletdesk.knowledge.reader_models import EditorialRules
from walletdesk.knowledge.rules import source_mark
from walletdesk.knowledge.types import ReviewState, TextState, TranslationSource

HISTORY = 50


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article in the list of its authors: title, and its state in each language."""

    article: Article
    title: str
    states: dict[str, TextState] = field(default_factory=dict)
    behind: frozenset[str] = frozenset()
    reviews: frozenset[str] = frozenset()  # languages whose draft waits for a second look

    @property
    def complete(self) -> bool:
        """Tell whether it is live and up to date in all languages."""
        return not self.behind and all(s == TextState.LIVE for s in self.states.values())


def articles_for_desk(membership: Membership, text: str = "") -> list[ArticleRow]:
    """Return the brand's articles, those with `text` in a title or slug. Three statements."""
    brand = membership.brand
    articles = list(
        Article.objects.filter(brand=brand)
        .defer("direction")
        .order_by("category", "position", "slug")
    )
    live: dict[int, dict[str, Translation]] = {}
    for row in Translation.objects.filter(article__brand=brand).defer(
        "body", "summary", "asked", "tokens"
    ):
        live.setdefault(row.article_id, {})[row.language] = row
    drafts: dict[int, dict[str, Revision]] = {}
    latest = Revision.objects.filter(article__brand=brand).order_by(
        "article", "language", "-number"
    )
    for draft in latest.distinct("article", "language").defer("body", "summary", "asked"):
        drafts.setdefault(draft.article_id, {})[draft.language] = draft
    rows = [row_of(a, brand, live.get(a.pk, {}), drafts.get(a.pk, {})) for a in articles]
    asked = text.strip().lower()
    return [row for row in rows if asked in row.title.lower() or asked in row.article.slug]


def row_of(
    article: Article,
    brand: Brand,
    live: dict[str, Translation],
    drafts: dict[str, Revision],
) -> ArticleRow:
    """Return an article's line from its published texts and the latest revisions."""
    states = {
        language: _state(live.get(language), drafts.get(language)) for language in brand.languages
    }
    first = live.get(brand.default_language)
    behind = frozenset(
        language
        for language, row in live.items()
        if first and language in states and is_behind(row, first)
    )
    reviews = frozenset(
        language for language, row in drafts.items() if row.review == ReviewState.ASKED
    )
    order = (get_language(), brand.default_language, *brand.languages)  # the reader's own first
    titles = [source[code].title for source in (drafts, live) for code in order if code in source]
    return ArticleRow(article, titles[0] if titles else article.slug, states, behind, reviews)


def is_behind(row: Translation, original: Translation) -> bool:
    """Tell whether a translation says what the original said before it was changed.

    Texts of before marks were kept are judged by their dates.
    """
    if row.language == original.language:
        return False
    language, _, known = row.source_mark.partition(":")
    if language == original.language:
        return known != original.content_hash
    return not known and row.updated_at < original.updated_at


def original_then(row: Translation, original: Translation) -> Revision | None:
    """Return the state of the original that a translation was brought up to, None when unknown."""
    language, _, known = row.source_mark.partition(":")
    found = Revision.objects.filter(
        article=row.article_id, language=language or original.language, content_hash=known
    )
    return found.order_by("-number").first()


def mark_of(original: Translation | None) -> str:
    """Return what a translation remembers of the original it was made from."""
    return source_mark(original.language, original.content_hash) if original else ""


def editorial_rules(brand: Brand) -> EditorialRules:
    """Return how a brand publishes; the defaults, unsaved, when nobody has said."""
    return EditorialRules.objects.filter(brand=brand).first() or EditorialRules(brand=brand)


def _state(live: Translation | None, draft: Revision | None) -> TextState:
    if live is None:
        return TextState.DRAFT if draft else TextState.MISSING
    same = draft is None or draft.content_hash == live.content_hash
    return TextState.LIVE if same else TextState.CHANGED


def get_article_for(membership: Membership, slug: str) -> Article:
    """Return an article that this person may edit, else raise NotFound."""
    if not (may(membership.role, Permission.ARTICLE_EDIT) and ids.may_name(slug)):
        raise NotFound
    found = (
        Article.objects.filter(brand_id=membership.brand_id, slug=slug)
        .defer("direction")
        .select_related("brand")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def row_for(article: Article) -> ArticleRow:
    """Return the line of one article."""
    live = {t.language: t for t in article.translations.defer("tokens")}
    drafts = {language: draft_of(article, language) for language in article.brand.languages}
    known = {language: draft for language, draft in drafts.items() if draft}
    return row_of(article, article.brand, live, known)


def draft_of(article: Article, language: str) -> Revision | None:
    """Return the latest revision of a language, None when nobody has saved one here."""
    found = Revision.objects.filter(article=article, language=language)
    return found.order_by("-number").first()


def source_of(article: Article, language: str) -> tuple[TranslationSource | None, int]:
    """Return the text that an author goes on with, and its number (0: not from here)."""
    draft = draft_of(article, language)
    if draft is not None:
        return as_source(draft), draft.number
    live = article.translations.filter(language=language).defer("tokens").first()
    return (as_source(live) if live else None), 0


def as_source(row: Revision | Translation) -> TranslationSource:
    """Return a stored text as it was written."""
    return TranslationSource(row.language, row.title, row.summary, row.body, tuple(row.asked))


def history_of(article: Article, language: str) -> list[Revision]:
    """Return the latest revisions of a language, newest first."""
    found = Revision.objects.filter(article=article, language=language)
    return list(found.order_by("-number")[:HISTORY])


def categories_of(brand: Brand, known: Sequence[str] = ()) -> list[str]:
    """Return the categories that the brand's articles stand in, after the known ones."""
    used = Article.objects.filter(brand=brand).values_list("category", flat=True)
    return list(dict.fromkeys([*known, *used.order_by("category").distinct()]))
