r"""Signs that programs write as codes: \u7684 and \n of JSON, %E7 of links, &#30340; of HTML."""

import re
from typing import Final

_ESCAPE: Final = re.compile(
    r"\\{1,2}u(?P<four>[0-9a-fA-F]{4})|\\{1,2}x(?P<two>[0-9a-fA-F]{2})|\\{1,2}(?P<letter>[ntr])"
    r"|(?P<bytes>(?:%[0-9a-fA-F]{2})+)|&#(?P<decimal>[0-9]{1,6});|&#[xX](?P<hex>[0-9a-fA-F]{1,5});"
)
_LAST: Final = 0x10FFFF


def undone(plain: str) -> tuple[str, list[int]] | None:
    """Return the text with its codes read, and where each sign of it begins in the original.

    The list has one place more, the end. Nothing when the text holds no code.
    """
    if "\\" not in plain and "%" not in plain and "&#" not in plain:
        return None
    parts: list[str] = []
    places: list[int] = []
    done = 0
    for match in _ESCAPE.finditer(plain):
        parts.append(plain[done : match.start()])
        places += range(done, match.start())
        sign = _sign(match)
        parts.append(sign)
        places += [match.start()] * len(sign)
        done = match.end()
    if not parts:
        return None
    parts.append(plain[done:])
    places += range(done, len(plain) + 1)
    return "".join(parts), places


def _sign(match: re.Match[str]) -> str:
    kind = str(match.lastgroup)
    value = match.group(kind)
    if kind == "letter":
        return " "
    if kind == "bytes":
        return bytes.fromhex(value.replace("%", "")).decode(errors="replace")
    number = int(value, 10 if kind == "decimal" else 16)
    return chr(number) if number <= _LAST else " "
