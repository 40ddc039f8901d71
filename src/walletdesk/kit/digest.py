"""A short name for the present contents of a folder."""

import hashlib
from pathlib import Path

DIGEST_LENGTH = 12


def folder_digest(folder: Path) -> str:
    """Return a name that changes whenever a file below the folder does."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:DIGEST_LENGTH]
