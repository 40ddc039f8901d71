"""What a file is, by its first bytes: never by its name, never by what its sender calls it."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

HEAD: Final = 4096  # bytes that decide
PICTURE_BYTES: Final = 10_000_000
TEXT_BYTES: Final = 2_000_000  # the guard reads about 0.3 MB a second
FILE_BYTES: Final = 20_000_000


class FileKind(StrEnum):
    """What we do with a file."""

    PICTURE = "picture"  # decoded and written anew
    TEXT = "text"  # read by the guard
    PDF = "pdf"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class FileType:
    """A type that is allowed: how it is served, and how its name may end (the first by default)."""

    kind: FileKind
    media_type: str
    endings: tuple[str, ...]


PNG = FileType(FileKind.PICTURE, "image/png", (".png",))
JPEG = FileType(FileKind.PICTURE, "image/jpeg", (".jpg", ".jpeg"))
GIF = FileType(FileKind.PICTURE, "image/gif", (".gif",))
WEBP = FileType(FileKind.PICTURE, "image/webp", (".webp",))
PDF = FileType(FileKind.PDF, "application/pdf", (".pdf",))
MP4 = FileType(FileKind.VIDEO, "video/mp4", (".mp4", ".m4v"))
WEBM = FileType(FileKind.VIDEO, "video/webm", (".webm",))
TEXT = FileType(FileKind.TEXT, "text/plain", (".txt", ".log", ".csv", ".json"))
MOST_BYTES: Final = {
    FileKind.PICTURE: PICTURE_BYTES,
    FileKind.TEXT: TEXT_BYTES,
    FileKind.PDF: FILE_BYTES,
    FileKind.VIDEO: FILE_BYTES,
}
PICTURES = {kind.media_type: kind for kind in (PNG, JPEG, GIF, WEBP)}

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"%PDF-", PDF),
)
# ISO base media files name their brand in the first box (ISO/IEC 14496-12 section 4.3).
_MP4_BRANDS = {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V "}
_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"heif"}
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")  # 1b: logs carry colours
_WIDE = (b"\xff\xfe", b"\xfe\xff")
# Markup that a browser could run, whatever it is called; rich text that an office could.
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<[!?/a-zA-Z]|\{\\rtf)")


class Unsupported(StrEnum):
    """Why a type is not taken, where there is more to say than the list of what is."""

    HEIC = "heic"
    OTHER = "other"


def type_of(head: bytes) -> FileType | Unsupported:
    """Return what a file is by its first HEAD bytes."""
    for magic, found in _MAGIC:
        if head.startswith(magic):
            return found
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp":
        return _by_brand(head[8:12])
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return WEBM if b"\x42\x82\x84webm" in head[:128] else Unsupported.OTHER
    return _text_or_not(head)


def _by_brand(brand: bytes) -> FileType | Unsupported:
    if brand in _MP4_BRANDS:
        return MP4
    return Unsupported.HEIC if brand in _HEIF_BRANDS else Unsupported.OTHER


def _text_or_not(head: bytes) -> FileType | Unsupported:
    if head.startswith(_WIDE):
        encoding = "utf-16-le" if head[0] == 0xFF else "utf-16-be"
        head = head[2 : len(head) // 2 * 2].decode(encoding, "replace").encode("utf-8", "replace")
    if not head.strip() or _NOT_TEXT.search(head) or _MARKUP.match(head):
        return Unsupported.OTHER
    return TEXT
