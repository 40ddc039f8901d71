"""Names and types of attachments: safe to show and to save, decided by what is inside."""

import re
from typing import Final

from walletdesk.conversations.file_rules import NAME_LENGTH, clean_name
from walletdesk.integrations.email.parsing.structure import Part
from walletdesk.integrations.email.parsing.words import parameters
from walletdesk.kit.filetypes import HEAD, MP4, PDF, PICTURES, TEXT, WEBM, FileType, type_of

_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,80}")
_PROVABLE: Final = {*PICTURES, PDF.media_type, MP4.media_type, WEBM.media_type}
_ENDING: Final = re.compile(r"\.[A-Za-z0-9]{1,10}")
_ENDINGS: Final = {
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "text/html": ".html",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "application/pgp-signature": ".asc",
    "application/pkcs7-signature": ".p7s",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
}
_UNKNOWN: Final = {"application/octet-stream", "application/binary", "application/x-unknown"}
UNTYPED: Final = "application/octet-stream"


def declared_name(part: Part, hint: str = "") -> str:
    """Return the name that a part's header gives it, decoded but not yet safe; or nothing."""
    disposition = parameters(part.header.first("content-disposition"), hint)[1]
    kind = parameters(part.header.first("content-type"), hint)[1]
    name = disposition.get("filename") or kind.get("name") or disposition.get("name") or ""
    return name or part.header.text("content-location", hint)[:500]


def safe_name(name: str, kind: str, number: int) -> str:
    """Return a name without path and invisible characters, at most NAME_LENGTH, its ending kept."""
    if not name.strip():
        ending = _ENDINGS.get(kind, ".txt" if kind.startswith("text/") else ".bin")
        return f"attachment-{number}{ending}"
    stem, dot, ending = name.rpartition(".")
    if dot and stem and _ENDING.fullmatch(dot + ending) and len(name) > NAME_LENGTH:
        name = f"{stem[: NAME_LENGTH - len(ending) - 1]}.{ending}"
    return clean_name(name)


def unique_name(name: str, taken: set[str]) -> str:
    """Return the name, with a number before its ending if it is taken."""
    if name not in taken:
        return name
    stem, dot, ending = name.rpartition(".")
    if not (dot and stem):
        stem, dot, ending = name, "", ""
    number = 2
    while (another := f"{stem[: NAME_LENGTH - 20]} ({number}){dot}{ending}") in taken:
        number += 1
    return another


def true_type(data: bytes, declared: str) -> str:
    """Return the media type: by the first bytes where they tell, else as declared.

    A type that the first bytes would prove is not believed without them.
    """
    if not _MEDIA_TYPE.fullmatch(declared):
        declared = UNTYPED
    found = type_of(data[:HEAD])
    if isinstance(found, FileType) and found is not TEXT:
        return found.media_type
    if declared in _PROVABLE:
        return UNTYPED
    if declared in _UNKNOWN and found is TEXT:
        return TEXT.media_type
    return declared
