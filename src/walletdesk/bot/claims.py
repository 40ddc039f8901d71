"""Whether a sentence that a model wrote may be shown: only what an article says, and says so.

A sentence is supported when it cites a passage that was retrieved, when every number, amount, link,
address and hash in it stands verbatim in what it cites, when it is near in meaning to one sentence
of that and says yes or no as that one does, and when it is nothing that the bot may never say
(`conduct`). What cannot be told by such means, no customer sees. Pure.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from walletdesk.bot.conduct import offence_in

# Cosine of the sentence to the nearest sentence of what it cites: see `docs/use/bot.md`.
NEAR = 0.7
LONGEST = 500  # characters of one sentence; a longer one is no sentence, and fits no signal

Alike = Callable[[str, Sequence[str]], Sequence[float]]  # a text, others → how near in meaning

_CITE = re.compile(r"\s*[\[【](\d{1,3})[\]】]")
_END = re.compile(
    r"(?:[。！？]|[.!?](?=\s|[\[【])|\n)[\"”’)」』）]*(?:\s*[\[【]\d{1,3}[\]】])*[.。]?\s*(?=[^\s\[【])"
)
_SENTENCE = re.compile(r"(?<=[。！？\n])|(?<=[.!?])\s+")
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"'，。；、）】)\]]+|[\w.+-]+@[\w.-]+|(?:[\w-]+\.)+[^\W\d_]{2,}\S*"
)
_LONG = re.compile(r"(?:0x)?[0-9a-zA-Z]{12,}|(?<!\w)[@#]\w+")
_PHONE = re.compile(r"\+?\d[\d ()./-]{6,}\d")
_UNITS = {
    "s": "seconds?|secs?|segundos?|秒",
    "min": "minutes?|mins?|minutos?|分钟?",
    "h": "hours?|hrs?|horas?|小时|个小时",
    "d": "days?|d[ií]as?|天|日",
    "w": "weeks?|semanas?|周|星期|个星期",
    "mo": "months?|mes(?:es)?|个月|月",
    "y": "years?|a[nñ]os?|年",
    "%": "%|percent|por ciento",
}
_UNIT = "|".join(f"(?P<{'p' if code == '%' else code}>{words})" for code, words in _UNITS.items())
_NUMBER = re.compile(
    r"(?<![\w.])(?P<n>\d+(?:[.,:]\d+)*)"
    rf"(?:[ \u00a0-]?(?:(?:{_UNIT})(?![a-z])|(?P<asset>(?-i:[A-Z]{{2,5}}))\b))?",
    re.IGNORECASE,
)
_WORD_NUMBER = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|ninety|"
    r"hundreds?|thousands?|millions?|half|twice|double|dozens?|"
    r"dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|quince|veinte|treinta|cuarenta|cincuenta|cien(?:to)?s?|"
    r"mil(?:es)?|mill[oó]n(?:es)?|mitad|doble)\b"
    r"|百分之[一二三四五六七八九十百零]+|[一二两三四五六七八九十百千万半]+(?=个|天|小时|分钟|秒|周|月|年|次|种|倍|块|元|成|位|步|遍)",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"\b(?:no|not|never|nobody|nothing|none|cannot|neither|nor|without|nunca|jam[aá]s|nadie|nada|ni|ning[uú]n\w*|"
    r"tampoco|sin)\b|n['’]t\b|不|没|勿|别|未|无法|无需|无人|并非|切忌",
    re.IGNORECASE,
)


class Fault(StrEnum):
    """Why a sentence is not shown. Stable: reports count them."""

    UNCITED = "uncited"
    NOT_RETRIEVED = "not_retrieved"  # it cites what was not handed to the model
    FACT = "fact"  # a number, link, address or hash that its passage does not hold
    FAR = "far"  # it means something else
    DENIED = "denied"  # it says yes where its passage says no, or the other way round
    CONDUCT = "conduct"
    SHAPE = "shape"  # empty, endless, or nothing but marks


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence as it would be shown, what it cites, what is wrong with it (None: nothing)."""

    text: str
    cites: tuple[str, ...]
    fault: Fault | None
    detail: str = ""


class Sentences:
    """Cuts a stream into sentences with their citations: each is complete when the next begins."""

    def __init__(self) -> None:
        self._rest = ""

    def feed(self, piece: str) -> Iterator[str]:
        """Yield what a further piece completes."""
        self._rest += piece
        while found := _END.search(self._rest):
            sentence, self._rest = self._rest[: found.end()], self._rest[found.end() :]
            if sentence.strip():
                yield sentence.strip()

    def close(self) -> Iterator[str]:
        """Yield what is left at the end of the stream."""
        if self._rest.strip():
            yield self._rest.strip()
        self._rest = ""


def check_claim(sentence: str, passages: Mapping[str, str], alike: Alike) -> Claim:
    """Return what a sentence says, without its citations, and whether it may be shown.

    `passages` maps the numbers that the model was given to the passages' texts.
    """
    cites = tuple(dict.fromkeys(_CITE.findall(sentence)))
    text = _CITE.sub("", sentence).strip()
    fault, detail = _fault_of(text, cites, passages, alike)
    return Claim(text, cites, fault, detail)


def _fault_of(
    text: str, cites: Sequence[str], passages: Mapping[str, str], alike: Alike
) -> tuple[Fault | None, str]:
    if not any(c.isalpha() for c in text) or len(text) > LONGEST:
        return Fault.SHAPE, ""
    if offence := offence_in(text):
        return Fault.CONDUCT, offence
    if not cites:
        return Fault.UNCITED, ""
    if unknown := [number for number in cites if number not in passages]:
        return Fault.NOT_RETRIEVED, unknown[0]
    return _unsupported(text, [passages[number] for number in cites], alike)


def _unsupported(text: str, cited: Sequence[str], alike: Alike) -> tuple[Fault | None, str]:
    if foreign := facts_of(text) - frozenset().union(*map(facts_of, cited)):
        return Fault.FACT, min(foreign)
    said = [part for passage in cited for part in split(passage)]
    likeness, nearest = max(zip(alike(text, said), said, strict=True), default=(0.0, ""))
    if likeness < NEAR:
        return Fault.FAR, f"{likeness:.2f}"
    if bool(_NEGATED.search(text)) != bool(_NEGATED.search(nearest)):
        return Fault.DENIED, ""
    return None, f"{likeness:.2f}"


def split(text: str) -> list[str]:
    """Return the sentences of a passage."""
    return [part.strip() for part in _SENTENCE.split(text) if part.strip()]


def facts_of(text: str) -> frozenset[str]:
    """Return what must stand verbatim in a source: numbers with their units, links, addresses.

    >>> sorted(facts_of("Wait 10 to 30 minutes, see https://a.example/b"))
    ['10', '30 min', 'https://a.example/b']
    """
    plain = unicodedata.normalize("NFKC", text)
    found = set[str]()

    def take(match: re.Match[str]) -> str:
        found.add(match[0].rstrip(".,;:!?"))
        return " "

    for pattern in (_LINK, _PHONE, _LONG):
        plain = pattern.sub(take, plain)
    for match in _NUMBER.finditer(plain):
        found.add(f"{match['n']} {_unit_of(match)}".strip())
    found |= {match[0].casefold() for match in _WORD_NUMBER.finditer(plain)}
    return frozenset(found)


def _unit_of(match: re.Match[str]) -> str:
    code = next((c for c in _UNITS if c != "%" and match[c]), "%" if match["p"] else "")
    return code or (match["asset"] or "").casefold()
