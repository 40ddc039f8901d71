"""The mail program: fetches IMAP accounts and listens, in a process of its own beside the worker.

It runs only where it is wanted: see `program_mark`.
"""

import asyncio
import logging
import signal

import psycopg
from django.conf import settings
from django.db import connection

from walletdesk.integrations.email.fetching import Fetcher
from walletdesk.integrations.email.listener import listen
from walletdesk.integrations.email.models import MailAccount
from walletdesk.integrations.email.queries import accounts_with
from walletdesk.integrations.email.types import WayIn

log = logging.getLogger("walletdesk.mail")

LOOK_EVERY_SECONDS = 3.0
FETCH_LOCK = 0x6D61696C  # "mail": the first half of an advisory lock, the account is the second
LISTEN_AGAIN_SECONDS = 5.0


class _Locks:
    """One process fetches an account at a time, however many hosts there are.

    Advisory locks of a connection of their own: when that one breaks, they are free again.
    """

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: psycopg.Connection[tuple[bool]] | None = None

    def take(self, account_id: int) -> bool:
        """Tell whether this process has the lock of an account now."""
        held = self._open().execute(
            "SELECT pg_try_advisory_lock(%s, %s)", [FETCH_LOCK, account_id % 2**31]
        )
        row = held.fetchone()
        return bool(row and row[0])

    def free(self, account_id: int) -> None:
        """Let others have it."""
        self._open().execute("SELECT pg_advisory_unlock(%s, %s)", [FETCH_LOCK, account_id % 2**31])

    def alive(self) -> bool:
        """Tell whether the connection, and with it the locks, still stands."""
        if self._connection is None:
            return True  # nothing was taken yet
        try:
            self._connection.execute("SELECT 1")
        except psycopg.Error:
            self._connection.close()
            self._connection = None
            return False
        return True

    def _open(self) -> "psycopg.Connection[tuple[bool]]":
        if self._connection is None:
            self._connection = psycopg.connect(self._dsn, autocommit=True)
        return self._connection


class Fetchers:
    """The threads that fetch, one an account, as the accounts stand."""

    def __init__(self, dsn: str) -> None:
        self._locks = _Locks(dsn)
        self._running: dict[tuple[int, int], Fetcher] = {}

    def look(self) -> None:
        """Start what is new, end what was changed or removed."""
        if not self._locks.alive():
            self.stop()  # another process may have taken over
            return
        accounts = {(a.pk, a.version): a for a in accounts_with(WayIn.IMAP)}
        for key in [key for key in self._running if key not in accounts]:
            self._end(key)
        for key, account in accounts.items():
            if key not in self._running and self._locks.take(account.pk):
                self._start(key, account)

    def _start(self, key: tuple[int, int], account: MailAccount) -> None:
        fetcher = self._running[key] = Fetcher(account)
        fetcher.start()

    def _end(self, key: tuple[int, int]) -> None:
        fetcher = self._running.pop(key)
        fetcher.stop()
        fetcher.join(10)
        self._locks.free(key[0])

    def stop(self) -> None:
        """End all of them."""
        for fetcher in self._running.values():
            fetcher.stop()
        for fetcher in self._running.values():
            fetcher.join(5)
        self._running.clear()


async def _listening(address: str) -> None:
    """Listen until cancelled; when the port is taken, try again."""
    while True:
        try:
            server = await listen(address)
        except OSError as error:
            log.warning("mail cannot be listened for at %s: %s", address, error.strerror)
            await asyncio.sleep(LISTEN_AGAIN_SECONDS)
            continue
        async with server:
            await server.serve_forever()


async def _main(dsn: str) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    fetchers = Fetchers(dsn)
    address = settings.WALLETDESK.mail_listen
    listening = asyncio.create_task(_listening(address)) if address else None
    while not stop.is_set():
        try:
            await asyncio.to_thread(_look, fetchers)
        except Exception as error:  # noqa: BLE001 - the database may be away: what runs goes on
            log.warning("mail accounts cannot be read: %s", type(error).__name__)
        try:
            await asyncio.wait_for(stop.wait(), LOOK_EVERY_SECONDS)
        except TimeoutError:
            continue
    if listening is not None:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    await asyncio.to_thread(fetchers.stop)


def _look(fetchers: Fetchers) -> None:
    try:
        fetchers.look()
    finally:
        connection.close()


def run_mail(dsn: str) -> None:
    """Fetch and listen until SIGTERM or SIGINT. Django must be set up."""
    asyncio.run(_main(dsn))
