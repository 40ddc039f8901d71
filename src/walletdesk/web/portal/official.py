"""The public page of what is official, its check, and the signed document."""

import base64
from itertools import groupby

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from walletdesk.accounts.models import Brand
from walletdesk.accounts.queries import get_brand
from walletdesk.conversations.authenticity.queries import code_answers
from walletdesk.integrations.email.pasted import by_dns
from walletdesk.kit.limits.actions import TooMany
from walletdesk.official.models import Entry
from walletdesk.official.queries import entries_of, fakes_of, publication_of, registry_of
from walletdesk.official.types import Answer, Kind
from walletdesk.official.verify import verify
from walletdesk.web.common.abuse import allow
from walletdesk.web.common.languages import choose_language
from walletdesk.web.common.official_words import as_json, kind_name, tell
from walletdesk.web.portal.frame import frame

LONGEST = 60_000  # characters; a mail with its headers fits. The page lets nobody type more
PARTS = 30


@csrf_exempt  # no cookie says who asks: there is nothing that a foreign page could borrow
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, brand: str) -> HttpResponse:
    """Show what is official; a POST checks something and answers a page, or JSON for programs."""
    found = get_brand(brand)
    given = request.POST.get("language") or request.GET.get("language")
    language = choose_language(found, given, request)
    with translation.override(language):
        what = request.POST.get("what", "")
        text = what if what.strip() else ""
        answers, is_busy = _checked(request, found, text) if text else ([], False)
        if text and "application/json" in request.headers.get("Accept", ""):
            return _for_programs(answers, is_busy=is_busy)
        context = frame(request, found, language) | {
            "text": text if len(text) <= 500 else "",
            "longest": LONGEST,
            "told": [tell(each) for each in _once(answers)[:PARTS]],
            "busy": is_busy,
            "groups": _groups(found),
        }
        return render(request, "portal/official.html", context, status=429 if is_busy else 200)


def _checked(request: HttpRequest, brand: Brand, text: str) -> tuple[list[Answer], bool]:
    try:
        allow(request, "official")
    except TooMany as refused:
        request.retry_after = refused.fields["retry_after"]  # type: ignore[attr-defined] # read by web.errors
        return [], True
    registry, fakes = registry_of(brand), fakes_of(brand)
    return list(verify(text, registry, fakes, code_answers(brand), by_dns, longest=LONGEST)), False


def _once(answers: list[Answer]) -> list[Answer]:
    """Return the answer for the whole, and of its parts those that say something else."""
    whole = answers[:1]
    return whole + [
        each
        for each in answers[1:]
        if (each.shown, each.reason) != (whole[0].shown, whole[0].reason)
    ]


def _for_programs(answers: list[Answer], *, is_busy: bool) -> JsonResponse:
    if is_busy:
        return JsonResponse({"code": "too_many"}, status=429)
    told = [as_json(each) for each in answers]
    return JsonResponse({**told[0], "parts": told[1:]})


def _groups(brand: Brand) -> list[tuple[str, list[Entry]]]:
    rows = (row for row in entries_of(brand) if row.kind != Kind.NAME)
    return [(kind_name(kind), list(part)) for kind, part in groupby(rows, lambda row: row.kind)]


@require_safe
def document(request: HttpRequest, brand: str) -> JsonResponse:  # noqa: ARG001 - Django's signature
    """Hand out the signed document: what is signed, and how to check it."""
    row = publication_of(get_brand(brand))
    response = JsonResponse(
        {
            "signed": row.document,
            "signature": {
                "algorithm": "Ed25519",
                "over": "signed, as RFC 8785 canonical JSON",
                "public_key": base64.b64encode(bytes(row.public_key)).decode(),
                "value": base64.b64encode(bytes(row.signature)).decode(),
            },
        },
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )
    response["Access-Control-Allow-Origin"] = "*"  # public, and meant for other people's programs
    response["Cache-Control"] = "public, max-age=300"
    return response
