"""What was seen of a transaction at first sight.

A replaced transaction vanishes from every node; only who remembers its sender and nonce, or the
coins it spent, can tell replaced from dropped. The port has two adapters: in this process, and in
a file that several processes may append to.
"""

import json
import os
from collections import OrderedDict
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from walletdesk.chain.foreign import as_dict, as_int, as_list, as_text
from walletdesk.chain.types import Sighting
from walletdesk.kit import clock

MOST: Final = 10_000
_LINE: Final = 4_000


class Memory(Protocol):
    """Keeps first sightings. Later ones of the same transaction change nothing."""

    def recall(self, network: str, transaction: str) -> Sighting | None:
        """Return what was seen first, or None."""

    def remember(self, network: str, transaction: str, sighting: Sighting) -> None:
        """Keep a sighting unless there is one already. Never raises: a diagnosis goes on."""


class ProcessMemory:
    """Remembers as long as this process lives; forgets the oldest beyond `MOST`."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, str], Sighting] = OrderedDict()

    def recall(self, network: str, transaction: str) -> Sighting | None:
        """Return what was seen first, or None."""
        return self._seen.get((network, transaction))

    def remember(self, network: str, transaction: str, sighting: Sighting) -> None:
        """Keep a sighting unless there is one already that says as much."""
        known = self._seen.get((network, transaction))
        if known is not None and (known.sender or known.inputs or not _telling(sighting)):
            return
        self._seen[network, transaction] = sighting
        while len(self._seen) > MOST:
            self._seen.popitem(last=False)


class FileMemory(ProcessMemory):
    """Remembers in a file, one JSON object a line, appended whole, so that processes may share it.

    A file that cannot be read or written costs the memory, never the diagnosis.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        try:
            with path.open(encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    self._take(line[:_LINE])
        except OSError:
            return

    def _take(self, line: str) -> None:
        try:
            row = as_dict(json.loads(line))
        except (ValueError, RecursionError):
            return
        try:
            seen = datetime.fromisoformat(as_text(row.get("at")))
        except ValueError:
            return
        sighting = Sighting(
            as_text(row.get("sender")),
            as_int(row.get("nonce")),
            tuple(as_text(spent) for spent in as_list(row.get("inputs"), 50)),
            seen if seen.tzinfo else None,
        )
        super().remember(as_text(row.get("network")), as_text(row.get("tx")), sighting)

    def remember(self, network: str, transaction: str, sighting: Sighting) -> None:
        """Keep a sighting and append it to the file."""
        if self.recall(network, transaction) is not None and not _telling(sighting):
            return
        before = self.recall(network, transaction)
        super().remember(network, transaction, sighting)
        if self.recall(network, transaction) is before:
            return
        at = sighting.seen_at or clock.now()
        row = {
            "network": network,
            "tx": transaction,
            "sender": sighting.sender,
            "nonce": sighting.nonce,
            "inputs": sighting.inputs[:30],
            "at": at.isoformat(),
        }
        line = json.dumps(row) + "\n"
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "ab", buffering=0) as file:
                file.write(line.encode())
        except OSError:
            return


def _telling(sighting: Sighting) -> bool:
    return bool(sighting.sender or sighting.inputs)
