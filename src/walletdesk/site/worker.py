"""The worker: handles events from the outbox and runs side jobs."""

import asyncio
import contextlib
import logging
import os
import signal
import threading
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import close_old_connections
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app

from walletdesk.conversations.search.actions.indexing import index_some, sort_in
from walletdesk.integrations.email.program_mark import WantedWatch
from walletdesk.kit.interpreter import settle
from walletdesk.kit.jobs import DEFAULT, NETWORK, PICTURES
from walletdesk.kit.outbox.actions import handle_next
from walletdesk.kit.presence import HOLD, WORKER_LOCK
from walletdesk.kit.wake import WORK_CHANNEL
from walletdesk.knowledge.actions.encoder import adopt_encoder
from walletdesk.site.config import database_dsn
from walletdesk.site.repeating import Repeating
from walletdesk.site.wiring import DUE, PROMPT

log = logging.getLogger("walletdesk.worker")

LOOK_EVERY_SECONDS = 1.0  # for what became due, and should a notification get lost
RECONNECT_SECONDS = 0.5
INDEX_EVERY_SECONDS = 0.4
SORT_EVERY_SECONDS = 3.0  # every search reads what is not sorted in yet
DUE_EVERY_SECONDS = 0.4
PROMPT_EVERY_SECONDS = 0.2  # promises are to be told within a second
SHARE = 0.15  # of the time, for each of what is done behind
NICE = 5  # in a rush the way in, which people wait for, needs the processor more
JOBS_AT_ONCE = 2
NETWORK_JOBS_AT_ONCE = 3  # these wait for outside systems most of the time


class OutboxLoop(threading.Thread):
    """Handles events one after the other; sleeps until told of new ones.

    The foreground loop's connection for LISTEN also holds the lock by which /readyz knows that a
    worker is there.
    """

    def __init__(self, *, background: bool) -> None:
        super().__init__(name="outbox-background" if background else "outbox", daemon=True)
        self.background = background
        self.stopping = threading.Event()

    def run(self) -> None:
        while not self.stopping.is_set():
            try:
                self._listen()
            except Exception as error:  # noqa: BLE001 - a dead loop in a living process is the worst
                log.warning("the outbox stopped (%s): starting again", type(error).__name__)
                self.stopping.wait(RECONNECT_SECONDS)

    def _listen(self) -> None:
        with psycopg.connect(database_dsn(settings.WALLETDESK), autocommit=True) as connection:
            connection.execute(f"LISTEN {WORK_CHANNEL}")
            if not self.background:
                connection.execute(HOLD, [WORKER_LOCK])
            while not self.stopping.is_set():
                self._drain()
                for _ in connection.notifies(timeout=LOOK_EVERY_SECONDS, stop_after=1):
                    pass

    def _drain(self) -> None:
        try:
            while not self.stopping.is_set() and handle_next(background=self.background):
                pass
        finally:
            close_old_connections()

    def stop(self) -> None:
        self.stopping.set()


async def _run_jobs() -> None:
    connector = PsycopgConnector(
        conninfo=database_dsn(settings.WALLETDESK),
        min_size=1,
        max_size=JOBS_AT_ONCE + NETWORK_JOBS_AT_ONCE + 4,
    )
    with app.replace_connector(connector) as jobs:
        async with jobs.open_async():
            await asyncio.gather(
                *(
                    jobs.run_worker_async(
                        queues=[queue],
                        concurrency=places,
                        install_signal_handlers=False,
                        delete_jobs="successful",
                    )
                    for queue, places in (
                        (DEFAULT, JOBS_AT_ONCE),
                        (NETWORK, NETWORK_JOBS_AT_ONCE),
                        (PICTURES, 1),
                    )
                )
            )


async def _main() -> None:
    loop = asyncio.get_running_loop()
    loops: list[OutboxLoop | Repeating | WantedWatch] = [
        OutboxLoop(background=False),
        OutboxLoop(background=True),
        Repeating("search-index", index_some, every=INDEX_EVERY_SECONDS, share=SHARE),
        Repeating("search-sorting", sort_in, every=SORT_EVERY_SECONDS),
        *(Repeating(name, work, every=DUE_EVERY_SECONDS, share=SHARE) for name, work in DUE),
        *(Repeating(name, work, every=PROMPT_EVERY_SECONDS) for name, work in PROMPT),
        WantedWatch(settings.WALLETDESK.data),
    ]
    for outbox in loops:
        outbox.start()
    jobs = asyncio.create_task(_keep_jobs_running())
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
    for outbox in loops:
        outbox.stop()
    jobs.cancel()
    await asyncio.gather(jobs, return_exceptions=True)
    for outbox in loops:
        await asyncio.to_thread(outbox.join, 5)


async def _keep_jobs_running() -> None:
    """Run side jobs; when the database goes away, start over once it is back."""
    while True:
        try:
            await _run_jobs()
        except Exception as error:  # noqa: BLE001 - whatever stopped it, jobs must go on
            log.warning("side jobs stopped (%s): starting again", type(error).__name__)
        await asyncio.sleep(RECONNECT_SECONDS)


def _adopt_encoder() -> None:
    """Have articles embedded anew when the settings name another model than last time."""
    chosen = settings.WALLETDESK.embedder
    if waiting := adopt_encoder(f"{chosen.url} {chosen.model}".strip()):
        log.warning("another encoder: %d translations are indexed anew", waiting)
    close_old_connections()


def _stand_back() -> None:
    """Let others go first: this process, and its session, between which Linux shares time first."""
    os.nice(NICE)
    with contextlib.suppress(OSError):  # a kernel that does not group processes by session
        Path("/proc/self/autogroup").write_text(str(NICE))


def run_worker() -> None:
    """Work until SIGTERM or SIGINT. Django must be set up."""
    _stand_back()
    settle()
    _adopt_encoder()
    asyncio.run(_main())
