"""How the interpreter runs a process that lives for months and whose threads wait for SQL."""

import gc
import sys
from typing import Final

# Containers that may be made and kept before the young ones are searched; Python's own is 700. One
# request makes dozens and keeps none.
YOUNG: Final = 20_000
OLDER: Final = 20  # searches of the young before those that outlived one are searched

# Python's own is 5 ms: so long a thread that comes back from the database may wait for a busy event
# loop, after each of a batch's dozen statements.
TURN_SECONDS: Final = 0.0005


def settle() -> None:
    """Have threads take turns quickly, and cycles be searched seldom and only in what is new.

    For the moment when a process has loaded what it needs.
    """
    sys.setswitchinterval(TURN_SECONDS)
    gc.freeze()
    gc.set_threshold(YOUNG, OLDER, OLDER)
