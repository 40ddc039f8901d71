"""The chat page, its loader, and the brand's colours."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.html import json_script
from django.views.decorators.http import require_safe
from rjsmin import jsmin  # type: ignore[import-untyped] # has no types

from walletdesk.accounts.models import Brand
from walletdesk.accounts.queries import get_brand, logo_digest
from walletdesk.channels.queries import chat_look, embed_origins
from walletdesk.contacts.queries import policy_of
from walletdesk.conversations.rules import MESSAGE_LENGTH
from walletdesk.kit.short_names import short_names
from walletdesk.web.common.colours import brand_properties, brand_stylesheet
from walletdesk.web.common.languages import choose_language, html_code, names_of
from walletdesk.web.security import WITH_MICROPHONE
from walletdesk.web.widget.strings import later_strings, loader_strings, strings

SHORT_CACHE = "public, max-age=300"  # a changed colour or name shows within five minutes
LOADER = Path(settings.STATIC_FOLDER) / "widget" / "loader.js"


class PlainJson(DjangoJSONEncoder):
    """JSON that keeps Chinese as it is: escaped, it would be twice as long. Pages are UTF-8."""

    item_separator, key_separator = ",", ":"

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "ensure_ascii": False})


@require_safe
def page(request: HttpRequest, brand: str) -> HttpResponse:
    """Show the chat: in the loader's iframe, in an app's web view, or in a tab of its own."""
    return chat_page(request, brand, by_link=False)


def chat_page(request: HttpRequest, brand: str, *, by_link: bool) -> HttpResponse:
    """Render the chat's page; `by_link` for a device that another one sends a link to."""
    found = get_brand(brand)
    language = choose_language(found, request.GET.get("language"), request)
    with translation.override(language):
        response = render(
            request,
            "widget/page.html",
            {
                "brand": found,
                "html_code": html_code(language),
                "languages": names_of(found.languages).items(),
                "language": language,
                "data": [
                    json_script(
                        strings() | (later_strings() if by_link else {}), "wd-strings", PlainJson
                    ),
                    json_script(
                        page_config(found, language) | {"byLink": by_link}, "wd-config", PlainJson
                    ),
                ],
                "length": MESSAGE_LENGTH,
                "by_link": by_link,
                "greeting": found.greetings.get(language, ""),
                "logo": logo_digest(found),
            },
        )
    allowed = [*settings.WALLETDESK.embed_origins, *embed_origins(found)]
    ancestors = " ".join(["'self'", *allowed])
    response["Permissions-Policy"] = WITH_MICROPHONE
    response.frame_ancestors = ancestors  # type: ignore[attr-defined] # read by web.security
    return response


def page_config(brand: Brand, language: str) -> dict[str, Any]:
    """Return what the page's script must know. `origins`: whose messages it listens to."""
    policy = policy_of(brand)
    return {
        "brand": brand.slug,
        "name": brand.name,
        "language": language,
        "htmlLanguage": html_code(language),
        "languageNames": names_of(brand.languages),
        "length": MESSAGE_LENGTH,
        "home": reverse("widget:page", args=[brand.slug]),
        "origins": list(settings.WALLETDESK.embed_origins),
        "chains": policy.chains if policy.wallet_sign_in else [],
    }


@require_safe
def brand_css(request: HttpRequest, brand: str) -> HttpResponse:  # noqa: ARG001 - a view
    """Return the brand's colours as a stylesheet: pages may not carry styles inline."""
    css = brand_stylesheet(get_brand(brand).accent)
    return HttpResponse(
        css, content_type="text/css; charset=utf-8", headers={"Cache-Control": SHORT_CACHE}
    )


@require_safe
def loader(request: HttpRequest, brand: str) -> HttpResponse:
    """Return the script that a wallet's page includes: the loader, with the brand's settings."""
    found = get_brand(brand)
    asked = request.GET.get("language")
    language = choose_language(found, asked, request)
    properties = brand_properties(found.accent)
    look = chat_look(found)
    with translation.override(language):
        told = {
            "page": reverse("widget:page", args=[found.slug]),
            "language": language if asked else "",
            "accent": properties["--brand"],
            "onAccent": properties["--on-brand"],
            "side": look.side,
            "launcher": look.launcher,
            "strings": loader_strings(found.name),
        }
    # old browsers take these two for the end of a line, also inside of a string
    told_json = json.dumps(told, ensure_ascii=False)
    for separator in ("\u2028", "\u2029"):
        told_json = told_json.replace(separator, f"\\u{ord(separator):04x}")
    script = f"document.currentScript.walletdesk = {told_json};\n{_loader_script()}"
    response = HttpResponse(
        script,
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": SHORT_CACHE, "Cross-Origin-Resource-Policy": "cross-origin"},
    )
    patch_vary_headers(response, ["Accept-Language"])
    return response


@cache
def _loader_script() -> str:
    text = LOADER.read_text()
    return text if settings.DEBUG else short_names(str(jsmin(text)), whole=False)
