"""The data folder: whose it is, which format it has, and whether it can be used."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from walletdesk.site.refusal import RefusalError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
from threading import Event

# Raised by one whenever an older walletdesk could no longer read the folder.
FORMAT = 1
# The write-ahead log may grow to this size between two checkpoints under load, and a database
# that cannot write it stops.
MIN_FREE_BYTES = 200_000_000
LOCK_ATTEMPTS = 4


def inspect_folder(data: Path) -> RefusalError | None:
    """Return why `data` cannot be used, or None. Changes nothing."""
    try:
        _require_known_format(data)
        _require_space(data)
        _require_rights(data)
    except RefusalError as refusal:
        return refusal
    except OSError as error:
        return RefusalError.from_os_error(error, data)
    return None


def running_desk(data: Path) -> str | None:
    """Return what runs on this folder ("process 7, http://..."), or None. Changes nothing."""
    try:
        descriptor = os.open(data / "lock", os.O_RDONLY)
    except OSError:
        return None
    with os.fdopen(descriptor) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return file.read().strip() or "a process that is just starting"
    return None


def require_idle(data: Path) -> None:
    """Refuse when a desk runs on this folder already."""
    running = running_desk(data)
    if running is not None:
        raise _already_running(running)


@contextmanager
def claimed_folder(data: Path, url: str) -> Iterator[None]:
    """Create `data` if needed and own it for the duration; nobody else can claim it meanwhile.

    The kernel drops the claim when this process ends in whatever way, so no claim is ever stale.

    Raises:
        RefusalError: newer format, too little space, no rights, or in use.

    """
    refusal = inspect_folder(data)
    if refusal is not None:
        raise refusal
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        (data / "log").mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise RefusalError.from_os_error(error, data) from error
    with os.fdopen(descriptor, "r+") as file:
        if not _locked(descriptor):
            raise _already_running(file.read().strip() or "a process that is just starting")
        try:
            _write_claim(data, descriptor, url)
        except OSError as error:
            raise RefusalError.from_os_error(error, data) from error
        yield
        os.ftruncate(descriptor, 0)


def _locked(descriptor: int) -> bool:
    # `running_desk` of another command holds the lock for a moment, so one refusal is no proof.
    for _ in range(LOCK_ATTEMPTS):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            Event().wait(0.05)
        else:
            return True
    return False


def _write_claim(data: Path, descriptor: int, url: str) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"process {os.getpid()}, {url}\n".encode(), 0)
    if not (data / "VERSION").exists():
        draft = data / "VERSION.new"
        draft.write_text(f"{FORMAT}\n", "ascii")
        draft.replace(data / "VERSION")


def _require_known_format(data: Path) -> None:
    path = data / "VERSION"
    if not path.exists():
        return
    text = path.read_text("utf-8", "replace").strip()
    if not (text.isascii() and text.isdecimal()):
        raise RefusalError(f"The file {path} is damaged.", "Restore it from a backup.")
    if int(text[:9]) > FORMAT:
        raise RefusalError(
            f"The data folder {data} was written by a newer walletdesk"
            f" (format {text[:9]}, this one knows {FORMAT}).",
            "Install that version again, or set WALLETDESK_DATA to another folder.",
        )


def _require_space(data: Path) -> None:
    free = shutil.disk_usage(_existing(data)).free
    if free < MIN_FREE_BYTES:
        raise RefusalError(
            f"The disk of {data} is almost full: {free // 1_000_000} MB are free,"
            f" {MIN_FREE_BYTES // 1_000_000} MB are needed.",
            "Free some space, or set WALLETDESK_DATA to a folder on another disk.",
        )


def _require_rights(data: Path) -> None:
    place = _existing(data)
    if not place.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(place))
    if not os.access(place, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(place))


def _existing(data: Path) -> Path:
    """Return the folder itself, or its nearest parent that exists."""
    return next(place for place in (data, *data.parents) if place.exists())


def _already_running(who: str) -> RefusalError:
    return RefusalError(
        f"walletdesk already runs on this data folder ({who}).",
        "Use that one, stop it first, or set WALLETDESK_DATA to another folder.",
    )
