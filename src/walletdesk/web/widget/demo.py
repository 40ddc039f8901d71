"""The demo: a made-up wallet's page that embeds the chat, with and without a signed-in user."""

from uuid import uuid4

import jwt
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from walletdesk.accounts.queries import get_brand
from walletdesk.contacts.queries import active_key, secret_of
from walletdesk.kit import clock
from walletdesk.kit.errors import NotFound
from walletdesk.web.common.abuse import allow
from walletdesk.web.common.languages import choose_language, html_code, names_of

KEY = "demo"  # the kid of the demo brand's key; a real brand has none of this name
USERS = {"maria": "María Soto", "ken": "Ken Ito"}
THEMES = ("light", "dark")
TOKEN_LIFE = 300  # seconds
EMBED_CODE = '<script async src="{address}"></script>'


@require_safe
def demo(request: HttpRequest) -> HttpResponse:
    """Show a small wallet page with the chat embedded, as a wallet would do it."""
    brand = get_brand(None)
    language = choose_language(brand, request.GET.get("language"), request)
    user, theme = request.GET.get("user", ""), request.GET.get("theme", "")
    with translation.override(language):
        address = f"{reverse('widget:loader', args=[brand.slug])}?language={language}"
        return render(
            request,
            "widget/demo.html",
            {
                "brand": brand,
                "language": language,
                "html_code": html_code(language),
                "languages": names_of(brand.languages).items(),
                "loader": address,
                "embed_code": EMBED_CODE.format(address=settings.WALLETDESK.base_url + address),
                "users": USERS.items() if active_key(brand, KEY) else (),
                "user": user if user in USERS else "",
                "user_name": USERS.get(user, ""),
                "theme": theme if theme in THEMES else "",
            },
        )


@require_safe
def demo_token(request: HttpRequest) -> JsonResponse:
    """Return an identity token of a demo user, as a wallet's server would for its own.

    There is none unless the first brand has the demo's key: no real brand's users can be played.
    """
    allow(request, "identify")
    user = request.GET.get("user", "")
    brand = get_brand(None)
    key = active_key(brand, KEY)
    secret = secret_of(key) if key else None
    if user not in USERS or secret is None:
        raise NotFound
    now = int(clock.now().timestamp())
    claims = {
        "aud": brand.slug,
        "sub": f"demo-{user}",
        "iat": now,
        "exp": now + TOKEN_LIFE,
        "jti": uuid4().hex,
        "name": USERS[user],
        "app_version": "7.3.1",
    }
    return JsonResponse({"token": jwt.encode(claims, secret, "HS256", {"kid": KEY})})
