"""Logos: whatever picture was uploaded becomes a small one that we made ourselves.

Only PNG, JPEG and WebP are opened, by their content. SVG is refused: it is a program. The result
holds pixels and nothing else: no metadata, no colour profile, no second picture.
"""

import hashlib
import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

SIDE = 256
MOST_BYTES = 600_000
MOST_PIXELS = 16_000_000  # of the upload; 64 MB when unpacked
FORMATS = ("PNG", "JPEG", "WEBP")


class BadPicture(Exception):
    """It cannot be used. `code`: too_large, not_a_picture."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in both formats, named by a digest of its pixels."""

    png: bytes
    webp: bytes
    digest: str
    width: int
    height: int


def make_logo(data: bytes) -> Picture:
    """Return the picture at 256 px at most, turned upright. Raises BadPicture."""
    if len(data) > MOST_BYTES:
        raise BadPicture("too_large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=FORMATS) as opened:
                pixels = _pixels(opened)
    except (UnidentifiedImageError, Image.DecompressionBombError, Warning):
        raise BadPicture("not_a_picture") from None
    except (OSError, ValueError, SyntaxError, IndexError, TypeError, EOFError):
        # what Pillow's decoders raise for broken files
        raise BadPicture("not_a_picture") from None
    png, webp = BytesIO(), BytesIO()
    pixels.save(png, "PNG", optimize=True)
    pixels.save(webp, "WEBP", lossless=True, quality=80, exact=False)
    digest = hashlib.sha256(pixels.tobytes() + repr(pixels.size).encode()).hexdigest()[:32]
    return Picture(png.getvalue(), webp.getvalue(), digest, *pixels.size)


def _pixels(opened: Image.Image) -> Image.Image:
    """Return a copy that holds the first frame's pixels only."""
    if opened.width * opened.height > MOST_PIXELS:
        raise BadPicture("too_large")
    opened.draft("RGB", (SIDE * 2, SIDE * 2))  # a JPEG is read small
    upright = ImageOps.exif_transpose(opened).convert("RGBA")
    upright.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    clean = Image.new("RGBA", upright.size)
    clean.paste(upright)
    return clean
