"""The filter of a list as an address tells it: "language=en&language=es&urgency=3". Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from walletdesk.conversations.types import Filter, Status
from walletdesk.kit.errors import BadInput

MOST_VALUES = 20  # of one part
CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}", re.ASCII)
NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
CODES = {"channel": "channels", "language": "languages", "topic": "topics", "status": "statuses"}
NUMBERS = {"urgency": "urgencies", "assignee": "assignees", "team": "teams", "tag": "tags"}
PARTS = (*CODES, *NUMBERS, "waiting", "verified")
LONGEST_WAIT = 60 * 24 * 90  # minutes
HIGHEST_URGENCY = 3
SHOWN = frozenset(Status) - {Status.NEW}


def read_filter(given: Mapping[str, Sequence[str]]) -> Filter:
    """Return the filter of an address's fields; other fields are not looked at. Raises BadInput."""
    parts: dict[str, Any] = {}
    for name, field in CODES.items():
        parts[field] = tuple(_code(name, text) for text in _values(given, name))
    for name, field in NUMBERS.items():
        parts[field] = tuple(_number(name, text) for text in _values(given, name))
    if not set(parts["statuses"]) <= SHOWN:
        raise BadInput(status="unknown")
    if any(level > HIGHEST_URGENCY for level in parts["urgencies"]):
        raise BadInput(urgency="0-3")
    waiting, verified = _values(given, "waiting")[:1], _values(given, "verified")[:1]
    if waiting:
        parts["waiting"] = _number("waiting", waiting[0])
        if not 0 < parts["waiting"] <= LONGEST_WAIT:
            raise BadInput(waiting="minutes")
    if verified:
        if verified[0] not in {"0", "1"}:
            raise BadInput(verified="0 or 1")
        parts["verified"] = verified[0] == "1"
    return Filter(**parts)


def write_filter(chosen: Filter) -> str:
    """Return a filter as it stands in an address after "?": equal filters are written equally."""
    pairs = [
        (name, value)
        for name, field in (CODES | NUMBERS).items()
        for value in sorted(getattr(chosen, field))
    ]
    if chosen.waiting is not None:
        pairs.append(("waiting", chosen.waiting))
    if chosen.verified is not None:
        pairs.append(("verified", int(chosen.verified)))
    return urlencode(pairs)


def _values(given: Mapping[str, Sequence[str]], name: str) -> list[str]:
    values = [value for value in dict.fromkeys(given.get(name, ())) if value]
    if len(values) > MOST_VALUES:
        raise BadInput(**{name: f"at most {MOST_VALUES}"})
    return values


def _code(name: str, text: str) -> str:
    if not CODE.fullmatch(text):
        raise BadInput(**{name: "code"})
    return text


def _number(name: str, text: str) -> int:
    if not NUMBER.fullmatch(text):
        raise BadInput(**{name: "number"})
    return int(text)
