"""Create, start, stop and recover one PostgreSQL cluster as a child process."""

from __future__ import annotations

import locale
import os
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, TypeAlias

from walletdesk.kit.children import before_exec
from walletdesk.kit.interrupts import heard
from walletdesk.kit.postgres.account import (
    choose_account,
    descriptor_paths,
    give_folder,
    software_folder,
)
from walletdesk.kit.postgres.leftovers import end_processes
from walletdesk.kit.postgres.place import SOCKET_FILE, embedded_dsn, socket_folder
from walletdesk.kit.postgres.settings import setup_statements, write_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_Stream: TypeAlias = int | IO[bytes]

SUPERUSER = "postgres"
OWNER = "walletdesk"
INIT_SECONDS = 120.0


class PostgresError(Exception):
    """The database cannot be created or started; `way_out` says what to do about it."""

    def __init__(self, message: str, way_out: str) -> None:
        super().__init__(f"{message} {way_out}")
        self.message = message
        self.way_out = way_out


class EmbeddedPostgres:
    """One cluster in `folder` (its parent must exist). Not for use from several threads.

    Only one process may own a folder at a time; the caller sees to that with a lock.
    """

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.cluster = folder / "cluster"
        self.process: subprocess.Popen[bytes] | None = None
        self._settings = dict(settings or {})
        self._descriptors: tuple[int, ...] = ()
        try:
            self._account = choose_account(folder)
            self._software = software_folder(self._account)
        except (OSError, LookupError) as error:
            raise PostgresError(
                f"The embedded PostgreSQL cannot be used: {error}.",
                "Start walletdesk as an ordinary user, or set DATABASE_URL.",
            ) from error

    def dsn(self, database: str = OWNER, user: str = OWNER) -> str:
        """Return the connection URL; user "postgres" is the superuser."""
        return embedded_dsn(self.folder, database, user)

    def init(self) -> bool:
        """Create the cluster, the role, the extensions and the database, unless they exist.

        All or nothing: the cluster appears under its name only when it is complete. Returns
        whether it was created now.

        Raises:
            PostgresError: no rights, no space, or a cluster of another major version.

        """
        if self.cluster.exists():
            self._require_same_major()
            return False
        draft = self.folder / "cluster.new"
        with self._explained("created"):
            self._make_folders()
            end_processes(draft, gently=0)
            shutil.rmtree(draft, ignore_errors=True)
            with self._root() as root:
                self._run("initdb", *self._initdb_options(f"{root}/cluster.new"))
                single = ("--single", "-D", f"{root}/cluster.new", "-c", "exit_on_error=on")
                statements = setup_statements(OWNER)
                self._run(
                    "postgres", *single, "-c", "log_checkpoints=off", "template1", text=statements
                )
            draft.rename(self.cluster)
        return True

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server and return its process at once; see `wait_ready`.

        Raises:
            PostgresError: the folder cannot be used.

        """
        with self._explained("started"):
            self._make_folders()
            write_settings(self.cluster, self._settings)
            if self._account is not None and self.cluster.stat().st_uid != self._account.uid:
                give_folder(self.folder, self._account)  # restored from a backup by root
            with self._root() as root, (self.folder / "log" / "startup.log").open("wb") as log:
                sockets = socket_folder(self.folder)
                address = f"{root}/socket" if sockets.parent == self.folder else str(sockets)
                self.process = self._spawn(
                    [
                        "postgres",
                        "-D",
                        f"{root}/cluster",
                        "-c",
                        f"unix_socket_directories={address}",
                    ],
                    subprocess.DEVNULL,
                    log,
                )
        return self.process

    def wait_ready(self, timeout: float = 60.0) -> None:
        """Wait until the server takes connections; recovery after a crash may take a while.

        Raises:
            PostgresError: it ended, or is not ready after `timeout` seconds.

        """
        if self.process is None:
            raise RuntimeError("wait_ready before start")
        deadline = time.monotonic() + timeout
        while not self.is_ready():
            try:
                with heard():
                    self.process.wait(0.02)
            except subprocess.TimeoutExpired:
                if time.monotonic() < deadline:
                    continue
            raise self._failure("started", self._last_words())

    def is_ready(self) -> bool:
        """Tell whether our server says of itself that it takes connections."""
        try:
            lines = (self.cluster / "postmaster.pid").read_text().split("\n")
        except OSError:
            return False
        ours = self.process is not None and lines[0] == str(self.process.pid)
        # The eighth line is the state, src/include/utils/pidfile.h (LOCK_FILE_LINE_PM_STATUS).
        return ours and len(lines) > 7 and lines[7].strip() == "ready"

    def stop(self, *, fast: bool = True, timeout: float = 20.0) -> None:
        """Stop the server: at once but cleanly, or (not `fast`) when the last client has left.

        After `timeout` seconds it is killed, which costs a recovery at the next start and no data.
        """
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT if fast else signal.SIGTERM)
            try:
                self.process.wait(timeout)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.recover()
        self.process = None
        elsewhere = socket_folder(self.folder)
        if elsewhere.parent != self.folder:
            with suppress(OSError):
                elsewhere.rmdir()

    def recover(self) -> None:
        """Clear what a killed server leaves: living backends, the pid file and the socket's lock.

        Backends of a dead server may go on and hold its shared memory, which blocks a start; a
        pid file whose process is a zombie blocks it as well. A server that some dead supervisor
        left running is shut down. Does nothing while our own server lives.

        Raises:
            PostgresError: a leftover process cannot be ended.

        """
        if self.process is not None and self.process.poll() is None:
            return
        orphaned = self.process is None
        with self._explained("recovered"):
            end_processes(self.cluster, gently=10.0 if orphaned else 0.0)
            (self.cluster / "postmaster.pid").unlink(missing_ok=True)
            for name in (SOCKET_FILE, f"{SOCKET_FILE}.lock"):
                (socket_folder(self.folder) / name).unlink(missing_ok=True)

    def program(self, name: str) -> Path:
        """Return the path of one of the wheel's programs, such as `pg_dump`."""
        return self._software / "bin" / name

    def _require_same_major(self) -> None:
        found = (self.cluster / "PG_VERSION").read_text().strip()
        ours = self._run("postgres", "--version").split()[-1].partition(".")[0]
        if found != ours:
            raise PostgresError(
                f"The database in {self.folder} was made by PostgreSQL {found};"
                f" this walletdesk brings PostgreSQL {ours}.",
                f"Use the walletdesk that made it, or move the data over with pg_dump {found}.",
            )

    def _make_folders(self) -> None:
        sockets = socket_folder(self.folder)
        for folder in (self.folder, self.folder / "log", sockets):
            folder.mkdir(mode=0o700, exist_ok=True)
            self._require_private(folder)
            if self._account is not None:
                os.chown(folder, self._account.uid, self._account.gid)

    def _require_private(self, folder: Path) -> None:
        found = folder.lstat()
        trusted = {os.geteuid(), self._account.uid if self._account else os.geteuid()}
        if folder.is_symlink() or found.st_uid not in trusted:
            raise PermissionError(f"{folder} belongs to someone else")
        folder.chmod(0o700)

    @contextmanager
    def _root(self) -> Iterator[str]:
        """Yield a name of our folder that the account can pass; see `account` for the reason."""
        if self._account is None or not descriptor_paths():
            yield str(self.folder)
            return
        descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        self._descriptors = (descriptor,)
        try:
            yield f"/proc/self/fd/{descriptor}"
        finally:
            self._descriptors = ()
            os.close(descriptor)

    def _initdb_options(self, cluster: str) -> list[str]:
        # Sorting and case rules come from PostgreSQL itself, so that a new C library cannot
        # break an index. The C library still decides what a letter is in pg_trgm and in text
        # search, where plain C knows no Chinese.
        base = "C.UTF-8" if _has_locale("C.UTF-8") else "C"
        return [
            *("-D", cluster, "-U", SUPERUSER, "--encoding=UTF8", "--data-checksums"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", f"--locale={base}"),
            *("--auth=trust", "--text-search-config=simple"),
        ]

    def _run(self, *command: str, text: str = "") -> str:
        """Run one of the programs to its end and return what it printed."""
        process = self._spawn(list(command), subprocess.PIPE, subprocess.PIPE)
        try:
            with heard():
                output, _ = process.communicate(text.encode(), INIT_SECONDS)
        except BaseException as error:
            with suppress(ProcessLookupError):  # it has a session of its own, with children
                os.killpg(process.pid, signal.SIGKILL)
            process.__exit__(None, None, None)  # closes its pipes and waits
            if isinstance(error, subprocess.TimeoutExpired):
                raise self._failure("created", f"{command[0]} took too long") from None
            raise
        words = output.decode("utf-8", "replace")
        if process.returncode != 0:
            raise self._failure("created", words)
        return words

    def _spawn(self, command: list[str], stdin: int, output: _Stream) -> subprocess.Popen[bytes]:
        account = self._account
        return subprocess.Popen(  # noqa: S603 - our own programs with arguments made here
            [str(self.program(command[0])), *command[1:]],
            stdin=stdin,
            stdout=output,
            stderr=subprocess.STDOUT,
            # The environment holds our keys; the database needs none of it.
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8" if _has_locale("C.UTF-8") else "C"},
            cwd="/",
            pass_fds=self._descriptors,
            start_new_session=True,
            preexec_fn=before_exec(signal.SIGINT),  # noqa: PLW1509 - no threads in the callers
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )

    @contextmanager
    def _explained(self, verb: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._failure(
                verb, f"{error.strerror or error}: {error.filename or ''}"
            ) from error

    def _failure(self, verb: str, words: str) -> PostgresError:
        message = f"The embedded PostgreSQL could not be {verb}: {_reason(words)}."
        if "No space left" in words:
            return PostgresError(message, f"Free some space on the disk of {self.folder}.")
        if "ermission denied" in words or "not permitted" in words or "someone else" in words:
            return PostgresError(message, f"Give this user the right to write {self.folder}.")
        return PostgresError(message, f"More is written in {self.folder / 'log'}.")

    def _last_words(self) -> str:
        """Return the tails of the server's logs, newest last."""
        logs = sorted((self.folder / "log").glob("*.log"), key=lambda path: path.stat().st_mtime)
        return "\n".join(path.read_text("utf-8", "replace")[-4000:] for path in logs)


def _reason(words: str) -> str:
    """Return the line that tells most: the last error, else the last line."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    errors = [line for line in lines if any(mark in line for mark in ("FATAL", "PANIC", "error:"))]
    chosen = (errors or lines or ["it gave no reason"])[-1]
    for mark in ("FATAL:", "PANIC:", "error:"):
        chosen = chosen.rpartition(mark)[2]
    return chosen.strip(" .:")[:300]


def _has_locale(name: str) -> bool:
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, name)
    except locale.Error:
        return False
    locale.setlocale(locale.LC_CTYPE, before)
    return True
