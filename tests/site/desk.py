"""A desk made of the real supervisor, the real embedded PostgreSQL and small stand-in children."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import psycopg

from walletdesk.kit.postgres import embedded_dsn

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
STAND_IN = HERE / "stand_in.py"
PATIENCE = 90.0


def until(true: Callable[[], object], what: str, seconds: float = PATIENCE) -> float:
    """Wait until something is true and return the seconds it took."""
    started = time.monotonic()
    pause = Event()
    while not true():
        if time.monotonic() - started > seconds:
            raise AssertionError(f"not within {seconds} s: {what}")
        pause.wait(0.02)
    return time.monotonic() - started


class Desk:
    """One `walletdesk up` on `data`, with its children replaced by `stand_in.py`."""

    def __init__(self, data: Path, port: int = 0, **environ: str) -> None:
        self.data = data
        beside = next(parent for parent in data.parents if parent.is_dir())
        self.output = beside / f"said-{time.monotonic_ns()}"
        given = {k: v for k, v in os.environ.items() if not k.startswith("WALLETDESK_")}
        given.pop("DATABASE_URL", None)
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(STAND_IN), "up"],
                stdout=output,
                stderr=subprocess.STDOUT,
                env={
                    **given,
                    "WALLETDESK_DATA": str(data),
                    "WALLETDESK_PORT": str(port),
                    **environ,
                },
            )

    def said(self) -> str:
        return self.output.read_text()

    def ready(self) -> Desk:
        until(lambda: "is ready" in self.said() or self.process.poll() is not None, "ready")
        assert self.process.poll() is None, self.said()
        return self

    def ended(self) -> int:
        return self.process.wait(PATIENCE)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.ended()

    @property
    def port(self) -> int:
        return int(self.said().split("is ready: http://127.0.0.1:")[1].split()[0])

    @property
    def dsn(self) -> str:
        return embedded_dsn(self.data / "postgres")

    def answer(self) -> str:
        """Ask the server for its process id; empty when it does not answer."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), 5) as client:
                client.sendall(b"GET / HTTP/1.0\r\n\r\n")
                return client.makefile("rb").read().decode().rpartition("\r\n\r\n")[2]
        except OSError:
            return ""

    def child(self, name: str) -> int:
        """Return the process id that a stand-in wrote down when it began to work."""
        path = self.data / f"{name}.pid"
        until(path.exists, f"{name} has begun")
        return int(path.read_text())

    def kill(self, process: int) -> None:
        """Kill -9, and return when it is dead."""
        os.kill(process, signal.SIGKILL)
        until(lambda: not self.lives(process), "dead")

    def lives(self, process: int) -> bool:
        """Tell whether a process exists and is no zombie."""
        try:
            return ") Z " not in Path("/proc", str(process), "stat").read_text()
        except OSError:
            return False

    def postmaster(self) -> int:
        """Return the process id of the database server, 0 while it takes no connections."""
        try:
            lines = (self.data / "postgres/cluster/postmaster.pid").read_text().split("\n")
        except OSError:
            return 0
        return int(lines[0]) if len(lines) > 7 and lines[7].strip() == "ready" else 0

    def query(self, statement: str) -> list[tuple]:
        with psycopg.connect(self.dsn, autocommit=True, connect_timeout=60) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def log(self) -> str:
        return (self.data / "log" / "supervisor.log").read_text()

    def processes(self) -> list[int]:
        """Return every living process of this desk."""
        entries = [entry for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
        return [int(entry.name) for entry in entries if self._is_ours(entry)]

    def _is_ours(self, entry: Path) -> bool:
        try:
            environ = (entry / "environ").read_bytes()
            home = (entry / "cwd").readlink()
        except OSError:
            return False
        return f"WALLETDESK_DATA={self.data}\0".encode() in environ or home.is_relative_to(
            self.data
        )
