"""The guard: finds seed phrases and private keys in a message and masks them.

Text is checked before it is written anywhere (database, log, queue, index, temporary file). Pure
functions of their arguments; no text is kept.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

from walletdesk.safety import conversation, foreign, hanzi, keys, personal, phrases, shortened
from walletdesk.safety.conversation import Message
from walletdesk.safety.keys import Key, Naming
from walletdesk.safety.normal import normal, origin
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

_RUN: Final = re.compile(r"[0-9A-Za-z]{50}")
_PIECE: Final = 12
_SHORTEST_KEY: Final = 51
_ROUNDS: Final = 4


def check(text: str, history: Sequence[str] = ()) -> Checked:
    """Return the message with every secret masked, and the earlier messages that it completed.

    `history` are the customer's previous messages of the conversation, oldest first, as stored;
    the last `HISTORY_LIMIT` are looked at. Never raises, whatever the text; linear in its length.
    A 64-hex number that neither this message nor the history names is left alone: transaction
    hashes look the same and customers send them all day.
    """
    plain = normal(text)
    low = plain.lower()
    found = _scan(plain, low)
    if not history or not conversation.continues(plain, low):
        return _settled(text, found) if found else Checked(_safe(text))
    skipped = max(0, len(history) - HISTORY_LIMIT)
    new = Message(text, found)
    before = [Message(old) for old in history[skipped:]]
    conversation.find(new, before)
    completed = [(skipped + at, message) for at, message in enumerate(before) if message.found]
    return _settled(
        text,
        new.found,
        {at: _settled(old.text, old.found).safe for at, old in completed},
        frozenset(key.kind for _at, old in completed for key in old.found),
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

    `name(kind, value)` gives the code of a token, 4 to 12 of 0-9 and A-Z; the same value must get
    the same code. The values come along, exactly as typed, to be sealed by the caller.
    """
    text = safe.text
    parts: list[str] = []
    values: dict[str, TokenValue] = {}
    done = 0
    for datum in personal.find(text):
        value = text[datum.start : datum.end]
        code = name(datum.kind.value, value)
        parts += (text[done : datum.start], f"⟦{datum.kind.value}:{code}⟧")
        values[code] = TokenValue(datum.kind.value, code, value)
        done = datum.end
    if not parts:
        return StorableText(safe, (), _CAPABILITY)
    parts.append(text[done:])
    return StorableText(_safe("".join(parts)), tuple(values.values()), _CAPABILITY)


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


def _scan(plain: str, low: str) -> list[Key]:
    """Return the secrets that the normal text of one message holds by itself."""
    found: list[Key] = []
    words = phrases.words_of(low)
    if phrases.may_hold_phrase(low, words):
        tokens = phrases.tokens_of(low)
        spans = [(tokens[a].start, tokens[b].end) for a, b in phrases.find_phrases(tokens)]
        found += [Key(SecretKind.SEED_PHRASE, *span) for span in spans]
    if foreign.may_hold_phrase(low, words):
        spans = list(foreign.find_phrases(low))
        found += [Key(SecretKind.SEED_PHRASE, *span) for span in spans]
    if len(words) >= shortened.FROM:
        found += [Key(SecretKind.SEED_PHRASE, *span) for span in shortened.find_phrases(low)]
    if not low.isascii():
        found += [Key(SecretKind.SEED_PHRASE, *span) for span in hanzi.find_phrases(plain)]
    if len(plain) >= _SHORTEST_KEY:
        found += _scan_keys(plain, low)
    if "ciphertext" in low:
        found += keys.find_keystore(low)
    return found


def _scan_keys(plain: str, low: str) -> list[Key]:
    found: list[Key] = []
    longest = max(map(len, plain.split()), default=0)
    if longest >= _SHORTEST_KEY and _RUN.search(plain):
        found += keys.find_base58(plain)
        named = [span for span, naming in keys.find_hex(low) if naming is Naming.KEY]
        found += [Key(SecretKind.PRIVATE_KEY, *span) for span in named]
    if longest >= _PIECE:
        found += keys.find_broken_base58(plain)
    if keys.speaks_of_keys(low):
        found += keys.find_broken_hex(low)
    return found


def _settled(
    text: str,
    found: Sequence[Key],
    earlier: dict[int, SafeText] | None = None,
    earlier_kinds: frozenset[str] = frozenset(),
) -> Checked:
    """Mask until the result gives no alarm any more."""
    findings = _findings(text, found)
    for _round in range(_ROUNDS if findings else 0):
        masked = _masked(text, findings)
        plain = normal(masked)
        more = _findings(masked, _scan(plain, plain.lower()))
        if not more:
            break
        findings = _merged([*findings, *_translated(more, findings)])
    else:
        if findings:
            findings = [Finding(findings[0].kind, 0, len(text))]
    return Checked(_safe(_masked(text, findings)), tuple(findings), earlier or {}, earlier_kinds)


def _findings(text: str, found: Sequence[Key]) -> list[Finding]:
    spans = origin(text, [(key.start, key.end) for key in found])
    return _merged([Finding(key.kind, *span) for key, span in zip(found, spans, strict=True)])


def _merged(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings in order; overlapping ones become one, named after the longer."""
    merged: list[Finding] = []
    for finding in sorted(findings, key=lambda f: (f.start, -f.end)):
        if merged and finding.start < merged[-1].end:
            last = merged[-1]
            longer = max(last, finding, key=lambda f: f.end - f.start)
            merged[-1] = Finding(longer.kind, last.start, max(last.end, finding.end))
        else:
            merged.append(finding)
    return merged


def _translated(more: Sequence[Finding], findings: Sequence[Finding]) -> list[Finding]:
    """Return findings in a masked text as findings in the text before masking."""
    return [
        Finding(new.kind, _before(new.start, findings, at_end=False), _before(new.end, findings))
        for new in more
    ]


def _before(position: int, findings: Sequence[Finding], *, at_end: bool = True) -> int:
    for finding in findings:
        if position <= finding.start:
            return position
        if position < finding.start + len(_mask(finding.kind)):
            return finding.end if at_end else finding.start
        position += finding.end - finding.start - len(_mask(finding.kind))
    return position


def _mask(kind: str) -> str:
    return f"⟦secret:{kind}⟧"


def _masked(text: str, findings: Sequence[Finding]) -> str:
    parts: list[str] = []
    done = 0
    for finding in findings:
        parts += (text[done : finding.start], _mask(finding.kind))
        done = finding.end
    return "".join((*parts, text[done:]))
