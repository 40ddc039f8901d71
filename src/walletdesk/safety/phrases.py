"""English BIP-39 phrases inside one message, by likelihood ratio over its words.

Neither a pattern nor the checksum is asked for: part phrases, typos and foreign standards fail
both. Scores of consecutive words are added up; the best stretch alarms from `ALARM` on.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from walletdesk.safety import labels
from walletdesk.safety.checksum import is_phrase
from walletdesk.safety.words import INDEX, SCORES, STRANGER, score, split_glued

ALARM: Final = 16.0
"""Measured in bench/guard.py: 0 false alarms in the held-out queries, all 12-word phrases found."""
_ALARM_PURE: Final = 4.0  # a message of at least 8 words that are all on the list
_PURE_FROM: Final = 8
_DENSE: Final = 0.65  # share of list words from which "and" and "then" are fillers
_PART: Final = 6.0  # a stretch of an ordinary-looking message that may be part of a phrase
_PART_LONGEST: Final = 8_000  # characters; a longer text stands for itself
_PART_DOUBT: Final = 3.0  # taken off such a stretch
_PART_WORDS: Final = 3
_GLUED_FROM: Final = 12  # letters; no list word is longer than 8
_PHRASE_MOST: Final = 33  # words of the longest phrase in use (SLIP-39)

PART_LEAST: Final = -2.0  # of a message of list words only

_LABELS: Final = labels.ENGLISH  # what stands around dictated words
_GRAMMAR: Final = _LABELS - frozenset(INDEX)
_WORTH: Final = {word: max(value, 0.0) for word, value in SCORES.items()}
_UNKNOWN_WORTH: Final = 1.6  # the most that a word outside the table can score
_LETTERS: Final = frozenset("bcdfghjklmnpqrstvwxz")  # of numbering: w1, w2
_STRANGERS: Final = frozenset(SCORES) - frozenset(INDEX) - _LABELS - _LETTERS

_HAN: Final = re.compile("[\u3400-\u9fff]")
_HAN_LABEL: Final = 6  # Chinese characters around a dictated English word: 第三个单词是
_WORD: Final = re.compile(r"[a-z]+")
_NUMBER_FROM: Final = 38  # digits of a hash or an address in hexadecimal
_NUMBER: Final = (
    rf"(?<![0-9a-z])(?:0x)?(?=[a-f]{{0,20}}[0-9])[0-9a-f]{{{_NUMBER_FROM},}}+(?![0-9a-z])"
)
_HEX_NUMBER: Final = re.compile(_NUMBER)


def token_pattern(letters: str) -> re.Pattern[str]:
    """Return the pattern of what matters in a text whose words consist of these letters."""
    return re.compile(
        r"(?P<mask>⟦secret:[a-z_]{1,20}⟧)"
        rf"|(?P<hex>{_NUMBER})"
        r"|(?P<skip></?(?:br|p|li|ol|ul|td|tr|th|div|span|b|i|em|strong|code|pre|table|tbody|hr"
        r"""|font)(?:\s[a-z-]{1,20}=["'][^"'<>]{0,60}["']){0,4}\s?/?>"""
        r"|&(?:[a-z]{2,6}|\#\d{1,5});)"
        rf"|(?P<number>(?:(?<![{letters}0-9])[a-z])?\d+(?:(?:st|nd|rd|th)(?![a-z]))?)"
        rf"|(?P<word>[{letters}]+)"
    )


_TOKEN: Final = token_pattern("a-z")


@dataclass(slots=True)
class Token:
    """A word or number of the normal text, in lower case; an empty word is a number."""

    start: int
    end: int
    word: str
    score: float = 0.0
    wall: bool = False  # a mask: no phrase reaches over it
    number: int = -1  # in its list, if it is there exactly

    @property
    def listed(self) -> bool:
        """Whether it passes for a list word, mistyped or shortened ones included."""
        return bool(self.word) and (self.score > STRANGER / 2 or self.number >= 0)

    @property
    def counts(self) -> bool:
        """Whether it numbers what follows."""
        return self.word in labels.COUNTERS if self.word else not self.wall


def words_of(low: str) -> list[str]:
    """Return the runs of letters, but those inside a hash or an address are no words."""
    return _WORD.findall(_HEX_NUMBER.sub(" ", low) if len(low) >= _NUMBER_FROM else low)


def may_hold_phrase(low: str, words: Sequence[str]) -> bool:
    """Tell, cheaply and never wrongly with no, whether its words could add up to an alarm."""
    worth = sum([_WORTH.get(word, _UNKNOWN_WORTH) for word in words if len(word) > 2])
    if worth >= ALARM:
        return True
    if words and max(map(len, words)) >= _GLUED_FROM and len(low) >= 3 * _PURE_FROM:
        return any(split_glued(word) for word in words if len(word) >= _GLUED_FROM)
    if "<" in low or "&" in low:  # the names of HTML tags are among the words
        return len(words) >= _PURE_FROM
    return len(words) >= _PURE_FROM and _STRANGERS.isdisjoint(words)


@dataclass(frozen=True, slots=True)
class Part:
    """What a message contributes to a phrase spread over messages.

    `whole` messages hold nothing else; of others it is their best stretch.
    """

    score: float
    span: tuple[int, int]
    whole: bool
    words: int = 0


def may_be_part(low: str) -> bool:
    """Tell whether `part_of` gives something worth a look at the history; cheap when it does not.

    Ordinary messages leave after a few set operations: they hold a frequent word outside the
    list, and all their list words together are worth less than a part.
    """
    words = words_of(low) if len(low) <= _PART_LONGEST else []
    if not words:
        return False
    most = sum([_WORTH.get(word, _UNKNOWN_WORTH) for word in words if len(word) > 2])
    if most < _PART and not (_STRANGERS.isdisjoint(words) and max(map(len, words)) < _GLUED_FROM):
        return False
    part = part_of(low)
    return part is not None and part.score > PART_LEAST


def part_of(low: str) -> Part | None:
    """Return what a message contributes to a phrase spread over messages, if anything."""
    if len(low) > _PART_LONGEST:
        return None
    tokens = tokens_of(low)
    words = [token for token in tokens if token.word and token.word not in _GRAMMAR]
    if not words or any(token.wall for token in tokens):
        return None
    own = [token for token in words if token.word not in _LABELS]  # "the second is forest"
    dictated = len(own or words) == 1 or any(token.counts for token in tokens)
    foreign = len(_HAN.findall(low)) > _HAN_LABEL
    if foreign or (not dictated and any(token.word in _GRAMMAR for token in tokens)):
        words = []  # "raise the volume" is no list of words
    if 0 < len(words) <= 24 and all(token.listed for token in words):
        score = sum(token.score for token in words)
        return Part(score, (tokens[0].start, tokens[-1].end), whole=True, words=len(words))
    best, first, last = _best_stretch(tokens)
    if best < _PART or sum(bool(token.word) for token in tokens[first : last + 1]) < _PART_WORDS:
        return None
    first, last = _widen(tokens, first, last)
    return Part(best - _PART_DOUBT, (tokens[first].start, tokens[last].end), whole=False)


def _best_stretch(tokens: Sequence[Token]) -> tuple[float, int, int]:
    best, ends, total, start = 0.0, (0, 0), 0.0, 0
    for index, token in enumerate(tokens):
        if total <= 0.0:
            total, start = 0.0, index
        total += token.score
        if total > best:
            best, ends = total, (start, index)
    return best, *ends


def tokens_of(low: str) -> list[Token]:
    """Return the scored words, numbers and masks of a lower-case normal text."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(low):
        kind, start, end = match.lastgroup, match.start(), match.end()
        if kind == "word":
            _append_word(tokens, match.group(), start)
        elif kind == "hex":
            tokens.append(Token(start, end, match.group(), STRANGER))
        elif kind != "skip":
            tokens.append(Token(start, end, "", wall=kind == "mask"))
    _make_labels_neutral(tokens)
    _make_series_neutral(tokens)
    weaken_repeats(tokens)
    return tokens


def weaken_repeats(tokens: Sequence[Token]) -> None:
    """Let a word that came before count half: "test test test test" is no phrase.

    A whole phrase sent twice is found in the second look that follows every masking.
    """
    seen: set[str] = set()
    for token in tokens:
        if token.word in seen and token.score > 0:
            token.score /= 2
        seen.add(token.word)


def _append_word(tokens: list[Token], word: str, start: int) -> None:
    parts = split_glued(word) if len(word) >= _GLUED_FROM else []
    if len(parts) < 3:
        parts = [word]
    for part in parts:
        number = INDEX.get(part, -1)
        tokens.append(Token(start, start + len(part), part, score(part), number=number))
        start += len(part)


def _make_labels_neutral(tokens: list[Token]) -> None:
    """Give "word 3 is" no weight where words are being counted, or the message is very short."""
    words = [token for token in tokens if token.word]
    counts = sum(token.counts for token in tokens)
    counted = counts >= max(4, len(words) / 5)  # "word 3 is velvet": one in four
    others = sum(token.word not in _LABELS for token in words)
    listed = sum(token.number >= 0 for token in words)
    said = sum(token.word not in labels.FILLERS for token in words)
    dense = listed >= max(_PURE_FROM, _DENSE * said)  # "volume and drive um century, then …"
    neutral = counted or dense or (others <= 2 and len(words) <= 6)
    for token in words:
        if token.word in _LABELS:
            token.score = 0.0 if neutral else min(token.score, 0.0)


def _make_series_neutral(tokens: Sequence[Token]) -> None:
    """Give "first … second … third …" and "a) … b) … c) …" no weight where they number a list."""
    for series in labels.SERIES:
        found: list[Token] = []
        for token in tokens:
            if len(found) < len(series) and token.word == series[len(found)]:
                found.append(token)
        for token in found if len(found) >= _PURE_FROM else ():
            token.score = 0.0


def find_phrases(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Return the stretches (first, last token index) that are phrases, in order."""
    found: list[tuple[int, int]] = []
    for first, last in _stretches(tokens):
        first, last = _widen(tokens, first, last)  # noqa: PLW2901 -- the wider one replaces it
        if not found or first > found[-1][1]:
            found.append((first, last))
        else:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
    return found


def _stretches(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    piece: list[int] = []
    for index, token in enumerate(tokens):
        if token.wall:
            found += _stretches_between(tokens, piece)
            piece = []
        elif token.word:
            piece.append(index)
    return found + _stretches_between(tokens, piece)


def _stretches_between(tokens: Sequence[Token], piece: Sequence[int]) -> list[tuple[int, int]]:
    """Return the alarming stretches among the words at these indices, in linear time.

    A stretch ends where the sum has fallen by `ALARM` from its best: nothing that begins in the
    fall can alarm before its end.
    """
    if _is_pure(tokens, piece):
        return [(piece[0], piece[-1])]
    found: list[tuple[int, int]] = []
    total = best = 0.0
    start = end = -1
    for index in piece:
        if total <= 0.0 or total <= best - ALARM:
            if best >= ALARM:
                found.append((start, end))
            total, best, start = 0.0, 0.0, index
        total += tokens[index].score
        if total > best:
            best, end = total, index
    if best >= ALARM:
        found.append((start, end))
    return found


def _is_pure(tokens: Sequence[Token], piece: Sequence[int]) -> bool:
    words = [tokens[index] for index in piece]
    if len(words) < _PURE_FROM or not all(token.listed or not token.score for token in words):
        return False
    indices = [token.number for token in words]
    return sum(token.score for token in words) >= _ALARM_PURE or (
        -1 not in indices and is_phrase(indices)
    )


def _widen(tokens: Sequence[Token], first: int, last: int) -> tuple[int, int]:
    """Return the stretch with the low-scoring list words and numbering at its edges."""
    if not _is_exact(tokens, first, last):
        first = _reach(tokens, first, -1)
        last = _reach(tokens, last, 1)
    while first and not tokens[first - 1].word and not tokens[first - 1].wall:
        first -= 1
    return first, last


def _is_exact(tokens: Sequence[Token], first: int, last: int) -> bool:
    indices = [token.number for token in tokens[first : last + 1] if token.word]
    return -1 not in indices and is_phrase(indices)


def _reach(tokens: Sequence[Token], edge: int, step: int) -> int:
    """Return how far list words go on from an edge; one stranger between them is allowed."""
    strangers = 0
    index = edge + step
    while 0 <= index < len(tokens) and abs(index - edge) <= _PHRASE_MOST:
        token = tokens[index]
        if token.wall:
            break
        if token.listed:
            edge, strangers = index, 0
        elif token.word:
            strangers += 1
            if strangers > 1:
                break
        index += step
    return edge
