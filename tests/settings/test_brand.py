"""The brand's look: logo, colours, and how they are served."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.cast import Cast
from walletdesk.accounts.models import BrandLogo
from walletdesk.accounts.pictures import MOST_BYTES, SIDE, BadPicture, make_logo

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def picture(kind: str = "PNG", size: tuple[int, int] = (900, 300), **options: object) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "#336699").save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_becomes_ours(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    made = make_logo(picture(kind, exif=exif.tobytes()))
    assert (made.width, made.height) == (SIDE, 85)
    for data, format_ in ((made.png, "PNG"), (made.webp, "WEBP")):
        with Image.open(BytesIO(data)) as opened:
            assert (opened.format, opened.size, dict(opened.getexif())) == (
                format_,
                (SIDE, 85),
                {},
            )
        assert b"taken at home" not in data


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (SVG, "not_a_picture"),
        (b"GIF89a" + bytes(50), "not_a_picture"),
        (b"", "not_a_picture"),
        (picture()[:60], "not_a_picture"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "not_a_picture"),
        (bytes(MOST_BYTES + 1), "too_large"),
        (picture(size=(5_000, 5_000)), "too_large"),
    ],
)
def test_what_is_no_logo(data: bytes, code: str) -> None:
    with pytest.raises(BadPicture) as refused:
        make_logo(data)
    assert refused.value.code == code


def test_a_logo_is_uploaded_served_and_removed(cast: Cast) -> None:
    client = cast.client(cast.owner)
    upload = SimpleUploadedFile("logo.png", picture(), "image/png")
    assert client.post("/desk/settings/brand/logo", {"logo": upload}).status_code == 302
    digest = BrandLogo.objects.get().digest
    path = f"/widget/borealis/logo/{digest}"
    for accept, kind in (("image/avif,image/webp", "image/webp"), ("*/*", "image/png")):
        answer = Client().get(path, headers={"Accept": accept})
        assert (answer.status_code, answer["Content-Type"]) == (200, kind)
        assert "immutable" in answer["Cache-Control"]
        assert "Accept," in answer["Vary"]
    assert Client().get(f"/widget/rival/logo/{digest}").status_code == 404
    assert path in client.get("/desk/settings/brand/").content.decode()
    assert client.post("/desk/settings/brand/logo", {"remove": "1"}).status_code == 302
    assert Client().get(path).status_code == 404


def test_a_bad_logo_is_refused_in_words(cast: Cast) -> None:
    upload = SimpleUploadedFile("logo.png", SVG, "image/png")
    answer = cast.client(cast.owner).post("/desk/settings/brand/logo", {"logo": upload})
    assert answer.status_code == 422
    assert "Take PNG, JPEG or WebP" in answer.content.decode()
    assert not BrandLogo.objects.exists()


@pytest.mark.parametrize(
    ("accent", "said"),
    [("#1f57e0", "White text on your colour: "), ("#ffd400", "buttons carry black text")],
)
def test_the_preview_explains_contrast(cast: Cast, accent: str, said: str) -> None:
    client = cast.client(cast.owner)
    answer = client.post("/desk/settings/brand/preview", {"name": "Aurora", "accent": accent})
    assert said in answer.content.decode()
    assert accent in answer.content.decode()


@pytest.mark.parametrize("site", ["javascript:alert(1)", "https://a@b.example", "ftp://x.example"])
def test_links_lead_to_pages_only(cast: Cast, site: str) -> None:
    fields = {"name": "Aurora", "accent": "#112233", "version": 0, "site_url": site}
    assert cast.client(cast.owner).post("/desk/settings/brand/", fields).status_code == 422


def test_customers_see_what_was_set(cast: Cast) -> None:
    fields = {
        "name": "Aurora",
        "accent": "#112233",
        "version": 0,
        "greeting_es": "¡Hola! Cuéntenos qué pasa.",
        "help_url": "https://help.aurora.example/",
    }
    client = cast.client(cast.owner)
    assert client.post("/desk/settings/brand/", fields).status_code == 302
    upload = SimpleUploadedFile("logo.png", picture(), "image/png")
    client.post("/desk/settings/brand/logo", {"logo": upload})
    page = Client().get("/widget/borealis/?language=es").content.decode()
    for told in ("Aurora", "¡Hola! Cuéntenos qué pasa.", "https://help.aurora.example/", "/logo/"):
        assert told in page
    other = Client().get("/widget/borealis/?language=en").content.decode()
    assert "Hello. How can we help?" in other
    assert "#112233" in Client().get("/widget/borealis/brand.css").content.decode()
