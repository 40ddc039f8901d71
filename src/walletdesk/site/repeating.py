"""What a worker does again and again: nobody tells it, it looks."""

import logging
import threading
from collections.abc import Callable
from time import perf_counter

from django.db import close_old_connections

log = logging.getLogger("walletdesk.worker")

AFTER_TROUBLE_SECONDS = 2.0
LONGEST_REST_SECONDS = 0.4  # behind a rush a turn takes five times as long, and so would its rest


class Repeating(threading.Thread):
    """Does `work` every so many seconds, sooner when it says that more waits.

    But it takes no more than a `share` of the time: in a rush the way in needs the processor more.
    With several workers `work` itself sees to it that no two do the same.
    """

    def __init__(
        self, name: str, work: Callable[[], object], *, every: float, share: float = 0.5
    ) -> None:
        super().__init__(name=name, daemon=True)
        self.work = work
        self.every = every
        self.rest = 1 / share - 1
        self.stopping = threading.Event()

    def run(self) -> None:
        pause = self.every
        while not self.stopping.wait(pause):
            began = perf_counter()
            try:
                more = self.work()
                rest = min(LONGEST_REST_SECONDS, self.rest * (perf_counter() - began))
                pause = rest if more else max(self.every, rest)
            except Exception as error:  # noqa: BLE001 - a dead loop in a living process is the worst
                log.warning("%s waits (%s): trying again", self.name, type(error).__name__)
                pause = max(self.every, AFTER_TROUBLE_SECONDS)
            finally:
                close_old_connections()

    def stop(self) -> None:
        self.stopping.set()
