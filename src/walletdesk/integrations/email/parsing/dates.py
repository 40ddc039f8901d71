"""The Date field (RFC 5322 section 3.3), also as old or careless programs write it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

_MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
_DATE: Final = re.compile(
    rb"(\d{1,2})[ -]{1,5}([A-Za-z]{3})[a-z]{0,6}[ -]{1,5}(\d{2,4})"
    rb"[ ,]{1,5}(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?[ ]{0,5}([+-]\d{4}|[A-Za-z]{1,5})?"
)
# `Mon Apr  2 12:00:00 2012`, as C's asctime writes it.
_ASCTIME: Final = re.compile(
    rb"([A-Za-z]{3}) {1,3}(\d{1,2}) {1,3}(\d{2}):(\d{2}):(\d{2}) {1,3}(?:[A-Z]{3,4} )?(\d{4})"
)
_ZONES: Final = {b"EST": -5, b"EDT": -4, b"CST": -6, b"CDT": -5, b"MST": -7, b"MDT": -6}
_MORE_ZONES: Final = {b"PST": -8, b"PDT": -7, b"CET": 1, b"CEST": 2, b"JST": 9, b"KST": 9}


def read_date(value: bytes) -> datetime | None:
    """Return when a mail says it was written, in UTC, or None."""
    start = value[:120]
    hit = _DATE.search(start)
    try:
        if hit:
            day, month, year, hour, minute, second, zone = hit.groups()
            return _made(year, month, (day, hour, minute, second or b"0")) - _offset(zone or b"")
        hit = _ASCTIME.search(start)
        if hit:
            month, day, hour, minute, second, year = hit.groups()
            return _made(year, month, (day, hour, minute, second))
    except (ValueError, OverflowError):
        pass
    return None


def _made(year: bytes, month: bytes, rest: tuple[bytes, ...]) -> datetime:
    number = int(year)
    if len(year) < 4:
        number += 2000 if number < 50 else 1900  # RFC 5322 section 4.3
    day, hour, minute, second = map(int, rest)
    at = _MONTHS.index(month.decode("ascii").lower()) + 1
    return datetime(number, at, day, hour, minute, min(second, 59), tzinfo=UTC)


def _offset(zone: bytes) -> timedelta:
    if zone[:1] in {b"+", b"-"}:
        minutes = int(zone[1:3]) * 60 + int(zone[3:5])
        return timedelta(minutes=-minutes if zone[:1] == b"-" else minutes)
    return timedelta(hours=_ZONES.get(zone.upper(), _MORE_ZONES.get(zone.upper(), 0)))
