"""Content-Transfer-Encoding (RFC 2045 section 6), also where it is broken. Never fails."""

import binascii
import re
from typing import Final

_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_URL_SAFE: Final = bytes.maketrans(b"-_", b"+/")
_JUNK: Final = bytes(set(range(256)) - set(_ALPHABET))
_WHITE: Final = b" \t\r\n"
_IDENTITY: Final = {"", "7bit", "8bit", "binary", "7-bit", "8-bit", "none", "plain"}
_NAMES: Final = {
    "base64": "base64",
    "b64": "base64",
    "base-64": "base64",
    "quoted-printable": "qp",
    "quoted printable": "qp",
    "quotedprintable": "qp",
    "qp": "qp",
    "x-uuencode": "uu",
    "uuencode": "uu",
    "x-uue": "uu",
    "uue": "uu",
}
_PIECES: Final = 1000  # of base64 one after the other in one part
_CONCATENATED: Final = re.compile(rb"=[ \t]{0,8}\r?\n")  # several, each with its padding
_UU_BEGIN: Final = re.compile(rb"(?m)^begin [0-7]{3,4} ([^\r\n]{1,255})\r?$")
_UU_END: Final = re.compile(rb"(?m)^end[ \t]{0,8}\r?$")

BROKEN: Final = "broken_transfer_encoding"
UNKNOWN: Final = "unknown_transfer_encoding"


def decode_body(body: bytes, encoding: str) -> tuple[bytes, str]:
    """Return the decoded bytes and a problem code, empty if there is none."""
    name = re.split(r"[;(]", encoding, maxsplit=1)[0].strip().strip("\"'").lower()
    kind = _NAMES.get(name)
    if kind == "base64":
        return decode_base64(body)
    if kind == "qp":
        return binascii.a2b_qp(body), ""
    if kind == "uu":
        found = next(iter(uu_files(body)), None)
        return (found[1], "") if found else (body, BROKEN)
    return body, "" if name in _IDENTITY else UNKNOWN


def decode_base64(body: bytes) -> tuple[bytes, str]:
    """Decode what is base64 in `body`; return it as it is when most of it cannot be."""
    try:
        quick = binascii.a2b_base64(body)
    except binascii.Error:
        quick = b""
    written = len(body) - body.count(b"\n") - body.count(b"\r") - body[-8:].count(b"=")
    if quick and len(quick) == written * 3 // 4:
        return quick, ""
    solid = body.translate(None, _WHITE)
    junk = len(solid) - len(solid.translate(None, _JUNK))
    if junk > max(4, len(solid) // 20) or (junk and _is_prose(body)):
        return body, BROKEN
    pieces = _CONCATENATED.split(body, maxsplit=_PIECES)
    return b"".join(map(_piece, pieces)), BROKEN if junk or solid.rstrip(b"=").count(b"=") else ""


def _is_prose(body: bytes) -> bool:
    return b". " in body or body.count(b" ") > 2 * body.count(b"\n") + 2


def _piece(text: bytes) -> bytes:
    """Decode base64 up to its padding, also when that is missing or the end is cut off."""
    whole = text.translate(None, _JUNK).partition(b"=")[0]
    if len(whole) % 4 == 1:
        whole = whole[:-1]
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def decode_base64_word(word: bytes) -> bytes:
    """Decode the text of one encoded word (RFC 2047), whatever is wrong with it."""
    return _piece(word.translate(_URL_SAFE))


def uu_files(body: bytes) -> list[tuple[bytes, bytes, int, int]]:
    """Return each uuencoded file in `body`: (name, bytes, where it begins, where it ends)."""
    found: list[tuple[bytes, bytes, int, int]] = []
    at = 0
    while len(found) < 50 and (begin := _UU_BEGIN.search(body, at)):
        end = _UU_END.search(body, begin.end())
        stop = end.end() if end else len(body)
        data = _uu_lines(body[begin.end() : end.start() if end else stop])
        at = stop
        if data is not None:
            found.append((begin[1].strip(), data, begin.start(), stop))
    return found


def _uu_lines(lines: bytes) -> bytes | None:
    """Decode the lines between begin and end. None if they are no uuencoding."""
    found = []
    for line in lines.strip(b"\r\n").split(b"\n"):
        row = line.strip(b"\r")
        if not row:
            continue
        length = (row[0] - 32) & 63
        try:
            found.append(binascii.a2b_uu(row[: 1 + (length + 2) // 3 * 4]))
        except binascii.Error:
            return None
    return b"".join(found) or None
