"""Before a text is published: review, and translations that are older than their original."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.kit.errors import BadInput
from walletdesk.knowledge import drafts
from walletdesk.knowledge.actions import authoring
from walletdesk.knowledge.actions import review as actions
from walletdesk.knowledge.models import Article
from walletdesk.knowledge.types import ReviewState
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.settings.article_history import changes, language_of
from walletdesk.web.desk.settings.frame import done, section_page, tell

HIGHEST = 2**31 - 1


def state_of(request: StaffRequest, article: Article, language: str) -> dict[str, Any]:
    """Return what the editor tells of a text's review, and of an original that has moved on."""
    rules = drafts.editorial_rules(article.brand)
    draft = drafts.draft_of(article, language)
    waiting = draft is not None and not draft.published
    own = draft is not None and draft.author_id == request.membership.pk
    publishes = may(request.membership.role, Permission.ARTICLE_PUBLISH)
    return {
        "four_eyes": rules.four_eyes,
        "draft": draft if waiting else None,
        "asked": waiting and draft is not None and draft.review == ReviewState.ASKED,
        "returned": waiting and draft is not None and draft.review == ReviewState.RETURNED,
        "approves": waiting and publishes and not (own and rules.four_eyes),
        "stale": _stale(article, language),
    }


def _stale(article: Article, language: str) -> dict[str, Any] | None:
    """Return what changed in the original since a translation was brought up to it."""
    default = article.brand.default_language
    texts = {t.language: t for t in article.translations.defer("tokens")}
    row, original = texts.get(language), texts.get(default)
    if row is None or original is None or not drafts.is_behind(row, original):
        return None
    then = drafts.original_then(row, original)
    return {"language": default, "lines": changes(then, original) if then else []}


@require_POST
@section_page("articles")
def review(request: StaffRequest, slug: str, language: str) -> HttpResponse:
    """Ask for a review, approve or return a draft, or say that a translation needs no change."""
    article = drafts.get_article_for(request.membership, slug)
    language = language_of(article.brand, language)
    about: dict[str, Any] = {"actor": request.membership, "article": article, "language": language}
    match request.POST.get("do", ""):
        case "ask":
            actions.ask_for_review(**about, number=_number(request))
            tell(request, _("A colleague can look at it now."))
        case "approve":
            actions.approve_text(**about, number=_number(request))
            tell(request, _("Approved and published"))
        case "return":
            note = request.POST.get("note", "")
            actions.return_text(**about, number=_number(request), note=note)
            tell(request, _("Returned to its author"))
        case "current":
            authoring.mark_up_to_date(**about)
            tell(request, _("Marked as up to date"))
        case _:
            raise BadInput(do="unknown")
    return done("article", slug, language)


def _number(request: StaffRequest) -> int:
    asked = request.POST.get("number", "")
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 10):
        raise BadInput(number="unknown")
    return min(int(asked), HIGHEST)
