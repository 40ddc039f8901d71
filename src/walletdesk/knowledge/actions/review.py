"""Review before publishing: asked for by the author, given by somebody else."""

from typing import Any

from django.db import transaction

from walletdesk.accounts.actions.changes import record_change
from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.kit.errors import BadInput, ChangedMeanwhile, DomainError, NotFound
from walletdesk.kit.versions import change_row
from walletdesk.knowledge.actions.authoring import publish_text
from walletdesk.knowledge.drafts import as_source, editorial_rules
from walletdesk.knowledge.models import Article, Revision
from walletdesk.knowledge.reader_models import EditorialRules
from walletdesk.knowledge.types import ReviewState
from walletdesk.safety import guard

NOTE_LENGTH = 500


class OwnText(DomainError):
    """Four eyes: nobody approves what they wrote themselves."""

    code = "own_text"
    status = 403


@transaction.atomic
def ask_for_review(*, actor: Membership, article: Article, language: str, number: int) -> None:
    """Ask for somebody to look at the newest draft. Raises ChangedMeanwhile, NotFound."""
    _own(actor, article, Permission.ARTICLE_EDIT)
    revision = _newest(article, language, number)
    if revision.published:
        raise NotFound
    _set(revision, ReviewState.ASKED, "", "")
    _record(actor, revision, "article.review_asked")


@transaction.atomic
def approve_text(*, actor: Membership, article: Article, language: str, number: int) -> None:
    """Publish the newest draft as somebody who has looked at it.

    Raises OwnText when four eyes are asked for and these are the author's, ChangedMeanwhile.
    """
    _own(actor, article, Permission.ARTICLE_PUBLISH)
    revision = _newest(article, language, number)
    if revision.published:
        raise NotFound
    if revision.author_id == actor.pk and editorial_rules(article.brand).four_eyes:
        raise OwnText
    _set(revision, ReviewState.APPROVED, "", actor.user.name)
    publish_text(article=revision.article, text=as_source(revision))
    Revision.objects.filter(pk=revision.pk).update(published=True)
    _record(actor, revision, "article.approved")


@transaction.atomic
def return_text(
    *, actor: Membership, article: Article, language: str, number: int, note: str
) -> None:
    """Give a draft back with a word of why. Raises BadInput (note), ChangedMeanwhile, NotFound."""
    _own(actor, article, Permission.ARTICLE_PUBLISH)
    revision = _newest(article, language, number)
    if revision.published:
        raise NotFound
    clean = " ".join(note.split())
    if not 0 < len(clean) <= NOTE_LENGTH:
        raise BadInput(note="too_long" if clean else "required")
    if not clean.isprintable():
        raise BadInput(note="control")
    safe = guard.impersonal(guard.check(clean).safe).text[:NOTE_LENGTH]
    _set(revision, ReviewState.RETURNED, safe, actor.user.name)
    _record(actor, revision, "article.returned")


@transaction.atomic
def change_editorial_rules(*, actor: Membership, version: int, four_eyes: bool) -> None:
    """Say whether texts need four eyes. Raises ChangedMeanwhile, NotAllowed."""
    require_right(actor.role, Permission.BRAND_EDIT)
    rows = EditorialRules.objects.filter(brand_id=actor.brand_id)
    EditorialRules.objects.get_or_create(brand_id=actor.brand_id)
    before = {"four_eyes": editorial_rules(actor.brand).four_eyes}
    change_row(rows, version=version, four_eyes=four_eyes)
    record_change(
        actor=actor,
        action="article.rules",
        before=before,
        after={"four_eyes": four_eyes},
    )


def _newest(article: Article, language: str, number: int) -> Revision:
    """Return the newest revision, locked by its article. Raises ChangedMeanwhile."""
    Article.objects.select_for_update().defer("direction").get(pk=article.pk)
    found = Revision.objects.filter(article=article, language=language).order_by("-number")
    newest = found.select_related("article__brand").defer("article__direction").first()
    if newest is None:
        raise NotFound
    if newest.number != number:
        raise ChangedMeanwhile(version=newest.number)
    return newest


def _set(revision: Revision, state: ReviewState, note: str, reviewer: str) -> None:
    rows = Revision.objects.filter(pk=revision.pk)
    rows.update(review=state, review_note=note, reviewer_name=reviewer)


def _record(actor: Membership, revision: Revision, action: str) -> None:
    after: dict[str, Any] = {"language": revision.language, "revision": revision.number}
    subject = f"article:{revision.article.slug}"[:80]
    record_change(actor=actor, action=action, subject=subject, before={}, after=after)


def _own(actor: Membership, article: Article, permission: Permission) -> None:
    if article.brand_id != actor.brand_id:
        raise NotFound
    require_right(actor.role, permission)
