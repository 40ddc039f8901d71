"""What signs a browser or a program in: JSON Web Tokens, bearer tokens, cookies, HAR files.

Only the value is taken, so that a HAR file or a log stays readable around it.
"""

import re
from collections.abc import Iterator
from typing import Final

from walletdesk.safety.keys import Key
from walletdesk.safety.types import SecretKind

SHORTEST: Final = 16
"""Characters of the shortest token."""
_CASES: Final = 5  # capitals, and small letters, of a token without digits
_DIFFERENT: Final = 6  # characters

_OPAQUE: Final = r"[0-9A-Za-z._~+/%=:-]"
_NAME: Final = (
    r"(?:access|refresh|session|auth|id|csrf|xsrf|user|login|api|bearer|security)[_-]?token"
    r"|(?:api|client|app)[_-]?secret|x-api-key|api[_-]?key"
    r"|j?sess(?:ion)?[_-]?(?:id|key)?|phpsessid|connect\.sid|sid|jwt|remember[_-]?me"
)
_JWT: Final = re.compile(
    r"(?<![0-9A-Za-z_-])eyJ[0-9A-Za-z_-]{8,4000}(?:\.[0-9A-Za-z_-]{0,4000}){2,4}"
)
_BEARER: Final = re.compile(
    rf"\b(?:bearer|basic|token)[ :]{{1,3}}(?P<value>{_OPAQUE}{{{SHORTEST},4000}})", re.IGNORECASE
)
_NAMED: Final = re.compile(
    rf"(?<![0-9a-z])(?:{_NAME})\\?[\"']?\s{{0,3}}[:=]\s{{0,3}}\\?[\"']?"
    rf"(?P<value>{_OPAQUE}{{{SHORTEST},4000}})",
    re.IGNORECASE,
)
_HEADER: Final = re.compile(
    r"(?<![0-9a-z-])(?:set-)?cookie\s?:\s?(?P<pairs>[^\n\r⟦]{8,8000})", re.IGNORECASE
)
_COOKIE: Final = re.compile(rf"(?<![^\s;])[^\s;=]{{1,80}}=(?P<value>[^\s;]{{{SHORTEST},4000}})")
_HAR_HEADER: Final = re.compile(
    r'"name"\s{0,4}:\s{0,4}"(?:set-cookie|cookie|(?:proxy-)?authorization|x-[a-z-]{0,30}token'
    r'|x-api-key)"\s{0,20},\s{0,40}"value"\s{0,4}:\s{0,4}"(?P<value>(?:[^"\\⟦]|\\.){4,8000})"',
    re.IGNORECASE,
)
_HAR_COOKIES: Final = re.compile(r'"cookies"\s{0,4}:\s{0,4}\[')
_HAR_VALUE: Final = re.compile(r'"value"\s{0,4}:\s{0,4}"(?P<value>[^"\\⟦]{6,8000})"')
_HINT: Final = re.compile("bearer|basic|token|secret|sess|sid|jwt|cookie|authori|key|remember")


def find(plain: str, low: str) -> list[Key]:
    """Return the tokens in a normal text; `low` is the same in lower case."""
    spans: list[tuple[int, int]] = []
    if "eyJ" in plain:
        spans += [match.span() for match in _JWT.finditer(plain)]
    if _HINT.search(low):
        spans += _named(plain)
        if "cookie" in low:
            spans += _cookies(plain)
        if '"value"' in low:
            spans += _in_har(plain)
    return [Key(SecretKind.SESSION_TOKEN, *span) for span in spans]


def _named(plain: str) -> Iterator[tuple[int, int]]:
    for pattern in (_BEARER, _NAMED):
        for match in pattern.finditer(plain):
            if _is_random(match.group("value")):
                yield match.span("value")


def _is_random(value: str) -> bool:
    """Tell whether a value was drawn: letters and digits mixed, not "token=your_token_here"."""
    digits = sum(map(str.isdigit, value))
    mixed = sum(map(str.isupper, value)) >= _CASES and sum(map(str.islower, value)) >= _CASES
    if "://" in value or len(set(value)) < _DIFFERENT:
        return False
    return 2 <= digits < len(value) or mixed


def _cookies(plain: str) -> Iterator[tuple[int, int]]:
    for header in _HEADER.finditer(plain):
        for pair in _COOKIE.finditer(plain, *header.span("pairs")):
            if _is_random(pair.group("value")):
                yield pair.span("value")


def _in_har(plain: str) -> Iterator[tuple[int, int]]:
    yield from (match.span("value") for match in _HAR_HEADER.finditer(plain))
    done = 0
    for start in _HAR_COOKIES.finditer(plain):
        if start.end() < done:
            continue
        done = plain.find("]", start.end())
        done = len(plain) if done < 0 else done
        yield from (m.span("value") for m in _HAR_VALUE.finditer(plain, start.end(), done))
