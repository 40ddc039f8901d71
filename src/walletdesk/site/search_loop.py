"""The worker's loop that keeps the search index up to date."""

import logging
import threading
from time import perf_counter

from django.db import close_old_connections

from walletdesk.conversations.search.actions.indexing import index_some, sort_in

log = logging.getLogger("walletdesk.worker")

LOOK_EVERY_SECONDS = 0.4  # nobody tells it: the way in is not to wait for a search index
LONGEST_REST_SECONDS = 0.4
AFTER_TROUBLE_SECONDS = 2.0
SORT_EVERY_SECONDS = 3.0  # every question reads what is not sorted in yet


class SearchLoop(threading.Thread):
    """Looks again and again for what is not in the index yet; with several workers one of them."""

    def __init__(self) -> None:
        super().__init__(name="search-index", daemon=True)
        self.stopping = threading.Event()

    def run(self) -> None:
        while not self.stopping.is_set():
            pause, began = LOOK_EVERY_SECONDS, perf_counter()
            try:
                if index_some():
                    # Half of its time at most: in a rush the way in needs the processor more.
                    pause = min(LONGEST_REST_SECONDS, perf_counter() - began)
            except Exception as error:  # noqa: BLE001 - a dead loop in a living process is the worst
                log.warning("the search index waits (%s): trying again", type(error).__name__)
                pause = AFTER_TROUBLE_SECONDS
            finally:
                close_old_connections()
            self.stopping.wait(pause)

    def stop(self) -> None:
        self.stopping.set()


class SortingLoop(threading.Thread):
    """Sorts in what the other one wrote: that takes seconds in a rush, and nobody waits for it."""

    def __init__(self) -> None:
        super().__init__(name="search-sorting", daemon=True)
        self.stopping = threading.Event()

    def run(self) -> None:
        while not self.stopping.wait(SORT_EVERY_SECONDS):
            try:
                sort_in()
            except Exception as error:  # noqa: BLE001 - as above
                log.warning("the search index is not sorted (%s)", type(error).__name__)
            finally:
                close_old_connections()

    def stop(self) -> None:
        self.stopping.set()
