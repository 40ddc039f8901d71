"""The parts of `walletdesk up` that deal with processes and sockets.

Nothing here imports Django: this code stays in memory for as long as the desk runs.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from walletdesk.kit.children import before_exec
from walletdesk.kit.interrupts import heard
from walletdesk.kit.postgres import EmbeddedPostgres, PostgresError
from walletdesk.site.config import postgres_folder
from walletdesk.site.refusal import RefusalError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from walletdesk.site.config import Config

BACKLOG = 4096  # all customers of a busy desk come back at once after a restart
# -P keeps the current folder out of the import path: a file there must not replace a module.
WALLETDESK = (sys.executable, "-P", "-m", "walletdesk.site.cli")


@dataclass(frozen=True, slots=True)
class Commands:
    """The programs that `up` starts; tests put small stand-ins here."""

    prepare: tuple[str, ...] = (*WALLETDESK, "_prepare", "--when-told")
    server: tuple[str, ...] = (*WALLETDESK, "_server")
    worker: tuple[str, ...] = (*WALLETDESK, "_worker")
    mail: tuple[str, ...] = (*WALLETDESK, "_mail")
    voice: tuple[str, ...] = (*WALLETDESK, "_voice")


@dataclass(slots=True)
class Prepared:
    """What the `_prepare` process said at its end; see `commands.prepare` for the fields."""

    sign_ins: list[list[str]] = field(default_factory=list)
    password: str | None = None
    has_staff: bool = True


def open_listener(host: str, port: int) -> socket.socket:
    """Return a listening socket, which the server inherits, so that callers wait while it restarts.

    Raises:
        RefusalError: the port is taken, forbidden, or the address is not of this machine.

    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise _explained_bind(error, host, port) from error
    return listener


def start_database(config: Config, report: Callable[[str], None]) -> EmbeddedPostgres | None:
    """Start the embedded PostgreSQL and wait until it answers; None when an outside one is used.

    Raises:
        RefusalError: it cannot be created or started.

    """
    if not config.embedded:
        return None
    database: EmbeddedPostgres | None = None
    try:
        database = EmbeddedPostgres(postgres_folder(config))
        if not database.cluster.exists():
            report("Creating the database")
        database.init()
        database.recover()
        report("Starting the database")
        database.start()
        database.wait_ready()
    except BaseException as error:
        if database is not None:
            database.stop(timeout=5)
        if isinstance(error, PostgresError):
            raise RefusalError(error.message, error.way_out) from error
        raise
    return database


def spawn_prepare(
    command: tuple[str, ...], environ: Mapping[str, str], log_path: Path
) -> subprocess.Popen[bytes]:
    """Start the `_prepare` process, which loads its libraries and then waits to be told."""
    with log_path.open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - our own program
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=dict(environ),
            start_new_session=True,
            preexec_fn=before_exec(signal.SIGKILL),  # noqa: PLW1509 - this process has no threads
        )


def run_prepare(
    process: subprocess.Popen[bytes], log_path: Path, report: Callable[[str], None]
) -> Prepared:
    """Tell `_prepare` that the database is there, pass its progress on, and return its result.

    Raises:
        RefusalError: it refused, or failed.

    """
    result = None
    with process:
        tell(process)
        with heard():
            for line in process.stdout or ():
                result = _understood(line, report) or result
    if process.returncode != 0 or result is None:
        raise RefusalError(
            f"The database could not be prepared: {last_line(log_path)}",
            f"More is written in {log_path}; nothing was started.",
        )
    return result


def tell(process: subprocess.Popen[bytes]) -> None:
    """Tell a child that was started early that its time has come."""
    if process.stdin is not None:
        with contextlib.suppress(BrokenPipeError):  # it ended already: its output says why
            process.stdin.write(b"\n")
            process.stdin.close()


def spawn_logged(
    command: tuple[str, ...],
    environ: Mapping[str, str],
    log_path: Path,
    descriptors: tuple[int, ...] = (),
    *,
    waits: bool = False,
) -> subprocess.Popen[bytes]:
    """Start a long-running child whose output goes to the end of `log_path`.

    One that `waits` is to be told.
    """
    with log_path.open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - our own program
            command,
            stdin=subprocess.PIPE if waits else subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=dict(environ),
            pass_fds=descriptors,
            # An own session: Ctrl-C in the terminal reaches the supervisor only, which then
            # stops its children in the right order.
            start_new_session=True,
            preexec_fn=before_exec(signal.SIGKILL),  # noqa: PLW1509 - this process has no threads
        )


def last_line(path: Path) -> str:
    """Return the last line of a log that is not blank, at most 300 characters."""
    try:
        lines = path.read_text("utf-8", "replace")[-4000:].splitlines()
    except OSError:
        lines = []
    return next((line.strip()[:300] for line in reversed(lines) if line.strip()), "no reason given")


class FirstAnswer:
    """Asks a starting server for `/healthz` without ever blocking."""

    def __init__(self, listener: socket.socket, base_url: str) -> None:
        self._family = listener.family
        self._address = _reachable(listener.getsockname())
        self._request = (
            f"GET /healthz HTTP/1.1\r\nHost: {urlsplit(base_url).netloc}\r\n"
            "Connection: close\r\n\r\n"
        ).encode()
        self._client: socket.socket | None = None
        self.seconds = 0.0
        self._since = time.monotonic()

    def arrived(self) -> bool:
        """Tell whether the server has given an HTTP answer."""
        self.seconds = time.monotonic() - self._since
        try:
            if self._client is None:
                self._client = socket.create_connection(self._address, 1.0)
                self._client.sendall(self._request)
                self._client.setblocking(False)
            answer = self._client.recv(16)
        except BlockingIOError:
            return False
        except OSError:
            answer = b""
        self.close()
        return answer.startswith(b"HTTP/1.")

    def close(self) -> None:
        """Give up the connection."""
        if self._client is not None:
            self._client.close()
            self._client = None


def _understood(line: bytes, report: Callable[[str], None]) -> Prepared | None:
    """Understand one line of `_prepare`; lines that are not ours are ignored."""
    try:
        said: Any = json.loads(line)
    except ValueError:
        return None
    if not isinstance(said, dict):
        return None
    if "progress" in said:
        report(str(said["progress"]))
    if "refused" in said:
        raise RefusalError(said["refused"]["message"], said["refused"]["way_out"])
    found = said.get("prepared")
    if not isinstance(found, dict):
        return None
    return Prepared(**{name: found[name] for name in Prepared.__slots__ if name in found})


def _explained_bind(error: OSError, host: str, port: int) -> RefusalError:
    if error.errno == errno.EADDRINUSE:
        return RefusalError(
            f"Port {port} on {host} is already taken by another program.",
            f"Stop that program, or choose another port: walletdesk up --port {port % 65535 + 1}.",
        )
    if error.errno == errno.EACCES:
        return RefusalError(
            f"This user may not open port {port}.",
            "Choose a port above 1023, for example: walletdesk up --port 8000.",
        )
    return RefusalError(
        f"{host} port {port} cannot be opened ({os.strerror(error.errno or 0)}).",
        "Set WALLETDESK_HOST to an address of this machine, such as 127.0.0.1.",
    )


def _reachable(address: tuple[Any, ...]) -> tuple[str, int]:
    host, port = address[:2]
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port  # noqa: S104 - replaced here
