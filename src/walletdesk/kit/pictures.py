"""Pictures, decoded and written anew: what comes out holds pixels and nothing else.

Run as a child (`python -m walletdesk.kit.pictures PARENT`): the picture on its input, on its output
a header and two pictures, to be shown and as a thumbnail. EXIF, GPS, XMP, comments, colour profile,
embedded thumbnails and whatever trails the picture are gone, because they are never copied.
"""

import io
import sys
import warnings

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from walletdesk.kit.confined import answer, confine, read_all
from walletdesk.kit.filetypes import PICTURE_BYTES

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
MOST_PIXELS = 40_000_000  # decoded that is 160 MB, the most that a telephone's camera makes
SIDE = 2_560
THUMB = 480
_DEEP = {"I", "I;16", "I;16L", "I;16B", "F"}


class Refused(Exception):
    """The picture cannot be taken: `damaged` or `too_many_pixels`."""


def rewrite(data: bytes) -> tuple[dict[str, object], bytes, bytes]:
    """Return (header, picture, thumbnail). Raises Refused.

    The first frame counts. The header has media_type, width, height and the two lengths.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # we look at the number of pixels ourselves
        try:
            shown, photo = _decoded(data)
        except (OSError, SyntaxError, ValueError, EOFError, UnidentifiedImageError) as error:
            raise Refused("damaged") from error
    thumb = shown.copy()
    thumb.thumbnail((THUMB, THUMB), Image.Resampling.LANCZOS, reducing_gap=2.0)
    media_type, body = _jpeg(shown) if photo and shown.mode == "RGB" else _webp(shown)
    _, small = _webp(thumb)
    header: dict[str, object] = {
        "media_type": media_type,
        "width": shown.width,
        "height": shown.height,
        "lengths": [len(body), len(small)],
    }
    return header, body, small


def _decoded(data: bytes) -> tuple[Image.Image, bool]:
    """Return the pixels, upright, in sRGB, at most SIDE long; and whether it is a photograph."""
    image: Image.Image = Image.open(io.BytesIO(data), formats=FORMATS)
    if image.width * image.height > MOST_PIXELS:
        raise Refused("too_many_pixels")
    photo = image.format == "JPEG"
    if photo:
        image.draft(None, (SIDE, SIDE))  # None keeps the mode
    image.load()
    upright = ImageOps.exif_transpose(image)
    flat = _in_srgb(upright, image.info.get("icc_profile"))
    flat.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    clean = Image.new(flat.mode, flat.size)
    clean.paste(flat)
    return clean, photo


def _in_srgb(image: Image.Image, profile: object) -> Image.Image:
    """Return RGB, or RGBA when there is transparency."""
    if image.mode in _DEEP:
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode == "P" or "transparency" in image.info:
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    if isinstance(profile, bytes) and image.mode in {"RGB", "CMYK", "L"}:
        try:
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            wanted = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, given, wanted, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None  # a broken profile: its colours are a guess anyway
        if converted is not None:
            return converted
    transparent = image.mode in {"RGBA", "LA", "PA", "RGBa", "La"}
    return image.convert("RGBA" if transparent else "RGB")


def _jpeg(image: Image.Image) -> tuple[str, bytes]:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85, optimize=True, progressive=True)
    return "image/jpeg", out.getvalue()


def _webp(image: Image.Image) -> tuple[str, bytes]:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=88, method=3)
    return "image/webp", out.getvalue()


def _main() -> None:
    Image.init()  # the decoders are loaded before files are out of reach
    confine(int(sys.argv[1]))
    try:
        header, shown, thumb = rewrite(read_all(PICTURE_BYTES + 1))
    except Refused as refused:
        answer({"refused": str(refused)})
    except MemoryError:
        answer({"refused": "too_many_pixels"})
    else:
        answer(header, shown, thumb)


if __name__ == "__main__":
    _main()
