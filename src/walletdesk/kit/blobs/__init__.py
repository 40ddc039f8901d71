"""Where the contents of files lie: one port, a folder or S3 behind it, and the sealing of contents.

A store knows random names and sealed bytes only: no file name, no person, no type. Rows elsewhere
say what a blob is; a blob without a row is rubbish and is swept.
"""

from pathlib import Path

from walletdesk.kit.blobs.folder import FolderStore
from walletdesk.kit.blobs.s3 import S3Blobs
from walletdesk.kit.blobs.types import BlobStore


def open_store(address: str, folder: Path) -> BlobStore:
    """Return the store of a setting: empty for `folder`, else an address s3://bucket/prefix."""
    return S3Blobs(address) if address else FolderStore(folder)
