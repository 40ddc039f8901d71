"""The guard over speech: secrets in what was written down, and where in the sound they were said.

Pure functions. Whoever dictates says numbers, fillers and corrections between the words, and a
recogniser writes words that sound alike; both are undone on a copy that is only looked at.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from walletdesk.safety import guard
from walletdesk.safety.types import SafeText, SecretKind

Piece = tuple[str, float, float]
"""A piece of what was said, with its beginning and end in seconds."""

Number = TypeVar("Number", int, float)

_MARGIN: Final = 0.4  # seconds on both sides: recognisers place words that roughly
_FILLERS: Final = re.compile(
    r"\b(?:u[mh]+|e+rm+|hm+|mm+|eh+|ah+|oh|er|well|okay|ok|so|yeah|yes|right|comma|period|like"
    r"|este|pues|bueno|coma|punto|vale|sí)\b[,.!?…]*|[嗯呃啊哦]+[,。,、…]?|那个|就是说?|然后"
    # Which word it is: "the first word is", "number 2 is", "la primera palabra es", "第三个词是".
    r"|\b(?:and |then )*(?:the |my )?(?:\w+ )?(?:word|number)(?: (?:number )?\w+)? is\b[:,]?"
    r"|\b(?:la |mi )?(?:\w+ )?(?:palabra|número)(?: (?:número )?\w+)? es\b[:,]?"
    r"|第[一二三四五六七八九十\d]+个?(?:单?词|字)?是?[:,:,]?",
    re.IGNORECASE,
)
# Words of no list, and the list's word that sounds the same: a recogniser cannot tell them apart.
# Frequent words (would, through, seen) are left out: they stand in any sentence.
_ALIKE: Final = dict(
    pair.split("=")
    for pair in """
whether=weather meet=meat son=sun dear=deer male=mail sale=sail knight=night serial=cereal idol=idle
mussel=muscle maize=maze steal=steel rap=wrap rode=road rowed=road waist=waste sole=soul isle=aisle
flour=flower tied=tide hare=hair tow=toe reign=rain rein=rain cite=sight tale=tail blew=blue
gait=gate grate=great quay=key mane=main mourning=morning knows=nose paws=pause pole=poll
ruff=rough cede=seed sighs=size stake=steak storey=story stile=style teem=team thyme=time
tract=track whirled=world crews=cruise kettle=cattle latter=ladder miner=minor guest=guess
gilt=guilt genes=jeans bored=board bawl=ball foaled=fold gage=gauge humour=humor labour=labor
mics=mix odour=odor pried=pride roar=raw soared=sword tuner=tuna waive=wave whine=wine wail=whale
""".split()  # noqa: SIM905 - read as lines of pairs
)
_WORD: Final = re.compile(r"[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class CheckedSpeech:
    """What may be written of what was said, and the spans of sound in which a secret was said."""

    safe: SafeText
    spans: tuple[tuple[float, float], ...] = ()
    kinds: tuple[str, ...] = ()


def check_speech(pieces: Sequence[Piece]) -> CheckedSpeech:
    """Return the transcript with every secret masked, and where in the sound the secrets are.

    Never raises, whatever the pieces. Spans are in order, do not overlap and are in seconds.
    """
    text, places = _joined(pieces)
    found = {(f.start, f.end): f.kind for f in guard.check(text).findings}
    looked_at, origin = _without_fillers(text)
    for finding in guard.check(looked_at).findings:
        found[origin[finding.start], origin[finding.end - 1] + 1] = finding.kind
    cuts = _merged(found)
    spans = [
        (max(0.0, start - _MARGIN), max(start, end) + _MARGIN)
        for (begin, stop, (start, end)) in places
        if any(begin < cut_end and cut_start < stop for cut_start, cut_end in cuts)
    ]
    kinds = {str(kind) for kind in found.values() if kind != SecretKind.UNDECIDED}
    return CheckedSpeech(_masked(text, cuts), tuple(_merged(spans)), tuple(sorted(kinds)))


def _joined(pieces: Sequence[Piece]) -> tuple[str, list[tuple[int, int, tuple[float, float]]]]:
    """Return the text, and which part of it each piece is, with its seconds."""
    text, places = "", []
    for said, start, end in pieces:
        words = " ".join(said.split())
        if text and words:
            text += " "
        places.append((len(text), len(text) + len(words), (start, end)))
        text += words
    return text, places


def _without_fillers(text: str) -> tuple[str, list[int]]:
    """Return the text as it is looked at, and for each of its characters where it stood."""
    parts: list[str] = []
    origin: list[int] = []
    dropped = {at for match in _FILLERS.finditer(text) for at in range(*match.span())}
    words = {match.start(): match.group() for match in _WORD.finditer(text)}
    at = 0
    while at < len(text):
        word = words.get(at, text[at])
        if at not in dropped:
            meant = _ALIKE.get(word.lower(), word)
            parts.append(meant)
            origin += [min(at + n, at + len(word) - 1) for n in range(len(meant))]
        at += len(word)
    return "".join(parts), origin


def _merged(spans: Iterable[tuple[Number, Number]]) -> list[tuple[Number, Number]]:
    merged: list[tuple[Number, Number]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _masked(text: str, cuts: Sequence[tuple[int, int]]) -> SafeText:
    """Mask, and let the guard have the last word."""
    parts: list[str] = []
    done = 0
    for start, end in cuts:
        parts += (text[done:start], f"⟦secret:{SecretKind.SEED_PHRASE}⟧")
        done = end
    return guard.check("".join((*parts, text[done:]))).safe
