"""The store of this installation, as its settings name it."""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection

from walletdesk.kit.blobs import open_store
from walletdesk.kit.blobs.types import BlobStore

FOLDER = "files"


@cache
def _opened(address: str, folder: Path) -> BlobStore:
    return open_store(address, folder)


def blob_store() -> BlobStore:
    """Return the store: the folder `files` below the data folder, or S3."""
    config = settings.WALLETDESK
    return _opened(config.blobs, config.data / FOLDER)


def release_connection() -> None:
    """Give the database connection back before a long transfer: others need it meanwhile."""
    if not connection.in_atomic_block:
        connection.close()
