"""Documents of several scripts: a Chinese name in a Spanish letter, a Spanish one in a Chinese."""

import base64
import re
import zlib

import pytest

from walletdesk.web.common.pdf import Text, document

NAME = "王伟"
CODES = (
    b"".join(  # as reportlab writes what stands in STSong-Light: UCS-2, escaped where it must be
        rf"\{byte:03o}".encode() if byte > 126 or byte < 32 else bytes([byte])
        for byte in NAME.encode("utf-16-be")
    )
)


def drawn(pdf: bytes) -> bytes:
    """Return all strings that a PDF made by reportlab draws, one behind the other."""
    streams = re.findall(rb"stream\r?\n(.*?)~>endstream", pdf, re.DOTALL)
    pages = b"".join(zlib.decompress(base64.a85decode(stream)) for stream in streams)
    return b"".join(re.findall(rb"\((.*?)\) Tj", pages))


@pytest.mark.parametrize("language", ["en", "es", "zh-hans"])
def test_names_of_another_script_stay_whole(language: str) -> None:
    text = Text(language)
    whole = f"{NAME} Íñigo Muñoz, São Paulo"
    assert text.plain(whole) == whole
    story = [text.paragraph(whole, 10)]
    made = document(story, title="T", author="A", language=language, foot="极光 Núñez")
    pages = drawn(made)
    assert b"Mu\\361oz" in pages  # WinAnsi: in Helvetica
    assert CODES in pages
    assert b"N\\372\\361ez" in pages  # in the foot


@pytest.mark.parametrize(("language", "mark"), [("en", "?"), ("zh-hans", "□")])
def test_what_no_font_has_is_marked_and_nothing_is_markup(language: str, mark: str) -> None:
    text = Text(language)
    assert text.plain("a😀b") == f"a{mark}b"
    assert b"<b>&amp;" in drawn(
        document(
            [text.paragraph("<b>&amp;", 10)], title="T", author="A", language=language, foot=""
        )
    )
