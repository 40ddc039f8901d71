"""Processes that a killed PostgreSQL left behind, found by the folder they work in.

Each PostgreSQL process changes into its cluster's folder and stays there, whatever name the
folder had on the command line, so that is how the processes of one cluster are told from all
others. Zombies have no folder and are rightly not found.
"""

from __future__ import annotations

import importlib
import os
import signal
import time
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def processes_in(folder: Path) -> list[int]:
    """Return the ids of the PostgreSQL processes that work in `folder`."""
    if not folder.exists():
        return []
    return [pid for pid, home in _postgres_homes() if _same(home, folder)]


def end_processes(folder: Path, *, gently: float) -> list[int]:
    """End every PostgreSQL process in `folder` and return the ids found.

    Up to `gently` seconds are given to a fast shutdown, then they are killed. Data is safe either
    way: PostgreSQL recovers from its write-ahead log.

    Raises:
        TimeoutError: a killed process is still there after five seconds.

    """
    found = processes_in(folder)
    for sign, seconds in ((signal.SIGINT, gently), (signal.SIGKILL, 5.0)):
        if _ended(folder, sign, seconds):
            return found
    raise TimeoutError(f"PostgreSQL processes in {folder} cannot be ended")


def _ended(folder: Path, sign: signal.Signals, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    pause = Event()
    while remaining := processes_in(folder):
        if time.monotonic() >= deadline and sign is signal.SIGINT:
            return False
        for pid in remaining:
            _signal(pid, sign)
        if time.monotonic() >= deadline:
            return False
        pause.wait(0.05)
    return True


def _signal(pid: int, sign: signal.Signals) -> None:
    try:
        os.kill(pid, sign)
    except ProcessLookupError:
        return


def _same(home: Path, folder: Path) -> bool:
    try:
        return home.samefile(folder)
    except OSError:  # it ended meanwhile, or belongs to someone else
        return False


def _postgres_homes() -> Iterator[tuple[int, Path]]:
    if os.uname().sysname == "Linux":
        # Read directly: the supervisor stays small without psutil.
        for entry in os.scandir("/proc"):
            if entry.name.isdecimal() and _program(entry.name) == "postgres":
                yield int(entry.name), Path(entry.path, "cwd")
        return
    psutil = importlib.import_module("psutil")
    for process in psutil.process_iter(["name", "cwd"]):
        if process.info["name"] == "postgres" and process.info["cwd"]:
            yield process.pid, Path(process.info["cwd"])


def _program(pid: str) -> str:
    try:
        return Path("/proc", pid, "comm").read_text("utf-8", "replace").strip()
    except OSError:
        return ""
