"""Expected refusals become answers: JSON for programs, a page for people."""

import logging
from collections.abc import Callable
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from psycopg_pool import PoolTimeout

from walletdesk.conversations.contents.refusals import sentences as file_sentences
from walletdesk.kit.errors import DomainError
from walletdesk.web.common.refusal_words import SENTENCES

log = logging.getLogger("walletdesk.web")
RETRY_AFTER_SECONDS = 2
PROGRAMS = ("/chat/", "/live/", "/healthz", "/readyz")


def sentence(code: str) -> str:
    """Return what to tell a person about a refusal, in their language."""
    own = file_sentences().get(code)
    return own or _(SENTENCES.get(code, SENTENCES["bad_input"]))


def wants_json(request: HttpRequest) -> bool:
    """Tell whether the caller is a program or one of our islands rather than a person's browser."""
    return request.path.startswith(PROGRAMS) or "application/json" in request.headers.get(
        "Accept", ""
    )


def refuse(
    request: HttpRequest, status: int, code: str, fields: dict[str, Any] | None = None
) -> HttpResponse:
    """Answer a refusal in the form that the caller understands."""
    fields = fields or {}
    if wants_json(request):
        answer: HttpResponse = JsonResponse(
            {"code": code, "message": sentence(code), **fields}, status=status
        )
    else:
        answer = render(
            request, "error.html", {"status": status, "message": sentence(code)}, status=status
        )
    if "retry_after" in fields:
        answer["Retry-After"] = str(fields["retry_after"])
    return answer


class Refusals:
    """Turn refusals, and a database that has no connection left, into answers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        retry_after = getattr(request, "retry_after", None)
        if retry_after is not None:  # a form that was shown again because of a limit
            response.status_code = 429
            response["Retry-After"] = str(retry_after)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, DomainError):
            return refuse(request, error.status, error.code, error.fields)
        if isinstance(error, PoolTimeout | OperationalError):
            log.warning("no database for %s", request.path)
            return refuse(request, 503, "busy", {"retry_after": RETRY_AFTER_SECONDS})
        return None


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer a form without a valid token."""
    return refuse(request, 403, "csrf")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer an address that leads nowhere."""
    return refuse(request, 404, "not_found")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer after a programmer's mistake, without a word about it."""
    return refuse(request, 500, "failed")
