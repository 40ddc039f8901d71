"""Rows that are gone through one by one: one that fails harms no neighbour."""

import logging
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from django.db import connection

from walletdesk.kit import clock

_Key = TypeVar("_Key", bound=Hashable)

log = logging.getLogger("walletdesk.worker")

FIRST_PAUSE = timedelta(minutes=1)  # doubles
LONGEST_PAUSE = timedelta(hours=1)
REMEMBERED = timedelta(hours=2)  # after the pause


class OneByOne(Generic[_Key]):
    """Attempts at rows, of which those that failed stand back for a while, longer each time.

    Whoever takes only some of many leaves out what stands back, else the same would come first for
    ever. It is kept in this process: another one finds out for itself.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._failed: dict[_Key, tuple[int, datetime]] = {}

    def standing_back(self) -> list[_Key]:
        """Return the keys that are not to be tried now."""
        now = clock.now()
        return [key for key, (_, until) in list(self._failed.items()) if until > now]

    def failures(self, key: _Key) -> int:
        """Tell how often in a row it failed."""
        return self._failed.get(key, (0, None))[0]

    @contextmanager
    def attempt(self, key: _Key) -> Iterator[None]:
        """Log what goes wrong with one row, and go on. A lost database is raised: all fail then."""
        try:
            yield
        except Exception:
            self._note(key)
            if not connection.is_usable():
                raise
            log.exception("%s: %s failed", self._name, key)
        else:
            self._failed.pop(key, None)

    def _note(self, key: _Key) -> None:
        now = clock.now()
        for old, (_, until) in list(self._failed.items()):
            if until < now - REMEMBERED:
                self._failed.pop(old, None)
        failures = self.failures(key) + 1
        pause = min(FIRST_PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE)
        self._failed[key] = (failures, now + pause)
