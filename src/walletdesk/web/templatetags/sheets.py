"""`{% page_sheet "desk/page.css" %}`, `{% brand_sheet brand %}`: styles inside the page.

A page that asks for its styles paints after them: 488 ms on two cores, 246 with them inside
(docs/adr/0046-styles-inside-the-page.md). The answer's policy allows each by its hash.
"""

import base64
import hashlib
from functools import lru_cache
from pathlib import Path

from django import template
from django.conf import settings
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from walletdesk.accounts.models import Brand
from walletdesk.web.common.colours import brand_stylesheet
from walletdesk.web.security import allow_style

register = template.Library()
KEPT = 64  # brands' colours; a page's sheet is 60 kB and there is one


@register.simple_tag(takes_context=True)
def page_sheet(context: Context, name: str) -> SafeString:
    """Return the published sheet inside an element; before it is published, a link to it."""
    css = _published(name)
    return (
        _inside(context, css)
        if css
        else format_html('<link rel="stylesheet" href="{}">', static(name))
    )


@register.simple_tag(takes_context=True)
def brand_sheet(context: Context, brand: Brand) -> SafeString:
    """Return a brand's colours."""
    return _inside(context, _colours(brand.accent))


def _inside(context: Context, css: str) -> SafeString:
    element, source = _element(css)
    allow_style(context["request"], source)
    return element


@lru_cache(maxsize=KEPT)
def _element(css: str) -> tuple[SafeString, str]:
    if "</" in css:
        raise ValueError("a stylesheet that would end its element")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return SafeString(f"<style>{css}</style>"), f"'sha256-{digest}'"


_colours = lru_cache(maxsize=KEPT)(brand_stylesheet)


def _published(name: str) -> str:
    path = settings.STATIC_PUBLISHED / settings.STATIC_DIGEST / name
    return _text(path) if path.is_file() and not settings.DEBUG else ""


@lru_cache(maxsize=8)
def _text(path: Path) -> str:
    return path.read_text()
