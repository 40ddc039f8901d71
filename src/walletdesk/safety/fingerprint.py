"""The canonical bytes of a caught secret, digested: by them it is known when it comes again.

A digest lives in memory only. What is stored is its HMAC under a key of the installation
(`conversations.actions.caught.mark_of`): a plain digest of a phrase could be looked up in a list.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from walletdesk.safety.types import Checked, SecretKind

_MASK: Final = re.compile(r"⟦secret:\w+⟧")
_WORD: Final = re.compile(r"[^\W\d_]+")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
# Below this a rest of a phrase ("zoo", after a mask) would be recognised in everybody's phrases.
_LEAST_WORDS: Final = 8
_LEAST_CHARACTERS: Final = 32


@dataclass(frozen=True, slots=True)
class Caught:
    """One secret: its kind, and the digest of what it is, however it was written."""

    kind: str
    digest: bytes = field(repr=False)


def caught_in(text: str, history: Sequence[str], checked: Checked) -> tuple[Caught, ...]:
    """Return the secrets that a check found, each once; a secret over several messages is one.

    `text` and `history` are what `guard.check` was given. What is too short to tell two people's
    secrets apart is left out.
    """
    own = [(finding.kind, text[finding.start : finding.end]) for finding in checked.findings]
    if checked.earlier:
        parts = [
            part
            for at in sorted(checked.earlier)
            for part in cut_out(history[at], checked.earlier[at].text)
        ]
        own = [(checked.kinds[0], " ".join([*parts, *(part for _kind, part in own)]))]
    found = {_digest(kind, part): kind for kind, part in own}
    return tuple(Caught(kind, digest) for digest, kind in found.items() if digest)


def cut_out(before: str, after: str) -> list[str]:
    """Return the parts of a text in whose place masks stand after the guard looked at it."""
    kept = _MASK.split(after)
    parts: list[str] = []
    done = len(kept[0])
    for number, following in enumerate(kept[1:], 1):
        last = number == len(kept) - 1
        stop = len(before) - len(following) if last else before.find(following, done)
        parts.append(_MASK.sub(" ", before[done : max(stop, done)]))
        done = max(stop, done) + len(following)
    return [part for part in parts if part.strip()]


def _digest(kind: str, part: str) -> bytes:
    material = _material(kind, part)
    return sha256(material.encode(errors="surrogatepass")).digest() if material else b""


def _material(kind: str, part: str) -> str:
    """Return one writing of a secret for all: lower case, NFKD, without numbering and layout."""
    plain = unicodedata.normalize("NFKD", part).lower()
    if kind == SecretKind.SEED_PHRASE:
        han = _HAN.findall(plain)
        words = han or _WORD.findall(plain)
        return ("" if han else " ").join(words) if len(words) >= _LEAST_WORDS else ""
    packed = "".join(plain.split()).removeprefix("0x")
    return packed if len(packed) >= _LEAST_CHARACTERS else ""
