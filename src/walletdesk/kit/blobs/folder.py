"""Blobs in a folder of this machine: written beside, made durable, then renamed into place."""

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from walletdesk.kit.blobs.types import (
    NAME,
    PIECE,
    BlobMissing,
    StoreFull,
    StoreUnavailable,
    checked_name,
)

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
DRAFT = ".draft-"  # a draft that a killed process left behind is named among the blobs and swept


class FolderStore:
    """256 sub-folders by the first two letters of the name; readable by this user only."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._durable: set[Path] = set()  # sub-folders whose own names are on the disk

    def put(self, name: str, pieces: Iterable[bytes]) -> int:
        """Keep a blob: see BlobStore."""
        place = self._place(name)
        draft = place.with_name(f"{DRAFT}{name}")
        try:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            length = _write(draft, pieces)
            draft.replace(place)
            _sync_folder(place.parent)
            if place.parent not in self._durable:
                _sync_folder(self.root)
                self._durable.add(place.parent)
        except OSError as error:
            if error.errno in NO_ROOM:
                raise StoreFull from error
            raise StoreUnavailable from error
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
        return length

    def open(self, name: str, start: int = 0) -> Iterator[bytes]:
        """Return the bytes from `start` on: see BlobStore. The file is open when this returns."""
        try:
            file = self._place(name).open("rb")
        except FileNotFoundError as error:
            raise BlobMissing from error
        except OSError as error:
            raise StoreUnavailable from error

        def pieces() -> Iterator[bytes]:
            with file:
                file.seek(start)
                while piece := file.read(PIECE):
                    yield piece

        return pieces()

    def exists(self, name: str) -> bool:
        """Tell whether there is such a blob."""
        return self._place(name).is_file()

    def delete(self, name: str) -> None:
        """Forget a blob, and the draft of one."""
        place = self._place(name)
        try:
            place.unlink(missing_ok=True)
            place.with_name(f"{DRAFT}{name}").unlink(missing_ok=True)
        except NotADirectoryError:
            return
        except OSError as error:
            raise StoreUnavailable from error

    def names(self) -> Iterator[tuple[str, datetime]]:
        """Yield every blob and every draft with the time of its writing."""
        for path in self.root.glob("[0-9a-f][0-9a-f]/*"):
            name = path.name.removeprefix(DRAFT)
            if NAME.fullmatch(name):
                with suppress(FileNotFoundError):
                    yield name, datetime.fromtimestamp(path.stat().st_mtime, UTC)

    def _place(self, name: str) -> Path:
        return self.root / checked_name(name)[:2] / name


def _write(draft: Path, pieces: Iterable[bytes]) -> int:
    length = 0
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for piece in pieces:
            length += file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return length


def _sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
