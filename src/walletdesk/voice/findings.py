"""What `walletdesk voice check` says of one thing that it looked at."""

from dataclasses import dataclass
from typing import Final

OK: Final = "ok"
WARNING: Final = "warning"  # calls work without it, some worse
ERROR: Final = "error"  # calls do not work as the settings want it


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `way_out` says how to mend what is wrong."""

    level: str
    message: str
    way_out: str = ""
