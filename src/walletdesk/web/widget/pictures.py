"""Pictures of a brand, under addresses that hold a digest."""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from walletdesk.accounts.queries import get_logo

FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def logo(request: HttpRequest, brand: str, digest: str) -> HttpResponse:
    """Return a brand's logo as WebP, or as PNG to who does not take that."""
    found = get_logo(brand_slug=brand, digest=digest)
    webp = "image/webp" in request.headers.get("Accept", "")
    response = HttpResponse(
        bytes(found.webp if webp else found.png),
        content_type="image/webp" if webp else "image/png",
        headers={"Cache-Control": FOR_EVER, "Cross-Origin-Resource-Policy": "cross-origin"},
    )
    patch_vary_headers(response, ["Accept"])
    return response
