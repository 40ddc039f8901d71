"""The BIP-39 lists of other languages, and how much each word speaks for a phrase.

The score is a log-likelihood ratio as in `words`. How frequent a word is in ordinary text comes
from `data/foreign_words.txt`; words that it lacks are rare. Czech and Japanese have no figures.
"""

import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from mnemonic import Mnemonic

from walletdesk.safety.normal import normal
from walletdesk.safety.words import STRANGER, is_near, near_tables

NAMES: Final = (
    "spanish",
    "french",
    "italian",
    "portuguese",
    "czech",
    "turkish",
    "russian",
    "korean",
    "japanese",
)
_PHRASE_SHARE: Final = math.log(0.97 / 2048)
_OF_MIXTURE: Final = 2.7  # the file holds shares in a mixture of 16 languages
_RARE: Final = 2.8
_TYPO: Final = 0.6  # inflected forms of list words look like typos
_TYPO_FROM: Final = 4  # letters

# Look-alikes of Latin letters became Latin ones in the normal form, but only small ones.
_LATIN: Final = str.maketrans("аеорсухіѕјԁһӏгтмкοανρı", "aeopcyxisjdhlrtmkoavpi")
_HIRAGANA: Final = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_FOLD: Final = {**_LATIN, **_HIRAGANA}

# One-word answers that people type all day; as a message of its own such a word tells nothing.
_REPLIES: Final = """bueno claro gracias bien vale perfecto mejor ayuda merci parfait certo grazie
bene sempre tempo tudo bem certo obrigado tamam olur evet hayir lutfen tesekkur хорошо конечно
спасибо ладно понятно можно нужно 함께 그래 감사 ありがとう おねがい"""


def fold(low: str) -> str:
    """Return a lower-case normal text in the letters of the lists, as long as before."""
    return low if low.isascii() else low.translate(_FOLD)


@dataclass(frozen=True, slots=True)
class WordList:
    """A list: the number and the score of each word, in folded letters."""

    name: str
    numbers: dict[str, int]
    scores: dict[str, float]

    def score(self, word: str) -> float:
        """Return the score of any folded word."""
        known = self.scores.get(word)
        if known is not None:
            return known
        if len(word) < _TYPO_FROM or not is_near(word, _tables_of(self.name)):
            return STRANGER
        return _TYPO


def _folded(word: str) -> str:
    return fold(normal(word).lower())


def _read_shares() -> dict[tuple[str, str], float]:
    text = files(__package__).joinpath("data/foreign_words.txt").read_text(encoding="utf-8")
    rows = (line.split() for line in text.splitlines() if not line.startswith("#"))
    return {(name, _folded(word)): float(share) for name, word, share in rows}


def _read_lists() -> dict[str, WordList]:
    shares = _read_shares()
    replies = {_folded(word) for word in _REPLIES.split()}
    lists: dict[str, WordList] = {}
    for name in NAMES:
        words = [_folded(word) for word in Mnemonic(name).wordlist]
        scores: dict[str, float] = {}
        for word in words:
            share = shares.get((name, word))
            worth = _RARE if share is None else _PHRASE_SHARE - _OF_MIXTURE - share
            most = 0.0 if word in replies else _RARE
            scores[word] = max(STRANGER / 2, min(most, worth))
        lists[name] = WordList(name, {word: at for at, word in enumerate(words)}, scores)
    return lists


LISTS: Final = _read_lists()
"""The lists by the name that `mnemonic` gives them."""
ALL: Final = frozenset(word for table in LISTS.values() for word in table.numbers)
"""Every word of every list."""


@cache
def _tables_of(name: str) -> tuple[frozenset[str], frozenset[str]]:
    return near_tables(tuple(LISTS[name].numbers))
