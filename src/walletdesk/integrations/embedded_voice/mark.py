"""Where the media process listens: a file that only this installation's user can read."""

from pathlib import Path

import msgspec
from msgspec import Struct


class Mark(Struct, frozen=True):
    """The port on loopback, and the secret that opens it."""

    port: int
    secret: str


def write_mark(path: Path, mark: Mark) -> None:
    """Leave the mark."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(0o600)
    draft.write_bytes(msgspec.json.encode(mark))
    draft.replace(path)


def read_mark(path: Path) -> Mark | None:
    """Return the mark; None when no media process runs."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Mark)
    except (OSError, msgspec.DecodeError):
        return None
