"""Blobs in S3 or what speaks its language: several hosts share one bucket.

Credentials come from the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN)
or from the machine's role. An upload in parts appears when its last call succeeds, or not at all.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from walletdesk.kit.blobs.types import NAME, PIECE, BlobMissing, StoreUnavailable, checked_name

if TYPE_CHECKING:
    from obstore.store import RetryConfig

TIMEOUT = timedelta(seconds=20)
TRIES = 2
OPTIONS = {"endpoint", "region"}


class S3Blobs:
    """A bucket's objects below a prefix, by `s3://bucket/prefix?endpoint=https://…&region=…`."""

    def __init__(self, address: str) -> None:
        self._store = _store_of(address)

    def put(self, name: str, pieces: Iterable[bytes]) -> int:
        """Keep a blob: see BlobStore."""
        length = 0
        trouble: list[BaseException] = []

        def counted() -> Iterator[bytes]:
            nonlocal length
            try:
                for piece in pieces:
                    length += len(piece)
                    yield piece
            except BaseException as error:
                trouble.append(error)  # obstore may wrap it: the caller wants its own again
                raise

        try:
            with _answers():
                obstore.put(self._store, checked_name(name), counted(), max_concurrency=1)
        except StoreUnavailable:
            if trouble:
                raise trouble[0] from None
            raise
        return length

    def open(self, name: str, start: int = 0) -> Iterator[bytes]:
        """Return the bytes from `start` on: see BlobStore."""
        with _answers():
            if start:
                options: Any = {"range": {"offset": start}}
                got = obstore.get(self._store, checked_name(name), options=options)
            else:
                got = obstore.get(self._store, checked_name(name))
            stream = got.stream(min_chunk_size=PIECE)

        def pieces() -> Iterator[bytes]:
            with _answers():
                for piece in stream:
                    yield bytes(piece)

        return pieces()

    def exists(self, name: str) -> bool:
        """Tell whether there is such a blob."""
        try:
            with _answers():
                obstore.head(self._store, checked_name(name))
        except BlobMissing:
            return False
        return True

    def delete(self, name: str) -> None:
        """Forget a blob."""
        try:
            with _answers():
                obstore.delete(self._store, checked_name(name))
        except BlobMissing:
            return

    def names(self) -> Iterator[tuple[str, datetime]]:
        """Yield every blob with the time of its writing."""
        with _answers():
            for page in obstore.list(self._store):
                for found in page:
                    if NAME.fullmatch(found["path"]):
                        yield found["path"], found["last_modified"]


def _store_of(address: str) -> S3Store:
    parts = urlsplit(address)
    options: dict[str, Any] = {k: v[-1] for k, v in parse_qs(parts.query).items() if k in OPTIONS}
    if prefix := parts.path.strip("/"):
        options["prefix"] = prefix
    retry: RetryConfig = {
        "max_retries": TRIES,
        "retry_timeout": TIMEOUT,
        "backoff": {
            "init_backoff": timedelta(milliseconds=100),
            "max_backoff": timedelta(seconds=2),
            "base": 2,
        },
    }
    plain = options.get("endpoint", "").startswith("http://")
    return S3Store(
        parts.netloc,
        client_options={"allow_http": plain, "timeout": TIMEOUT},
        retry_config=retry,
        **options,
    )


@contextmanager
def _answers() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise BlobMissing from error
    except (BaseError, OSError) as error:
        raise StoreUnavailable from error
