"""Pure rules of files in conversations: names, sizes, and how a file is told to front ends."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, Final

from walletdesk.kit.filetypes import MP4, PDF, PICTURES, TEXT, WEBM, FileType

FILES_PER_MESSAGE: Final = 10
NAME_LENGTH: Final = 120
# The preview of a message without text, worded where it is shown.
PICTURE_TOKEN: Final = "⟦picture⟧"  # noqa: S105 - a mark, not a password
FILE_TOKEN: Final = "⟦file:{}⟧"  # noqa: S105 - as above

_TYPES: Final = (*PICTURES.values(), PDF, TEXT, MP4, WEBM)
_ENDINGS: Final = {ending for each in _TYPES for ending in each.endings} | {".heic", ".jfif"}
# Controls, formats (bidi overrides, zero width), surrogates, private use, line separators.
_INVISIBLE: Final = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_RESERVED: Final = re.compile(r'[<>:"|?*⟦⟧]')
_LONGEST_ENDING: Final = 5


def clean_name(name: str) -> str:
    """Return a name for people to read: no path, nothing invisible, at most NAME_LENGTH."""
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(" " if c.isspace() else c for c in base)
    seen = "".join(c for c in seen if unicodedata.category(c) not in _INVISIBLE)
    seen = " ".join(_RESERVED.sub("_", seen).split()).strip(". ")
    return seen[:NAME_LENGTH] or "file"


def name_as(name: str, found: FileType) -> str:
    """Return a clean name that ends as its type does, whatever it ended with."""
    stem, dot, ending = name.rpartition(".")
    if dot and f".{ending.lower()}" in found.endings:
        return name
    if not (dot and stem and f".{ending.lower()}" in _ENDINGS):
        stem = name
    return stem[: NAME_LENGTH - _LONGEST_ENDING].rstrip(". ") + found.endings[0]


def preview_of(files: Sequence[dict[str, Any]]) -> str:
    """Return the mark that stands as the preview of a message of files only."""
    if not files:
        return ""
    if str(files[0]["type"]).startswith("image/"):
        return PICTURE_TOKEN
    return FILE_TOKEN.format(files[0]["name"])
