"""winmail.dat: what Outlook packs into one attachment (MS-OXTNEF), unpacked."""

import logging
from typing import Any, Final

from walletdesk.integrations.email.parsing.charsets import decode

KINDS: Final = {"application/ms-tnef", "application/vnd.ms-tnef"}
_SIGNATURE: Final = b"\x78\x9f\x3e\x22"
_MOST_FILES: Final = 100


def is_tnef(data: bytes) -> bool:
    """Return whether the bytes begin as TNEF does."""
    return data.startswith(_SIGNATURE)


def unpack(data: bytes) -> tuple[list[tuple[str, bytes]], str, str] | None:
    """Return (files with their names, html, text), or None if it cannot be read."""
    from tnefparse import TNEF  # noqa: PLC0415 - slow to import, seldom needed

    logging.getLogger("tnefparse").setLevel(logging.CRITICAL)  # it quotes what it cannot read
    try:
        tnef = TNEF(data, do_checksum=True)
        if not all(each.good_checksum for each in tnef.objects):
            return None  # what is damaged stays whole, for somebody who can mend it
        files = [(_name(file), bytes(file.data)) for file in tnef.attachments]
    except Exception:  # noqa: BLE001 - a library that trusts lengths in hostile bytes
        return None
    return files[:_MOST_FILES], _body(tnef, "htmlbody"), _body(tnef, "body")


def _body(tnef: object, name: str) -> str:
    try:
        found = getattr(tnef, name, None)
    except Exception:  # noqa: BLE001 - a property that decompresses and decodes hostile bytes
        return ""
    return _text(found)


def _name(file: Any) -> str:
    try:
        return _text(file.long_filename())
    except UnicodeDecodeError:
        return _text(file._name)  # noqa: SLF001 - its own reading takes every name for UTF-8


def _text(found: object) -> str:
    if isinstance(found, bytes):
        return decode(found.rstrip(b"\0"))[0]
    return found if isinstance(found, str) else ""
