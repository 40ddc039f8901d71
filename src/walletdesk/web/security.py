"""What every page says about itself to the browser."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; font-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; "
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


class SecurityHeaders:
    """Add the policy to every answer. A view that may be framed sets `response.frame_ancestors`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        ancestors = getattr(response, "frame_ancestors", NOBODY)
        response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.format(ancestors=ancestors)
        for name, value in HEADERS.items():
            response.setdefault(name, value)
        return response
