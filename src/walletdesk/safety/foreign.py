"""BIP-39 phrases in the other alphabetic languages, in one message or one part of many.

The same likelihood ratio as for English (`phrases`), once for each language of which a message
holds enough words. Japanese counts as alphabetic too: its list words stand apart, in kana.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from walletdesk.safety import hanzi, labels, phrases
from walletdesk.safety.languages import ALL, LISTS, WordList, fold
from walletdesk.safety.phrases import Part, Token, token_pattern, weaken_repeats
from walletdesk.safety.words import STRANGER, in_a_row, split_glued

_WORDS_FROM: Final = 6  # exact list words of one language: eight, of which two are mistyped
_SPREAD: Final = 64  # words over which they may be spread, numbers and names of tags between them
_GLUED_FROM: Final = 24  # letters that stand together
_GLUED_WORDS: Final = 8
_LABELS_FROM: Final = 0.4  # share of list words from which the words between them are labels
_PART_MOST: Final = 24  # words of a message that is nothing but a part of a phrase
_PART_LONGEST: Final = 400  # characters of such a message

_ROW_FROM: Final = 4  # list words in a row amid a sentence
_ROW_DOUBT: Final = 3.0  # taken off their score

_LETTERS: Final = "a-z\u00df-\u024f\u0400-\u052f\u3041-\u3096\u30fc\u1100-\u11ff\u3400-\u9fff"
_WORD: Final = re.compile("[a-z\u00df-\u024f\u0400-\u052f\u3041-\u3096\u30fc\u1100-\u11ff]+")
_LETTER: Final = re.compile("[\u00df-\u024f\u0370-\u052f\u3041-\u30ff\u1100-\u11ff]")
_TOKEN: Final = token_pattern(_LETTERS)
_LABELS: Final = frozenset(map(fold, labels.OTHERS)) | labels.ENGLISH
_ALL_OR_LABELS: Final = ALL | _LABELS


def may_hold_phrase(low: str, words: Sequence[str]) -> bool:
    """Tell, cheaply, whether a text could hold a phrase; `words` are its runs of a to z."""
    if not low.isascii() and _LETTER.search(low):
        words = _WORD.findall(fold(low))
    return sum(map(ALL.__contains__, words)) >= _WORDS_FROM or (
        bool(words) and max(map(len, words)) >= _GLUED_FROM
    )


def find_phrases(low: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of phrases in a lower-case normal text."""
    text = fold(_undictated(low))
    words = _WORD.findall(text)
    glued = [word for word in words if len(word) >= _GLUED_FROM]
    for table in LISTS.values():
        if _crowded(words, table) or any(_unglued(word, table) for word in glued):
            tokens = _tokens_of(text, table)
            for first, last in phrases.find_phrases(tokens):
                yield tokens[first].start, tokens[last].end


def _undictated(low: str) -> str:
    """Return a text without the Chinese labels around dictated words: 第三个词是."""
    return hanzi.without_labels(low) if "第" in low or "下一" in low else low


def _crowded(words: Sequence[str], table: WordList) -> bool:
    """Tell whether enough words of a list stand near each other; long texts hold many far apart."""
    places = [place for place, word in enumerate(words) if word in table.numbers]
    ends = zip(places, places[_WORDS_FROM - 1 :], strict=False)
    return any(last - first <= _SPREAD for first, last in ends)


def may_be_part(low: str) -> bool:
    """Tell, cheaply, whether a message holds words of the lists only, or enough in a row."""
    if len(low) > _PART_LONGEST:
        return False
    words = _WORD.findall(fold(_undictated(low)))
    if _ALL_OR_LABELS.issuperset(words):
        return not ALL.isdisjoint(words)
    if len(ALL.intersection(words)) < _ROW_FROM:
        return False  # as most messages are
    return any(True for _row in in_a_row(words, ALL, _ROW_FROM))


def parts_of(low: str) -> dict[str, Part]:
    """Return, by language, what a message contributes to a phrase: all its words, or a row."""
    if len(low) > _PART_LONGEST:
        return {}
    text = fold(_undictated(low))
    words = [word for word in _WORD.findall(text) if word not in _LABELS]
    if not 0 < len(words) <= _PART_MOST or not ALL.issuperset(words):
        return _rows_of(text)
    tokens = [match for match in _TOKEN.finditer(text) if match.lastgroup != "skip"]
    span = (tokens[0].start(), tokens[-1].end())
    return {
        name: Part(sum(table.scores[word] for word in words), span, whole=True, words=len(words))
        for name, table in LISTS.items()
        if all(word in table.numbers for word in words)
        and all(match.lastgroup in {"word", "number"} for match in tokens)
    }


def _rows_of(text: str) -> dict[str, Part]:
    """Return, by language, the best row of list words amid a sentence."""
    found = list(_WORD.finditer(text)) if "⟦" not in text else []
    words = [match.group() for match in found]
    parts: dict[str, Part] = {}
    for name, table in LISTS.items():
        for row in in_a_row(words, table.numbers, _ROW_FROM):
            score = sum(table.scores[word] for word in words[row]) - _ROW_DOUBT
            if name not in parts or score > parts[name].score:
                span = (found[row.start].start(), found[row.stop - 1].end())
                parts[name] = Part(score, span, whole=False)
    return parts


def _unglued(word: str, table: WordList) -> list[str]:
    """Return the list words that a run of letters consists of, when they are many."""
    parts = split_glued(word, table.numbers) if len(word) >= _GLUED_FROM else []
    return parts if len(parts) >= min(_GLUED_WORDS, len(word) // 4) else []


def _tokens_of(text: str, table: WordList) -> list[Token]:
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind, start = match.lastgroup, match.start()
        if kind == "word":
            for part in _unglued(match.group(), table) or [match.group()]:
                number = table.numbers.get(part, -1)
                score = table.score(part)
                tokens.append(Token(start, start + len(part), part, score, number=number))
                start += len(part)
        elif kind == "hex":
            tokens.append(Token(start, match.end(), match.group(), STRANGER))
        elif kind != "skip":
            tokens.append(Token(start, match.end(), "", wall=kind == "mask"))
    _make_labels_neutral(tokens)
    weaken_repeats(tokens)
    return tokens


def _make_labels_neutral(tokens: Sequence[Token]) -> None:
    words = [token for token in tokens if token.word]
    said = sum(token.word not in _LABELS for token in words)
    if sum(token.number >= 0 for token in words) >= max(_WORDS_FROM, _LABELS_FROM * said):
        for token in words:
            if token.number < 0 and token.word in _LABELS:
                token.score = 0.0
