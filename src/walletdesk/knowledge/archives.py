"""A ZIP archive of articles, which anybody may have made: read in memory, within limits.

Nothing is unpacked to a disk, so a name can lead nowhere; names that try are refused all the same,
because whoever made them meant harm or made a mistake.
"""

import stat
import zipfile
import zlib
from dataclasses import dataclass, field
from io import BytesIO

from walletdesk.kit.errors import BadInput

ARCHIVE_BYTES = 24 * 1024 * 1024
TEXT_BYTES = 300_000  # far above any article
PICTURE_BYTES = 3_000_000
WHOLE_BYTES = 64 * 1024 * 1024  # of all files together, unpacked
MOST_FILES = 2_000
MOST_PICTURES = 200  # each is decoded in a process of its own
DIRECTORY_BYTES = 1_000_000  # what names and describes the files: 2,000 need a tenth
PICTURES = "pictures"
_END, _END_SIZE, _LONG_END, _LONGEST_COMMENT = b"PK\x05\x06", 22, b"PK\x06\x07", 65_535
_IGNORED = ("__MACOSX", ".")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError),
    *(ValueError, OSError, LookupError),
)


@dataclass(frozen=True, slots=True)
class Archive:
    """What an archive holds: `<id>/<language>.md`, `pictures/<name>`, and (name, why) of the rest.

    Why is one of: path, link, encrypted, method, twice, too_large, broken, unknown.
    """

    texts: dict[str, bytes] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    refused: list[tuple[str, str]] = field(default_factory=list)


def read_archive(data: bytes) -> Archive:
    """Return what an archive holds. Raises BadInput (archive: no_zip, too_large, too_many)."""
    _check_directory(data)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if _counts(entry.filename)]
            if len(entries) > MOST_FILES:
                raise BadInput(archive="too_many")
            if sum(entry.file_size for entry in entries) > WHOLE_BYTES:
                raise BadInput(archive="too_large")
            return _read(archive, entries)
    except _BROKEN as error:
        raise BadInput(archive="no_zip") from error


def _check_directory(data: bytes) -> None:
    """Refuse a list of files that is too long to be looked at; it lies behind them all."""
    at = data.rfind(_END, max(0, len(data) - _END_SIZE - _LONGEST_COMMENT))
    if at < 0 or len(data) < at + _END_SIZE or data[max(0, at - 20) : at].startswith(_LONG_END):
        raise BadInput(archive="no_zip")
    if int.from_bytes(data[at + 12 : at + 16], "little") > DIRECTORY_BYTES:
        raise BadInput(archive="too_many")


def _counts(name: str) -> bool:
    parts = name.split("/")
    return not name.endswith("/") and not any(
        part.startswith(_IGNORED) for part in parts if part != ".."
    )


def _read(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Archive:
    found = Archive()
    for entry in entries:
        name, why = _checked(entry)
        place = found.pictures if name.startswith(f"{PICTURES}/") else found.texts
        if not why and name in place:
            why = "twice"
        if not why and place is found.pictures and len(place) >= MOST_PICTURES:
            why = "too_large"
        body = b"" if why else _body(archive, entry)
        if why or body is None:
            found.refused.append((entry.filename[:200], why or "broken"))
        else:
            place[name] = body
    return found


def _checked(entry: zipfile.ZipInfo) -> tuple[str, str]:
    """Return the last two parts of a file's name, and why it is refused or ""."""
    raw = entry.orig_filename
    parts = raw.split("/")
    name = "/".join(parts[-2:])
    most = PICTURE_BYTES if name.startswith(f"{PICTURES}/") else TEXT_BYTES
    kind = stat.S_IFMT(entry.external_attr >> 16)
    reasons = {
        "path": ".." in parts or "" in parts or "\\" in raw or ":" in raw or "\x00" in raw,
        "link": kind not in {0, stat.S_IFREG},
        "encrypted": bool(entry.flag_bits & 0x1),
        "method": entry.compress_type not in _METHODS,
        "unknown": len(parts) < 2 or (not name.endswith(".md") and parts[-2] != PICTURES),
        "too_large": entry.file_size > most,
    }
    return name, next((why for why, holds in reasons.items() if holds), "")


def _body(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes | None:
    """Return what a file holds, None when it is broken: never more than its own size says."""
    try:
        with archive.open(entry) as file:
            body = file.read(entry.file_size + 1)
    except _BROKEN:
        return None
    return body if len(body) == entry.file_size else None
