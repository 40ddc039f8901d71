"""Parts of a secret where somebody else quoted them: in a note, a summary, a draft, a form's field.

While the parts came one by one they were harmless words; once the guard knows what they make, no
copy of them may stay either.
"""

import re
from collections.abc import Sequence
from typing import Final

from walletdesk.safety import guard
from walletdesk.safety.types import SafeText

_LONG: Final = 12  # characters: such a part is nobody's ordinary word
_LONG_HAN: Final = 4
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_SEVERAL: Final = 3  # single words of a phrase that stand in one text are a quotation of it


def without_parts(text: str, parts: Sequence[str], kind: str) -> SafeText | None:
    """Return a text with masks in place of a secret's parts; None when it quotes none of them.

    A single short word is left alone: "about" stands in every second message of an agent.
    """
    words = sorted({" ".join(part.split()) for part in parts if part.strip()}, key=len)[::-1]
    found = [word for word in words if _pattern(word).search(text)]
    if not any(map(_is_long, found)) and len(found) < _SEVERAL:
        return None
    for word in found:
        text = _pattern(word).sub(f"⟦secret:{kind}⟧", text)
    return guard.check(text).safe


def _is_long(word: str) -> bool:
    return " " in word or len(word) >= (_LONG_HAN if _HAN.search(word) else _LONG)


def _pattern(word: str) -> re.Pattern[str]:
    inner = r"\s+".join(re.escape(piece) for piece in word.split())
    if _HAN.search(word):
        return re.compile(inner)  # no blanks stand between Chinese words
    return re.compile(rf"(?<!\w){inner}(?!\w)", re.IGNORECASE)
