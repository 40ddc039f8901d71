"""What every page says about itself to the browser."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; media-src 'self'; font-src 'self'; frame-src 'self'; base-uri 'none'; "
    "form-action 'self'; "
    "frame-ancestors {ancestors}; require-trusted-types-for 'script'; trusted-types wd default"
)
NOBODY = "'none'"
HEADERS = {
    # not "no-referrer": browsers then send `Origin: null` with forms, which the CSRF check refuses
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}


_STYLES = "walletdesk_styles"
WITH_MICROPHONE = HEADERS["Permissions-Policy"].replace("microphone=()", "microphone=(self)")


class SecurityHeaders:
    """Add the policy to every answer. A view that may be framed sets `response.frame_ancestors`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        ancestors = getattr(response, "frame_ancestors", NOBODY)
        policy = getattr(response, "own_policy", None) or _with_files_origin(
            CONTENT_SECURITY_POLICY.format(ancestors=ancestors)
        )
        styles = getattr(request, _STYLES, ())
        policy = policy.replace("style-src 'self'", " ".join(("style-src 'self'", *styles)))
        if request.path.startswith("/desk/"):
            policy = with_telephone(policy, settings.WALLETDESK.asterisk.wss)
            response.setdefault("Permissions-Policy", WITH_MICROPHONE)  # the agent's telephone
        response["Content-Security-Policy"] = policy
        for name, value in HEADERS.items():
            response.setdefault(name, value)
        return response


def allow_style(request: HttpRequest, source: str) -> None:
    """Have the policy of this request's answer allow a `<style>` by its hash."""
    styles = getattr(request, _STYLES, ())
    if source not in styles:
        setattr(request, _STYLES, (*styles, source))


def _with_files_origin(policy: str) -> str:
    """Allow pictures from the address that serves files, where it is another one."""
    origin = settings.WALLETDESK.files_url
    return policy.replace("img-src 'self'", f"img-src 'self' {origin}") if origin else policy


def with_telephone(policy: str, wss: str) -> str:
    """Allow agents' pages the WebSocket of Asterisk, where there is one."""
    return policy.replace("connect-src 'self'", f"connect-src 'self' {wss}") if wss else policy
