"""Articles for staff to read: those of customers, and those that nobody outside sees."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.knowledge.desk_queries import Readable, get_readable, readable_articles
from walletdesk.knowledge.queries import render_markdown
from walletdesk.knowledge.rules import article_path
from walletdesk.web.common.languages import html_code, names_of
from walletdesk.web.desk.access import StaffRequest, staff_page
from walletdesk.web.desk.settings.frame import frame_context


@require_safe
@staff_page
def articles(request: StaffRequest) -> HttpResponse:
    """List what staff may read, or what speaks of some words."""
    text = request.GET.get("q", "")[:100]
    staff_only = request.GET.get("show") == "staff"
    found = readable_articles(request.membership, _language(), text, staff_only=staff_only)
    context = frame_context(request, None) | {
        "rows": [_row(item) for item in found],
        "text": text,
        "staff_only": staff_only,
        "section_title": _("Articles"),
        "on_articles": True,
        "section_about": "",
    }
    return render(request, "desk/articles.html", context)


def _row(item: Readable) -> dict[str, object]:
    names = names_of(list(item.languages))
    return {
        "item": item,
        "text": item.translation,
        "lang": html_code(item.translation.language),
        "languages": list(names.values()),
    }


@require_safe
@staff_page
def article(request: StaffRequest, slug: str) -> HttpResponse:
    """Show an article, in the reader's language or in the one asked for (`language`)."""
    wished = request.GET.get("language", "")[:12] or _language()
    found = get_readable(request.membership, slug, wished)
    shown, brand = found.translation, request.membership.brand
    path = article_path(brand=brand.slug, language=shown.language, slug=slug)
    context = frame_context(request, None) | {
        "item": found,
        "text": shown,
        "lang": html_code(shown.language),
        "body": render_markdown(shown.body, path),
        "languages": names_of([c for c in found.languages if c in brand.languages]),
        "public": path if shown.article.published else "",
        "edits": may(request.membership.role, Permission.ARTICLE_EDIT),
        "section_title": shown.title,
        "on_articles": True,
        "section_about": "",
    }
    return render(request, "desk/article.html", context)


def _language() -> str:
    return get_language() or "en"
