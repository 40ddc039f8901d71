"""Where an embedded PostgreSQL keeps its parts, and how clients address it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import quote

# A Unix socket's address holds 108 bytes on Linux and 104 on macOS, the final NUL included;
# PostgreSQL adds the name of the socket file to the folder.
SOCKET_PATH_MAX = 100
SOCKET_FILE = ".s.PGSQL.5432"


def socket_folder(folder: Path) -> Path:
    """Return the folder of the server's socket, the same for every process that asks.

    It lies in the cluster's folder unless that path is too long for a socket address. The
    fallback does not follow TMPDIR, which differs between shells.
    """
    near = folder / "socket"
    if len(bytes(near / SOCKET_FILE)) <= SOCKET_PATH_MAX:
        return near
    name = hashlib.sha256(bytes(folder)).hexdigest()[:16]
    return Path("/tmp") / f"walletdesk-{name}"  # noqa: S108 - 0700, its owner is checked at start


def embedded_dsn(folder: Path, database: str = "walletdesk", user: str = "walletdesk") -> str:
    """Return the connection URL of the cluster in `folder`, whether or not it runs."""
    return f"postgresql://{user}@/{database}?host={quote(str(socket_folder(folder)), safe='')}"
