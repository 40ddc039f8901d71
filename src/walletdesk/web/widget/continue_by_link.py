"""Go on with a conversation on another device: a link for once, and the list of devices.

The link's secret stands behind the # of its address: browsers send that part to nobody, so it gets
into no log and no Referer, and whatever loads the address in advance uses nothing up.
"""

from typing import Annotated, Any

import qrcode
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from msgspec import Meta, Struct
from qrcode.constants import ERROR_CORRECT_M

from walletdesk.contacts.actions.devices import LINK_LIFE, make_link, open_link, revoke_device
from walletdesk.contacts.queries import devices_of
from walletdesk.contacts.types import Device
from walletdesk.conversations.queries import get_conversation_of
from walletdesk.kit.errors import NotFound
from walletdesk.web.common.abuse import allow
from walletdesk.web.common.bodies import TOKEN_LENGTH, bearer, read_json
from walletdesk.web.common.devices import device_name
from walletdesk.web.widget.identity import session_of
from walletdesk.web.widget.views import chat_page

QUIET_ZONE = 4  # ISO/IEC 18004: so many empty modules around the code


class _Which(Struct, forbid_unknown_fields=True):
    conversation: Annotated[str, Meta(pattern=r"^[a-z0-9]{1,20}\Z")]


class _Link(Struct, forbid_unknown_fields=True):
    link: Annotated[str, Meta(pattern=rf"^[-_A-Za-z0-9]{{1,{TOKEN_LENGTH}}}\Z")]


@require_safe
def continue_page(request: HttpRequest, brand: str) -> HttpResponse:
    """Show the chat's page to a device that came by a link. It may stand in nobody's frame."""
    response = chat_page(request, brand, by_link=True)
    response.frame_ancestors = "'none'"  # type: ignore[attr-defined] # read by web.security
    response["Referrer-Policy"] = "no-referrer"
    return response


@csrf_exempt
@require_POST
def links(request: HttpRequest) -> JsonResponse:
    """Make a link that opens one of the customer's conversations on another device."""
    session = session_of(request)
    asked = read_json(request, _Which)
    conversation = get_conversation_of(session.contact, asked.conversation)
    allow(request, "link", device=session.pk)
    secret = make_link(token=bearer(request), ref=conversation.ref)
    path = reverse("widget:continue", args=[session.contact.brand.slug])
    address = f"{settings.WALLETDESK.base_url.rstrip('/')}{path}#{secret}"
    told = {"url": address, "seconds": int(LINK_LIFE.total_seconds()), "qr": _qr(address)}
    return JsonResponse(told, status=201)


def _qr(text: str) -> dict[str, Any]:
    """Return a QR code as the side of its square and the path of its dark modules."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE)
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    return {"size": len(rows), "path": path}


@csrf_exempt
@require_POST
def opened_link(request: HttpRequest) -> JsonResponse:
    """Let a device in by a link, once. A session that it had before ends."""
    asked = read_json(request, _Link)
    allow(request, "open-link")
    opened = open_link(
        secret=asked.link,
        device=device_name(request.headers.get("User-Agent", "")),
        present=bearer(request) if "Authorization" in request.headers else None,
    )
    try:
        ref = get_conversation_of(opened.session.contact, opened.ref).ref
    except NotFound:  # it was erased meanwhile
        ref = None
    return JsonResponse({"token": opened.token, "conversation": ref}, status=201)


@require_safe
def devices(request: HttpRequest) -> JsonResponse:
    """List the devices on which the customer's conversations can be read."""
    session = session_of(request)
    allow(request, "devices", device=session.pk)
    return JsonResponse({"devices": [_device_json(device) for device in devices_of(session)]})


def _device_json(device: Device) -> dict[str, Any]:
    return {
        "id": device.id,
        "name": device.name,
        "this": device.is_this,
        "by_link": device.by_link,
        "revocable": device.revocable,
        "since": device.since.isoformat(timespec="seconds"),
    }


@csrf_exempt
@require_http_methods(["DELETE"])
def device(request: HttpRequest, device_id: int) -> HttpResponse:
    """Shut out one of the customer's devices."""
    session = session_of(request)
    allow(request, "devices", device=session.pk)
    revoke_device(session=session, device_id=device_id)
    return HttpResponse(status=204)
