"""What stands around every page of the portal."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from walletdesk.accounts.models import Brand
from walletdesk.web.common.languages import html_code, names_of


def frame(request: HttpRequest, brand: Brand, language: str) -> dict[str, Any]:
    """Return what portal/frame.html shows around its content."""
    kept = {"topic": request.GET["topic"]} if request.GET.get("topic") else {}
    return {
        "brand": brand,
        "language": language,
        "html_code": html_code(language),
        "languages": [
            {
                "code": code,
                "html_code": html_code(code),
                "name": name,
                "url": f"?{urlencode({'language': code, **kept})}",
            }
            for code, name in names_of(brand.languages).items()
        ],
        "form_url": f"{reverse('portal:form', args=[brand.slug])}?language={language}",
        "help_url": reverse("help:index", args=[brand.slug, language]),
        "chat_url": f"{reverse('widget:page', args=[brand.slug])}?language={language}",
    }


def private(response: HttpResponse) -> HttpResponse:
    """Keep a page whose address is a secret out of caches, search engines and Referers."""
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
