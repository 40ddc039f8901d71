"""Pictures before the guard: the words in them are read, and only what kind of secret is told.

Run as a child (`python -m walletdesk.safety.picture PARENT PROGRAM`): the picture on its input; on
its output a header. The words themselves never leave the child.
"""

import io
import re
import sys

from PIL import Image, ImageOps

from walletdesk.kit.confined import answer, confine, read_all
from walletdesk.kit.filetypes import PICTURE_BYTES
from walletdesk.kit.ocr import NotReadable, words_in
from walletdesk.safety import guard
from walletdesk.safety.fingerprint import Caught, caught_in

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
SMALL = 1_400  # pixels: what is smaller is enlarged, small print is read badly
SPARSE = 11  # tesseract: words anywhere, such as the boxes in which wallets show a phrase
MEMORY = 1_500_000_000
_FRAME = re.compile(r"[|\[\](){}<>_=~*\u2022\u00b7\u00a9\u00ae]+")


def secrets_in(picture: bytes, program: str) -> tuple[tuple[str, ...], tuple[Caught, ...]]:
    """Return the kinds of secret that can be read in a picture, and what they are, digested.

    Raises NotReadable.
    """
    shown = _prepared(picture)
    for layout in (3, SPARSE):
        text = words_in(shown, program, layout=layout)
        for form in _forms(text):
            checked = guard.check(form)
            if checked.findings:
                return checked.kinds, caught_in(form, (), checked)
    return (), ()


def _forms(text: str) -> list[str]:
    """Return the words as they stand, and without what frames and boxes are read as."""
    bare = _FRAME.sub(" ", text)
    return [text, bare, " ".join(bare.split())]


def _prepared(picture: bytes) -> bytes:
    """Return the picture in grey, without transparency, large enough, as PNG."""
    try:
        with Image.open(io.BytesIO(picture), formats=FORMATS) as image:
            flat = image.convert("RGBA")
    except (OSError, SyntaxError, ValueError) as error:
        raise NotReadable from error
    ground = Image.new("RGBA", flat.size, "white")
    grey = ImageOps.autocontrast(Image.alpha_composite(ground, flat).convert("L"))
    side = max(grey.size)
    if side < SMALL:
        grey = ImageOps.scale(grey, min(3.0, SMALL / side))
    out = io.BytesIO()
    grey.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _main() -> None:
    guard.check("loads what the guard reads once")
    Image.init()
    confine(int(sys.argv[1]), memory=MEMORY)
    try:
        kinds, caught = secrets_in(read_all(PICTURE_BYTES + 1), sys.argv[2])
    except (NotReadable, MemoryError):
        answer({"refused": "unread"})
    else:
        digests = [each.digest.hex() for each in caught]
        answer({"secrets": list(kinds), "digests": digests})


if __name__ == "__main__":
    _main()
