"""A QR code as one path of an SVG: no inline style, no image, nothing that a policy forbids."""

from dataclasses import dataclass

import qrcode
from qrcode.constants import ERROR_CORRECT_M

QUIET = 4  # modules of margin, ISO/IEC 18004 section 6.3.8


@dataclass(frozen=True)
class Drawing:
    """The side in modules, and the `d` of the path that fills the dark ones."""

    side: int
    path: str


def draw(text: str) -> Drawing:
    """Draw a text. Each run of dark modules in a row is one rectangle."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    matrix = code.get_matrix()
    runs = [
        f"M{start + QUIET} {y + QUIET}h{length}v1h-{length}z"
        for y, row in enumerate(matrix)
        for start, length in _runs(row)
    ]
    return Drawing(len(matrix) + 2 * QUIET, "".join(runs))


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Return (start, length) of each run of True."""
    edges = [x for x in range(len(row) + 1) if _at(row, x) != _at(row, x - 1)]
    return [(a, b - a) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _at(row: list[bool], x: int) -> bool:
    return 0 <= x < len(row) and bool(row[x])


def in_groups(secret: str) -> list[str]:
    """Return a secret in groups of four, to be typed by hand."""
    return [secret[start : start + 4] for start in range(0, len(secret), 4)]
