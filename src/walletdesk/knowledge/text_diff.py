"""What changed between two texts, word by word; Chinese and Japanese character by character."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

SAME, GONE, NEW, CUT = "same", "gone", "new", "cut"
LINES = 2_000  # of a text; what comes after is not compared
LINE_WORDS = 600  # a longer line is told as a whole: comparing it costs its square
CONTEXT = 2

# Scripts without spaces between words are compared by characters.
_WORDS = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]|[^\W_]+|\s+|.", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that stayed (same), went (gone) or came (new)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `kind` is same, gone, new, cut (lines left out) or mixed, with its pieces."""

    kind: str
    pieces: tuple[Piece, ...]


def compare(old: Sequence[str], new: Sequence[str]) -> list[Line]:
    """Return the lines of two texts side by side in one list; long sameness is cut."""
    old, new = list(old[:LINES]), list(new[:LINES])
    found: list[Line] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += _cut([Line(SAME, (Piece(SAME, line),)) for line in old[a:b]])
        elif tag == "replace":
            found += _replaced(old[a:b], new[c:d])
        else:
            found += [_whole(GONE, line) for line in old[a:b]]
            found += [_whole(NEW, line) for line in new[c:d]]
    return found


def _cut(same: list[Line]) -> list[Line]:
    if len(same) < 3 * CONTEXT:
        return same
    return [*same[:CONTEXT], Line(CUT, ()), *same[-CONTEXT:]]


def _whole(kind: str, line: str) -> Line:
    return Line(kind, (Piece(kind, line),))


def _replaced(old: Sequence[str], new: Sequence[str]) -> list[Line]:
    found: list[Line] = []
    for before, after in zip_longest(old, new):
        if before is None:
            found.append(_whole(NEW, after))
        elif after is None:
            found.append(_whole(GONE, before))
        else:
            found += _mixed(before, after)
    return found


def _mixed(before: str, after: str) -> list[Line]:
    old, new = words(before), words(after)
    apart = [_whole(GONE, before), _whole(NEW, after)]
    if max(len(old), len(new)) > LINE_WORDS:
        return apart
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < 0.3:  # hardly a word in common: a patchwork would only confuse
        return apart
    pieces: list[Piece] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece(SAME, "".join(old[a:b])))
            continue
        gone, came = "".join(old[a:b]), "".join(new[c:d])
        pieces += [Piece(kind, text) for kind, text in ((GONE, gone), (NEW, came)) if text]
    return [Line("mixed", tuple(pieces))]


def words(line: str) -> list[str]:
    """Return a line's words, spaces and signs; joined they are the line."""
    return _WORDS.findall(line)
