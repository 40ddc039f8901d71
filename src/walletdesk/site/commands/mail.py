"""`walletdesk mail`: what a mail says."""

# Imports inside the functions (PLC0415): `mail parse` must start at once.
# ruff: noqa: PLC0415

import sys
from typing import BinaryIO

from walletdesk.site.refusal import RefusalError

MOST_BYTES = 64_000_000
# With the start of the interpreter that stays below two seconds for a mail.
SECONDS = 1.4


def parse(name: str) -> int:
    """Print one JSON object about the mail in the file `name` (`-`: standard input).

    Any bytes are a mail; one of more than MOST_BYTES is told by its header. Raises RefusalError if
    the file cannot be read.
    """
    import json

    from walletdesk.integrations.email.parsing.as_json import as_json
    from walletdesk.integrations.email.parsing.confined import TOO_BIG
    from walletdesk.integrations.email.parsing.forked import parse_forked
    from walletdesk.integrations.email.parsing.message import parse_header

    raw = _read(name)
    mail = parse_header(raw, TOO_BIG) if len(raw) > MOST_BYTES else parse_forked(raw, SECONDS)
    line = json.dumps(as_json(mail), ensure_ascii=False) + "\n"
    sys.stdout.flush()
    sys.stdout.buffer.write(line.encode())  # whatever the terminal calls its encoding
    sys.stdout.buffer.flush()
    return 0


def _read(name: str) -> bytes:
    try:
        if name == "-":
            return _all(sys.stdin.buffer)
        with open(name, "rb") as file:  # noqa: PTH123 - any name, also one that no path can be made of
            return _all(file)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no name of a file"
        raise RefusalError(f"The mail {name!a} cannot be read: {reason}.") from error


def _all(file: BinaryIO) -> bytes:
    return file.read(MOST_BYTES + 1)
