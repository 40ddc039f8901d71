"""Flowed text (RFC 3676): lines that programs broke are put together again."""

import re
from typing import Final

_QUOTES: Final = re.compile(r">{1,100}+")
_SIGNATURE: Final = "-- "


def unflowed(text: str, *, delete_space: bool) -> str:
    """Return the text with its paragraphs on one line each.

    `delete_space` (DelSp) says that the space at the end of a broken line was added: Apple's
    programs do so between Chinese and Japanese characters.
    """
    lines: list[list[str]] = []  # each in pieces
    depth = -1
    open_line = False
    for row in text.split("\n"):
        quotes = _QUOTES.match(row)
        now = quotes.end() if quotes else 0
        body = row[now:].removeprefix(" ")  # stuffed
        goes_on = body.endswith(" ") and body != _SIGNATURE
        if goes_on and delete_space:
            body = body[:-1]
        if open_line and now == depth and body != _SIGNATURE:
            lines[-1].append(body)
        else:
            lines.append([f"{'>' * now} {body}" if now else body])
        depth, open_line = now, goes_on
    return "\n".join(map("".join, lines))
