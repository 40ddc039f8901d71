"""Give the names of a script short ones, without knowing what a scope is.

A name is replaced everywhere or nowhere. So nothing changes its meaning when two things are true:
the name is never looked up by its spelling (as a property, a key, a shorthand), and no other name
is spelled like the new one. Names that a browser gives to its own things are left alone.
"""

import re
from collections.abc import Iterator
from itertools import pairwise, product
from string import ascii_letters

_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<name>[A-Za-z_$][\w$]*)|(?P<number>\.?\d[\w.]*)|(?P<mark>\?\.(?!\d)|\.\.\.|=>|[^\s])""",
    re.VERBOSE,
)
_PATTERN = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_DECLARES = frozenset({"const", "let", "function", "class"})
_BEFORE_PATTERN = frozenset({*"(,=:[!&|?{;+-<>*%~^", "=>", "return", "typeof", "case", "of", "in"})
_SHORTEST = 4
# Spelled like something that every page has: the same letters may mean that somewhere else.
_OF_THE_BROWSER = frozenset(
    [
        "alert",
        "blur",
        "caches",
        "close",
        "closed",
        "confirm",
        "crypto",
        "document",
        "event",
        "external",
        "find",
        "focus",
        "frames",
        "history",
        "innerHeight",
        "innerWidth",
        "length",
        "location",
        "menubar",
        "name",
        "navigator",
        "open",
        "opener",
        "origin",
        "parent",
        "performance",
        "print",
        "prompt",
        "screen",
        "scroll",
        "scrollTo",
        "self",
        "status",
        "stop",
        "toolbar",
        "undefined",
        "window",
    ]
)


def short_names(script: str) -> str:
    """Return a minified script in which declared names are short. Properties keep theirs."""
    tokens = list(_tokens(script))
    spelled = {text for kind, text in tokens if kind == "name"}
    candidates = _declared(tokens) - _looked_up(tokens) - _OF_THE_BROWSER
    fresh = (
        name
        for size in (1, 2)
        for name in map("".join, product(ascii_letters, repeat=size))
        if name not in spelled and name not in {"do", "if", "in", "of", "as", "is"}
    )
    often = sorted(candidates, key=lambda name: (-sum(t == name for _, t in tokens), name))
    short = dict(zip(often, fresh, strict=False))
    return "".join(short.get(text, text) if kind == "name" else text for kind, text in tokens)


def _tokens(script: str) -> Iterator[tuple[str, str]]:
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


def _declared(tokens: list[tuple[str, str]]) -> set[str]:
    words = [(kind, text) for kind, text in tokens if kind != "space"]
    return {
        text
        for (_, before), (kind, text) in pairwise(words)
        if kind == "name" and before in _DECLARES and len(text) >= _SHORTEST
    }


def _looked_up(tokens: list[tuple[str, str]]) -> set[str]:
    """Return what is spelled as a property, a key, or as both key and value."""
    words = [(kind, text) for kind, text in tokens if kind != "space"]
    around = zip([("mark", ";"), *words], words, [*words[1:], ("mark", ";")], strict=False)
    found = set()
    inside: list[str] = []
    for (_, before), (kind, text), (_, after) in around:
        if text in {"{", "(", "["} and kind == "mark":
            inside.append(text)
        elif (text in {"}", ")", "]"} and kind == "mark") and inside:
            inside.pop()
        elif kind == "name" and (
            before in {".", "?."}
            or (before in {"{", ","} and after == ":")
            or (inside[-1:] == ["{"] and before in {"{", ",", "..."} and after in {",", "}", "="})
        ):
            found.add(text)
    return found
