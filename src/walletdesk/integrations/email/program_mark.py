"""Whether the mail program is wanted: an account is fetched, or a listener is set.

The supervisor of `walletdesk up` knows no database, so the worker tells it by a file.
"""

import logging
import threading
from pathlib import Path

from django.conf import settings
from django.db import close_old_connections

from walletdesk.integrations.email.queries import accounts_with
from walletdesk.integrations.email.types import WayIn

log = logging.getLogger("walletdesk.mail")

MARK = "mail.wanted"  # site/commands/up.py looks for it
LOOK_EVERY_SECONDS = 3.0


def wanted() -> bool:
    """Tell whether there is anything for the mail program to do."""
    return bool(settings.WALLETDESK.mail_listen) or bool(accounts_with(WayIn.IMAP))


def mark(data: Path, *, run: bool) -> None:
    """Tell the supervisor whether to run the mail program."""
    place = data / MARK
    if run != place.exists():
        if run:
            place.touch(mode=0o600)
        else:
            place.unlink(missing_ok=True)


class WantedWatch(threading.Thread):
    """In the worker: keeps the mark up to date."""

    def __init__(self, data: Path) -> None:
        super().__init__(name="mail-wanted", daemon=True)
        self._data = data
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Ask the thread to end."""
        self._stopping.set()

    def run(self) -> None:
        """Look every few seconds."""
        while not self._stopping.wait(LOOK_EVERY_SECONDS):
            try:
                mark(self._data, run=wanted())
            except Exception as error:  # noqa: BLE001 - the database may be away for a while
                log.debug("mail accounts cannot be read: %s", type(error).__name__)
            finally:
                close_old_connections()
