"""Undo what people and programs do to addresses: full width, invisible signs, hxxp, [.], (at)."""

import re
import unicodedata

MOST = 200_000  # characters of an input; a mail with its headers fits

# Signs that take no room or turn the direction of what follows (Unicode category Cf, and fillers).
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
_DOTS = re.compile(r"[。．｡․]")
_DOT_WORD = re.compile(
    r"\s*[\[({<]\s*(?:\.|dot|点|punto)\s*[\])}>]\s*|(?<=\w)\s+(?:dot|punto)\s+(?=\w)", re.IGNORECASE
)
_AT_WORD = re.compile(r"\s*[\[({<]\s*(?:@|at|arroba)\s*[\])}>]\s*", re.IGNORECASE)
_SLASHES = re.compile(r"[\[({]\s*(://|:|/)\s*[\])}]")
_SCHEME = re.compile(
    r"\b(?:h[tx]{2}p|hxxp|h\*\*p|meow)(s?)\s*(?::|\[:\])?\s*(?:/|\\){2,}", re.IGNORECASE
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def visible(text: str) -> str:
    """Return text without invisible and control signs, in its plain width. Line breaks stay."""
    text = _INVISIBLE.sub("", _CONTROL.sub("", text[:MOST]))
    return _DOTS.sub(".", unicodedata.normalize("NFKC", text))


def refang(text: str) -> str:
    """Return text in which disguised links and addresses are whole again."""
    text = _SCHEME.sub(lambda found: f"http{found[1].lower()}://", visible(text))
    text = _AT_WORD.sub("@", _SLASHES.sub(r"\1", text))
    return _DOT_WORD.sub(".", text)
