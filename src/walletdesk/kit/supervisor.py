"""Keep a small group of processes running, and stop all of it in good order.

One thread, no event loop and no framework: the process that must survive everything else should
be small enough to read at once, and costs little memory while it waits.
"""

from __future__ import annotations

import ctypes
import logging
import os
import select
import signal
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from walletdesk.kit.interrupts import STOPS, let_through

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from types import FrameType

FIRST_DELAY = 0.2
LONGEST_DELAY = 5.0
# A child that lived this long was healthy, so its next end starts the back-off anew.
HEALTHY_SECONDS = 10.0
GRACE_SECONDS = 8.0
URGENT_SECONDS = 5.0
LOG_BYTES = 10_000_000
# prctl(2): orphans below us become our children, so that we can reap them at once.
PR_SET_CHILD_SUBREAPER = 36


@dataclass(slots=True, kw_only=True)
class Child:
    """One process to keep running.

    `launch` starts it and may raise; `stage` orders the end: high stages are stopped first.
    `urgent_signal` follows when the grace is over or the user cannot wait. While `wanted` says no
    it does not run.
    """

    name: str
    launch: Callable[[], subprocess.Popen[bytes]]
    wanted: Callable[[], bool] = lambda: True
    stage: int = 1
    stop_signal: signal.Signals = signal.SIGTERM
    urgent_signal: signal.Signals = signal.SIGKILL
    grace: float = GRACE_SECONDS
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    delay: float = FIRST_DELAY
    ends: int = 0

    def alive(self) -> bool:
        """Tell whether the process runs; reaps it if it ended."""
        return self.process is not None and self.process.poll() is None

    def send(self, sign: signal.Signals) -> None:
        """Send a signal, unless the process has ended."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(sign)


class Supervisor:
    """Runs its children until SIGINT, SIGTERM or SIGHUP; only for the main thread.

    A child that ends is started again after 0.2 s, later and later up to 5 s while it keeps
    ending. Each restart is one line in the log. A second signal stops without grace.
    """

    def __init__(
        self,
        children: Iterable[Child],
        log: logging.Logger,
        *,
        each_minute: Callable[[], None] | None = None,
    ) -> None:
        self.children = list(children)
        self._log = log
        self._each_minute = each_minute
        self._next_minute = time.monotonic() + 60
        self._stop_requests = 0
        self._waker, self._wakened = socket.socketpair()
        for end in (self._waker, self._wakened):
            end.setblocking(False)

    def install_signals(self) -> None:
        """Take over the signals, those held back too; until then they act as the caller has set."""
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        for sign in STOPS:
            signal.signal(sign, self._request_stop)
        let_through()
        signal.signal(signal.SIGCHLD, _note)
        if os.uname().sysname == "Linux":
            ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    def launch_all(self) -> None:
        """Start every child that does not run yet."""
        for child in self.children:
            if not child.alive() and child.wanted():
                self._launch(child)

    def run(self) -> None:
        """Watch the children until a signal asks to stop, then stop them."""
        while not self._stop_requests:
            self.step()
        self.stop()

    def step(self, longest: float = 1.0) -> None:
        """Notice ended children, start those due, and wait up to `longest` s for an event."""
        now = time.monotonic()
        for child in self.children:
            if child.process is not None and not child.alive():
                self._note_end(child, now)
            if self._is_due(child, now):
                self._launch(child)
        self._reap_orphans()
        if self._each_minute is not None and now >= self._next_minute:
            self._next_minute = now + 60
            try:
                self._each_minute()
            except OSError as error:  # a full disk must not end what still runs on it
                self._log.warning("what is due each minute failed: %s", error)
        if not self._stop_requests:
            waiting = [child for child in self.children if child.process is None]
            due = [child.start_at for child in waiting if child.wanted()]
            self._wait(min([*due, now + longest]) - time.monotonic())

    def stop(self) -> None:
        """Stop the children, stage by stage; returns when none is left. May be repeated."""
        for stage in sorted({child.stage for child in self.children}, reverse=True):
            self._stop_stage([child for child in self.children if child.stage == stage])
        self._reap_orphans()
        signal.set_wakeup_fd(-1)
        for end in (self._waker, self._wakened):
            end.close()

    @property
    def stopping(self) -> bool:
        """True after the first request to stop."""
        return self._stop_requests > 0

    def _stop_stage(self, children: list[Child]) -> None:
        for child in children:
            child.send(child.stop_signal)
        if self._all_ended(children, max(child.grace for child in children), patient=True):
            return
        for child in children:
            if child.alive():
                self._log.warning("%s does not stop in time and is ended", child.name)
                child.send(child.urgent_signal)
        if not self._all_ended(children, URGENT_SECONDS, patient=False):
            for child in children:
                child.send(signal.SIGKILL)
            self._all_ended(children, URGENT_SECONDS, patient=False)

    def _all_ended(self, children: list[Child], seconds: float, *, patient: bool) -> bool:
        deadline = time.monotonic() + seconds
        while any(child.alive() for child in children):
            left = deadline - time.monotonic()
            if left <= 0 or (patient and self._stop_requests > 1):
                return False
            self._wait(min(left, 0.2))
        return True

    def _is_due(self, child: Child, now: float) -> bool:
        """Tell whether to start a child now; ask one that is not wanted any more to end."""
        if not child.wanted():
            child.send(child.stop_signal)
            return False
        return child.process is None and child.start_at <= now and not self._stop_requests

    def _launch(self, child: Child) -> None:
        child.started_at = time.monotonic()
        try:
            child.process = child.launch()
        except Exception as error:  # noqa: BLE001 - whatever is wrong now may be mended in a moment
            self._postpone(child, time.monotonic(), f"cannot start: {error}")

    def _note_end(self, child: Child, now: float) -> None:
        if child.process is None:
            return
        code = child.process.returncode
        child.process = None
        child.ends += 1
        if not child.wanted():
            return
        self._postpone(child, now, _ending(code))

    def _postpone(self, child: Child, now: float, what: str) -> None:
        if now - child.started_at >= HEALTHY_SECONDS:
            child.delay = FIRST_DELAY
        child.start_at = now + child.delay
        self._log.warning("%s %s; starting it again in %.1f s", child.name, what, child.delay)
        child.delay = min(child.delay * 2, LONGEST_DELAY)

    def _wait(self, seconds: float) -> None:
        select.select([self._wakened], [], [], max(seconds, 0))
        try:
            self._wakened.recv(4096)
        except BlockingIOError:
            return

    def _reap_orphans(self) -> None:
        """Reap processes that are ours only because their parent died (see install_signals)."""
        own = {child.process.pid for child in self.children if child.process is not None}
        while True:
            try:
                found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if found is None or found.si_pid in own:
                return
            os.waitpid(found.si_pid, os.WNOHANG)

    def _request_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stop_requests += 1


def open_log(path: Path) -> logging.Logger:
    """Return a logger that writes one line per entry, in UTC, to stderr and to `path`."""
    log = logging.getLogger("walletdesk.supervisor")
    log.setLevel(logging.INFO)
    log.propagate = False
    form = logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
    form.converter = time.gmtime
    for handler in list(log.handlers):
        log.removeHandler(handler)
        handler.close()
    for handler in (logging.StreamHandler(), logging.FileHandler(path, encoding="utf-8")):
        handler.setFormatter(form)
        log.addHandler(handler)
    return log


def bound_logs(folder: Path, limit: int = LOG_BYTES) -> None:
    """Move the text of each log in `folder` longer than `limit` bytes to a `.1` file.

    The writers keep their open files (opened for appending), so the text is copied and the file
    cut; what is written in between is lost, which a log can bear and a full disk cannot.
    """
    for path in folder.glob("*.log"):
        if path.stat().st_size > limit:
            text = path.read_bytes()
            path.with_name(f"{path.name}.1").write_bytes(text[-limit:])
            os.truncate(path, 0)


def _note(_number: int, _frame: FrameType | None) -> None:
    """Exist: without a Python handler the wake-up descriptor would not be written."""


def _ending(code: int) -> str:
    if code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"
