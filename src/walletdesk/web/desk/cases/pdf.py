"""The evidence pack as PDF: reportlab, A4, readable in print and without colour.

Chinese is set in STSong-Light, a font that PDF readers know by name (Adobe's Asian collections), so
that no font of several megabytes is embedded; Latin text in Helvetica, addresses in Courier, which
every reader has. Text is escaped: names of tokens come from strangers.
"""

import io
import re
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import getRegisteredFontNames, registerFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from walletdesk.web.common.diagnosis import figures
from walletdesk.web.common.personal import kind_name

HAN = "STSong-Light"
MOST_TEXT = 700  # of one cell: a row that is higher than a page cannot be set
_RULE, _INK, _QUIET, _BAND = (
    HexColor(code) for code in ("#c9ced6", "#15181e", "#4b5260", "#eef0f4")
)
_WIDTH = A4[0] - 36 * mm - 12  # margins, and the padding of a frame
_LATIN = re.compile(r"[\x20-\x7e]*[0-9A-Za-z][\x20-\x7e]*")


def render(pack: dict[str, Any]) -> bytes:
    """Return the PDF of a pack, in the pack's language."""
    chinese = pack["language"].lower().startswith("zh")
    text = _Text(chinese=chinese)
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer, pagesize=A4, leftMargin=18 * mm, rightMargin=18 * mm, topMargin=18 * mm,
        bottomMargin=20 * mm, title=f"{pack['wallet']} {pack['case']}", author=pack["wallet"],
        creator="walletdesk", lang=pack["language"],
    )  # fmt: skip

    def foot(canvas: Any, page: Any) -> None:
        canvas.saveState()
        canvas.setFont("Helvetica", 7.5)
        canvas.setFillColor(_QUIET)
        canvas.drawString(18 * mm + 6, 11 * mm, pack["case"])
        canvas.drawRightString(A4[0] - 18 * mm - 6, 11 * mm, str(page.page))
        canvas.restoreState()

    document.build(list(_story(pack, text)), onFirstPage=foot, onLaterPages=foot)
    return buffer.getvalue()


@cache
def _han_font() -> str:
    if HAN not in getRegisteredFontNames():
        registerFont(UnicodeCIDFont(HAN))
    return HAN


class _Text:
    """Styles of one language, and text that its fonts can show."""

    def __init__(self, *, chinese: bool) -> None:
        self.chinese = chinese
        self.font = _han_font() if chinese else "Helvetica"
        self.bold = self.font if chinese else "Helvetica-Bold"

    def style(self, size: float, *, bold: bool = False, quiet: bool = False) -> ParagraphStyle:
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

    def plain(self, text: str) -> str:
        """Return a text without what the font lacks: □ in Chinese, ? elsewhere."""
        codec, mark = ("gb18030", "□") if self.chinese else ("cp1252", "?")
        spaced = str(text)[:MOST_TEXT].replace("\xa0", " ").replace("\u202f", " ")
        return "".join(
            char if char.isprintable() and _fits(char, codec) else mark for char in spaced
        )

    def paragraph(self, text: str, size: float = 9, **look: bool) -> Paragraph:
        shown = escape(self.plain(text))
        if self.chinese:  # the Latin letters of STSong differ in width from reader to reader
            shown = _LATIN.sub(lambda run: f'<font name="Helvetica">{run.group()}</font>', shown)
        return Paragraph(shown, self.style(size, **look))

    def code(self, text: str, size: float = 7.5) -> Paragraph:
        """Return an address or a hash: whole, in a font that tells 0 from O, broken anywhere."""
        style = ParagraphStyle(
            "code", fontName="Courier", fontSize=size, leading=size * 1.35, wordWrap="CJK"
        )
        kept = "".join(
            char if char.isascii() and char.isprintable() else "?" for char in text[:MOST_TEXT]
        )
        return Paragraph(escape(kept) or "–", style)


def _fits(char: str, codec: str) -> bool:
    try:
        return len(char.encode(codec)) <= 2
    except UnicodeEncodeError:
        return False


def _story(pack: dict[str, Any], text: _Text) -> list[Flowable]:
    story = [
        text.paragraph(_("Evidence of a theft of crypto-assets"), 17, bold=True),
        Spacer(1, 2 * mm),
        text.paragraph(pack["kind_text"], 11, quiet=True),
        Spacer(1, 4 * mm),
        _facts(pack, text),
    ]
    story += _section(text, _("How it happened"), [
        text.paragraph(pack["cause"]["text"], 10, bold=True),
        text.paragraph(pack["cause"]["about"], 9),
        text.paragraph(
            _("How sure: %(sure)s. Read from:") % {"sure": pack["cause"]["confidence_text"]},
            8.5, quiet=True,
        ),
        *_sources(pack["cause"]["because"], text),
    ])  # fmt: skip
    if pack["customer"]:
        rows = [
            [text.paragraph(kind_name(one["kind"]), 9, quiet=True), text.paragraph(one["value"])]
            for one in pack["customer"]
        ]
        story += _section(text, _("The customer"), [_table(rows, (0.25, 0.75))])
    story += _section(text, _("Addresses"), _addresses(pack, text))
    story += _section(text, _("Transactions"), _transactions(pack, text))
    story += _section(text, _("Time line (UTC)"), _time_line(pack, text))
    if pack["at_risk"]:
        rows = [
            [text.paragraph(one["what"]), text.paragraph(one["network"]),
             text.paragraph(one["state"])]
            for one in pack["at_risk"]
        ]  # fmt: skip
        story += _section(text, _("What is or was at risk"), [_table(rows, (0.6, 0.2, 0.2))])
    return story + _notes(pack, text)


def _facts(pack: dict[str, Any], text: _Text) -> Table:
    rows = (
        (_("Case"), pack["case"]),
        (_("Wallet"), pack["wallet"]),
        (_("Reported"), figures.moment(pack["opened_at"])),
        (_("Made"), figures.moment(pack["made_at"])),
    )
    cells = [[text.paragraph(name, 9, quiet=True), text.paragraph(value)] for name, value in rows]
    return _table(cells, (0.25, 0.75))


def _addresses(pack: dict[str, Any], text: _Text) -> list[Flowable]:
    if not pack["addresses"]:
        return [text.paragraph(_("None is known."), quiet=True)]
    rows = [
        [text.code(one["address"]), text.paragraph(one["role_text"]),
         text.paragraph(", ".join(one["networks"]) or "–")]
        for one in pack["addresses"]
    ]  # fmt: skip
    return [_table(rows, (0.56, 0.2, 0.24))]


def _transactions(pack: dict[str, Any], text: _Text) -> list[Flowable]:
    if not pack["transactions"]:
        return [text.paragraph(_("None is known."), quiet=True)]
    blocks: list[Flowable] = []
    for one in pack["transactions"]:
        rows = (
            (_("Hash"), text.code(one["hash"])),
            (_("Network"), text.paragraph(one["network"])),
            (_("Time"), text.paragraph(figures.moment(one["time"]) if one["time"] else "–")),
            (_("Block number"), text.paragraph(str(one["block"] or "–"))),
            (_("From address"), text.code(str(one["from"]))),
            (_("To address"), text.code(str(one["to"]))),
            (_("Amount"), text.paragraph(one["amount"] or "–")),
            (_("Token contract"), text.code(str(one["token"]))),
            (_("Explorer"), text.code(str(one["explorer"]))),
            (_("Read by"), text.code(_calls(one["sources"]))),
        )
        cells = [[text.paragraph(name, 8.5, quiet=True), value] for name, value in rows]
        blocks += [_table(cells, (0.18, 0.82)), Spacer(1, 3 * mm)]
    return blocks


def _calls(sources: list[dict[str, Any]]) -> str:
    calls = {
        f"{one['call']} @ {one['block']}" if one["block"] else str(one["call"]) for one in sources
    }
    return ", ".join(sorted(filter(None, calls)))


def _sources(sources: list[dict[str, Any]], text: _Text) -> list[Flowable]:
    return [
        text.code(f"{one['network']} {one['reference']} {one['fact']}: {_calls([one])}".strip(), 7)
        for one in sources[:12]
    ]


def _time_line(pack: dict[str, Any], text: _Text) -> list[Flowable]:
    rows = [
        [text.paragraph(_clock(one["at"]), 8), text.paragraph(one["what"], 8.5),
         text.paragraph(one["source"], 8, quiet=True)]
        for one in pack["time_line"]
    ]  # fmt: skip
    return [_table(rows, (0.2, 0.56, 0.24))]


def _clock(at: str) -> str:
    return at.replace("T", " ").partition("+")[0][:16]


def _notes(pack: dict[str, Any], text: _Text) -> list[Flowable]:
    notes = [
        _("Facts from chains can be checked by anybody in the block that stands beside them."),
        _("A name of a token can be chosen by anybody; its contract address counts."),
    ]
    if not pack["customer"]:
        notes.append(_("This document holds no personal data."))
    if pack["not_read"]:
        silent = ", ".join(pack["not_read"])
        notes.append(_("These networks did not answer: %(networks)s.") % {"networks": silent})
    return [Spacer(1, 5 * mm), *(text.paragraph(note, 8, quiet=True) for note in notes)]


def _section(text: _Text, title: str, parts: list[Flowable]) -> list[Flowable]:
    return [Spacer(1, 6 * mm), text.paragraph(title, 12, bold=True), Spacer(1, 2 * mm), *parts]


def _table(rows: list[list[Any]], widths: tuple[float, ...]) -> Table:
    table = Table(rows, colWidths=[share * _WIDTH for share in widths], hAlign="LEFT")
    table.setStyle(
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
    return table
