"""What somebody wrote now, without the mails below and the signature. Nothing is deleted.

The idea is that of Discourse's email_reply_trimmer (MIT): each line gets a letter for what it is,
and rules look at the row of letters. Words and rules are our own.
"""

import re
from collections.abc import Sequence
from typing import Final

from walletdesk.integrations.email.parsing import quote_words as words
from walletdesk.integrations.email.parsing.visible import Line

MOST_LINES: Final = 5_000

# Letters of lines.
TEXT, EMPTY, QUOTE, ATTRIBUTION, HEADER, DELIMITER, ANNOUNCED, SIGNATURE = "teqbhdas"

_FENCE: Final = re.compile(r"\s{0,3}```")
_MARKS: Final = re.compile(
    r"-----(?:BEGIN|END) PGP (?:SIGNED MESSAGE|SIGNATURE)-----|Hash: SHA\d{1,3}"
)
_JOINED_LINES: Final = 6  # over which an attribution is broken
# Rows of letters. Each is linear: the repeated sets do not overlap with what follows them.
_BOTTOM: Final = re.compile(r"e*+b[bqe]*+(?=t)")
_HEADERS: Final = re.compile(r"h[ht]?e?h[ht]?e?h")
_FORWARD: Final = re.compile(r"e*+a?e*+h[ht]*+h?[ht]*+(?=e)|e*+a")
_EMPTY_LINES: Final = re.compile(r"\n{3,}+")
_SIGNATURE_MARKS: Final = {"--", "—", "––", "ᐧ"}
_CARD_LINES: Final = 8  # a signature is shorter


def reply_of(text: str) -> str:
    """Return what a plain text says itself."""
    return reply_of_lines([Line(row) for row in text.split("\n")])


def reply_of_lines(lines: Sequence[Line]) -> str:
    """Return what lines say themselves; all of their text when that would be nothing."""
    rows, letters = _classified(lines[:MOST_LINES])
    if TEXT not in letters and any(words.is_attribution(row.lstrip("> ")) for row in rows):
        return ""
    if TEXT not in letters and QUOTE not in letters:
        return "\n".join(rows).strip()  # a signature is all there is
    kept = _kept(rows, letters)
    found = _EMPTY_LINES.sub("\n\n", "\n".join(row.rstrip() for row in kept).strip())
    if found or TEXT not in letters:
        return found
    spoken = (row for row, letter in zip(rows, letters, strict=True) if letter == TEXT)
    return "\n".join(spoken).strip()


def _plain(line: Line) -> str:
    # QQ Mail writes entities into its plain text.
    row = line.text.replace("\xa0", " ").replace("\ufeff", "")
    return row.replace("&nbsp;", " ") if "&nbsp;" in row else row


def _classified(lines: Sequence[Line]) -> tuple[list[str], str]:
    rows: list[str] = []
    letters: list[str] = []
    fenced = False
    position = 0
    while position < len(lines):
        line = lines[position]
        row, taken = _plain(line), 1
        if _FENCE.match(row):
            fenced = not fenced and any(_FENCE.match(each.text) for each in lines[position + 1 :])
            letter = TEXT
        elif fenced:
            letter = TEXT
        else:
            row, taken = _joined(lines, position)
            letter = _letter(row, line)
        rows.append(row)
        letters.append(letter)
        position += taken
    return rows, "".join(letters)


def _joined(lines: Sequence[Line], position: int) -> tuple[str, int]:
    """Return the line; together with the next ones if only together they announce a quotation."""
    row = _plain(lines[position])
    if len(row) > words.MOST_LINE or words.is_attribution(row) or lines[position].quoted:
        return row, 1
    if not words.ATTRIBUTION_START.match(row):
        return row, 1
    whole = row.strip()
    for count, line in enumerate(lines[position + 1 : position + _JOINED_LINES], 2):
        piece = line.text.strip()
        if not piece and not _goes_on(lines, position + count):
            break
        whole = f"{whole} {piece}".strip()
        if words.is_attribution(whole):
            return whole, count
        if words.QUOTED.match(piece):
            break
    return row, 1


def _goes_on(lines: Sequence[Line], position: int) -> bool:
    # An empty line inside of an attribution: the address in angle brackets stands alone.
    return position < len(lines) and lines[position].text.lstrip().startswith("<")


def _letter(row: str, line: Line) -> str:
    if not line.rule and (not row.strip() or _MARKS.fullmatch(row.strip())):
        return EMPTY
    if line.signature:
        return SIGNATURE
    if line.quoted or words.QUOTED.match(row):
        return QUOTE
    if line.rule:
        return DELIMITER
    return TEXT if len(row) > words.MOST_LINE else _worded(row)


def _worded(row: str) -> str:
    if words.ANNOUNCED.fullmatch(row) or words.BEGIN_FORWARDED.fullmatch(row):
        return ANNOUNCED
    if words.DELIMITER.fullmatch(row):
        return DELIMITER
    if words.is_signature(row):
        return SIGNATURE
    if words.is_attribution(row):
        return ATTRIBUTION
    return HEADER if words.HEADER.fullmatch(row) else TEXT


def _kept(rows: list[str], letters: str) -> list[str]:
    rows, letters = _opened(rows, letters)
    rows, letters = _above(rows, letters, letters.find(ANNOUNCED))
    rows, letters = _above(rows, letters, _cut_of_card(rows))
    rows, letters = _above(rows, letters, _cut_of_delimiter(rows, letters))
    rows, letters = _without(rows, letters, SIGNATURE)
    bottom = _BOTTOM.match(letters)
    # Above the reply; not when more quotations stand between the answers.
    if bottom and QUOTE in bottom[0] and QUOTE not in letters[bottom.end() :]:
        rows, letters = rows[bottom.end() :], letters[bottom.end() :]
    rows, letters = _above(rows, letters, _cut_of_attribution(letters))
    rows, letters = _above(rows, letters, _cut_of_headers(rows, letters))
    rows, letters = _without(rows, letters, ATTRIBUTION)
    if TEXT in letters:
        rows = rows[: len(letters.rstrip(EMPTY + QUOTE + DELIMITER))]
    return rows


def _opened(rows: list[str], letters: str) -> tuple[list[str], str]:
    """Leave out the announcement and the header of a forwarded mail with nothing above it."""
    hit = _FORWARD.match(letters)
    if hit is None or TEXT not in letters[hit.end() :]:
        return rows, letters
    if ANNOUNCED not in hit[0] and _next_headers(rows[: hit.end()], hit[0]) is None:
        return rows, letters  # somebody begins with `Date: ...` or the like
    return rows[hit.end() :], letters[hit.end() :]


def _cut_of_card(rows: list[str]) -> int:
    """Return where a calling card in a table begins, as NetEase's programs put under a mail."""
    card = next((at for at, row in enumerate(rows) if words.CARD.fullmatch(row)), -1)
    if card < 0:
        return -1
    cells = (at for at in range(max(0, card - 12), card) if words.CELLS.fullmatch(rows[at]))
    return next(cells, card)


def _cut_of_delimiter(rows: list[str], letters: str) -> int:
    """Return the first line of dashes below which is no more of the reply; -1 if there is none."""
    at = letters.find(DELIMITER)
    drawn: set[str] = set()  # lines of which somebody makes use between paragraphs
    while at >= 0:
        row, below = rows[at].strip(), letters[at + 1 :]
        if row in _SIGNATURE_MARKS or not (row in drawn or _goes_below(below)):
            return at
        drawn.add(row)
        at = letters.find(DELIMITER, at + 1)
    return -1


def _goes_below(below: str) -> bool:
    # Somebody draws lines between paragraphs: much text, and nothing that programs put there.
    return below.count(TEXT) > _CARD_LINES and not set(below) & {QUOTE, ATTRIBUTION, HEADER}


def _next_headers(rows: list[str], letters: str) -> int | None:
    """Return where the header of a quoted mail begins, None if there is none."""
    for hit in _HEADERS.finditer(letters):
        last = hit.end() + 3  # the subject often stands below these
        named = zip(rows[hit.start() : last], letters[hit.start() : last], strict=True)
        if any(letter == HEADER and words.OF_MAIL.match(row) for row, letter in named):
            return hit.start()
    return None


def _cut_of_headers(rows: list[str], letters: str) -> int:
    start = _next_headers(rows, letters)
    if start is None:
        return -1
    above = len(letters[:start].rstrip(EMPTY))
    # Foxmail writes the sender's address above the header, and an empty line above that.
    if above > 1 and words.BARE_ADDRESS.fullmatch(rows[above - 1]) and letters[above - 2] == EMPTY:
        return above - 1
    return start


def _cut_of_attribution(letters: str) -> int:
    """Return where a quotation begins that goes on to the end; -1 if none does."""
    at = letters.find(ATTRIBUTION)
    while at >= 0:
        rest = letters[at + 1 :].lstrip(EMPTY)
        # Marked lines may have an answer below; after unmarked text nobody can tell.
        if not rest.startswith(QUOTE) or TEXT not in rest:
            return at
        at = letters.find(ATTRIBUTION, at + 1)
    return -1


def _above(rows: list[str], letters: str, cut: int) -> tuple[list[str], str]:
    """Cut all from there on, if something is said above it."""
    if cut < 0:
        return rows, letters
    if TEXT in letters[:cut]:
        return rows[:cut], letters[:cut]
    return rows, letters


def _without(rows: list[str], letters: str, letter: str) -> tuple[list[str], str]:
    if letter not in letters:
        return rows, letters
    kept = [row for row, each in zip(rows, letters, strict=True) if each != letter]
    return kept, letters.replace(letter, "")
