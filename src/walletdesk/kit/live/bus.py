"""The bus between processes: it carries the names of what changed, never what changed.

Signals are the exception: small news that is never stored (who types), so there is nothing to read.

The database stays the truth. A bus that fails delays a screen; it loses nothing, because whoever
listens is told of the gap and reads again.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable, Collection
from typing import Final, Protocol

import psycopg
from psycopg import sql

#: Payload: topics, separated by spaces.
WAKE_CHANNEL: Final = "walletdesk_live"
#: Payload: one subject whose rights changed.
REVOKE_CHANNEL: Final = "walletdesk_revoke"
#: Payload: one signal as JSON, see `types.Signal`.
SIGNAL_CHANNEL: Final = "walletdesk_signal"

OnWake = Callable[[Collection[str]], None]
OnRevoke = Callable[[str], None]
OnGap = Callable[[], None]
OnSignal = Callable[[str], None]

logger = logging.getLogger(__name__)


class Bus(Protocol):
    """Where wakes, revocations and signals of all processes arrive."""

    async def run(
        self, on_wake: OnWake, on_revoke: OnRevoke, on_gap: OnGap, on_signal: OnSignal
    ) -> None:
        """Call back, in the event loop, until cancelled; `on_gap` after every (re)connection."""


class PostgresBus:
    """LISTEN on a connection of its own; reconnects for ever.

    A dead connection is noticed within `silence` + `answer` seconds, and 5 more in which psycopg
    tries to cancel: TCP keepalive does not exist on a Unix socket and a frozen server's kernel
    answers it, so the connection is asked a question.
    """

    def __init__(
        self,
        dsn: str,
        *,
        silence: float = 15.0,
        answer: float = 10.0,
        back_off: tuple[float, float] = (0.2, 5.0),
    ) -> None:
        self._dsn = dsn
        self._silence = silence
        self._answer = answer
        self._back_off = back_off

    async def run(
        self, on_wake: OnWake, on_revoke: OnRevoke, on_gap: OnGap, on_signal: OnSignal
    ) -> None:
        """See `Bus`."""
        first, most = self._back_off
        pause = first

        def connected() -> None:
            nonlocal pause
            pause = first
            _surely(on_gap)

        def heard(channel: str, payload: str) -> None:
            if channel == REVOKE_CHANNEL:
                if not _surely(on_revoke, payload):
                    _surely(on_gap)  # everybody's rights are checked again
            elif channel == SIGNAL_CHANNEL:
                _surely(on_signal, payload)
            else:
                _surely(on_wake, payload.split())

        while True:
            try:
                await self._listen(heard, connected)
            except (psycopg.Error, OSError, TimeoutError) as error:
                logger.warning("live bus lost, trying again in %.1f s: %s", pause, error)
            await asyncio.sleep(pause * (0.5 + secrets.randbelow(500) / 1000))
            pause = min(most, 2 * pause)

    async def _listen(self, heard: Callable[[str, str], None], connected: OnGap) -> None:
        async with asyncio.timeout(self._answer):
            connection = await psycopg.AsyncConnection.connect(
                self._dsn,
                autocommit=True,
                connect_timeout=max(2, int(self._answer)),
                application_name="walletdesk live",
                keepalives_idle=15,
                keepalives_interval=5,
                keepalives_count=3,
                tcp_user_timeout=30_000,
            )
        try:
            async with asyncio.timeout(self._answer):
                for channel in (WAKE_CHANNEL, REVOKE_CHANNEL, SIGNAL_CHANNEL):
                    await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
            connected()
            while True:
                async for notice in connection.notifies(timeout=self._silence):
                    heard(notice.channel, notice.payload)
                async with asyncio.timeout(self._answer):
                    await connection.execute("SELECT 1")
        finally:
            # Not the polite close: it would wait for a server that may be frozen.
            connection.pgconn.finish()


def _surely(callback: Callable[..., None], *told: object) -> bool:
    """Call back; what goes wrong there is logged, for a dead bus in a living process is worse."""
    try:
        callback(*told)
    except Exception:
        logger.exception("news of the live bus could not be passed on")
        return False
    return True


class MemoryBus:
    """A bus inside one process: for one server process without a database, and for tests."""

    def __init__(self) -> None:
        self._listening: list[
            tuple[asyncio.AbstractEventLoop, OnWake, OnRevoke, OnGap, OnSignal]
        ] = []

    async def run(
        self, on_wake: OnWake, on_revoke: OnRevoke, on_gap: OnGap, on_signal: OnSignal
    ) -> None:
        """See `Bus`."""
        loop = asyncio.get_running_loop()
        entry = (loop, on_wake, on_revoke, on_gap, on_signal)
        self._listening.append(entry)
        try:
            on_gap()
            await loop.create_future()
        finally:
            self._listening.remove(entry)

    def wake(self, *topics: str) -> None:
        """Say that there is something new under these topics; from any thread."""
        for loop, on_wake, *_ in self._listening:
            loop.call_soon_threadsafe(on_wake, topics)

    def revoke(self, subject: str) -> None:
        """Say that the subject's rights changed; from any thread."""
        for loop, _, on_revoke, *_ in self._listening:
            loop.call_soon_threadsafe(on_revoke, subject)

    def gap(self) -> None:
        """Say that wakes and revocations may have been lost; from any thread."""
        for loop, _, _, on_gap, _ in self._listening:
            loop.call_soon_threadsafe(on_gap)

    def signal(self, payload: str) -> None:
        """Send a signal; from any thread."""
        for loop, *_, on_signal in self._listening:
            loop.call_soon_threadsafe(on_signal, payload)
