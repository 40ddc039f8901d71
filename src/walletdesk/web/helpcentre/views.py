"""Pages of the help centre."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from walletdesk.accounts.models import Brand
from walletdesk.accounts.queries import get_brand
from walletdesk.kit.errors import NotFound
from walletdesk.kit.limits.actions import hit
from walletdesk.kit.live.wire import address_group
from walletdesk.knowledge.queries import (
    get_translation_for,
    list_translations,
    render_markdown,
    search,
)
from walletdesk.knowledge.types import Hit
from walletdesk.web.common.languages import choose_language, html_code, names_of
from walletdesk.web.helpcentre.categories import by_category, category_name

QUESTION_LENGTH = 200
RESULTS = 8
ALWAYS_SHOWN = 3
FAR_LESS_LIKELY = 0.05
SEARCHES_PER_MINUTE = 60  # of one address; each costs some 10 ms of CPU


@require_safe
def start(request: HttpRequest, brand: str) -> HttpResponse:
    """Lead to the list in the reader's language."""
    found = get_brand(brand)
    return redirect("help:index", found.slug, choose_language(found, None, request))


@require_safe
def index(request: HttpRequest, brand: str, language: str) -> HttpResponse:
    """List all articles by category, or those that answer a question."""
    found = _brand(brand, language)
    question = request.GET.get("q", "").strip()[:QUESTION_LENGTH]
    with translation.override(language):
        context = _frame(found, language)
        if question:
            _limit(request)
            hits = search(brand=found, text=question, language=language, limit=RESULTS)
            context |= {"question": question, "hits": worth_showing(hits)}
        else:
            articles = list_translations(brand=found, language=language)
            context["categories"] = by_category(articles)
        return render(request, "help/index.html", context)


@require_safe
def article(request: HttpRequest, brand: str, language: str, slug: str) -> HttpResponse:
    """Show an article; when it is not there in this language, in another one, and say so."""
    found = _brand(brand, language)
    shown = get_translation_for(brand=found, language=language, slug=slug)
    with translation.override(language):
        there = set(shown.article.translations.values_list("language", flat=True))
        context = _frame(found, language, slug=slug)
        context |= {
            "article": shown,
            "article_lang": html_code(shown.language),
            "foreign": shown.language != language,
            "body": render_markdown(shown.body),
            "category_name": category_name(shown.article.category),
            "translations": [item for item in context["languages"] if item["code"] in there],
        }
        return render(request, "help/article.html", context)


def _brand(slug: str, language: str) -> Brand:
    brand = get_brand(slug)
    if language not in brand.languages:
        raise NotFound
    return brand


def worth_showing(hits: list[Hit]) -> list[Hit]:
    """Drop what is far less likely than the best, but show some choice."""
    return [
        found
        for place, found in enumerate(hits)
        if place < ALWAYS_SHOWN or found.score >= hits[0].score * FAR_LESS_LIKELY
    ]


def _limit(request: HttpRequest) -> None:
    hit(
        what="help-search",
        who=address_group(request.META.get("REMOTE_ADDR", "")),
        limit=SEARCHES_PER_MINUTE,
        window=timedelta(minutes=1),
    )


def _frame(brand: Brand, language: str, slug: str | None = None) -> dict[str, Any]:
    """Return what every page shows around its content."""
    return {
        "brand": brand,
        "language": language,
        "html_code": html_code(language),
        "languages": [
            {
                "code": code,
                "html_code": html_code(code),
                "name": name,
                "url": reverse("help:article", args=[brand.slug, code, slug])
                if slug
                else reverse("help:index", args=[brand.slug, code]),
            }
            for code, name in names_of(brand.languages).items()
        ],
        "chat": f"{reverse('widget:page', args=[brand.slug])}?language={language}",
        "loader": f"{reverse('widget:loader', args=[brand.slug])}?language={language}",
    }
