"""A table of files, honest and hostile: what is taken, what becomes of it, what is refused."""

import io
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from tests.cast import Cast
from tests.files import material
from tests.files.material import PHRASE, picture, shown, upload, uploaded
from walletdesk.conversations.file_rules import clean_name
from walletdesk.conversations.models import Attachment
from walletdesk.kit.blobs.types import BlobStore

JAR_BEHIND = picture("GIF") + material.ZIP
HTML_BEHIND = picture("PNG") + material.HTML
JS_IN_COMMENT = picture("JPEG", comment=b"*/=alert(1);/*")

TAKEN = {
    "png": (picture("PNG"), "image/webp"),
    "jpeg": (picture("JPEG"), "image/jpeg"),
    "webp": (picture("WEBP"), "image/webp"),
    "gif": (picture("GIF", mode="P"), "image/webp"),
    "moving gif": (material.animated("GIF"), "image/webp"),
    "moving png": (material.animated("PNG"), "image/webp"),
    "moving webp": (material.animated("WEBP"), "image/webp"),
    "palette": (picture("PNG", mode="P"), "image/webp"),
    "grey and alpha": (picture("PNG", mode="LA"), "image/webp"),
    "bits": (picture("PNG", mode="1"), "image/webp"),
    "deep": (material.deep_png(), "image/webp"),
    "cmyk": (picture("JPEG", mode="CMYK"), "image/jpeg"),
    "gif and jar": (JAR_BEHIND, "image/webp"),
    "png and html": (HTML_BEHIND, "image/webp"),
    "jpeg and script": (JS_IN_COMMENT, "image/jpeg"),
    "pdf with script": (material.PDF, "application/pdf"),
    "pdf and html": (material.PDF + material.HTML, "application/pdf"),
    "mp4": (material.MP4, "video/mp4"),
    "webm": (material.WEBM, "video/webm"),
    "text": (b"plain words", "text/plain"),
    "json": (b'{"a": [1, 2]}', "text/plain"),
    "coloured log": (b"\x1b[31merror\x1b[0m\n", "text/plain"),
    "old chinese": ("转账失败，请帮忙".encode("gb18030"), "text/plain"),
    "wide": ("转账".encode("utf-16"), "text/plain"),
}
REFUSED = {
    "nothing": (b"", 400, "file_empty"),
    "heic": (material.HEIC, 415, "file_heic"),
    "zip": (material.ZIP, 415, "file_type"),
    "html": (material.HTML, 415, "file_type"),
    "html after white space": (b"\xef\xbb\xbf \n" + material.HTML, 415, "file_type"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", 415, "file_type"),
    "xml": (b"<?xml version='1.0'?><x/>", 415, "file_type"),
    "wide html": ("<html>".encode("utf-16"), 415, "file_type"),
    "rich text": (b"{\\rtf1 x}", 415, "file_type"),
    "old office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, 415, "file_type"),
    "program": (b"\x7fELF" + b"\0" * 99, 415, "file_type"),
    "binary": (bytes(range(256)), 415, "file_type"),
    "html before pdf": (material.HTML + material.PDF, 415, "file_type"),
    "bomb": (material.bomb(), 422, "file_pixels"),
    "cut off": (picture("PNG")[:-60], 422, "file_damaged"),
    "cut off jpeg": (picture("JPEG", (300, 300))[:2000], 422, "file_damaged"),
    "a head only": (b"\x89PNG\r\n\x1a\n" + b"junk" * 20, 422, "file_damaged"),
    "text that turns": (b"a" * 5000 + b"\0\1\2", 422, "file_damaged"),
    "picture too large": (picture("PNG") + b"x" * 10_010_000, 413, "file_too_large"),
    "text too large": (b"word " * 400_002, 413, "file_too_large"),
    "too large": (b"%PDF-" + b"x" * 20_000_000, 413, "file_too_large"),
}


@pytest.mark.parametrize("what", TAKEN)
def test_what_is_taken(cast: Cast, what: str) -> None:
    data, media_type = TAKEN[what]
    file = uploaded(cast.customer, data, "whatever.exe")
    assert file["type"] == media_type
    assert file["state"] == "ready"
    variant = "display" if media_type.startswith("image/") else "file"
    kept = shown(cast.customer, file["id"], variant)
    assert file["size"] == len(kept)
    assert b"alert" not in kept or media_type == "application/pdf"
    assert material.ZIP not in kept
    if variant == "display":
        with Image.open(io.BytesIO(kept)) as image:
            assert image.size == (file["width"], file["height"])
            assert not getattr(image, "is_animated", False)
    if what in {"pdf with script", "mp4", "webm"}:
        assert kept == data
    if what == "old chinese":
        assert kept.decode() == "转账失败，请帮忙"


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused(cast: Cast, store: BlobStore, what: str) -> None:
    data, status, code = REFUSED[what]
    length = {} if data else {"Content-Length": "0"}  # Django's client leaves it out
    got = upload(cast.customer, data, "innocent.png", **length)
    assert (got.status_code, got.json()["code"]) == (status, code)
    assert got.json()["message"]
    assert list(store.names()) == []
    assert not Attachment.objects.exists()


def test_nothing_but_pixels_is_left_of_a_photograph(cast: Cast, data_folder: Path) -> None:
    data = material.photo_with_a_past()
    assert data.count(b"canary") == 4
    file = uploaded(cast.customer, data, "IMG_1.JPG")
    assert (file["width"], file["height"]) == (200, 400), "it stands upright"
    for variant in ("display", "thumb"):
        kept = shown(cast.customer, file["id"], variant)
        assert b"canary" not in kept
        assert b"Exif" not in kept
        with Image.open(io.BytesIO(kept)) as image:
            assert dict(image.getexif()) == {}
            assert not {"icc_profile", "xmp", "comment", "exif"} & set(image.info)
    assert file["name"] == "IMG_1.JPG"


def test_a_large_picture_becomes_smaller(cast: Cast) -> None:
    file = uploaded(cast.customer, picture("JPEG", (4000, 1000)))
    assert (file["width"], file["height"]) == (2560, 640)
    with Image.open(io.BytesIO(shown(cast.customer, file["id"], "thumb"))) as thumb:
        assert thumb.size == (480, 120)


@pytest.mark.parametrize(
    ("given", "data", "kept"),
    [
        ("../../etc/passwd", b"words", "passwd.txt"),
        ("C:\\Users\\me\\shot.png", picture(), "shot.webp"),
        ("x.png\u202egnp.exe", picture(), "x.pnggnp.exe.webp"),
        ("a\0b\r\nSet-Cookie: x\u200b.log", b"words", "ab Set-Cookie_ x.log"),
        ("", b"words", "file.txt"),
        ("....", b"words", "file.txt"),
        ("转账 截图.PNG", picture(), "转账 截图.webp"),
        ("page.html", b"words", "page.html.txt"),
        ("data.json", b"{}", "data.json"),
        ("\ud800.txt", b"words", "___.txt"),
        ("k" * 400, b"words", "k" * 115 + ".txt"),
    ],
)
def test_names_are_for_people_only(cast: Cast, given: str, data: bytes, kept: str) -> None:
    name = given.encode("utf-8", "surrogatepass").decode("latin-1")
    got = upload(cast.customer, data, name)
    told = got.json()["file"]["name"]
    if "\ud800" not in given:
        got = upload(cast.customer, data, given)
        told = got.json()["file"]["name"]
        assert told == kept
    assert len(told) <= 120
    assert not re.search(r"[\x00-\x1f/\\\u200b\u202a-\u202e]", told)
    assert clean_name(told) == told


def test_a_secret_in_a_text_file_is_cut_out(cast: Cast) -> None:
    got = upload(cast.customer, f"my wallet: {PHRASE}\nbye".encode(), f"{PHRASE}.txt")
    assert got.json()["secret"] == ["seed_phrase"]
    file = got.json()["file"]
    assert "sausage" not in file["name"]
    kept = shown(cast.customer, file["id"], "file")
    assert b"sausage" not in kept
    assert "⟦secret:seed_phrase⟧" in kept.decode()
    [sent] = cast.customer.send_files("here", file["id"])
    assert sent.secrets == ("seed_phrase",)
    told = cast.customer.now()
    assert (told.status, told.urgency) == ("queued", 3), "a person is called"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"X-File-Id": "x"}, 400),
        ({"X-File-Id": ""}, 400),
        ({"X-File-Name": "a" * 2_001}, 400),
        ({"Content-Length": "x"}, 411),
        ({"Content-Length": ""}, 411),
        ({"Content-Length": "99999999999999999999"}, 411),
        ({"Content-Length": "20000001"}, 413),
        ({"Content-Type": "multipart/form-data; boundary=x"}, 415),
        ({"Authorization": "Bearer x"}, 401),
        ({"Authorization": ""}, 401),
    ],
)
def test_requests_that_are_refused(cast: Cast, sent: dict[str, Any], status: int) -> None:
    got = upload(cast.customer, picture(), **sent)
    assert got.status_code == status
    assert not Attachment.objects.exists()


def test_the_same_upload_again_is_the_same_file(cast: Cast, store: BlobStore) -> None:
    key = uuid4()
    first, again = (upload(cast.customer, picture(), key=key).json() for _ in range(2))
    assert first == again
    assert len(list(store.names())) == 2
    other = upload(cast.other_customer, picture(), key=key).json()
    assert other["file"]["id"] != first["file"]["id"]


def test_an_hour_has_fifty_megabytes(cast: Cast, settings: Any) -> None:
    large = material.MP4 + b"x" * 19_000_000
    codes = [upload(cast.customer, large, "a.mp4").status_code for _ in range(3)]
    assert codes == [201, 201, 429]
    assert upload(cast.other_customer, picture()).status_code == 201
