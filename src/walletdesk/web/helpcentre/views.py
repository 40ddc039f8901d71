"""Pages of the help centre: lists, articles, search. Complete without scripts."""

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from walletdesk.accounts.models import Brand
from walletdesk.accounts.queries import get_brand
from walletdesk.kit.errors import NotFound
from walletdesk.kit.limits.actions import hit
from walletdesk.kit.live.wire import address_group
from walletdesk.knowledge.actions.reading import count_view, remember_missed_search
from walletdesk.knowledge.models import Translation
from walletdesk.knowledge.queries import render_markdown, search
from walletdesk.knowledge.reader_queries import Listed, article_in, list_articles
from walletdesk.knowledge.types import Hit
from walletdesk.web.common.languages import choose_language, html_code, names_of
from walletdesk.web.helpcentre.categories import (
    by_category,
    category_icon,
    category_name,
    most_asked,
)
from walletdesk.web.helpcentre.frame import (
    absolute,
    around,
    frame,
    kept,
    not_here,
    reader_page,
)
from walletdesk.web.helpcentre.structured import article_data, questions_data

QUESTION_LENGTH = 200
RESULTS = 8
SUGGESTIONS = 5
ALWAYS_SHOWN = 3
FAR_LESS_LIKELY = 0.05
# Below this chance a question counts as one that no article answers: of the 135 lines that none
# answers nine of ten stay below, of the articles' own phrasings one in seven (bench/retrieval.py).
ANSWERED_FROM = 0.35
SEARCHES_PER_MINUTE = 60  # of one address; each costs some 10 ms of CPU
SUGGESTIONS_PER_MINUTE = 120  # a search for each pause in typing
_MACHINE = re.compile(r"bot|crawl|spider|slurp|preview|monitor|curl|wget|python", re.IGNORECASE)


@require_safe
def start(request: HttpRequest, brand: str) -> HttpResponse:
    """Lead to the list in the reader's language."""
    found = get_brand(brand)
    return redirect("help:index", found.slug, choose_language(found, None, request))


@require_safe
@reader_page
def index(request: HttpRequest, brand: Brand, language: str) -> HttpResponse:
    """Show what is asked most and all categories, or the answers to a question."""
    question = request.GET.get("q", "").strip()[:QUESTION_LENGTH]
    if question:
        return _results(request, brand, language, question)
    articles = list_articles(brand=brand, language=language)
    beside = around(brand, language)

    def written() -> HttpResponse:
        asked = beside.contact["asked"]
        popular = most_asked(articles, asked)
        context = frame(brand, language, beside=beside) | {
            "categories": by_category(articles, asked),
            "popular": _marked(popular),
            "structured": questions_data(popular or articles[:10], language),
        }
        return render(request, "help/index.html", context)

    return kept(request, beside, _look(brand), articles, render_page=written)


def _results(request: HttpRequest, brand: Brand, language: str, question: str) -> HttpResponse:
    _limit(request, "help-search", SEARCHES_PER_MINUTE)
    hits = search(brand=brand, text=question, language=language, limit=RESULTS)
    if not hits or hits[0].score < ANSWERED_FROM:
        remember_missed_search(brand=brand, language=language, text=question)
    context = frame(brand, language) | {
        "question": question,
        "hits": _marked(worth_showing(hits)),
        "sure": bool(hits) and hits[0].score >= ANSWERED_FROM,
    }
    return render(request, "help/results.html", context)


@require_safe
@reader_page
def suggest(request: HttpRequest, brand: Brand, language: str) -> HttpResponse:
    """Return the articles that answer what is being typed. Nothing of it is remembered."""
    question = request.GET.get("q", "").strip()[:QUESTION_LENGTH]
    _limit(request, "help-suggest", SUGGESTIONS_PER_MINUTE)
    hits = search(brand=brand, text=question, language=language, limit=SUGGESTIONS)
    shown = worth_showing(hits)
    said = ngettext("%(n)s article", "%(n)s articles", len(shown)) % {"n": len(shown)}
    return JsonResponse(
        {
            "articles": [
                {"title": hit.title, "url": _address(brand, language, hit.article_slug)}
                | {"lang": html_code(hit.language)}
                for hit in shown
            ],
            "said": said if shown else _("Nothing found. Try other words, or ask in the chat."),
        }
    )


@require_safe
@reader_page
def category(request: HttpRequest, brand: Brand, language: str, category: str) -> HttpResponse:
    """List the articles of a category with their answers in short."""
    articles = list_articles(brand=brand, language=language, category=category)
    if not articles:
        raise NotFound
    beside = around(brand, language)

    def written() -> HttpResponse:
        groups = by_category(articles, beside.contact["asked"])
        path = f"c/{quote(category)}/"
        context = frame(brand, language, path=path, beside=beside) | {
            "category": groups[0],
            "items": _marked(groups[0].articles),
            "structured": questions_data(groups[0].articles, language),
        }
        return render(request, "help/category.html", context)

    return kept(request, beside, _look(brand), articles, render_page=written)


def _look(brand: Brand) -> tuple[object, ...]:
    """Return what of a brand stands on its pages."""
    return (brand.slug, brand.name, brand.languages, brand.default_language)


@require_safe
@reader_page
def article(request: HttpRequest, brand: Brand, language: str, slug: str) -> HttpResponse:
    """Show an article; when it is not there in this language, in another one, and say so."""
    shown, there = article_in(brand=brand, language=language, slug=slug)
    asked = request.GET.get("said", "")
    said = asked if asked in {"yes", "no", "again", "thanks"} else ""
    related, beside = _related(brand, language, shown), around(brand, language)
    _count(request, shown)

    def written() -> HttpResponse:
        context = frame(brand, language, path=slug, there=there, beside=beside)
        context |= _article(brand, language, shown, related) | {"said": said}
        return render(request, "help/article.html", context)

    if said:
        return written()
    text = (shown.language, shown.title, shown.summary, shown.body, shown.article.category)
    dates: list[datetime | None] = [shown.updated_at, beside.changed]
    return kept(
        request,
        beside,
        *(_look(brand), text, shown.updated_at, there, related),
        render_page=written,
        changed=max(at for at in dates if at is not None),
    )


def _article(
    brand: Brand, language: str, shown: Translation, related: list[Listed]
) -> dict[str, Any]:
    about = shown.article
    name = category_name(about.category)
    home = reverse("help:index", args=[brand.slug, language])
    list_path = reverse("help:category", args=[brand.slug, language, about.category])
    own_path = reverse("help:article", args=[brand.slug, shown.language, about.slug])
    names = names_of([shown.language, language])
    return {
        "article": shown,
        "article_lang": html_code(shown.language),
        "foreign": shown.language != language,
        "written_in": names[shown.language],
        "wished": names[language],
        "body": render_markdown(shown.body, own_path),
        "category_name": name,
        "category_icon": category_icon(about.category),
        "category_path": list_path,
        "canonical": absolute(own_path),
        "related": _marked(related),
        "structured": article_data(
            shown,
            canonical=absolute(own_path),
            publisher=brand.name,
            crumbs=[(brand.name, home), (name, list_path), (shown.title, own_path)],
        ),
    }


def _related(brand: Brand, language: str, shown: Translation) -> list[Listed]:
    near = shown.article.related
    return list_articles(brand=brand, language=language, only=near) if near else []


@require_safe
def elsewhere(request: HttpRequest, brand: str, rest: str) -> HttpResponse:
    """Answer addresses that lead nowhere with a page that helps on."""
    found = get_brand(brand)
    asked = rest.partition("/")[0]
    if rest in found.languages:
        return HttpResponsePermanentRedirect(reverse("help:index", args=[found.slug, rest]))
    return not_here(request, found, choose_language(found, asked[:35], request))


def _marked(articles: Any) -> list[dict[str, Any]]:
    """Return articles with the `lang` of their texts and the name of that language."""
    names = names_of(list({item.language for item in articles}))
    return [
        {"item": item, "lang": html_code(item.language), "language": names[item.language]}
        for item in articles
    ]


def _address(brand: Brand, language: str, slug: str) -> str:
    return reverse("help:article", args=[brand.slug, language, slug])


def worth_showing(hits: list[Hit]) -> list[Hit]:
    """Drop what is far less likely than the best, but show some choice."""
    return [
        found
        for place, found in enumerate(hits)
        if place < ALWAYS_SHOWN or found.score >= hits[0].score * FAR_LESS_LIKELY
    ]


def _count(request: HttpRequest, shown: Translation) -> None:
    """Count a reader: no machine, no page that a browser only fetches in case."""
    machine = _MACHINE.search(request.headers.get("User-Agent", ""))
    ahead = "prefetch" in request.headers.get("Sec-Purpose", "")
    again = "If-None-Match" in request.headers or "said" in request.GET
    if request.method == "GET" and not (machine or ahead or again):
        count_view(shown)


def _limit(request: HttpRequest, what: str, limit: int) -> None:
    who = address_group(request.META.get("REMOTE_ADDR", ""))
    hit(what=what, who=who, limit=limit, window=timedelta(minutes=1))
