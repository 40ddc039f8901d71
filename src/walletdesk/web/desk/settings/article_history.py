"""The history of an article's text: its versions, and what changed between any two of them."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from walletdesk.accounts.models import Brand
from walletdesk.kit.errors import NotFound
from walletdesk.knowledge import drafts, text_diff
from walletdesk.knowledge.models import Article, Revision, Translation
from walletdesk.knowledge.text_diff import Line
from walletdesk.web.common.languages import names_of
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.settings.frame import section_page, show


def language_of(brand: Brand, language: str) -> str:
    """Return a language that the brand serves, else raise NotFound."""
    if language not in brand.languages:
        raise NotFound
    return language


def revision_of(article: Article, language: str, number: int) -> Revision:
    """Return a version of a text, else raise NotFound."""
    found = next((r for r in drafts.history_of(article, language) if r.number == number), None)
    if found is None:
        raise NotFound
    return found


@require_safe
@section_page("articles")
def history(request: StaffRequest, slug: str, language: str) -> HttpResponse:
    """List the versions of a text, and show what one (`number`) changed since another (`with`)."""
    article = drafts.get_article_for(request.membership, slug)
    language = language_of(article.brand, language)
    found = drafts.history_of(article, language)
    chosen = _asked(request, "number", found) or (found[0] if found else None)
    before = None
    if chosen is not None:
        older = [r for r in found if r.number < chosen.number]
        before = _asked(request, "with", older) or (older[0] if older else None)
    context = {
        "article": article,
        "language": language,
        "language_name": names_of([language])[language],
        "revisions": found,
        "chosen": chosen,
        "before": before,
        "older": [r for r in found if chosen and r.number < chosen.number],
        "lines": changes(before, chosen) if chosen else [],
    }
    return show(request, "articles", "article_history", context)


def _asked(request: StaffRequest, name: str, among: list[Revision]) -> Revision | None:
    asked = request.GET.get(name, "")
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else 0
    return next((r for r in among if r.number == number), None)


def changes(before: Revision | Translation | None, after: Revision | Translation) -> list[Line]:
    """Return what changed between two states of a text."""
    return text_diff.compare(*(_as_lines(row) for row in (before, after)))


def _as_lines(row: Any) -> list[str]:
    return [] if row is None else [row.title, row.summary, *row.body.split("\n"), *row.asked]
