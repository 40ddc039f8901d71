"""What the benchmarks share: a running installation in a temporary folder, and figures."""

import argparse
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 300  # patience: a busy machine is slow to start, and what is measured begins later


@dataclass(frozen=True)
class Installation:
    """A `walletdesk up` of our own."""

    url: str
    port: int
    data: Path
    process: psutil.Process
    seconds_to_answer: float

    def child(self, word: str) -> psutil.Process:
        """Return the child whose command line holds a word, such as `_server`."""
        for process in self.process.children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if word in process.cmdline():
                    return process
        raise LookupError(word)

    def database(self) -> list[psutil.Process]:
        """Return the processes of the embedded PostgreSQL."""
        return [
            process
            for process in psutil.process_iter(["name"])
            if (process.info["name"] or "").startswith("postgres")
        ]


def until(true: Callable[[], object], what: str, seconds: float = 900, pause: float = 0.05) -> None:
    """Look again and again until something is true; end the benchmark when it never is."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise SystemExit(f"not within {seconds:.0f} s: {what}")
        time.sleep(pause)  # noqa: TID251 - what is waited for happens in another process


def await_quiet(dsn: str) -> None:
    """Wait until the worker has nothing left to do, such as indexing the demo's articles."""
    left = "SELECT count(*) FROM outbox_outboxevent WHERE parked_at IS NULL"
    with psycopg.connect(dsn, autocommit=True) as connection:
        until(lambda: connection.execute(left).fetchone() == (0,), "the worker is quiet", pause=0.2)


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def installation(
    *, folder: Path | None = None, keep: bool = False, **settings: str
) -> Iterator[Installation]:
    """Run `walletdesk up` for as long as the block lasts, in a temporary folder or a given one.

    With `keep` the folder outlives the block; whoever runs on it next removes it.
    """
    data = folder or Path(tempfile.mkdtemp(prefix="walletdesk-bench-"))
    port = free_port()
    environment = {
        **os.environ,
        "WALLETDESK_DATA": str(data),
        "WALLETDESK_PORT": str(port),
        **settings,
    }
    environment.pop("DATABASE_URL", None)
    began = time.perf_counter()
    log = data / "bench.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(Path(sys.executable).parent / "walletdesk"), "up"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_ready(url, process, log)
        took = time.perf_counter() - began
        yield Installation(url, port, data, psutil.Process(process.pid), took)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if not keep:
            shutil.rmtree(data, ignore_errors=True)


def _wait_until_ready(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SystemExit(f"walletdesk up ended with {process.returncode}:\n{log.read_text()}")
        with (
            contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError),
            urllib.request.urlopen(f"{url}/readyz", timeout=2) as answer,  # noqa: S310 - our own
        ):
            if answer.status == 200:
                return
        time.sleep(0.05)  # noqa: TID251 - a benchmark waits for a start
    raise SystemExit(f"not ready after {READY_SECONDS} s:\n{log.read_text()}")


def arguments(description: str | None) -> argparse.ArgumentParser:
    """Return what reads a benchmark's arguments. JSON is the last line anyway."""
    first = (description or "").partition("\n")[0]
    parser = argparse.ArgumentParser(description=first)
    parser.add_argument("--json", action="store_true", help="the last line is JSON in any case")
    return parser


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share (0 to 1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def report(title: str, rows: Sequence[tuple[str, object, str]], figures: dict[str, object]) -> None:
    """Print a table for people and, as the last line, the figures as one JSON object."""
    print(f"\n{title}")
    width = max(len(name) for name, _, _ in rows)
    for name, value, goal in rows:
        shown = f"{value:,.3f}" if isinstance(value, float) else str(value)
        print(f"  {name:<{width}}  {shown:>14}  {goal}")
    print(json.dumps(figures))
