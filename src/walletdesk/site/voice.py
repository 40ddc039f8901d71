"""The process of calls: it loads the drivers, hears what they hear, and hands them their commands.

Rows decide, drivers obey: a command is written with the step that asks for it, handed over after
the commit, and marked once the driver has it. Whoever dies in between is told again.
"""

import asyncio
import logging
import signal
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Final, TypeVar

import psycopg
import uvloop
from django.conf import settings
from django.db import close_old_connections

from walletdesk.integrations.embedded_voice.mark import let_go, want_process
from walletdesk.kit.wake import VOICE_CHANNEL
from walletdesk.site.config import database_dsn
from walletdesk.voice.actions.flow import end_lost, settle_command, take_event
from walletdesk.voice.actions.recordings import keep_recording
from walletdesk.voice.queries import Due, due_commands, live_names, sound
from walletdesk.voice.types import Driver, DriverFactory, Event, Failed

log = logging.getLogger("walletdesk.voice")

# Name in WALLETDESK_VOICE → module and factory: loaded only when it is wanted. A provider (cpaas)
# asks the server over HTTP and needs nothing here.
DRIVERS: Final[Mapping[str, str]] = {
    "embedded": "walletdesk.integrations.embedded_voice:driver",
    "asterisk": "walletdesk.integrations.asterisk:driver",
    "console": "walletdesk.integrations.console_voice:driver",
}
THREADS = 4
IDLE_SECONDS = 600.0  # without a call: then the process ends until somebody calls
LOOK_EVERY_SECONDS = 1.0  # should a notification get lost
RECONNECT_SECONDS = 0.5
START_AGAIN_SECONDS = 5.0
HOST_LOCK = 0x766F6963  # "voic": one process has the drivers

T = TypeVar("T")


def load_driver(name: str) -> Driver:
    """Return a driver by its name. Raises KeyError for an unknown one."""
    module, _sep, factory = DRIVERS[name].partition(":")
    make: DriverFactory = getattr(import_module(module), factory)
    return make()


class Ear:
    """What one driver is given: `voice.types.Desk`."""

    def __init__(self, host: "Host", driver: str) -> None:
        self._host = host
        self._driver = driver

    async def hear(self, call: str, event: Event) -> None:
        """Keep what a driver heard."""
        await self._host.in_thread(partial(take_event, driver=self._driver, name=call, event=event))

    async def sound(self, sound_id: str) -> bytes:
        """Return a prompt."""
        return await self._host.in_thread(partial(sound, sound_id))

    async def keep(self, call: str, name: str, wav: bytes) -> None:
        """Keep a recording."""
        await self._host.in_thread(
            partial(keep_recording, driver=self._driver, name=call, recording=name, wav=wav)
        )


class Host:
    """Runs drivers until it is stopped."""

    def __init__(self, drivers: Mapping[str, Driver]) -> None:
        self.drivers = drivers
        self._threads = ThreadPoolExecutor(THREADS, "voice")
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._woken = asyncio.Event()
        self._ready: list[str] = []

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Do work on the database beside the sound."""

        def run() -> T:
            close_old_connections()
            try:
                return work()
            finally:
                close_old_connections()

        return await asyncio.get_running_loop().run_in_executor(self._threads, run)

    async def start(self) -> None:
        """Start the drivers, beside each other; calls that one does not know any more are over."""
        await asyncio.gather(*(self._start(name) for name in self.drivers))

    async def _start(self, name: str) -> None:
        while (found := await self._started(name)) is None:  # noqa: ASYNC110 - it is tried again
            await asyncio.sleep(START_AGAIN_SECONDS)
        known, alive = found
        lost = known - alive
        if lost:
            log.warning("%s: %s calls were lost", name, len(lost))
            await self.in_thread(partial(end_lost, driver=name, names=sorted(lost)))
        log.info("%s takes calls; %s go on", name, len(alive))
        self._ready.append(name)
        self._woken.set()

    async def _started(self, name: str) -> tuple[set[str], frozenset[str]] | None:
        """Start a driver; return the calls that we know and those that it has, None on trouble."""
        try:
            known = await self.in_thread(partial(live_names, name))
            await self.drivers[name].start(Ear(self, name))
            return known, await self.drivers[name].calls()
        except Exception:
            log.exception("%s does not start: trying again", name)
            return None

    async def run(self) -> None:
        """Hand out commands as they come, until cancelled."""
        listening = asyncio.create_task(self._listen())
        try:
            while True:
                try:
                    await self.hand_out()
                except Exception as error:  # noqa: BLE001 - the database may be gone for a moment
                    log.warning("commands wait (%s): trying again", type(error).__name__)
                    await asyncio.sleep(RECONNECT_SECONDS)
                self._woken.clear()
                try:
                    await asyncio.wait_for(self._woken.wait(), LOOK_EVERY_SECONDS)
                except TimeoutError:
                    continue
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def calls(self) -> int:
        """Return how many calls are alive."""
        return sum([len(await driver.calls()) for driver in self.drivers.values()])

    async def stop(self) -> None:
        """Let the drivers go."""
        for name, driver in self.drivers.items():
            try:
                await driver.stop()
            except Exception:
                log.exception("%s did not stop well", name)
        for task in self._busy.values():
            task.cancel()
        await asyncio.gather(*self._busy.values(), return_exceptions=True)
        self._threads.shutdown(wait=True)

    async def hand_out(self) -> None:
        """Give each call its commands, in their order, calls beside each other."""
        rows = await self.in_thread(partial(due_commands, list(self._ready)))
        calls: dict[tuple[str, int], list[Due]] = {}
        for driver, due in rows:
            calls.setdefault((driver, due.call_id), []).append(due)
        for (driver, call_id), dues in calls.items():
            if call_id not in self._busy:
                task = asyncio.create_task(self._carry_out(driver, dues))
                self._busy[call_id] = task
                task.add_done_callback(partial(self._free, call_id))

    async def drain(self) -> None:
        """Hand out until nothing is left to do: for one call in a terminal, and for tests."""
        while True:
            await self.hand_out()
            if not self._busy:
                return
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    def _free(self, call_id: int, _task: asyncio.Task[None]) -> None:
        self._busy.pop(call_id, None)
        self._woken.set()

    async def _carry_out(self, name: str, dues: list[Due]) -> None:
        for due in dues:
            try:
                await self.drivers[name].carry_out(due.call, due.number, due.command)
            except Exception as error:  # noqa: BLE001 - one call's trouble must not end the others
                code = type(error).__name__
                log.warning("%s: %s failed (%s)", name, type(due.command).__name__, code)
                await Ear(self, name).hear(due.call, Failed(due.number, code))
            await self.in_thread(partial(settle_command, call_id=due.call_id, number=due.number))

    async def _listen(self) -> None:
        dsn = database_dsn(settings.WALLETDESK)
        while True:
            try:
                connection = await psycopg.AsyncConnection.connect(dsn, autocommit=True)
                async with connection:
                    await connection.execute(f"LISTEN {VOICE_CHANNEL}")
                    self._woken.set()
                    async for _note in connection.notifies():
                        self._woken.set()
            except psycopg.Error as error:
                log.warning("listening stopped (%s): starting again", type(error).__name__)
                await asyncio.sleep(RECONNECT_SECONDS)


async def _alone(dsn: str) -> psycopg.AsyncConnection[object]:
    """Return a connection that holds the lock of this process; waits for a predecessor's end."""
    connection = await psycopg.AsyncConnection.connect(dsn, autocommit=True)
    await connection.execute("SELECT pg_advisory_lock(%s)", [HOST_LOCK])
    return connection


async def _await_idle(host: Host, mark: Path) -> None:
    """Ask to be ended whenever nobody has called for long: a desk at rest needs no sound."""
    while True:
        await asyncio.sleep(IDLE_SECONDS / 10)
        if await host.calls():
            want_process(mark)
        else:
            let_go(mark, unused_seconds=IDLE_SECONDS)


async def _main() -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    held = await _alone(database_dsn(settings.WALLETDESK))
    host = Host({name: load_driver(name) for name in settings.WALLETDESK.voice if name in DRIVERS})
    try:
        work = [host.start(), host.run()]
        if settings.WALLETDESK.voice_on_call:
            work.append(_await_idle(host, settings.WALLETDESK.media.mark))
        running = [asyncio.create_task(each) for each in work]
        await stop.wait()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    finally:
        await host.stop()
        await held.close()
        let_go(settings.WALLETDESK.media.mark, unused_seconds=0)


def run_voice() -> None:
    """Carry calls until SIGTERM or SIGINT. Django must be set up.

    uvloop reads all that waits at a socket; asyncio's own loop one datagram a round, so that after
    a moment without the processor sound and keys would stay late by all that came meanwhile.
    """
    uvloop.run(_main())
