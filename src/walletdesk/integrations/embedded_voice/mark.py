"""Where the media process listens: a file that only this installation's user can read."""

import contextlib
import os
import time
from pathlib import Path

import msgspec
from msgspec import Struct

from walletdesk.kit.shapes import decode


class Mark(Struct, frozen=True):
    """The port on loopback, and the secret that opens it."""

    port: int
    secret: str


WANTED = "voice.wanted"  # site/commands/up.py looks for it


def want_process(mark: Path) -> None:
    """Have the media process started, if it waits for a call, or kept."""
    wanted = mark.with_name(WANTED)
    wanted.touch(0o600)
    os.utime(wanted)


def is_wanted(mark: Path) -> bool:
    """Tell whether the media process runs or is about to."""
    return mark.with_name(WANTED).exists()


def let_go(mark: Path, *, unused_seconds: float) -> None:
    """Have the process ended that nobody has wanted for so long; the next call starts it anew."""
    wanted = mark.with_name(WANTED)
    with contextlib.suppress(FileNotFoundError):
        if time.time() - wanted.stat().st_mtime >= unused_seconds:
            wanted.unlink()


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
        return decode(path.read_bytes(), Mark)
    except (OSError, msgspec.DecodeError):
        return None
