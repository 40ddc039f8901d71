"""`/chat/v1/identify`, `/chat/v1/wallet/…`, `/chat/v1/device`: who a customer is.

An identity token that is not valid gets one answer, whatever is wrong with it, and changes
nothing: the caller must not go on showing what this device held before (static/widget/identity.js).
"""

from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST
from msgspec import Meta, Struct

from walletdesk.accounts.models import Brand
from walletdesk.accounts.queries import get_brand
from walletdesk.contacts.actions.devices import describe_device
from walletdesk.contacts.actions.wallet_sign_in import ask_for_signature
from walletdesk.contacts.identity import TOKEN_LENGTH, BadToken
from walletdesk.contacts.models import Contact, ContactSession
from walletdesk.contacts.queries import get_session_by_token
from walletdesk.contacts.wallet import SIGNATURE_LENGTH
from walletdesk.conversations.actions.identity import (
    Identified,
    identify_customer,
    sign_in_with_wallet,
)
from walletdesk.kit.errors import NotAllowed
from walletdesk.safety import guard
from walletdesk.web.common.abuse import allow
from walletdesk.web.common.bodies import Unauthorized, bearer, read_json
from walletdesk.web.common.devices import device_name

Slug = Annotated[str, Meta(pattern=r"^[-a-zA-Z0-9_]{1,40}\Z")]


class _Identify(Struct, forbid_unknown_fields=True):
    token: Annotated[str, Meta(max_length=TOKEN_LENGTH)]
    brand: Slug | None = None


class _WalletAddress(Struct, forbid_unknown_fields=True):
    address: Annotated[str, Meta(max_length=42)]
    chain: Annotated[int, Meta(ge=1, le=2**53 - 1)]


class _Signature(Struct, forbid_unknown_fields=True):
    signature: Annotated[str, Meta(max_length=SIGNATURE_LENGTH)]


class _Device(Struct, forbid_unknown_fields=True):
    device: Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f]{0,60}\Z")] = ""
    app_version: Annotated[str, Meta(pattern=r"^[-+._A-Za-z0-9 ]{0,40}\Z")] = ""
    zone: Annotated[str, Meta(pattern=r"^[-+_/A-Za-z0-9]{0,40}\Z")] = ""


def session_of(request: HttpRequest) -> ContactSession:
    """Return the device that asks. Raises Unauthorized for a token that is not known."""
    session = get_session_by_token(bearer(request))
    if session is None:
        raise Unauthorized
    return session


@csrf_exempt
@require_POST
def identify(request: HttpRequest) -> JsonResponse:
    """Sign a customer in with the wallet's token: this device, or one that has no session yet."""
    session = session_of(request) if "Authorization" in request.headers else None
    asked = read_json(request, _Identify)
    allow(request, "identify", device=session.pk if session else "")
    brand = session.contact.brand if session else get_brand(asked.brand)
    try:
        identified = identify_customer(
            brand=brand,
            identity_token=asked.token,
            session_token=bearer(request) if session else None,
            device=_device_of(request),
        )
    except BadToken:
        allow(request, "bad-token")
        raise
    return JsonResponse(_identified_json(brand, identified))


def _device_of(request: HttpRequest) -> str:
    return device_name(request.headers.get("User-Agent", ""))


def _identified_json(brand: Brand, identified: Identified) -> dict[str, Any]:
    return {
        "token": identified.token,
        "conversation": identified.conversation.ref,
        "cursor": identified.conversation.last_seq,
        "brand": brand.slug,
        "language": identified.contact.language,
        "kept": identified.kept,
    }


@csrf_exempt
@require_POST
def ask_wallet(request: HttpRequest) -> JsonResponse:
    """Return the message that the customer's wallet shall sign."""
    session = session_of(request)
    asked = read_json(request, _WalletAddress)
    _refuse_foreign_origin(request)
    allow(request, "wallet", device=session.pk)
    message = ask_for_signature(
        token=bearer(request),
        address=asked.address,
        chain_id=asked.chain,
        origin=settings.WALLETDESK.base_url.rstrip("/"),
        statement=wallet_statement,
    )
    return JsonResponse({"message": message})


def wallet_statement(contact: Contact) -> str:
    """Return what the customer's wallet shows above the signature, in one line."""
    with translation.override(contact.language):
        return _(
            "I show that this address is mine, to read my support conversations with {brand}. "
            "This signature moves no money, approves nothing and costs nothing."
        ).format(brand=" ".join(contact.brand.name.split()))


@csrf_exempt
@require_POST
def verify_wallet(request: HttpRequest) -> JsonResponse:
    """Sign a customer in with the signature of the message that was asked for."""
    session = session_of(request)
    signed = read_json(request, _Signature)
    _refuse_foreign_origin(request)
    allow(request, "wallet", device=session.pk)
    identified = sign_in_with_wallet(
        session_token=bearer(request), signature=signed.signature, device=_device_of(request)
    )
    return JsonResponse(_identified_json(session.contact.brand, identified))


def _refuse_foreign_origin(request: HttpRequest) -> None:
    # The message names our own origin: a page of another one must not have it signed.
    origin = request.headers.get("Origin")
    if origin is not None and origin != settings.WALLETDESK.base_url.rstrip("/"):
        raise NotAllowed


@csrf_exempt
@require_http_methods(["PUT"])
def describe(request: HttpRequest) -> HttpResponse:
    """Note what a device says of itself: shown to staff, proof of nothing."""
    session = session_of(request)
    told = read_json(request, _Device)
    allow(request, "devices", device=session.pk)
    describe_device(
        token=bearer(request),
        device=guard.check(told.device).safe.text,
        app_version=guard.check(told.app_version).safe.text,
        zone=told.zone,
    )
    return HttpResponse(status=204)
