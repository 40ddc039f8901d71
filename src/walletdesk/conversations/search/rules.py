"""The language of the search field: words, "phrases", -excluded ones and operators. Pure.

Operators have names in English, Chinese and Spanish, because a person who types Chinese should not
have to switch the keyboard; the full-width colon and quotes of Chinese keyboards count, too.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta

from walletdesk.conversations.search.types import Asked, Name, Part, Problem

LENGTH = 500  # characters of a query; nobody types more, and a paste is cut by nothing else
MOST_PARTS = 24
MOST_NEGATABLE = (Name.FROM, Name.HAS)

NAMES: Mapping[str, Name] = {
    **{str(name): name for name in Name},
    "来自": Name.FROM,
    "之前": Name.BEFORE,
    "之后": Name.AFTER,
    "主题": Name.TOPIC,
    "状态": Name.IS,
    "标签": Name.TAG,
    "渠道": Name.CHANNEL,
    "语言": Name.LANG,
    "包含": Name.HAS,
    "负责人": Name.ASSIGNED,
    "团队": Name.TEAM,
    "工单": Name.TICKET,
    "de": Name.FROM,
    "antes": Name.BEFORE,
    "despues": Name.AFTER,
    "después": Name.AFTER,
    "tema": Name.TOPIC,
    "es": Name.IS,
    "estado": Name.IS,
    "etiqueta": Name.TAG,
    "canal": Name.CHANNEL,
    "idioma": Name.LANG,
    "tiene": Name.HAS,
    "asignado": Name.ASSIGNED,
    "equipo": Name.TEAM,
    "solicitud": Name.TICKET,
    "language": Name.LANG,
    "status": Name.IS,
    "assignee": Name.ASSIGNED,
}

# Longer names first; no part of it can match in two ways, so it takes linear time.
_NAME = "|".join(sorted(map(re.escape, NAMES), key=len, reverse=True))
_PART = re.compile(
    rf"""(?P<minus>-)?
         (?:(?P<name>{_NAME})[:：](?P<value>["“”][^"“”]*["“”]|[^\s"“”]*)
           |["“”](?P<phrase>[^"“”]*)["“”]
           |(?P<word>[^\s"“”]+))""",
    re.VERBOSE | re.IGNORECASE,
)
_QUOTES = '"“”'


def parse(text: str) -> Asked:
    """Take a query apart. What cannot be used stands in `problems`; nothing raises."""
    parts: list[Part] = []
    problems: list[Problem] = []
    if len(text) > LENGTH:
        whole = Part("", 0, len(text))
        return Asked((), (Problem("too_long", whole, (str(LENGTH),)),))
    for match in _PART.finditer(text):
        part = _part(match)
        if part.name is not None and not part.text:
            problems.append(Problem("no_value", part))
        elif part.name is not None and part.excluded and part.name not in MOST_NEGATABLE:
            problems.append(Problem("not_excludable", part))
        elif part.text:
            parts.append(part)
    if len(parts) > MOST_PARTS:
        problems.append(Problem("too_many", parts[MOST_PARTS], (str(MOST_PARTS),)))
    return Asked(tuple(parts[:MOST_PARTS]), tuple(problems))


def _part(match: re.Match[str]) -> Part:
    name = match["name"]
    value = match["value"] if name else match["phrase"] or match["word"] or ""
    return Part(
        value.strip(_QUOTES).strip(),
        match.start(),
        match.end(),
        name=NAMES[name.lower()] if name else None,
        quoted=match["phrase"] is not None,
        excluded=match["minus"] is not None,
    )


def without(text: str, part: Part) -> str:
    """Return the query without one of its parts."""
    return " ".join((text[: part.start] + " " + text[part.end :]).split())


# --- dates --------------------------------------------------------------------------------

_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?", re.ASCII)
_AGO = re.compile(r"(\d{1,4})(d|w|m|y|天|周|月|年|s|a)", re.ASCII | re.IGNORECASE)
_DAYS = {"d": 1, "天": 1, "w": 7, "周": 7, "s": 7, "m": 30, "月": 30, "y": 365, "年": 365, "a": 365}
_NAMED = {
    "today": 0, "今天": 0, "hoy": 0, "yesterday": 1, "昨天": 1, "ayer": 1, "前天": 2,
}  # fmt: skip


def read_day(text: str, today: date) -> date | None:
    """Return the day that a value of before: or after: names, None when it is none.

    >>> read_day("2026-03", date(2026, 11, 22))
    datetime.date(2026, 3, 1)
    >>> read_day("7d", date(2026, 11, 22))
    datetime.date(2026, 11, 15)
    """
    lower = text.lower()
    if lower in _NAMED:
        return today - timedelta(days=_NAMED[lower])
    try:
        if ago := _AGO.fullmatch(lower):
            return today - timedelta(days=int(ago[1]) * _DAYS[ago[2]])
        if day := _DAY.fullmatch(lower):
            return date(int(day[1]), int(day[2] or 1), int(day[3] or 1))
    except (ValueError, OverflowError):
        pass
    return None


# --- typing mistakes ----------------------------------------------------------------------


def distance(one: str, other: str, most: int) -> int:
    """Return the Damerau-Levenshtein distance of two words, or most + 1 when it is greater.

    One step is a letter too many, missing or wrong, or two neighbours exchanged (optimal string
    alignment).
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return min(last[-1], most + 1)


def mistakes_allowed(word: str) -> int:
    """Return how many typing mistakes a word may have: none in short ones, two in long ones."""
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2
