"""Secrets spread over several messages of one customer.

Each message contributes a part or is a filler. The parts of the latest messages are added up
backwards from the new one, so one pass over at most 24 messages decides.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from walletdesk.safety import foreign, hanzi, keys, material, phrases
from walletdesk.safety.keys import Key, Naming, Span
from walletdesk.safety.normal import normal
from walletdesk.safety.types import SecretKind

_ENGLISH: Final = "english"
_SEED_MASK: Final = "⟦secret:seed_phrase⟧"
_UNDECIDED: Final = re.compile("⟦secret:undecided_key⟧")
_KEYSTORE_MASK: Final = "⟦secret:keystore⟧"
_ALARM: Final = 18.0
_ALARM_LISTED: Final = 9.0  # when this many words came in messages of nothing but list words
_LISTED_FROM: Final = 9
_DROP: Final = 8.0  # how far the sum may fall before the search ends
_MASK_SCORE: Final = 16.0  # a phrase has just been masked: one rare word more belongs to it
_LOW_IN_FRONT: Final = 3  # parts of low score before the best run that are masked with it
_STRETCH_LEAST: Final = 6.0  # of a stretch in another text, to be added up without a mask near it
_REST_REACH: Final = 6  # messages after a mask in which single list words belong to it
_REST_HAN: Final = 12  # characters of a message that goes on right after a mask
_FILLER: Final = -1.0
_FILLER_HAN: Final = -0.3

_PIECE_FROM: Final = 12
_PIECE: Final = re.compile(rf"(?<![0-9A-Za-z])[0-9A-Za-z]{{{_PIECE_FROM},}}(?![0-9A-Za-z])")
_RANDOM: Final = re.compile(r"[0-9]|[a-z][A-Z]")
_PIECES_MOST: Final = 8
_WHOLE: Final = 64  # digits of a key or a hash
_JSON: Final = re.compile(r"""["']\s*:|[{}]""")
_KEYSTORE_REST: Final = re.compile(
    r"""["'](?:mac|kdf(?:params)?|dklen|salt|version|cipher(?:text|params)?|iv|prf|id|[nrpc])"""
    r"""\\?["']\s*:|[0-9a-f]{16}"""
)
_QUESTION: Final = re.compile(
    r"[?？]|\b(?:how|what|where|como|que es|donde)\b|怎么|怎麼|如何|什么|什麼|哪|吗|嗎"
)
_POINTING: Final = re.compile(
    r"\b(?:that|this|it|above|these|those)\b|\bmy\b|这|這|那|上面|刚才|剛才|以上|我的|前面"
    r"|\b(?:eso|esa|ese|esta|este|esto|mi|anterior|arriba)\b"
)
_TOPIC_REACH: Final = 6  # messages back in which a key may have been announced
_TOPIC_REACH_0X: Final = 2
_POINT_REACH: Final = 3


@dataclass
class Message:
    """One message in normal form, with what it contributes (computed when asked for)."""

    text: str
    number: int = 0
    found: list[Key] = field(default_factory=list)

    @cached_property
    def plain(self) -> str:
        return normal(self.text)

    @cached_property
    def low(self) -> str:
        return self.plain.lower()

    @cached_property
    def parts(self) -> dict[str, phrases.Part]:
        """What it contributes to a phrase of each alphabetic language."""
        english = phrases.part_of(self.low)
        return foreign.parts_of(self.low) | ({_ENGLISH: english} if english else {})

    @cached_property
    def han(self) -> "hanzi.Part | None":
        return hanzi.part_of(self.plain)

    @cached_property
    def pieces(self) -> list[Span]:
        return _pieces(self.plain)


def continues(plain: str, low: str) -> bool:
    """Tell, cheaply, whether a message could belong to a secret spread over messages."""
    return (
        phrases.may_be_part(low)
        or foreign.may_be_part(low)
        or (not plain.isascii() and hanzi.part_of(plain) is not None)
        or (max(map(len, plain.split()), default=0) >= _PIECE_FROM and _has_pieces(plain, low))
        or (('"' in plain or "'" in plain or "}" in plain) and _JSON.search(plain) is not None)
        or (keys.speaks_of_keys(low) and _POINTING.search(low) is not None)
    )


def _has_pieces(plain: str, low: str) -> bool:
    # Whatever a number is called: it may open an address that was named before.
    return bool(keys.numbers(low)) or bool(_pieces(plain))


def _pieces(plain: str) -> list[Span]:
    """Return the runs of letters and digits that are long enough to be part of a key.

    A number that is called a hash is whole by itself and part of nothing.
    """
    pieces = [m.span() for m in _PIECE.finditer(plain) if _RANDOM.search(m.group())]
    if any(end - start >= _WHOLE for start, end in pieces):
        named = keys.find_hex(plain.lower())
        hashes = {span for span, naming in named if naming is Naming.HASH}
        pieces = [span for span in pieces if span not in hashes]
    return pieces[:_PIECES_MOST]


def find(new: Message, history: Sequence[Message]) -> None:
    """Add to the messages what they hold of secrets that the new message continues."""
    _find_words(new, history)
    _find_apart(new, history)
    _find_joined_han(new, history)
    _find_pieces(new, history)
    _find_named_hex(new, history)
    _find_pointed_hex(new, history)
    _find_keystore(new, history)


def _take(kind: SecretKind, parts: Iterable[tuple[Message, Span]], joint: str = " ") -> None:
    """Add the parts of one secret; the last of them bears the material of all."""
    ordered = sorted(parts, key=lambda part: (part[0].number, part[1]))
    joined = joint.join(message.plain[start:end] for message, (start, end) in ordered)
    for place, (message, span) in enumerate(ordered, 1):
        whole = material.of(kind, joined) if place == len(ordered) else b""
        message.found.append(Key(kind, *span, whole))


def _find_words(new: Message, history: Sequence[Message]) -> None:
    """Find phrases of an alphabetic language; of several languages, the longest run."""
    longest: list[tuple[Message, Span]] = []
    for name, part in new.parts.items():
        run = _rest(new, part, history, name) or _run(new, part, history, name)
        longest = max(longest, run, key=len)
    _take(SecretKind.SEED_PHRASE, longest)


def _rest(
    new: Message, part: phrases.Part, history: Sequence[Message], name: str
) -> list[tuple[Message, Span]]:
    """Return the last words of a phrase whose greater part has just been masked."""
    taken = [(new, part.span)]
    least = phrases.PART_LEAST
    for message in reversed(history[-_REST_REACH:]):
        if _SEED_MASK in message.text:
            return taken if part.whole and part.score >= least else []
        earlier = message.parts.get(name)
        if earlier and earlier.whole:
            taken.append((message, earlier.span))
        else:
            least = 0.0
    return []


def _run(
    new: Message, part: phrases.Part, history: Sequence[Message], name: str
) -> list[tuple[Message, Span]]:
    """Return the parts, latest first, of the best run of messages that ends in the new one."""
    total = best = part.score
    if best < _FILLER:
        return []
    taken = [(new, part.span)]
    kept, listed, best_listed = 1, part.words, part.words
    seen = {new.low}
    for message in reversed(history):
        if _SEED_MASK in message.text:
            if total + _MASK_SCORE >= _ALARM:
                return taken
            break
        earlier = _counted(message, name)
        if earlier:
            taken.append((message, earlier.span))
            listed += earlier.words
        total += _worth(earlier, repeated=message.low in seen)
        seen.add(message.low)
        if total > best:
            best, kept, best_listed = total, len(taken), listed
        elif total < best - _DROP:
            break
    if best >= _ALARM or (best >= _ALARM_LISTED and best_listed >= _LISTED_FROM):
        return taken[: kept + _LOW_IN_FRONT]
    return []


def _counted(message: Message, name: str) -> phrases.Part | None:
    part = message.parts.get(name)
    return part if part and (part.whole or part.score >= _STRETCH_LEAST) else None


def _worth(part: phrases.Part | None, *, repeated: bool) -> float:
    if part is None:
        return _FILLER
    worth = max(part.score, _FILLER)
    return worth / 2 if repeated and worth > 0 else worth  # "test", "test", "test"


def _only_mask(text: str) -> bool:
    return _SEED_MASK in text and len(text) < len(_SEED_MASK) + 16


def _find_apart(new: Message, history: Sequence[Message]) -> None:
    """Find Chinese phrases dictated one character, or a few set apart, per message."""
    part = new.han
    if part is None or not part.apart:
        return
    taken = [(new, part.span)]
    characters = set(part.characters)
    fillers = kept_fillers = 0
    for message in reversed(history):
        if _SEED_MASK in message.text:
            if hanzi.apart_score(characters) + fillers * _FILLER_HAN + _MASK_SCORE >= _ALARM:
                _take(SecretKind.SEED_PHRASE, taken)
            return
        part = message.han
        if part is None or not part.apart:
            fillers += 1
            continue
        taken.append((message, part.span))
        characters.update(part.characters)
        kept_fillers = fillers
    if hanzi.apart_score(characters) + kept_fillers * _FILLER_HAN >= _ALARM:
        _take(SecretKind.SEED_PHRASE, taken)


def _find_joined_han(new: Message, history: Sequence[Message]) -> None:
    """Find groups of Chinese characters that together have a right checksum."""
    part = new.han
    if part is None or not part.whole:
        return
    if (
        history
        and _only_mask(history[-1].text)
        and len(part.characters) <= _REST_HAN
        and not part.reply
    ):
        _take(SecretKind.SEED_PHRASE, [(new, part.span)])
        return
    taken, joined, kept, apart = [(new, part.span)], part.characters, 0, part.apart
    for message in reversed(history):
        part = message.han
        if part is None or not part.whole:
            continue
        joined = part.characters + joined
        if len(joined) > 24:
            break
        taken.append((message, part.span))
        apart = apart and part.apart
        if hanzi.is_listed_phrase(joined):
            kept = len(taken)
    # A longer phrase may pass the checksum too early by chance.
    _take(SecretKind.SEED_PHRASE, taken if kept and apart else taken[:kept])


def _find_pieces(new: Message, history: Sequence[Message]) -> None:
    """Find keys cut in pieces over messages; other words between do no harm."""
    if not new.pieces:
        return
    trail = [(m, span) for m in (*history, new) for span in m.pieces]
    last = len(trail)
    for end in range(last - len(new.pieces) + 1, last + 1):
        joined = ""
        for start in range(end - 1, max(end - _PIECES_MOST, 0) - 1, -1):
            message, (first, stop) = trail[start]
            joined = message.plain[first:stop] + joined
            if len(joined) > 114:
                break
            kind = _joined_kind(joined, new, history) if message is not new else None
            if kind is not None:
                _take(kind, trail[start:end], joint="")


def _joined_kind(joined: str, new: Message, history: Sequence[Message]) -> SecretKind | None:
    if len(joined) in {64, 66} and re.fullmatch(r"(?:0x)?[0-9a-f]{64}", joined.lower()):
        texts = (new, *reversed(history))
        named = next((t for m in texts if (t := keys.topic(m.low)) is not Naming.NOTHING), None)
        return SecretKind.PRIVATE_KEY if named is Naming.KEY else None
    return keys.base58_kind(joined)


def _find_named_hex(new: Message, history: Sequence[Message]) -> None:
    """Find a number whose name was said before it: "here is my private key", then "4c08…"."""
    for span in _unnamed(new):
        prefixed = new.low.startswith("0x", span[0])
        if _announced(history, strict=prefixed):
            _take(SecretKind.PRIVATE_KEY, [(new, span)])
        elif _is_about_money(history):
            kept = [key for key in new.found if (key.start, key.end) != span]
            new.found[:] = kept


def _announced(history: Sequence[Message], *, strict: bool) -> bool:
    """Tell whether the latest word about it was of a key.

    Hashes of Ethereum carry 0x, exported keys often do not: a number with 0x needs a message just
    before it that gives a key and asks nothing (`strict`).
    """
    for message in reversed(history[-(_TOPIC_REACH_0X if strict else _TOPIC_REACH) :]):
        topic = keys.topic(message.low)
        if topic is not Naming.NOTHING:
            return topic is Naming.KEY and not (strict and _QUESTION.search(message.low))
    return False


def _unnamed(message: Message) -> list[Span]:
    """Return the 64-hex numbers that neither a word nor their place calls a hash."""
    low = message.low
    return [
        span
        for span, naming in keys.find_hex(low)
        if naming is Naming.NOTHING and not keys.is_placed(low, span)
    ]


def _is_about_money(history: Sequence[Message]) -> bool:
    """Tell whether the latest messages speak of a transaction, so that a number is its hash."""
    for message in reversed(history[-_TOPIC_REACH:]):
        topic = keys.topic(message.low)
        if topic is not Naming.NOTHING:
            return topic is Naming.HASH
        if keys.moves(message.low):
            return True
    return False


def _find_pointed_hex(new: Message, history: Sequence[Message]) -> None:
    """Find a number that is named after it: "4c08…", then "that is my private key"."""
    if keys.topic(new.low) is not Naming.KEY or _QUESTION.search(new.low):
        return
    if not _POINTING.search(new.low) or keys.find_hex(new.low):
        return
    for message in history[-_POINT_REACH:]:
        for span in _unnamed(message):
            _take(SecretKind.PRIVATE_KEY, [(message, span)])
        for mask in _UNDECIDED.finditer(message.plain):
            message.found.append(Key(SecretKind.PRIVATE_KEY, *mask.span(), b""))


def _find_keystore(new: Message, history: Sequence[Message]) -> None:
    """Find a key file cut over messages, line by line or anywhere."""
    if not _JSON.search(new.plain) and not new.pieces:
        return
    if (
        history
        and history[-1].text.endswith(_KEYSTORE_MASK)
        and (_KEYSTORE_REST.search(new.low) or not new.low.strip(" }\n\t,"))
    ):
        _take(SecretKind.KEYSTORE, [(new, (0, len(new.low)))])
        return
    group = [m for m in history if _JSON.search(m.plain) or m.pieces]
    joined = "".join(message.low for message in (*group, new))
    if "ciphertext" not in joined:
        return
    for key in keys.find_keystore(joined):
        _spread(key, (*group, new))


def _spread(key: Key, group: Sequence[Message]) -> None:
    """Give every message its share of a finding in their joined text."""
    offset = 0
    shares: list[tuple[Message, Span]] = []
    for message in group:
        start, end = max(key.start - offset, 0), min(key.end - offset, len(message.low))
        if start < end:
            shares.append((message, (start, end)))
        offset += len(message.low)
    if len(shares) > 1 and shares[-1][0] is group[-1]:
        _take(key.kind, shares, joint="")
