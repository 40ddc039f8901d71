"""Reads about articles for staff: staff-only texts, missed searches, comments, notices, links."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Sum

from walletdesk.accounts.models import Brand, Membership
from walletdesk.accounts.rules import may, require_right
from walletdesk.accounts.types import Permission
from walletdesk.kit import clock, ids
from walletdesk.kit.errors import NotFound
from walletdesk.knowledge import link_rules
from walletdesk.knowledge.models import Opinion, Translation
from walletdesk.knowledge.reader_models import (
    ExternalLink,
    MissedSearch,
    StatusNotice,
)
from walletdesk.knowledge.rules import article_path
from walletdesk.knowledge.types import ArticleAudience, LinkProblem

SHOWN = 200


# --- reading in the desk ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Readable:
    """An article that staff may read, in the language that suits them best."""

    translation: Translation
    languages: tuple[str, ...]

    @property
    def staff_only(self) -> bool:
        """Tell whether customers do not see it."""
        return self.translation.article.audience == ArticleAudience.STAFF


def readable_articles(
    membership: Membership, language: str, text: str = "", *, staff_only: bool = False
) -> list[Readable]:
    """Return what staff may read, those with `text` in title, summary or phrasings. One statement.

    Every article that is shown to its readers: those of customers, and those for staff only.
    """
    require_right(membership.role, Permission.CONVERSATION_READ)
    rows = Translation.objects.filter(
        article__brand_id=membership.brand_id, article__released=True
    ).select_related("article")
    if staff_only:
        rows = rows.filter(article__audience=ArticleAudience.STAFF)
    asked = text.replace("\x00", "").casefold().strip()
    by_article: dict[int, list[Translation]] = {}
    for row in rows.defer("body", "tokens", "article__direction").order_by(
        "article__category", "article__position", "article__slug"
    ):
        by_article.setdefault(row.article_id, []).append(row)
    return [
        _readable(membership.brand, found, language)
        for found in by_article.values()
        if not asked or any(_speaks_of(row, asked) for row in found)
    ]


def _speaks_of(row: Translation, asked: str) -> bool:
    parts = (row.title, row.summary, row.article.slug, *row.asked)
    return any(asked in part.casefold() for part in parts)


def _readable(brand: Brand, found: list[Translation], language: str) -> Readable:
    order = [language, brand.default_language, *brand.languages]
    best = min(found, key=lambda t: order.index(t.language) if t.language in order else len(order))
    return Readable(best, tuple(sorted(row.language for row in found)))


def get_readable(membership: Membership, slug: str, language: str) -> Readable:
    """Return an article that this person may read, in a language, else the best other one.

    Raises NotFound.
    """
    require_right(membership.role, Permission.CONVERSATION_READ)
    rows = Translation.objects.none()
    if ids.may_name(slug):
        rows = Translation.objects.filter(
            article__brand_id=membership.brand_id, article__slug=slug, article__released=True
        )
    found = list(rows.select_related("article").defer("tokens", "article__direction"))
    if not found:
        raise NotFound
    return _readable(membership.brand, found, language)


# --- what readers said and did not find ---------------------------------------------------


def missed_searches(membership: Membership, language: str = "") -> list[MissedSearch]:
    """Return the questions that no article answers, the most asked first."""
    require_right(membership.role, Permission.ARTICLE_EDIT)
    rows = MissedSearch.objects.filter(brand_id=membership.brand_id)
    if language:
        rows = rows.filter(language=language)
    return list(rows.order_by("-count", "-last_at", "pk")[:SHOWN])


@dataclass(frozen=True, slots=True)
class Readings:
    """How often an article was read, helped and did not help."""

    views: int = 0
    helped: int = 0
    not_helped: int = 0


def readings_of(brand: Brand, days: int) -> dict[str, Readings]:
    """Return slug → what readers did in the last days. One statement."""
    since = (clock.now() - timedelta(days=days)).date()
    rows = (
        Opinion.objects.filter(translation__article__brand=brand, day__gte=since)
        .values_list("translation__article__slug")
        .annotate(Sum("views"), Sum("helped"), Sum("not_helped"))
        .order_by()
    )
    return {slug: Readings(*counts) for slug, *counts in rows}


# --- notices ------------------------------------------------------------------------------


def notices_of(membership: Membership) -> list[StatusNotice]:
    """Return the brand's status notices, the newest first."""
    rows = StatusNotice.objects.filter(brand_id=membership.brand_id)
    return list(rows.order_by("-starts_at", "-pk")[:SHOWN])


def get_notice_for(membership: Membership, notice_id: int) -> StatusNotice:
    """Return a notice that this person may change, else raise NotFound."""
    if not may(membership.role, Permission.ARTICLE_PUBLISH):
        raise NotFound
    found = StatusNotice.objects.filter(brand_id=membership.brand_id, pk=notice_id).first()
    if found is None:
        raise NotFound
    return found


# --- links --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BadLink:
    """A link that leads nowhere, and the text that it stands in."""

    slug: str
    language: str
    title: str
    words: str
    target: str
    problem: LinkProblem
    status: int | None = None


def texts_with_links(brand: Brand) -> list[Translation]:
    """Return the live texts of a brand: of customers and of staff, shown or not."""
    return list(
        Translation.objects.filter(article__brand=brand)
        .select_related("article")
        .defer("asked", "tokens", "summary", "article__direction")
        .order_by("article__slug", "language")
    )


def external_links(brand: Brand) -> set[str]:
    """Return every address elsewhere that a live text leads to."""
    return {
        link.target
        for row in texts_with_links(brand)
        for link in link_rules.links_in(row.body, _path(brand, row))
        if link.external
    }


def bad_links(brand: Brand) -> list[BadLink]:
    """Return the links that lead nowhere, ours as they are now, others as last seen.

    Two statements.
    """
    texts = texts_with_links(brand)
    there = {row.article.slug: row.article.published for row in texts}
    known = {
        link.url: link for link in ExternalLink.objects.filter(brand=brand).exclude(problem="")
    }
    found = []
    for row in texts:
        for link in link_rules.links_in(row.body, _path(brand, row)):
            problem, status = LinkProblem.NONE, None
            if link.external:
                if seen := known.get(link.target):
                    problem, status = LinkProblem(seen.problem), seen.status
            elif not _leads_on(brand, link.target, there, row):
                problem = LinkProblem.MISSING
            if problem:
                where = (row.article.slug, row.language, row.title)
                found.append(BadLink(*where, link.text, link.target, problem, status))
    return found


def _leads_on(brand: Brand, target: str, there: dict[str, bool], row: Translation) -> bool:
    """Tell whether a path of ours leads to a page that the readers of a text may open."""
    own = link_rules.own_article(target, brand.slug)
    if own is None:
        return link_rules.own_page(target, brand.slug, brand.languages)
    language, slug = own
    public = there.get(slug)
    for_staff = row.article.audience == ArticleAudience.STAFF
    return language in brand.languages and public is not None and (public or for_staff)


def _path(brand: Brand, row: Translation) -> str:
    return article_path(brand=brand.slug, language=row.language, slug=row.article.slug)


@dataclass(frozen=True, slots=True)
class LinkState:
    """How the last look at addresses elsewhere went."""

    known: int
    looked_at: int
    oldest: datetime | None


def link_state(brand: Brand, wanted: Iterable[str]) -> LinkState:
    """Return how many of these addresses have been looked at, and when the oldest look was."""
    wanted = set(wanted)
    rows = ExternalLink.objects.filter(brand=brand, checked_at__isnull=False)
    times = [at for url, at in rows.values_list("url", "checked_at") if at and url in wanted]
    return LinkState(len(wanted), len(times), min(times, default=None))
