"""What stands around every page of the help centre, and how long browsers may keep one."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from walletdesk.accounts.models import Brand
from walletdesk.accounts.queries import get_brand
from walletdesk.kit.errors import NotFound
from walletdesk.knowledge.reader_queries import ShownNotice, notices_now
from walletdesk.web.common.languages import choose_language, html_code, names_of
from walletdesk.web.helpcentre.contact import contact

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, Brand, str, P], HttpResponse]

# Kept by browsers and proxies, asked for again each time: an answer of a few bytes when nothing
# changed. Notices and waits must never be old.
CACHE = "public, max-age=0, must-revalidate"
PAGES_KEPT = 500  # written pages of some 20 kB in the memory of a process
NOTICE_LOOKS = {"info": "info", "warning": "alert", "critical": "alert"}


def reader_page(view: Page[P]) -> Callable[..., HttpResponse]:
    """Give a page its brand and language; what is not there becomes a page with a search field."""

    @wraps(view)
    def page(
        request: HttpRequest, brand: str, language: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        found = get_brand(brand)
        if language not in found.languages:
            return not_here(request, found, choose_language(found, language, request))
        with translation.override(language):
            try:
                return view(request, found, language, *args, **kwargs)
            except NotFound:
                return not_here(request, found, language)

    return page


def not_here(request: HttpRequest, brand: Brand, language: str) -> HttpResponse:
    """Answer 404 with ways to go on."""
    with translation.override(language):
        context = frame(brand, language, there=[]) | {"canonical": ""}
        return render(request, "help/missing.html", context, status=404)


@dataclass(frozen=True, slots=True)
class Around:
    """What every page tells beside its content: it changes by itself, with every minute."""

    notices: list[ShownNotice]
    contact: dict[str, Any]

    @property
    def changed(self) -> datetime | None:
        """Return when the newest of the notices was written."""
        return max((each.changed_at for each in self.notices), default=None)


def around(brand: Brand, language: str) -> Around:
    """Return what a page tells beside its content. Two statements while it is fresh."""
    return Around(notices_now(brand, language), contact(brand, language))


def frame(
    brand: Brand,
    language: str,
    *,
    path: str = "",
    there: list[str] | None = None,
    beside: Around | None = None,
) -> Any:
    """Return what every page shows around its content.

    `path` is the page's address below the language; `there` are the languages it exists in, all by
    default.
    """
    beside = beside or around(brand, language)
    home = reverse("help:index", args=[brand.slug, language])
    languages = [
        {
            "code": code,
            "html_code": html_code(code),
            "name": name,
            "url": f"{reverse('help:index', args=[brand.slug, code])}{path}",
            "here": there is None or code in there,
        }
        for code, name in names_of(brand.languages).items()
    ]
    notices, told = beside.notices, beside.contact
    logo = reverse("widget:logo", args=[brand.slug, told["logo"]]) if told["logo"] else ""
    return {
        "brand": brand,
        "language": language,
        "html_code": html_code(language),
        "home": home,
        "languages": languages,
        "alternates": _alternates(brand, languages),
        "notices": [
            {"notice": each, "icon": NOTICE_LOOKS[each.severity], "lang": html_code(each.language)}
            for each in notices
        ],
        "chat": f"{reverse('widget:page', args=[brand.slug])}?language={language}",
        "loader": f"{reverse('widget:loader', args=[brand.slug])}?language={language}",
        "contact": told,
        "logo_url": absolute(logo),
        "canonical": absolute(f"{home}{path}"),
    }


def _alternates(brand: Brand, languages: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Return the same page in other languages, for search engines: only where it really exists."""
    found = [
        {"hreflang": item["html_code"], "url": absolute(item["url"])}
        for item in languages
        if item["here"]
    ]
    default = next(
        (item for item in languages if item["code"] == brand.default_language and item["here"]),
        None,
    )
    if default:
        found.append({"hreflang": "x-default", "url": absolute(default["url"])})
    return found


def absolute(path: str) -> str:
    """Return an address of ours as the world sees it: by the setting, never by the request."""
    return f"{settings.WALLETDESK.base_url.rstrip('/')}{path}"


def kept(
    request: HttpRequest,
    beside: Around,
    *version: object,
    render_page: Callable[[], HttpResponse],
    changed: datetime | None = None,
) -> HttpResponse:
    """Let browsers keep a page, and answer 304 when they have it already.

    The page is written once for each version of what it shows: `version` are all values that
    differ from one writing to the next, beside the address, the frame and what stands `beside`.
    `changed` is for crawlers that ask by date; whoever has the ETag is answered by the content.
    """
    values = (request.path, request.get_host(), translation.get_language(), beside, *version)
    content, etag = _written(_digest(repr(values).encode()), render_page)
    return unless_known(request, HttpResponse(content), etag, changed=changed)


def unless_known(
    request: HttpRequest,
    response: HttpResponse,
    etag: str = "",
    *,
    changed: datetime | None = None,
) -> HttpResponse:
    """Let whoever asks keep an answer, and answer 304 when they have it already."""
    etag = etag or f'"{_digest(response.content)}"'
    response["Cache-Control"] = CACHE
    response["ETag"] = etag
    if changed is not None:
        response["Last-Modified"] = http_date(changed.timestamp())
    found = get_conditional_response(
        request,
        etag=etag,
        last_modified=int(changed.timestamp()) if changed else None,
        response=response,
    )
    return found or response


_pages: OrderedDict[str, tuple[bytes, str]] = OrderedDict()


def _written(version: str, render_page: Callable[[], HttpResponse]) -> tuple[bytes, str]:
    """Return a page and its ETag; what was written lately is not written again."""
    known = _pages.pop(version, None)
    if known is None:
        content = render_page().content
        known = content, f'"{_digest(content)}"'
    if not settings.DEBUG:
        _pages[version] = known
    while len(_pages) > PAGES_KEPT:
        with suppress(KeyError):  # another thread was faster
            _pages.popitem(last=False)
    return known


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()
