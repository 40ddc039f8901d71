"""Which test runs in which process.

Not by xdist's own groups: they are part of a name that pytest 9.2 no longer lets them change.
"""

import re
from functools import cache
from pathlib import Path

from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).parent.parent
USES = re.compile(r"stage: Stage|installation: Installation")


@cache
def uses_the_installation(path: str) -> bool:
    """Tell whether a file of tests asks for the installation, by itself or with its stage."""
    return USES.search((ROOT / path).read_text()) is not None


class Together(LoadScopeScheduling):
    """Whatever needs the installation goes to one process, and first; all else one by one."""

    def _split_scope(self, nodeid: str) -> str:
        return (
            "installation" if uses_the_installation(nodeid.split("::", maxsplit=1)[0]) else nodeid
        )
