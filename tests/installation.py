"""A real `walletdesk up` on a folder of its own, which tests may speak to, kill and start again.

Everything runs as it does for a newcomer: supervisor, server, worker, embedded PostgreSQL with
fsync on, the demo brand. One per test process; who breaks it mends it.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from threading import Event
from typing import TYPE_CHECKING, Any, LiteralString

import httpx
import psutil
import psycopg
import pytest

from walletdesk.kit.postgres import embedded_dsn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from http.cookiejar import Cookie
    from pathlib import Path

START_SECONDS = 300.0  # patience, not a promise: the machine may be busy with other tests
PATIENCE = 90.0
# Many customers write from one address here, and faster than people do.
MANY = {
    "WALLETDESK_STREAMS_PER_ADDRESS": "100000",
    "WALLETDESK_MESSAGES_PER_MINUTE": "100000",
}
# Stories that call bring the process of calls themselves.
PROMPT = {"LANGUAGE": "C", "PYTHONUNBUFFERED": "1", "WALLETDESK_VOICE": "none"}


def until(true: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + seconds
    pause = Event()
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:.0f} s: {what}")
        pause.wait(0.02)


class Installation:
    """One `walletdesk up`. `settings` are environment variables of its own."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.data = data
        self.settings = settings
        self.said = data.with_name(f"{data.name}.said")
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    # --- life -----------------------------------------------------------------------------

    def start(self) -> Installation:
        """Start it and wait until it answers; a second start takes the same port."""
        given = {k: v for k, v in os.environ.items() if not k.startswith("WALLETDESK_")}
        given.pop("DATABASE_URL", None)
        with self.said.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "walletdesk.site.cli", "up"],
                stdout=output,
                stderr=subprocess.STDOUT,
                env={
                    **given,
                    **PROMPT,
                    **MANY,
                    "WALLETDESK_DATA": str(self.data),
                    "WALLETDESK_PORT": str(self.port),
                    **self.settings,
                },
            )
        until(lambda: self._told() or self.process.poll() is not None, "ready", START_SECONDS)
        assert self.process.poll() is None, self.said.read_text()
        self.port = int(self._told())
        self.await_ready()
        return self

    def _told(self) -> str:
        found = re.search(r"is ready: http://127\.0\.0\.1:(\d+)", self.said.read_text())
        return found[1] if found else ""

    def stop(self, sign: signal.Signals = signal.SIGINT) -> int:
        """Stop it as Ctrl-C does; returns the exit code."""
        self.process.send_signal(sign)
        return self.process.wait(PATIENCE)

    def await_ready(self) -> None:
        """Wait until database, worker and disk are there."""
        until(lambda: self.readyz().get("ready"), f"ready again\n{self.logs()}", START_SECONDS)

    def await_quiet(self) -> None:
        """Wait until the worker has handled what customers wait for."""
        until(lambda: self.waiting() == 0, "the worker is through", START_SECONDS)

    def await_indexed(self) -> None:
        """Wait until the bot knows all articles: before that its answers may change."""
        nothing = "SELECT count(*) = 0 FROM outbox_outboxevent WHERE parked_at IS NULL"
        until(lambda: self.query(nothing) == [(True,)], "all articles are indexed", START_SECONDS)

    def waiting(self) -> int:
        """Return how many events for the bot are not handled yet."""
        [(count,)] = self.query(
            "SELECT count(*) FROM outbox_outboxevent"
            " WHERE starts_with(handler, %s) AND parked_at IS NULL",
            "bot.",
        )
        return int(count)

    def readyz(self) -> dict[str, Any]:
        """Return what /readyz says; empty when nobody answers."""
        try:
            return httpx.get(f"{self.url}/readyz", timeout=PATIENCE).json()
        except (httpx.HTTPError, ValueError):
            return {}

    def logs(self) -> str:
        """Return the end of each log, for the reader of a failure."""
        return "\n".join(
            f"{path.name}: {path.read_text(errors='replace')[-1500:]}"
            for path in sorted((self.data / "log").glob("*.log"))
        )

    # --- places ---------------------------------------------------------------------------

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def dsn(self) -> str:
        return self.settings.get("DATABASE_URL") or embedded_dsn(self.data / "postgres")

    @property
    def password(self) -> str:
        """The password of the demo's people."""
        return (self.data / "demo-password").read_text().strip()

    def query(self, statement: LiteralString, *values: object) -> list[tuple[Any, ...]]:
        """Ask the database itself."""
        with psycopg.connect(self.dsn, autocommit=True, connect_timeout=60) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    # --- processes ------------------------------------------------------------------------

    def child(self, name: str) -> psutil.Process | None:
        """Return the running `server`, `worker` or `database`, None when there is none."""
        words = {"server": "_server", "worker": "_worker", "mail": "_mail", "database": "postgres"}
        word = words[name]
        for process in psutil.Process(self.process.pid).children():
            with suppress(psutil.Error):
                if any(word in part for part in process.cmdline()[:5]):
                    return process
        return None

    def kill(self, name: str) -> None:
        """Kill -9, of the database with all its children; returns when they are dead."""
        until(lambda: self.child(name), f"{name} runs", START_SECONDS)
        first = self.child(name)
        doomed = [first, *(first.children(recursive=True) if name == "database" else [])]
        for process in doomed:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        until(lambda: all(_dead(process) for process in doomed), f"{name} dead")

    def leftovers(self) -> list[str]:
        """Return the command lines of processes that still work on this folder."""
        mark = f"WALLETDESK_DATA={self.data}"
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                place = process.cwd()
                if (
                    process.environ().get("WALLETDESK_DATA") == mark.partition("=")[2]
                    or place.startswith(f"{self.data}/")
                ) and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(" ".join(process.cmdline()))
        return found

    @contextmanager
    def without_worker(self) -> Iterator[None]:
        """Leave the desk without its worker for as long as the block lasts."""
        os.kill(self.process.pid, signal.SIGSTOP)
        try:
            self.kill("worker")
            until(lambda: not self.readyz()["worker"], "the worker is gone")
            yield
        finally:
            os.kill(self.process.pid, signal.SIGCONT)
            self.await_ready()

    # --- people ---------------------------------------------------------------------------

    @contextmanager
    def signed_in(self, email: str) -> Iterator[Staff]:
        """Give a member of the demo's staff, signed in. Seldom: sign-ins are limited."""
        with httpx.Client(base_url=self.url, timeout=PATIENCE) as client:
            client.get("/accounts/login/")
            staff = Staff(client)
            answer = staff.post("/accounts/login/", {"login": email, "password": self.password})
            assert answer.status_code == 302, answer.text
            yield staff


class Staff:
    """A member of staff at work through the desk's own addresses."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def post(self, path: str, form: dict[str, str] | None = None, **body: object) -> httpx.Response:
        headers = {
            "X-CSRFToken": self._token(),
            "Referer": f"{self.client.base_url}/",
            "Accept": "text/html, application/json",
        }
        if form is not None:
            return self.client.post(path, data=form, headers=headers)
        return self.client.post(path, json=body, headers=headers)

    def act(self, ref: str, action: str, **body: object) -> httpx.Response:
        """Press a button of a conversation."""
        form = {"to": str(body["to"])} if action == "hand-over" else None
        return self.post(f"/desk/c/{ref}/{action}", form, **({} if form else body))

    def cookies(self) -> list[Cookie]:
        return list(self.client.cookies.jar)

    def _token(self) -> str:
        found = [c.value for c in self.cookies() if c.name.endswith("walletdesk-csrf")]
        return found[0] or "" if found else ""


def _dead(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@contextmanager
def running(data: Path, **settings: str) -> Iterator[Installation]:
    """Run an installation for as long as the block lasts; whatever happens, nothing is left."""
    place = Installation(data, **settings)
    try:
        yield place.start()
    except Exception as error:
        error.add_note(place.logs())
        raise
    finally:
        if place.process is not None and place.process.poll() is None:
            place.process.send_signal(signal.SIGCONT)
            try:
                place.stop()
            except subprocess.TimeoutExpired:
                place.process.kill()
                place.process.wait()


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The installation of this test process. A test leaves it running and ready."""
    with running(tmp_path_factory.mktemp("installation") / "data") as place:
        yield place
