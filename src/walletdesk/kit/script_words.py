"""Cut a script into words, the way a browser reads it: texts, patterns and templates stay whole."""

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<name>\#?[A-Za-z_$][\w$]*)|(?P<number>\.?\d[\w.]*)|(?P<mark>\?\.(?!\d)|\?\?|\.\.\.|=>|[^\s])""",
    re.VERBOSE,
)
_PATTERN = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_BEFORE_PATTERN = frozenset(
    {*"(,=:[!&|?{;+-<>*%~^", "=>", "??", "return", "typeof", "case", "of", "in"}
)


def tokens(script: str) -> Iterator[tuple[str, str]]:
    """Yield (kind, text); together the texts are the script."""
    place, before = 0, ";"
    braces: list[str] = []  # what each open brace belongs to: code or a template's hole
    while place < len(script):
        letter = script[place]
        if letter == "`" or (letter == "}" and braces and braces[-1] == "`"):
            if letter == "}":
                braces.pop()
            end, hole = _template(script, place + 1)
            yield "template", script[place:end]
            if hole:
                braces.append("`")
            place, before = end, ("(" if hole else "x")
            continue
        kind, text = _word(script, place, before)
        if text == "{":
            braces.append("{")
        elif text == "}":
            braces.pop()
        yield kind, text
        place += len(text)
        before = text if kind != "space" else before


def _word(script: str, place: int, before: str) -> tuple[str, str]:
    pattern = _PATTERN.match(script, place) if before in _BEFORE_PATTERN else None
    if pattern is not None:
        return "pattern", pattern[0]
    found = _TOKEN.match(script, place)
    return (str(found.lastgroup), found[0]) if found else ("space", script[place])


def _template(script: str, place: int) -> tuple[int, bool]:
    """Return where a template's text ends, and whether a hole `${` begins there."""
    while script[place] != "`":
        if script[place] == "\\":
            place += 1
        elif script.startswith("${", place):
            return place + 2, True
        place += 1
    return place + 1, False
