"""What people do with articles: write, publish, take away."""

import re
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction

from walletdesk.accounts.actions.changes import record_change
from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput, ChangedMeanwhile, DomainError, NotFound
from walletdesk.kit.outbox.actions import publish
from walletdesk.kit.versions import change_row
from walletdesk.knowledge import events, rules
from walletdesk.knowledge.actions.articles import (
    mark_current,
    note_change,
    secrets_in,
    write_translation,
)
from walletdesk.knowledge.drafts import as_source, editorial_rules
from walletdesk.knowledge.markup import bad_pictures, picture_names
from walletdesk.knowledge.models import Article, Revision, Translation
from walletdesk.knowledge.reader_models import ArticlePicture
from walletdesk.knowledge.types import ArticleAudience, HandOver, TranslationSource
from walletdesk.language.asking import has_reader_hand_over
from walletdesk.language.topics import TOPICS

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
SLUG_LENGTH, CATEGORY_LENGTH = 80, 40
RESERVED = {"new", "preview"}  # addresses of the settings
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class FourEyes(DomainError):
    """The brand publishes no text without a second person: ask for a review."""

    code = "four_eyes"
    status = 403


@transaction.atomic
def create_article(
    *,
    actor: Membership,
    slug: str,
    topic: str,
    category: str,
    hand_over: str = "",
    audience: str = ArticleAudience.CUSTOMERS,
) -> Article:
    """Make an article that nobody sees yet. Raises BadInput (slug: slug, taken; topic; …)."""
    require_right(actor.role, Permission.ARTICLE_EDIT)
    wrong = {}
    if not SLUG.fullmatch(slug) or len(slug) > SLUG_LENGTH or slug in RESERVED:
        wrong["slug"] = "slug"
    values = _about(topic, category, hand_over, audience, wrong)
    try:
        with transaction.atomic():
            article = Article.objects.create(
                brand_id=actor.brand_id, slug=slug, published=False, released=False, **values
            )
    except IntegrityError:
        raise BadInput(slug="taken") from None
    _record(actor, article, "article.created", {}, values)
    return article


@transaction.atomic
def change_article(  # noqa: PLR0913 - one form, one save
    *,
    actor: Membership,
    article: Article,
    version: int,
    topic: str,
    category: str,
    hand_over: str,
    audience: str,
) -> None:
    """Change what an article is about and who may read it. Raises BadInput, ChangedMeanwhile."""
    _own(actor, article, Permission.ARTICLE_EDIT)
    values = _about(topic, category, hand_over, audience, {})
    locked = Article.objects.select_for_update().defer("direction").get(pk=article.pk)
    if audience != locked.audience and locked.released:
        require_right(actor.role, Permission.ARTICLE_PUBLISH)
    before = {name: getattr(locked, name) for name in values}
    public = locked.released and audience == ArticleAudience.CUSTOMERS
    rows = Article.objects.filter(pk=article.pk)
    change_row(rows, version=version, published=public, **values)
    _record(actor, article, "article.changed", before, values)
    note_change(article.brand_id)


@transaction.atomic
def save_text(
    *,
    actor: Membership,
    article: Article,
    version: int,
    text: TranslationSource,
    publish_it: bool,
) -> Revision:
    """Save an article's text in one language as a new revision, and publish it if asked to.

    `version` is the number of the revision that the author began with, 0 for none. Raises BadInput
    (title, summary, body, asked), ChangedMeanwhile when a newer one is there, NotAllowed; FourEyes
    when the brand has texts published by somebody else than their author.
    """
    _own(actor, article, Permission.ARTICLE_EDIT)
    if publish_it:
        require_right(actor.role, Permission.ARTICLE_PUBLISH)
        if editorial_rules(article.brand).four_eyes:
            raise FourEyes
    text = checked_text(article.brand_id, text)
    locked = Article.objects.select_for_update().defer("direction").get(pk=article.pk)
    latest = Revision.objects.filter(article=locked, language=text.language)
    last = latest.order_by("-number").first()
    number = last.number if last else 0
    if number != version:
        raise ChangedMeanwhile(version=number)
    live = locked.translations.filter(language=text.language).defer("tokens").first()
    if last is None and live is not None:
        number = keep_first_text(locked, live)
    revision = append_revision(locked, text, number + 1, actor, published=publish_it)
    before = {"title": last.title if last else live.title if live else None}
    told = {"title": text.title, "language": text.language, "revision": revision.number}
    action = "article.published" if publish_it else "article.saved"
    _record(actor, locked, action, before, told)
    if publish_it:
        publish_text(article=locked, text=text)
    return revision


def publish_text(*, article: Article, text: TranslationSource) -> None:
    """Show a text to the article's readers, in the caller's transaction, who holds the article."""
    live = article.translations.filter(language=text.language).defer("tokens").first()
    pk = write_translation(article, live, text)
    publish(
        name=events.TRANSLATION_CHANGED,
        key=f"translation:{pk}",
        payload={"translation_id": pk},
    )
    _release(article, released=True)


@transaction.atomic
def mark_up_to_date(*, actor: Membership, article: Article, language: str) -> None:
    """Say that a published translation needs no change although its original was changed."""
    _own(actor, article, Permission.ARTICLE_EDIT)
    mark_current(article=article, language=language)
    told = {"language": language}
    _record(actor, article, "article.up_to_date", {}, told)


@transaction.atomic
def release_article(*, actor: Membership, article: Article, released: bool) -> None:
    """Show an article to its readers, or take it away. Raises BadInput (text) without any text."""
    _own(actor, article, Permission.ARTICLE_PUBLISH)
    locked = Article.objects.select_for_update().defer("direction").get(pk=article.pk)
    if released and not locked.translations.exists():
        raise BadInput(text="required")
    if locked.released != released:
        _release(locked, released=released)
        _record(
            actor,
            locked,
            "article.shown" if released else "article.hidden",
            {"released": not released},
            {"released": released},
        )


def _release(locked: Article, *, released: bool) -> None:
    public = released and locked.audience == ArticleAudience.CUSTOMERS
    Article.objects.filter(pk=locked.pk).update(released=released, published=public)
    note_change(locked.brand_id)


def keep_first_text(article: Article, live: Translation) -> int:
    """Keep a text that came from elsewhere as the history's first. Return its number."""
    append_revision(article, as_source(live), 1, None, published=True)
    return 1


def append_revision(
    article: Article,
    text: TranslationSource,
    number: int,
    actor: Membership | None,
    *,
    published: bool,
    author_name: str = "",
) -> Revision:
    """Put a text on top of an article's history; the caller holds the article."""
    return Revision.objects.create(
        article=article,
        language=text.language,
        number=number,
        title=text.title,
        summary=text.summary,
        body=text.body,
        asked=list(text.asked),
        content_hash=rules.content_hash(text),
        published=published,
        author=actor,
        author_name=actor.user.name if actor else author_name,
        created_at=clock.now(),
    )


def checked_text(brand_id: int, text: TranslationSource) -> TranslationSource:
    """Return a text in its one form. Raises BadInput with all that is wrong."""
    clean = TranslationSource(
        language=text.language,
        title=" ".join(text.title.split()),
        summary=rules.plain_text(" ".join(text.summary.split())),
        body=text.body.replace("\r\n", "\n").replace("\r", "\n").strip(),
        asked=_lines(text.asked),
    )
    wrong: dict[str, str] = {}
    if not 0 < len(clean.title) <= rules.TITLE_LENGTH:
        wrong["title"] = "too_long" if clean.title else "required"
    if not 0 < len(clean.summary) <= rules.SUMMARY_LENGTH:
        wrong["summary"] = "summary"
    if len(clean.body) > rules.BODY_LENGTH:
        wrong["body"] = "too_long"
    if len(clean.asked) > rules.ASKED_COUNT:
        wrong["asked"] = "too_many"
    elif any(len(line) > rules.ASKED_LENGTH for line in clean.asked):
        wrong["asked"] = "too_long"
    for name in ("title", "summary", "body"):
        if CONTROL.search(getattr(clean, name)):
            wrong[name] = "control"
    if not wrong:
        wrong |= _forbidden(brand_id, clean)
    if wrong:
        raise BadInput(**wrong)
    return clean


def _forbidden(brand_id: int, text: TranslationSource) -> dict[str, str]:
    if secrets_in(text):
        return {"body": "secret"}
    for name in ("title", "summary", "body"):
        if has_reader_hand_over(getattr(text, name)):
            return {name: "asks_for_secret"}
    if bad_pictures(text.body):
        return {"body": "alt"}
    digests = {name[:32] for name in picture_names(text.body)}
    known = ArticlePicture.objects.filter(brand_id=brand_id, digest__in=digests).count()
    return {} if known == len(digests) else {"body": "picture"}


def _lines(lines: Sequence[str]) -> tuple[str, ...]:
    found = (CONTROL.sub("", " ".join(line.split())) for line in lines)
    return tuple(dict.fromkeys(line for line in found if line))


def _about(
    topic: str, category: str, hand_over: str, audience: str, wrong: dict[str, str]
) -> dict[str, Any]:
    category = category.strip()
    if topic not in TOPICS:
        wrong["topic"] = "topic"
    if not category or len(category) > CATEGORY_LENGTH or CONTROL.search(category):
        wrong["category"] = "required"
    if hand_over not in list(HandOver):
        wrong["hand_over"] = "unknown"
    if audience not in list(ArticleAudience):
        wrong["audience"] = "unknown"
    if wrong:
        raise BadInput(**wrong)
    return {"topic": topic, "category": category, "hand_over": hand_over, "audience": audience}


def _record(
    actor: Membership,
    article: Article,
    action: str,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    subject = f"article:{article.slug}"[:80]
    record_change(actor=actor, action=action, subject=subject, before=before, after=after)


def _own(actor: Membership, article: Article, permission: Permission) -> None:
    if article.brand_id != actor.brand_id:
        raise NotFound
    require_right(actor.role, permission)
