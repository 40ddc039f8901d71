"""Customers' files: `POST /chat/v1/files`, and the addresses by which their browser shows them."""

from typing import Annotated

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from msgspec import Meta, Struct

from walletdesk.contacts.models import ContactSession
from walletdesk.contacts.queries import get_session_by_token
from walletdesk.conversations.file_queries import files_of
from walletdesk.web.common.bodies import Unauthorized, bearer, read_json
from walletdesk.web.files.addresses import addresses_of
from walletdesk.web.files.upload import receive


class _Wanted(Struct, forbid_unknown_fields=True):
    files: Annotated[tuple[Annotated[str, Meta(max_length=20)], ...], Meta(max_length=100)]


@csrf_exempt
@require_POST
def upload(request: HttpRequest) -> JsonResponse:
    """Take in one file. It is this device's until it goes out with a message, for 24 hours."""
    session = _session_of(request)
    return JsonResponse(receive(request, contact=session.contact, by=session), status=201)


@csrf_exempt
@require_POST
def addresses(request: HttpRequest) -> JsonResponse:
    """Return addresses that work for five minutes; files of others are not among them."""
    session = _session_of(request)
    wanted = read_json(request, _Wanted)
    found = files_of(session, wanted.files)
    return JsonResponse({"files": {file.ref: addresses_of(file, session) for file in found}})


def _session_of(request: HttpRequest) -> ContactSession:
    session = get_session_by_token(bearer(request))
    if session is None:
        raise Unauthorized
    return session
