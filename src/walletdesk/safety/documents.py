"""Finds numbers of identity documents: by their check digit, or by the word in front of them."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

# GB 11643-1999: 6 digits of region, date of birth, 3 digits, check character (ISO 7064 MOD 11-2)
_CN: Final = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}[ -]?(?:18|19|20)\d{6}[ -]?\d{3}[0-9Xx](?![0-9A-Za-z])"
)
_CN_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CN_CHECK: Final = "10X98765432"
# Real Decreto 1553/2005: the letter is the number modulo 23 in this row
_ES: Final = re.compile(
    r"(?<![0-9A-Za-z.,])(?:[XYZxyz][- ]?\d{7}|\d{8}|\d{1,2}\.\d{3}\.\d{3})-?[A-Za-z](?![0-9A-Za-z])"
)
_ES_LETTERS: Final = "TRWAGMYFPDXBNJZSQVHLCKE"
_NAMED: Final = re.compile(
    r"(?:passport|pasaporte|护照|護照|\bd\.?n\.?i\b|\bn\.?i\.?e\b|\bn\.?i\.?f\b|c[eé]dula"
    r"|identity card|\bid[ -]card|national id|identification number|driving licen[cs]e"
    r"|driver'?s licen[cs]e|身份证|身份證|证件|證件|驾照|驾驶证|通行证|居住证)"
    r"[^0-9\n]{0,24}?(?<![0-9A-Za-z])((?:[A-Za-z]{1,3}[- ]?)?\d[0-9A-Za-z]{4,17})(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_DIGITS_LEAST: Final = 5


def find(plain: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of document numbers in normal text."""
    yield from (m.span() for m in _CN.finditer(plain) if is_resident_id(m.group()))
    yield from (m.span() for m in _ES.finditer(plain) if is_spanish_id(m.group()))
    for match in _NAMED.finditer(plain):
        if sum(map(str.isdigit, match.group(1))) >= _DIGITS_LEAST:
            yield match.span(1)


def is_resident_id(text: str) -> bool:
    """Tell whether this is a Chinese resident number: a day that was, and the right check digit."""
    compact = re.sub(r"[ -]", "", text).upper()
    try:
        date(int(compact[6:10]), int(compact[10:12]), int(compact[12:14]))
    except ValueError:
        return False
    total = sum(int(d) * w for d, w in zip(compact[:17], _CN_WEIGHTS, strict=True))
    return _CN_CHECK[total % 11] == compact[17]


def is_spanish_id(text: str) -> bool:
    """Tell whether this is a DNI or NIE whose letter fits its number."""
    compact = re.sub(r"[ .-]", "", text).upper()
    number = compact[:-1]
    if number[0] in "XYZ":
        number = "012"["XYZ".index(number[0])] + number[1:]
    return _ES_LETTERS[int(number) % 23] == compact[-1]
