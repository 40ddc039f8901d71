"""The guard: finds seed phrases, keys and codes in a message and masks them.

Text is checked before it is written anywhere (database, log, queue, index, temporary file). Pure
functions of their arguments; no text is kept.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Final

from walletdesk.safety import conversation, held, material, personal, scan
from walletdesk.safety.conversation import Message
from walletdesk.safety.keys import Key
from walletdesk.safety.normal import normal, origin
from walletdesk.safety.personal import PersonalDatum, PersonalKind
from walletdesk.safety.types import (
    _CAPABILITY,
    HISTORY_LIMIT,
    Checked,
    Finding,
    SafeText,
    SecretKind,
    StorableText,
    TokenValue,
)

_ROUNDS: Final = 4


def check(text: str, history: Sequence[str] = (), known: Collection[str] = ()) -> Checked:
    """Return the message with every secret masked, and the earlier messages that it completed.

    `history` are the customer's previous messages of the conversation, oldest first, as stored;
    the last `HISTORY_LIMIT` are looked at. `known` are addresses of this customer. Never raises,
    whatever the text; linear in its length. A 64-hex number is a key when it opens an address of
    the conversation or of `known`, or when the words call it one; when nothing tells, it is masked
    and `undecided` is set: ask for the explorer's link.
    """
    plain = normal(text)
    low = plain.lower()
    found = scan.find(plain, low)
    recent = history[max(0, len(history) - HISTORY_LIMIT) :]
    found += scan.find_opening(plain, low, [*recent, *known])
    if not recent or not conversation.continues(plain, low):
        return _settled(text, found) if found else Checked(_safe(text))
    before = [Message(old, number) for number, old in enumerate(recent)]
    new = Message(text, len(recent), found)
    conversation.find(new, before)
    completed = [message for message in before if message.found]
    skipped = len(history) - len(recent)
    checked = _settled(text, new.found)
    if not completed:
        return checked
    earlier = {skipped + old.number: _settled(old.text, old.found) for old in completed}
    return replace(
        checked,
        earlier={at: old.safe for at, old in earlier.items()},
        earlier_kinds=frozenset(key.kind for old in completed for key in old.found),
        earlier_findings=tuple(finding for old in earlier.values() for finding in old.findings),
    )


def may_continue(text: str) -> bool:
    """Tell whether a secret could involve this message together with earlier ones.

    False spares the caller the look at the history: `check` itself ignores the history of such a
    message.
    """
    plain = normal(text)
    return conversation.continues(plain, plain.lower())


def tokenise(safe: SafeText, name: Callable[[str, str], str]) -> StorableText:
    """Put a token in place of each personal datum: the form in which a timeline may be written.

    Words that may be a part of a phrase are taken out like a datum, and wait sealed (`held`).
    `name(kind, value)` gives the code of a token, 4 to 12 of 0-9 and A-Z; the same value must get
    the same code. The values come along, exactly as typed, to be sealed by the caller.
    """
    text = safe.text
    parts: list[str] = []
    values: dict[str, TokenValue] = {}
    done = 0
    for datum in _taken_out(text):
        value = text[datum.start : datum.end]
        code = name(datum.kind.value, value)
        parts += (text[done : datum.start], f"⟦{datum.kind.value}:{code}⟧")
        values[code] = TokenValue(datum.kind.value, code, value)
        done = datum.end
    if not parts:
        return StorableText(safe, (), _CAPABILITY)
    parts.append(text[done:])
    return StorableText(_safe("".join(parts)), tuple(values.values()), _CAPABILITY)


def held_words(text: str) -> list[str]:
    """Return the words that `tokenise` would hold back of a text: what their tokens stand for."""
    return [text[d.start : d.end] for d in _taken_out(text) if d.kind is PersonalKind.WORDS]


def _taken_out(text: str) -> list[PersonalDatum]:
    data = personal.find(text)
    for start, end in held.find(text):
        if all(end <= datum.start or datum.end <= start for datum in data):
            data.append(PersonalDatum(PersonalKind.WORDS, start, end))
    return sorted(data, key=lambda datum: datum.start)


def impersonal(safe: SafeText) -> SafeText:
    """Return a text in which tokens stand for personal data whose values are kept nowhere."""
    return tokenise(safe, lambda _kind, _value: "0000").safe


def without_data(text: SafeText) -> StorableText:
    """Wrap a text in which no customer's data can stand, such as the bot's published answers."""
    return StorableText(text, (), _CAPABILITY)


def trusted(text: str) -> SafeText:
    """Wrap a constant text of our own program, such as a system notice from the catalogue."""
    return _safe(text)


def redisplay(text: str) -> SafeText:
    """Wrap text read back from storage that had passed the guard when it was written."""
    return _safe(text)


def _safe(text: str) -> SafeText:
    return SafeText(text, _CAPABILITY)


def _settled(text: str, found: Sequence[Key]) -> Checked:
    """Mask until the result gives no alarm any more."""
    cuts = _in_original(text, found)
    for _round in range(_ROUNDS if cuts else 0):
        masked = _masked(text, cuts)
        plain = normal(masked)
        more = _in_original(masked, scan.find(plain, plain.lower()))
        if not more:
            break
        cuts = _merged([*cuts, *_translated(more, cuts)])
    else:
        if cuts:
            cuts = [Key(cuts[0].kind, 0, len(text))]
    return Checked(_safe(_masked(text, cuts)), tuple(_finding(text, cut) for cut in cuts))


def _finding(text: str, cut: Key) -> Finding:
    own = material.of(cut.kind, text[cut.start : cut.end]) if cut.material is None else cut.material
    return Finding(cut.kind, cut.start, cut.end, own)


def _in_original(text: str, found: Sequence[Key]) -> list[Key]:
    spans = origin(text, [(key.start, key.end) for key in found])
    keys = (Key(key.kind, *span, key.material) for key, span in zip(found, spans, strict=True))
    return _merged(list(keys))


def _merged(cuts: Sequence[Key]) -> list[Key]:
    """Return the cuts in order; overlapping ones become one, named after the longer."""
    merged: list[Key] = []
    for cut in sorted(cuts, key=lambda cut: (cut.start, -cut.end)):
        if merged and cut.start < merged[-1].end:
            last = merged[-1]
            first, second = sorted((last, cut), key=_weight, reverse=True)
            same = (first.start, first.end) == (last.start, max(last.end, cut.end))
            known = first.material or second.material or (first.material if same else None)
            merged[-1] = Key(first.kind, last.start, max(last.end, cut.end), known)
        else:
            merged.append(cut)
    return merged


def _weight(cut: Key) -> tuple[int, bool]:
    return cut.end - cut.start, cut.kind is not SecretKind.UNDECIDED


def _translated(more: Sequence[Key], cuts: Sequence[Key]) -> list[Key]:
    """Return cuts in a masked text as cuts in the text before masking."""
    return [
        Key(new.kind, _before(new.start, cuts, at_end=False), _before(new.end, cuts))
        for new in more
    ]


def _before(position: int, findings: Sequence[Key], *, at_end: bool = True) -> int:
    for finding in findings:
        if position <= finding.start:
            return position
        if position < finding.start + len(_mask(finding.kind)):
            return finding.end if at_end else finding.start
        position += finding.end - finding.start - len(_mask(finding.kind))
    return position


def _mask(kind: str) -> str:
    return f"⟦secret:{kind}⟧"


def _masked(text: str, findings: Sequence[Key]) -> str:
    parts: list[str] = []
    done = 0
    for finding in findings:
        parts += (text[done : finding.start], _mask(finding.kind))
        done = finding.end
    return "".join((*parts, text[done:]))
