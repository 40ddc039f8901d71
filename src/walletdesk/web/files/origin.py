"""The second address, which serves files and nothing else; and what is sent as it is."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

PATHS = ("/files/", "/healthz", "/readyz")


def at_files_origin(request: HttpRequest) -> bool:
    """Tell whether a request came to WALLETDESK_FILES_URL.

    By the Host header: who forges it reaches nothing that they could not reach anyhow.
    """
    wanted = settings.WALLETDESK.files_url
    return bool(wanted) and request.META.get("HTTP_HOST", "") == urlsplit(wanted).netloc


class FilesOrigin:
    """Refuse pages at the files' own address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if at_files_origin(request) and not request.path.startswith(PATHS):
            return HttpResponse(status=404)
        return self.get_response(request)


class Compression(GZipMiddleware):
    """Compress pages; files have their own compression, a length and ranges."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if getattr(response, "never_packed", False):
            return response
        return super().process_response(request, response)
