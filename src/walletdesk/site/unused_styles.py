"""Leave out of a page's stylesheet what the page cannot show.

The parts that all pages share grow with the desk; the chat should not carry them. A rule stays when
every class in it stands in the page's template or scripts, also as the beginning of a name that a
script completes (`tone-${number}`), and when it is for an audience that the template names.
"""

import re
from collections.abc import Callable, Iterator

_CLASS = re.compile(r"\.([a-zA-Z][\w-]*)")
_INSIDE = re.compile(r"\([^()]*\)")
_AUDIENCE = re.compile(r'\[(audience="?\w+"?)\]')
_READ = re.compile(r"var\((--[\w-]+)")
_VALUE = re.compile(r"(?<=[{;])(--[\w-]+):[^;}]*;?")
_COMMA = re.compile(r",(?![^(]*\))")


def without_unused(css: str, code: str) -> str:
    """Return minified CSS without the rules for classes that `code` never names.

    `code` may hold sheets that come later: what they read of the page's values stays.
    """
    kept = "".join(_kept(css, lambda selector: _may_match(code, selector)))
    while (fewer := _without_unread(kept, code)) != kept:
        kept = fewer
    return kept


def _without_unread(css: str, code: str) -> str:
    """Leave out values that nothing reads, such as colours of what was left out."""
    read = set(_READ.findall(css + code))
    return _VALUE.sub(lambda found: found[0] if found[1] in read else "", css)


def _may_match(code: str, selector: str) -> bool:
    audience = _AUDIENCE.search(selector)
    if audience and audience[1].replace('"', "") not in code.replace('"', ""):
        return False
    return all(_names(code, name) for name in _CLASS.findall(_INSIDE.sub("", selector)))


def _names(code: str, name: str) -> bool:
    beginnings = (name[: place + 1] for place, letter in enumerate(name) if letter == "-")
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", code) is not None or any(
        f"{beginning}${{" in code for beginning in beginnings
    )


def _kept(css: str, used: Callable[[str], bool]) -> Iterator[str]:
    for head, body in _rules(css):
        if head.startswith(("@media", "@supports")):
            inner = "".join(_kept(body, used))
            if inner:
                yield f"{head}{{{inner}}}"
        elif head.startswith("@"):
            yield f"{head}{{{body}}}"
        else:
            selectors = [each for each in _COMMA.split(head) if used(each)]
            if selectors:
                yield f"{','.join(selectors)}{{{body}}}"


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Yield (selector or at-rule, what stands between its braces)."""
    start = depth = opened = 0
    for place, letter in enumerate(css):
        if letter == "{":
            depth += 1
            if depth == 1:
                opened = place
        elif letter == "}":
            depth -= 1
            if depth == 0:
                yield css[start:opened].strip(), css[opened + 1 : place]
                start = place + 1
