"""The colours of a brand, made from its one accent so that text on them stays readable.

Contrast is WCAG 2.2's: (lighter + 0.05) / (darker + 0.05) of relative luminances; text needs 4.5.
"""

import re
from collections.abc import Sequence

AA = 4.5
STEP = 0.04
WHITE = (255, 255, 255)
BLACK = (0, 0, 0)
# The surfaces of static/common/tokens.css on which accent-coloured text may stand.
LIGHT_SURFACES = ((255, 255, 255), (245, 246, 248), (240, 241, 244), (236, 238, 242))
DARK_SURFACES = ((14, 16, 20), (21, 24, 30), (27, 31, 39), (30, 34, 43), (37, 42, 52))
SOFT_LIGHT, SOFT_DARK = 0.1, 0.22
HOVER = 0.12

Colour = tuple[int, int, int]


def parse_colour(text: str) -> Colour:
    """Return red, green and blue of `#rrggbb`. Raises ValueError for anything else."""
    if not re.fullmatch("#[0-9a-fA-F]{6}", text):
        raise ValueError(f"not a colour: {text!r}")
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def brand_properties(accent: str) -> dict[str, str]:
    """Return the custom properties that tokens.css expects of a brand."""
    brand = parse_colour(accent)
    on_brand = WHITE if contrast(brand, WHITE) >= AA else BLACK  # one of both always has 4.5
    soft_light = _mix(WHITE, brand, SOFT_LIGHT)
    soft_dark = _mix(DARK_SURFACES[1], brand, SOFT_DARK)
    return {
        "--brand": _hex(brand),
        "--brand-strong": _hex(_mix(brand, BLACK if on_brand == WHITE else WHITE, HOVER)),
        "--on-brand": _hex(on_brand),
        "--brand-text-light": _hex(_readable(brand, BLACK, (*LIGHT_SURFACES, soft_light))),
        "--brand-text-dark": _hex(_readable(brand, WHITE, (*DARK_SURFACES, soft_dark))),
        "--brand-soft-light": _hex(soft_light),
        "--brand-soft-dark": _hex(soft_dark),
    }


def brand_stylesheet(accent: str) -> str:
    """Return the stylesheet that colours a page for a brand."""
    lines = "".join(f"  {name}: {value};\n" for name, value in brand_properties(accent).items())
    return f":root {{\n{lines}}}\n"


def _luminance(colour: Colour) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _mix(base: Colour, over: Colour, share: float) -> Colour:
    red, green, blue = (round(b + (o - b) * share) for b, o in zip(base, over, strict=True))
    return red, green, blue


def _readable(colour: Colour, towards: Colour, surfaces: Sequence[Colour]) -> Colour:
    """Move a colour towards black or white until it can be read on every surface."""
    share = 0.0
    tried = colour
    while min(contrast(tried, surface) for surface in surfaces) < AA and share < 1:
        share = min(1.0, share + STEP)
        tried = _mix(colour, towards, share)
    return tried


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
