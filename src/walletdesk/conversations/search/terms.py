"""Texts as words of the index, and questions as expressions over them. Pure.

PostgreSQL's own parsers are not used: a tsvector or tsquery is written out here, each word in
quotes, so that nothing a person types is ever read as syntax.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from walletdesk.conversations.search.types import Part, Term
from walletdesk.language.tokens import runs, well_formed

TEXT_LENGTH = 20_000  # characters of one message; the rest of a very long mail is not found
LONGEST = 128  # a transaction hash is found whole; what is longer is cut
HIGHEST_POSITION = 16_000  # of PostgreSQL's positions (16,383), with room for the last word
VOCABULARY = range(3, 25)  # letters of a word that beginnings and mistakes are compared with
MOST_TERMS = 12

_MASK = re.compile(r"⟦[^⟧]{0,200}(?:⟧|$)")
_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
_BY_VALUE = re.compile(r"(?=.*\d)[0-9a-z]{6,}", re.ASCII)  # a hash, an address or a number


def plain(text: str) -> str:
    """Return a text without the tokens that stand for secrets, personal data and files."""
    return _MASK.sub(" ¦ ", text)


def vector(text: str, files: Sequence[str] = (), marks: Iterable[str] = ()) -> str:
    """Return a tsvector in PostgreSQL's notation."""
    entries: dict[str, list[str]] = {f"@{mark}": [] for mark in marks}
    if _LINK.search(text):
        entries["@link"] = []
    at = _place(entries, plain(text[:TEXT_LENGTH]), 0, "")
    for name in files:
        at = _place(entries, name, at + 1, "A")
    return " ".join(f"'{word}'" + _positions(places) for word, places in entries.items())


def _place(entries: dict[str, list[str]], text: str, at: int, weight: str) -> int:
    """Add a text's words from a position on; return the last position."""
    for run, cjk in runs(text):
        if not cjk:
            at += 1
            _add(entries, run[:LONGEST], at, weight)
            continue
        for index, character in enumerate(run):
            at += 1
            _add(entries, character, at, weight)
            pair = run[index : index + 2]
            if len(pair) == 2:
                entries.setdefault(pair, [])
    return at


def _add(entries: dict[str, list[str]], word: str, at: int, weight: str) -> None:
    places = entries.setdefault(word, [])
    if len(places) < 64:  # of one word; enough to see whether words are neighbours
        places.append(f"{min(at, HIGHEST_POSITION)}{weight}")


def _positions(places: Sequence[str]) -> str:
    return ":" + ",".join(places) if places else ""


def vocabulary(text: str) -> set[str]:
    """Return the words of letters by which beginnings and typing mistakes are found.

    Nothing with a digit: a part of a key whose rest comes later must not be kept as a word.
    """
    found = runs(plain(text[:TEXT_LENGTH]))
    return {run for run, cjk in found if not cjk and len(run) in VOCABULARY and run.isalpha()}


# --- questions ----------------------------------------------------------------------------


def read_terms(parts: Iterable[Part]) -> list[Term]:
    """Return the terms of the words that were typed, at most MOST_TERMS.

    Several runs in one word without spaces, such as "USDT没到账", are as many terms; in quotes they
    stay together.
    """
    terms: list[Term] = []
    for part in parts:
        found = runs(plain(well_formed(part.text)))
        if part.quoted or part.excluded:
            pieces = [p for run, cjk in found for p in (run if cjk else [run[:LONGEST]])]
            if pieces:
                cjk = all(is_cjk for _, is_cjk in found)
                terms.append(Term(tuple(pieces), cjk, part.quoted, part.excluded))
        else:
            terms += [Term(tuple(run) if cjk else (run[:LONGEST],), cjk) for run, cjk in found]
    return list(dict.fromkeys(terms))[:MOST_TERMS]


def expression(term: Term, *, exact: bool = False, weight: str = "") -> str:
    """Return one term as a tsquery. `exact`: without its variants; `weight` A: in file names."""
    weight = f":{weight}" if weight else ""
    if term.cjk and not term.quoted and len(term.pieces) > 1:
        # Pairs that overlap: a text that holds all of them nearly always holds the run.
        found = " & ".join(f"'{a}{b}'{weight}" for a, b in _neighbours(term.pieces))
        if weight:  # pairs have no position and so no weight
            found = _in_order(term, weight)
    elif len(term.pieces) > 1:
        pairs = [f"'{a}{b}'" for a, b in _neighbours(term.pieces) if term.cjk]
        found = " & ".join([_in_order(term, weight), *pairs])
    else:
        words = (*term.pieces, *(() if exact else (*term.variants, *term.corrected)))
        found = " | ".join(f"'{word}'{weight}" for word in words)
        if not exact and not term.quoted and _BY_VALUE.fullmatch(term.pieces[0]):
            found = f"'{term.pieces[0]}':{weight.strip(':')}*"
    return f"!({found})" if term.excluded else f"({found})"


def _in_order(term: Term, weight: str) -> str:
    return "(" + " <-> ".join(f"'{piece}'{weight}" for piece in term.pieces) + ")"


def _neighbours(pieces: Sequence[str]) -> list[tuple[str, str]]:
    return list(pairwise(pieces))


def all_of(expressions: Iterable[str]) -> str:
    """Return the tsquery that asks for all of these."""
    return " & ".join(expressions)


def any_mark(marks: Iterable[str]) -> str:
    """Return the tsquery that asks for one of these marks."""
    return "(" + " | ".join(f"'@{mark}'" for mark in marks) + ")"


def in_one_piece(terms: Sequence[Term]) -> str:
    """Return the tsquery that asks for the typed words next to each other, "" when there is one."""
    pieces = [piece for term in terms if not term.excluded for piece in term.pieces]
    if len(pieces) < 2:
        return ""
    return " <-> ".join(f"'{piece}'" for piece in pieces)
