"""Reads for the help centre's readers: lists, what is asked most, notices, pictures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Q, QuerySet, Sum

from walletdesk.accounts.models import Brand
from walletdesk.kit import clock, ids
from walletdesk.kit.errors import NotFound
from walletdesk.knowledge.models import Opinion, Translation
from walletdesk.knowledge.reader_models import ArticlePicture, StatusNotice
from walletdesk.knowledge.types import Severity

POPULAR_WINDOW = timedelta(days=30)
_WEIGHT = {severity: weight for weight, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Listed:
    """An article in a list: in the reader's language, else in another one (`foreign`)."""

    article_id: int
    slug: str
    category: str
    topic: str
    title: str
    summary: str
    language: str
    foreign: bool
    views: int = 0


def list_articles(
    *, brand: Brand, language: str, category: str = "", only: Sequence[int] | None = None
) -> list[Listed]:
    """Return published articles, each once, in the language that suits best. Two statements.

    By category and position; or in the order of `only` (ids of articles), without their readers.
    """
    rows = _published(brand)
    if category:
        rows = rows.filter(article__category=category) if ids.may_name(category) else rows.none()
    if only is not None:
        rows = rows.filter(article__in=only)
    order = [language, brand.default_language, "en", *brand.languages]
    best: dict[int, Translation] = {}
    for row in rows.order_by("article__category", "article__position", "article__slug", "pk"):
        known = best.get(row.article_id)
        if known is None or _place(row.language, order) < _place(known.language, order):
            best[row.article_id] = row
    views = _views(brand) if only is None else {}
    listed = [_listed(row, language, views.get(row.article_id, 0)) for row in best.values()]
    if only is not None:
        listed.sort(key=lambda item: only.index(item.article_id))
    return listed


def _published(brand: Brand) -> QuerySet[Translation]:
    return (
        Translation.objects.filter(article__brand=brand, article__published=True)
        .select_related("article")
        .defer("body", "asked", "tokens", "article__direction")
    )


def _place(language: str, order: Sequence[str]) -> int:
    return order.index(language) if language in order else len(order)


def _listed(row: Translation, language: str, views: int) -> Listed:
    return Listed(
        article_id=row.article_id,
        slug=row.article.slug,
        category=row.article.category,
        topic=row.article.topic,
        title=row.title,
        summary=row.summary,
        language=row.language,
        foreign=row.language != language,
        views=views,
    )


def _views(brand: Brand) -> dict[int, int]:
    """Return article → how often it was read lately."""
    since = (clock.now() - POPULAR_WINDOW).date()
    rows = (
        Opinion.objects.filter(translation__article__brand=brand, day__gte=since)
        .values_list("translation__article")
        .annotate(total=Sum("views"))
        .order_by()
    )
    return dict(rows)


def article_in(*, brand: Brand, language: str, slug: str) -> tuple[Translation, list[str]]:
    """Return a published article in this language, else the best other one, and all it is in.

    One statement. Raises NotFound.
    """
    rows = Translation.objects.none()
    if ids.may_name(slug):
        rows = Translation.objects.filter(
            article__brand=brand, article__published=True, article__slug=slug
        )
    found = list(rows.select_related("article").defer("asked", "tokens", "article__direction"))
    if not found:
        raise NotFound
    order = [language, brand.default_language, "en", *brand.languages]
    best = min(found, key=lambda row: (_place(row.language, order), row.pk))
    return best, sorted(row.language for row in found)


def changed_at(brand: Brand) -> datetime | None:
    """Return when a published text of the brand was last changed, None without any."""
    newest: datetime | None = _published(brand).aggregate(at=Max("updated_at"))["at"]
    return newest


def pages_of(brand: Brand) -> list[tuple[str, str, datetime]]:
    """Return (slug, language, changed) of every article that customers may read. One statement."""
    rows = _published(brand).order_by("article__slug", "language")
    return list(rows.values_list("article__slug", "language", "updated_at"))


# --- notices ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShownNotice:
    """A status notice in the reader's language, or in another one that it was written in."""

    severity: Severity
    title: str
    text: str
    language: str
    since: datetime
    until: datetime | None
    changed_at: datetime


def notices_now(brand: Brand, language: str) -> list[ShownNotice]:
    """Return what customers should know now, the most severe first. One statement."""
    now = clock.now()
    rows = StatusNotice.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=now), brand=brand, starts_at__lte=now
    )
    found = [_shown(row, brand, language) for row in rows.order_by("-starts_at", "-pk")]
    return sorted(found, key=lambda notice: -_WEIGHT[notice.severity])


def _shown(row: StatusNotice, brand: Brand, language: str) -> ShownNotice:
    order = (language, brand.default_language, *row.texts)
    chosen = next((code for code in order if code in row.texts), language)
    said = row.texts.get(chosen, {"title": "", "text": ""})
    return ShownNotice(
        severity=Severity(row.severity),
        title=said["title"],
        text=said["text"],
        language=chosen,
        since=row.starts_at,
        until=row.ends_at,
        changed_at=row.changed_at,
    )


# --- pictures -----------------------------------------------------------------------------


def get_picture(*, brand_slug: str, digest: str) -> ArticlePicture:
    """Return a picture of a brand's articles by its digest, else raise NotFound."""
    found = None
    if ids.may_name(brand_slug) and ids.may_name(digest):
        found = ArticlePicture.objects.filter(brand__slug=brand_slug, digest=digest).first()
    if found is None:
        raise NotFound
    return found


def pictures_named(brand: Brand, digests: Iterable[str]) -> list[ArticlePicture]:
    """Return the pictures of a brand with these digests, in a fixed order."""
    found = ArticlePicture.objects.filter(brand=brand, digest__in=list(digests))
    return list(found.order_by("digest"))
