"""The text that a person sees in cleaned HTML, line by line, with how deeply each is quoted."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Final

from walletdesk.integrations.email.parsing.html import QUOTE_CLASS, SIGNATURE_CLASS

# Cleaned HTML is well formed: attributes stand in double quotes.
_TOKEN: Final = re.compile(r'<(/?)([a-z0-9]+)((?:\s+[a-z-]+="[^"]*+")*+)\s*+/?>|([^<]++)|<')
_WHITE: Final = re.compile(r"[ \t\n\r]+")
_BLOCKS: Final = frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote center dd details div dl dt figcaption figure footer"
        " h1 h2 h3 h4 h5 h6 header li main ol p pre section summary table tr ul caption",
    )
)
_SPACED: Final = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "ul", "ol", "table"}
_VOID: Final = {"br", "hr", "img", "wbr", "col"}
_ALT: Final = re.compile(r'\salt="([^"\x00-\x7f]{1,8})"')
_QUOTED: Final = f'"{QUOTE_CLASS}"'
_SIGNED: Final = f'"{SIGNATURE_CLASS}"'


@dataclass(frozen=True, slots=True)
class Line:
    """A line as seen: `quoted` counts the quotations around it, `rule` is a line drawn across."""

    text: str
    quoted: int = 0
    signature: bool = False
    rule: bool = False


class _Reader:
    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._words: list[str] = []
        self._open: list[tuple[str, int, bool, bool]] = []  # tag, quotes, signature, hidden
        self._quotes = 0
        self._signature = False
        self._hidden = False
        self._pre = 0

    def text(self, raw: str) -> None:
        if not self._hidden:
            self._words.append(unescape(raw) if "&" in raw else raw)

    def start(self, tag: str, attributes: str) -> None:
        if tag in _VOID:
            self._void(tag, attributes)
            return
        if tag in _BLOCKS:
            self.flush()
            self._space(tag)
        self._open.append((tag, self._quotes, self._signature, self._hidden))
        if tag == "pre":
            self._pre += 1
        if tag == "li":
            self._words.append("- ")
        if _is_quote(tag, attributes):
            self._quotes += 1
        if _SIGNED in attributes:
            self._signature = True
        if "display:none" in attributes:
            self._hidden = True

    def _void(self, tag: str, attributes: str) -> None:
        if tag == "br":
            self.flush(blank=True)
        elif tag == "hr":
            self.flush()
            if not self._hidden:
                self.lines.append(Line("", self._quotes, self._signature, rule=True))
        elif tag == "img" and not self._hidden:
            hit = _ALT.search(attributes)
            if hit:  # an emoji; of other pictures one sees no words
                self._words.append(unescape(hit[1]))

    def end(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._words.append(" ")
        if tag in _BLOCKS:
            self.flush()
            self._space(tag)
        while self._open:
            name, quotes, signature, hidden = self._open.pop()
            self._quotes, self._signature, self._hidden = quotes, signature, hidden
            self._pre -= name == "pre"
            if name == tag:
                break

    def _space(self, tag: str) -> None:
        if tag in _SPACED and self.lines and self.lines[-1].text:
            self.lines.append(Line("", self._quotes, self._signature))

    def flush(self, *, blank: bool = False) -> None:
        raw = "".join(self._words)
        self._words.clear()
        if self._pre:
            for row in raw.split("\n"):
                self._line(row.rstrip(), blank=True)
            return
        self._line(_WHITE.sub(" ", raw).strip(" "), blank=blank)

    def _line(self, text: str, *, blank: bool) -> None:
        if text or (blank and not self._hidden):
            self.lines.append(Line(text, self._quotes, self._signature))


def _is_quote(tag: str, attributes: str) -> bool:
    if _QUOTED in attributes:
        return True
    # Indented text is a blockquote too; mailers draw no line beside it.
    return tag == "blockquote" and "border:none" not in attributes.replace(" ", "")


def visible_lines(cleaned: str) -> list[Line]:
    """Return the lines of cleaned HTML."""
    reader = _Reader()
    for token in _TOKEN.finditer(cleaned):
        closing, tag, attributes, text = token.groups()
        if text is not None:
            reader.text(text)
        elif tag is None:
            reader.text("<")
        elif closing:
            reader.end(tag)
        else:
            reader.start(tag, attributes)
    reader.flush()
    return reader.lines


def text_of(lines: list[Line]) -> str:
    """Return lines as one text, with at most one empty line between two others."""
    rows: list[str] = []
    for line in lines:
        row = line.text.replace("\xa0", " ").rstrip()
        if row or (rows and rows[-1]):
            rows.append(row)
    return "\n".join(rows).strip("\n")
