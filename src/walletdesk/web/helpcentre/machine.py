"""What machines ask the help centre for: the site map, robots.txt and pictures."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypedDict

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from walletdesk.accounts.models import Brand
from walletdesk.accounts.queries import all_brands, get_brand
from walletdesk.kit.errors import NotFound
from walletdesk.knowledge.reader_queries import get_picture, pages_of
from walletdesk.web.common.languages import html_code
from walletdesk.web.helpcentre.frame import absolute, unless_known

if TYPE_CHECKING:
    from datetime import datetime

FOR_EVER = "public, max-age=31536000, immutable"
MOST_PAGES = 50_000  # of one site map, sitemaps.org
CLOSED = ("/desk/", "/accounts/", "/chat/", "/live/", "/files/", "/widget/", "/demo/", "/i18n/")


class _Page(TypedDict):
    url: str
    changed: "datetime | None"
    alternates: list[tuple[str, str]]


@require_safe
def sitemap(request: HttpRequest, brand: str) -> HttpResponse:
    """List every page of a help centre with its other languages (sitemaps.org, hreflang)."""
    found = get_brand(brand)
    pages = list(_pages(found))[:MOST_PAGES]
    response = render(request, "help/sitemap.xml", {"pages": pages}, content_type="application/xml")
    newest = max((at for page in pages if (at := page["changed"])), default=None)
    return unless_known(request, response, changed=newest)


def _pages(brand: Brand) -> Iterator[_Page]:
    by_slug: dict[str, dict[str, datetime]] = {}
    for slug, language, changed in pages_of(brand):
        by_slug.setdefault(slug, {})[language] = changed
    starts = {code: reverse("help:index", args=[brand.slug, code]) for code in brand.languages}
    for path in starts.values():
        yield {"url": absolute(path), "changed": None, "alternates": _alternates(starts)}
    for slug, languages in by_slug.items():
        paths = {code: f"{starts[code]}{slug}" for code in languages if code in starts}
        for code, path in paths.items():
            yield {
                "url": absolute(path),
                "changed": languages[code],
                "alternates": _alternates(paths),
            }


def _alternates(paths: dict[str, str]) -> list[tuple[str, str]]:
    return [(html_code(code), absolute(path)) for code, path in paths.items()]


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead browsers that look where icons used to be to ours."""
    del request
    return redirect(static("common/favicon.svg"))


@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    """Tell crawlers what is not for them, and where the site maps are (RFC 9309)."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), "Disallow: /help/*/find/"]
    lines += [
        f"Sitemap: {absolute(reverse('help:sitemap', args=[brand.slug]))}" for brand in all_brands()
    ]
    text = "\n".join(lines) + "\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
def picture(_request: HttpRequest, brand: str, name: str) -> HttpResponse:
    """Return a picture of an article. Its address holds a digest, so it never changes."""
    found = get_picture(brand_slug=brand, digest=name[:32])
    if found.name != name:
        raise NotFound
    return HttpResponse(
        bytes(found.body),
        content_type=found.media_type,
        headers={"Cache-Control": FOR_EVER, "Cross-Origin-Resource-Policy": "cross-origin"},
    )
