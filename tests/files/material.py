"""Files of every kind, honest and hostile, made here; and the ways to send one."""

import io
import json
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

from django.test import Client
from PIL import Image
from PIL.Image import Exif

from tests.cast import Cast, Customer
from walletdesk.accounts.models import Membership

PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"
PDF = b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n%%EOF\n"
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(range(256)) * 700
WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\x82\x84webm" + b"x" * 500
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"x" * 500
ZIP = b"PK\x03\x04" + b"\x14\x00" * 50
HTML = b"<!doctype html><script>alert(1)</script>"
GPS = 0x8825


def picture(
    fmt: str = "PNG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **options: Any
) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert(mode).save(out, fmt, **options)
    return out.getvalue()


def photo_with_a_past() -> bytes:
    """A JPEG on its side, with camera, place, XMP, a comment, and a script behind its end."""
    exif = Exif()
    exif[0x0112] = 6  # turn it by 90 degrees
    exif[0x010F] = "canary-camera"
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (48.0, 51.0, 29.0)
    data = picture(
        "JPEG", (400, 200), exif=exif, comment=b"canary-comment", xmp=b"<x:xmpmeta>canary-xmp"
    )
    return data + b"<script>canary-trailing()</script>"


def deep_png() -> bytes:
    """Sixteen bits a channel, grey."""
    out = io.BytesIO()
    image = Image.new("I;16", (50, 40), 40_000)
    image.save(out, "PNG")
    return out.getvalue()


def animated(fmt: str) -> bytes:
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue", "green")]
    out = io.BytesIO()
    frames[0].save(out, fmt, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def bomb() -> bytes:
    """A hundred million pixels in a few kilobytes."""
    out = io.BytesIO()
    Image.new("1", (10_000, 10_000)).save(out, "PNG", optimize=True)
    return out.getvalue()


def large() -> bytes:
    """Just below the limit: forty million pixels that must all be unpacked."""
    out = io.BytesIO()
    Image.new("L", (6300, 6300), 200).save(out, "PNG", compress_level=1)
    return out.getvalue()


def headers(name: str, key: UUID | None = None) -> dict[str, str]:
    return {"X-File-Id": str(key or uuid4()), "X-File-Name": quote(name, safe="")}


def upload(
    who: Customer, data: bytes, name: str = "a.png", key: UUID | None = None, **more: str
) -> Any:
    """Upload as a customer's browser does."""
    sent = headers(name, key) | {"Authorization": f"Bearer {who.token}"} | more
    return Client().post(
        "/chat/v1/files", data, content_type="application/octet-stream", headers=sent
    )


def staff_upload(
    cast: Cast, who: Membership, data: bytes, name: str = "a.pdf", ref: str = ""
) -> Any:
    """Upload as the desk does, for the first customer."""
    sent = headers(name) | {
        "X-Conversation": ref or cast.customer.conversation.ref,
        "Accept": "application/json",
    }
    return cast.client(who).post(
        "/desk/files", data, content_type="application/octet-stream", headers=sent
    )


def uploaded(who: Customer, data: bytes, name: str = "a.png") -> dict[str, Any]:
    """Upload what is fine and return what is told of it."""
    got = upload(who, data, name)
    assert got.status_code == 201, got.content
    told: dict[str, Any] = got.json()["file"]
    return told


def addresses(who: Customer, *refs: str) -> dict[str, dict[str, str]]:
    got = Client().post(
        "/chat/v1/files/addresses",
        json.dumps({"files": refs}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {who.token}"},
    )
    assert got.status_code == 200, got.content
    found: dict[str, dict[str, str]] = got.json()["files"]
    return found


def content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def read(address: str, client: Client | None = None, **sent: str) -> Any:
    return (client or Client()).get(address, headers=sent)


def shown(who: Customer, ref: str, variant: str) -> bytes:
    """Return the bytes of a file as its customer gets them."""
    got = read(addresses(who, ref)[ref][variant])
    assert got.status_code == 200
    return content(got)
