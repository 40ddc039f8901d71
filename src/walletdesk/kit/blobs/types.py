"""The port of blob stores, and what they refuse."""

import re
import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import ClassVar, Protocol

from walletdesk.kit.errors import DomainError, NotFound

PIECE = 64 * 1024
NAME = re.compile(r"[0-9a-f]{32}")


class BlobMissing(NotFound):
    """There is no such blob (any more)."""


class StoreFull(DomainError):
    """There is no room left. Nothing of the blob was kept."""

    code: ClassVar[str] = "store_full"
    status: ClassVar[int] = 507


class StoreUnavailable(DomainError):
    """The store does not answer. Nothing is known of the blob: try again."""

    code: ClassVar[str] = "store_unavailable"
    status: ClassVar[int] = 503

    def __init__(self) -> None:
        super().__init__(retry_after=5)


class BlobStore(Protocol):
    """Keeps bytes under random names (`new_blob_name`). All implementations pass one contract test.

    A blob appears whole or not at all, and has survived a power cut once `put` returns.
    """

    def put(self, name: str, pieces: Iterable[bytes]) -> int:
        """Keep a blob and return its length. Raises StoreFull, StoreUnavailable.

        What `pieces` raises goes through; then nothing is kept.
        """

    def open(self, name: str, start: int = 0) -> Iterator[bytes]:
        """Return the bytes from `start` on, in pieces. Raises BlobMissing, StoreUnavailable."""

    def exists(self, name: str) -> bool:
        """Tell whether there is such a blob. Raises StoreUnavailable."""

    def delete(self, name: str) -> None:
        """Forget a blob; one that is not there is no error. Raises StoreUnavailable."""

    def names(self) -> Iterator[tuple[str, datetime]]:
        """Yield every blob with the time of its writing. Raises StoreUnavailable."""


def new_blob_name() -> str:
    """Return 128 random bits: says nothing, cannot be guessed."""
    return secrets.token_hex(16)


def checked_name(name: str) -> str:
    """Return a name if it is one of ours. Raises ValueError: it could name something else."""
    if not NAME.fullmatch(name):
        raise ValueError("no blob name")
    return name
