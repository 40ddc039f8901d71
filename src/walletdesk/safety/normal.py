"""Normal form of a message for the detectors, with the way back to the original positions."""

import unicodedata
from typing import Final

_CACHE_LIMIT: Final = 16_384  # distinct characters kept; a hostile text could bring a million

# Look-alikes of Latin letters (phones and phishing pages mix them in) and typographic quotes.
_ALIKE: Final = dict(
    zip("аеорсухіѕјԁһӏгтмкοανρ‘’‚“”„", "aeopcyxisjdhlrtmkoavp'''\"\"\"", strict=True)
)


def _normal_char(char: str) -> str:
    """Return what one character becomes: compatibility form, no marks, no invisible characters."""
    parts = unicodedata.normalize("NFKD", char)
    kept = [
        _ALIKE.get(part, part)
        for part in parts
        if unicodedata.category(part) not in {"Mn", "Me", "Cf", "Cs"}
    ]
    return "".join(kept)


class _Forms(dict[str, str]):
    def __missing__(self, char: str) -> str:
        form = _normal_char(char)
        if len(self) < _CACHE_LIMIT:
            self[char] = form
        return form


_FORMS: Final = _Forms((chr(code), chr(code)) for code in range(128))


def normal(text: str) -> str:
    """Return the text in NFKD without combining marks, format characters and look-alikes.

    Case is kept (base58 needs it). Each character is replaced on its own, so that `origin` can
    find the way back.
    """
    return text if text.isascii() else "".join(map(_FORMS.__getitem__, text))


def origin(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Map half-open spans of `normal(text)` to the spans of `text` that gave rise to them."""
    if text.isascii() or not spans:
        return spans
    widths = [len(_FORMS[char]) for char in text]
    owner: list[int] = []
    for index, width in enumerate(widths):
        owner.extend([index] * width)
    return [(owner[start], owner[end - 1] + 1) for start, end in spans]
