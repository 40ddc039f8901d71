"""Header text: encoded words (RFC 2047), parameters with their continuations (RFC 2231)."""

import binascii
import re
from typing import Final

from walletdesk.integrations.email.parsing.charsets import clean_text, decode
from walletdesk.integrations.email.parsing.transfer import decode_base64_word

_MOST_WORDS: Final = 2000
_MOST_PARAMETERS: Final = 500
_PARAMETER: Final = re.compile(
    rb'(?<![^;\s"])([^\s=;"]++)\s*+=\s*+(?:"((?:[^"\\]++|\\.)*+)"?|((?:(?!\s[\w*-]{1,40}=)[^;])*+))',
    re.DOTALL,
)
_KIND: Final = re.compile(rb"\s*+([^\s/;]{0,80}+)\s{0,9}+/\s{0,9}+([^\s/;(]{0,80}+)")
_PIECE: Final = re.compile(r"([^*]+)\*?(\d{0,4})(\*?)")
_ESCAPED: Final = re.compile(rb"\\(.)", re.DOTALL)
_PERCENT: Final = re.compile(rb"%([0-9A-Fa-f]{2})")


def decode_words(value: bytes, hint: str = "") -> str:
    """Return the text of an unfolded header value, on one line.

    Bytes of neighbouring words are joined before they are decoded: mailers cut characters apart.
    """
    found: list[str] = []
    pending = b""
    charset = ""
    at = 0
    for _ in range(_MOST_WORDS):
        word = _next_word(value, at)
        if word is None:
            break
        start, stop, word_charset, data = word
        between = value[at:start]
        joined = pending and not between.strip()
        if not joined or word_charset.lower() != charset.lower():
            found.append(_text(pending, charset))
            pending = b""
        if between and not joined:
            found.append(decode(between, "", hint)[0])
        pending += data
        charset, at = word_charset, stop
    found.extend((_text(pending, charset), decode(value[at:], "", hint)[0]))
    return " ".join(clean_text("".join(found)).split())


def _text(data: bytes, charset: str) -> str:
    return decode(data, charset)[0] if data else ""


def _next_word(value: bytes, at: int) -> tuple[int, int, str, bytes] | None:
    """Return the next encoded word from `at` on: (start, stop, charset, bytes)."""
    while True:
        start = value.find(b"=?", at)
        if start < 0:
            return None
        middle = value.find(b"?", start + 2, start + 80)
        kind = value[middle + 1 : middle + 3].upper() if middle > 0 else b""
        if kind not in {b"B?", b"Q?"} or value[start:middle].find(b" ") >= 0:
            at = start + 2
            continue
        stop = value.find(b"?=", middle + 3)
        if stop < 0:
            return None
        charset = value[start + 2 : middle].decode("ascii", "replace").split("*")[0]
        return start, stop + 2, charset, _word_bytes(kind, value[middle + 3 : stop])


def _word_bytes(kind: bytes, word: bytes) -> bytes:
    return decode_base64_word(word) if kind == b"B?" else binascii.a2b_qp(word, header=True)


def parameters(value: bytes, hint: str = "") -> tuple[str, dict[str, str]]:
    """Return the value before the first semicolon, in lower case, and the parameters.

    Reads RFC 2231, and what mailers do instead: encoded words, bare bytes, unquoted spaces.
    """
    kind, rest = _kind(value)
    raw: dict[str, bytes] = {}
    for count, hit in enumerate(_PARAMETER.finditer(rest)):
        if count >= _MOST_PARAMETERS:
            break
        name = hit[1].decode("latin-1").lower()
        quoted = hit[2]
        plain = _ESCAPED.sub(rb"\1", quoted) if quoted is not None else _uncommented(hit[3])
        raw.setdefault(name, plain)
    return kind, _joined(raw, hint)


def _kind(value: bytes) -> tuple[str, bytes]:
    hit = _KIND.match(value)
    if hit:
        return f"{_lower(hit[1])}/{_lower(hit[2])}", value[hit.end() :]
    main, _, rest = value.partition(b";")
    return _lower(main.partition(b"(")[0].strip()), rest


def _lower(word: bytes) -> str:
    return word.decode("latin-1").lower()


def _uncommented(value: bytes) -> bytes:
    before, bracket, _ = value.partition(b" (")
    return (before if bracket else value).strip().strip(b'"')


def _joined(raw: dict[str, bytes], hint: str) -> dict[str, str]:
    pieces: dict[str, list[tuple[int, bool, bytes]]] = {}
    for name, value in raw.items():
        hit = _PIECE.fullmatch(name)
        base, number, star = (hit[1], hit[2], hit[3]) if hit else (name, "", "")
        extended = bool(star) or (name.endswith("*") and not number)
        pieces.setdefault(base, []).append((int(number or -1), extended, value))
    return {base: _one(sorted(some, key=_number), hint) for base, some in pieces.items()}


def _number(piece: tuple[int, bool, bytes]) -> tuple[bool, int]:
    # `name*=` before `name=`: whoever writes both means the first (RFC 6266 section 4.3).
    return (piece[0] < 0 and not piece[1], piece[0])


def _one(pieces: list[tuple[int, bool, bytes]], hint: str) -> str:
    charset = ""
    data = b""
    any_extended = pieces[0][1]
    if pieces[0][0] < 0:
        pieces = pieces[:1]
    for position, (_, extended, value) in enumerate(pieces):
        piece = value
        if extended:
            if position == 0 and piece.count(b"'") >= 2:
                declared, _, piece = piece.split(b"'", 2)
                charset = declared.decode("latin-1")
            piece = _PERCENT.sub(_octet, piece)
        data += piece
    if any_extended or charset:
        return " ".join(clean_text(decode(data, charset, hint)[0]).split())
    return decode_words(data, hint)


def _octet(hit: re.Match[bytes]) -> bytes:
    return bytes((int(hit[1], 16),))
