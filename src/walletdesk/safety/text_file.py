"""Text files before the guard: the secrets in them are cut out before a byte of them is written.

Run as a child (`python -m walletdesk.safety.text_file PARENT`): the file on its input; on its
output a header, and the file as UTF-8 without its secrets. In a child, because the guard reads
about 0.3 MB a second and a server has other things to do.
"""

import re
import sys
from urllib.parse import unquote_plus

from walletdesk.kit.confined import answer, confine, read_all
from walletdesk.kit.filetypes import TEXT_BYTES
from walletdesk.safety import guard
from walletdesk.safety.fingerprint import Caught, caught_in

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]")
_CODE = re.compile(r"\\+u([0-9a-fA-F]{4})")
_BREAK = re.compile(r"\\+[nrt](?=\w)")
_QUOTE = re.compile(r'\\+"')
_QUOTED = re.compile(r"%[0-9A-Fa-f]{2}|\w\+\w")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")


def cleaned(data: bytes) -> tuple[str, tuple[str, ...], tuple[Caught, ...]]:
    """Return the text without its secrets, their kinds, and what they were, digested.

    Raises ValueError: it is no text.
    """
    text = decoded(data)
    if _CONTROLS.search(text):
        raise ValueError("control characters")
    kinds: set[str] = set()
    caught: list[Caught] = []
    for form in (str, _unescaped, _unquoted):
        read = form(text)
        if read is not text and read == text:
            continue
        checked = guard.check(read)
        if checked.findings:  # else the file stays as it was written
            text = checked.safe.text
            kinds |= set(checked.kinds)
            caught += caught_in(read, (), checked)
    return text, tuple(sorted(kinds)), tuple(caught)


def _unescaped(text: str) -> str:
    r"""Return JSON, also JSON within JSON, with characters instead of \uXXXX and blanks for \n."""
    if "\\" not in text:
        return text
    plain = _CODE.sub(lambda found: _character(int(found[1], 16), found[0]), text)
    return _QUOTE.sub('"', _BREAK.sub(" ", plain))


def _character(code: int, escape: str) -> str:
    char = chr(code)
    return char if char.isalnum() else " " if char.isspace() else escape


def _unquoted(text: str) -> str:
    """Return a text with what forms and addresses put in place of blanks and letters undone."""
    if not _QUOTED.search(text):
        return text
    return unquote_plus(text, errors="replace").replace("\x00", " ")


def decoded(data: bytes) -> str:
    """Return text from UTF-8, UTF-16 with its mark, GB 18030 or Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode(_old_encoding(data))


def _old_encoding(data: bytes) -> str:
    """Chinese letters take two high bytes each (in the main), accents of Spanish stand alone."""
    runs = [len(run) for run in _HIGH_RUN.findall(data)]
    alone = sum(1 for length in runs if length == 1)
    return "cp1252" if alone * 2 > len(runs) else "gb18030"


def _main() -> None:
    guard.check("loads what the guard reads once")
    b"\xc4\xe3".decode("gb18030")
    b"\xe9".decode("cp1252")
    b"\xff\xfe".decode("utf-16")
    confine(int(sys.argv[1]))
    try:
        text, kinds, caught = cleaned(read_all(TEXT_BYTES + 1))
        body = text.encode()
    except (ValueError, MemoryError):
        answer({"refused": "damaged"})
    else:
        digests = [each.digest.hex() for each in caught]
        answer({"lengths": [len(body)], "secrets": list(kinds), "digests": digests}, body)


if __name__ == "__main__":
    _main()
