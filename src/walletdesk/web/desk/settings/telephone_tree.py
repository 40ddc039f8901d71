"""The picture of a menu: where boxes and lines lie, for a drawing that the server makes. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any
from unicodedata import east_asian_width

from django.utils.translation import gettext_lazy

from walletdesk.voice.menu import Do, Entry, Menu

WIDTH, HEIGHT, GAP, STEP = 280, 44, 10, 320
MOST = 29  # characters of a line: a Chinese one counts as two
ONE_LINE, TWO_LINES = (27,), (20, 36)  # where they stand in a box
ICONS = {
    Do.QUEUE: "→",
    Do.MENU: "⋯",
    Do.STATUS: "?",
    Do.CALL_BACK: "↩",
    Do.MESSAGE: "●",
    Do.LINK: "✉",
    Do.SAY: "♪",
}
DOES = {
    Do.QUEUE: gettext_lazy("Waits for a person"),
    Do.MENU: gettext_lazy("Leads to more entries"),
    Do.STATUS: gettext_lazy("Tells the status, after a code"),
    Do.CALL_BACK: gettext_lazy("Asks for a call-back"),
    Do.MESSAGE: gettext_lazy("Takes a message"),
    Do.LINK: gettext_lazy("Sends a link to the chat"),
    Do.SAY: gettext_lazy("Says an answer"),
}


@dataclass(slots=True)
class Box:
    """One entry in the picture. `full` is what is read out, `lines` what fits: height, text."""

    key: str
    lines: list[tuple[int, str]]
    full: str
    mark: str
    always: bool
    x: float
    y: float = 0.0
    below: list["Box"] = field(default_factory=list)

    def all(self) -> Iterator["Box"]:
        """Yield this box and those below it."""
        yield self
        for each in self.below:
            yield from each.all()


def drawing(menu: Menu, language: str) -> dict[str, Any]:
    """Return boxes, lines and size of a menu, read from the inline start to its end."""
    root = Box("☎", [], "", "", always=False, x=0)
    root.below = [_box(entry, language, 1) for entry in menu.entries]
    rows = _place(root, 0.0)
    boxes = [box for box in root.all() if box is not root]
    lines = [
        f"M{parent.x + (40 if parent is root else WIDTH)},{_middle(parent)} "
        f"C{box.x - 20},{_middle(parent)} {box.x - 20},{_middle(box)} {box.x},{_middle(box)}"
        for parent in root.all()
        for box in parent.below
    ]
    marks = {box.mark for box in boxes}
    return {
        "legend": [(ICONS[do], words) for do, words in DOES.items() if ICONS[do] in marks],
        "always": any(box.always for box in boxes),
        "boxes": boxes,
        "lines": lines,
        "root": _middle(root),
        "width": max((box.x for box in boxes), default=0) + WIDTH + 2,
        "height": max(HEIGHT, rows - GAP) + 2,
        "box_width": WIDTH,
        "box_height": HEIGHT,
    }


def _box(entry: Entry, language: str, depth: int) -> Box:
    words = entry.words.get(language) or next(filter(None, entry.words.values()), "")
    box = Box(
        entry.key, _lines(words), words, ICONS[entry.do], entry.always, 70 + (depth - 1) * STEP
    )
    box.below = [_box(each, language, depth + 1) for each in entry.entries]
    return box


def _lines(words: str) -> list[tuple[int, str]]:
    fits = _fitting(words)
    if fits == len(words):
        return list(zip(ONE_LINE, [words], strict=True))
    space = words.rfind(" ", fits // 2, fits + 1)
    end = fits if space < 0 else space
    rest = words[end:].lstrip()
    if _fitting(rest) < len(rest):
        rest = rest[: _fitting(rest) - 1].rstrip() + "…"
    return list(zip(TWO_LINES, [words[:end].rstrip(), rest], strict=True))


def _fitting(words: str) -> int:
    """Return how many characters from the beginning fit a line."""
    wide = accumulate(2 if east_asian_width(char) in "WF" else 1 for char in words)
    return sum(so_far <= MOST for so_far in wide)


def _place(box: Box, top: float) -> float:
    """Place a box beside the middle of those below it; return where the next one begins."""
    if not box.below:
        box.y = top
        return top + HEIGHT + GAP
    end = top
    for each in box.below:
        end = _place(each, end)
    box.y = (box.below[0].y + box.below[-1].y) / 2
    return end


def _middle(box: Box) -> float:
    return box.y + HEIGHT / 2
