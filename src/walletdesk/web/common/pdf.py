"""Documents as PDF: reportlab, A4, readable in print and without colour.

Chinese is set in STSong-Light, a font that PDF readers know by name (Adobe's Asian collections), so
that no font of several megabytes is embedded; Latin text in Helvetica, addresses in Courier, which
every reader has. A text may be of several scripts, such as a Chinese name in a Spanish letter: what
the font of a language lacks stands in the other one. Text is escaped: names of tokens come from
strangers.
"""

import io
import re
from collections.abc import Iterable
from functools import cache
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import getRegisteredFontNames, registerFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

HAN = "STSong-Light"
MOST_TEXT = 700  # of one cell: a row that is higher than a page cannot be set
_RULE, _INK, _QUIET = (HexColor(code) for code in ("#c9ced6", "#15181e", "#4b5260"))
_WIDTH = A4[0] - 36 * mm - 12  # margins, and the padding of a frame
# Runs with a letter or digit of Latin-1; punctuation by itself stays in the font of Chinese.
_LATIN = re.compile(r"[\x20-\x7e\xa1-\xff]*[0-9A-Za-z\xc0-\xff][\x20-\x7e\xa1-\xff]*")


def document(
    story: Iterable[Flowable], *, title: str, author: str, language: str, foot: str
) -> bytes:
    """Return the PDF of a story; `foot` stands beside the number of each page."""
    buffer = io.BytesIO()
    made = SimpleDocTemplate(
        buffer, pagesize=A4, leftMargin=18 * mm, rightMargin=18 * mm, topMargin=18 * mm,
        bottomMargin=20 * mm, title=title, author=author, creator="walletdesk", lang=language,
    )  # fmt: skip

    line = Text(language).paragraph(foot, 7.5, quiet=True)

    def below(canvas: Any, page: Any) -> None:
        canvas.saveState()
        canvas.setFont("Helvetica", 7.5)
        canvas.setFillColor(_QUIET)
        line.wrapOn(canvas, _WIDTH - 20 * mm, 10 * mm)
        line.drawOn(canvas, 18 * mm + 6, 11 * mm - 3)
        canvas.drawRightString(A4[0] - 18 * mm - 6, 11 * mm, str(page.page))
        canvas.restoreState()

    made.build(list(story), onFirstPage=below, onLaterPages=below)
    return buffer.getvalue()


@cache
def _han_font() -> str:
    if HAN not in getRegisteredFontNames():
        registerFont(UnicodeCIDFont(HAN))
    return HAN


class Text:
    """Styles of one language, and text that its fonts can show."""

    def __init__(self, language: str) -> None:
        self.chinese = chinese = language.lower().startswith("zh")
        self.font = _han_font() if chinese else "Helvetica"
        self.bold = self.font if chinese else "Helvetica-Bold"

    def style(self, size: float, *, bold: bool = False, quiet: bool = False) -> ParagraphStyle:
        """Return a look, in points."""
        return ParagraphStyle(
            "text",
            fontName=self.bold if bold else self.font,
            fontSize=size,
            leading=size * (1.55 if self.chinese else 1.4),
            textColor=_QUIET if quiet else _INK,
            alignment=TA_LEFT,
            wordWrap="CJK" if self.chinese else None,
            splitLongWords=1,
        )

    def plain(self, text: str, most: int = MOST_TEXT) -> str:
        """Return a text without what no font has: □ in Chinese, ? elsewhere."""
        mark = "□" if self.chinese else "?"
        spaced = str(text)[:most].replace("\xa0", " ").replace("\u202f", " ")
        return "".join(
            char if char.isprintable() and (_is_latin(char) or _is_han(char)) else mark
            for char in spaced
        )

    def paragraph(
        self, text: str, size: float = 9, most: int = MOST_TEXT, **look: bool
    ) -> Paragraph:
        """Return one line or more; `most` characters of it, more than a cell's only outside."""
        style = self.style(size, **look)
        return Paragraph(self._in_fonts(self.plain(text, most), style.fontName), style)

    def _in_fonts(self, text: str, own: str) -> str:
        """Return a text escaped, each run in a font that has it: `own` wherever it may be."""
        if self.chinese:
            # the Latin letters of STSong differ in width from reader to reader
            fonts = [HAN if _is_han(char) else "Helvetica" for char in text]
            for latin in _LATIN.finditer(text):
                fonts[latin.start() : latin.end()] = ["Helvetica"] * len(latin.group())
        else:
            fonts = [own if _is_latin(char) else _han_font() for char in text]
        shown = []
        for font, run in groupby(zip(fonts, text, strict=True), key=lambda pair: pair[0]):
            words = escape("".join(char for _font, char in run))
            shown.append(words if font == own else f'<font name="{font}">{words}</font>')
        return "".join(shown)

    def code(self, text: str, size: float = 7.5) -> Paragraph:
        """Return an address or a hash: whole, in a font that tells 0 from O, broken anywhere."""
        style = ParagraphStyle(
            "code", fontName="Courier", fontSize=size, leading=size * 1.35, wordWrap="CJK"
        )
        kept = "".join(
            char if char.isascii() and char.isprintable() else "?" for char in text[:MOST_TEXT]
        )
        return Paragraph(escape(kept) or "–", style)


def _is_latin(char: str) -> bool:
    return _length(char, "cp1252") == 1


def _is_han(char: str) -> bool:
    """Tell whether STSong-Light has a character: those of GBK, Greek and Cyrillic among them."""
    return _length(char, "gb18030") in (1, 2)


def _length(char: str, codec: str) -> int:
    try:
        return len(char.encode(codec))
    except UnicodeEncodeError:
        return 0


def section(text: Text, title: str, parts: list[Flowable]) -> list[Flowable]:
    """Return parts under a heading."""
    return [Spacer(1, 6 * mm), text.paragraph(title, 12, bold=True), Spacer(1, 2 * mm), *parts]


def table(rows: list[list[Any]], widths: tuple[float, ...]) -> Table:
    """Return rows with thin rules between them; `widths` are shares of the page."""
    made = Table(rows, colWidths=[share * _WIDTH for share in widths], hAlign="LEFT")
    made.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, _RULE),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 4),
                ("TOPPADDING", (0, 0), (-1, -1), 2.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
            ]
        )
    )
    return made
