"""How a command refuses: one clear sentence, the way out, and exit code 2."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

EXIT_CODE = 2
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class RefusalError(Exception):
    """The command cannot do its work; `message` says why and `way_out`, if any, what helps."""

    def __init__(self, message: str, way_out: str = "") -> None:
        super().__init__(f"{message} {way_out}".rstrip())
        self.message = message
        self.way_out = way_out

    @classmethod
    def from_os_error(cls, error: OSError, data: Path) -> RefusalError:
        """Explain a failed write below the data folder."""
        reason = os.strerror(error.errno) if error.errno else str(error)
        if error.errno in FULL:
            return cls(
                f"The disk of {data} is full.",
                "Free some space, or set WALLETDESK_DATA to a folder on another disk.",
            )
        return cls(
            f"The data folder {data} cannot be written ({reason}).",
            "Give this user the right to write it, or set WALLETDESK_DATA to another folder.",
        )
