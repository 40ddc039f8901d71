"""Restarting and stopping, on real processes."""

import logging
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from walletdesk.kit.supervisor import Child, Supervisor, bound_logs

PATIENCE = 60  # seconds, for a busy machine
SLEEP = ("sleep", "60")
STUBBORN = (
    sys.executable,
    "-c",
    "import signal; signal.signal(15, 1); print(flush=True); signal.pause()",
)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> logging.Logger:
    caplog.set_level(logging.INFO)
    return logging.getLogger("tests.supervisor")


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)
    before = {sign: signal.getsignal(sign) for sign in wanted}
    yield
    signal.set_wakeup_fd(-1)
    for sign, handler in before.items():
        signal.signal(sign, handler)


def child(name: str, command: tuple[str, ...], **fields: object) -> Child:
    return Child(name=name, launch=lambda: subprocess.Popen(command), **fields)


def run_until(supervisor: Supervisor, reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not reached() and time.monotonic() < deadline:
        supervisor.step(0.02)


def test_waits_longer_while_a_child_keeps_ending(
    log: logging.Logger, caplog: pytest.LogCaptureFixture
) -> None:
    supervisor = Supervisor([child("brief", ("false",))], log)
    supervisor.launch_all()
    run_until(supervisor, lambda: len(caplog.messages) >= 4)
    supervisor.stop()
    assert caplog.messages == [
        f"brief ended with exit code 1; starting it again in {delay} s"
        for delay in ("0.2", "0.4", "0.8", "1.6")
    ]


def test_a_child_that_cannot_be_launched_is_tried_again(
    log: logging.Logger, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    program = tmp_path / "late"
    late = child("late", (str(program),))
    supervisor = Supervisor([late], log)
    supervisor.launch_all()
    program.symlink_to("/bin/cat")
    run_until(supervisor, lambda: late.process is not None)
    assert "late cannot start" in caplog.text
    assert late.process is not None
    supervisor.stop()


def test_stops_high_stages_first(log: logging.Logger) -> None:
    low, high = child("low", SLEEP, stage=0), child("high", SLEEP, stage=1)
    order = []

    class Recording(Supervisor):
        def _stop_stage(self, children: list[Child]) -> None:
            super()._stop_stage(children)
            order.append([(one.name, one.alive()) for one in (low, high)])

    supervisor = Recording([low, high], log)
    supervisor.launch_all()
    supervisor.stop()
    assert order == [[("low", True), ("high", False)], [("low", False), ("high", False)]]


def test_a_stubborn_child_is_ended_after_its_grace(log: logging.Logger) -> None:
    stubborn = Child(
        name="stubborn",
        launch=lambda: subprocess.Popen(STUBBORN, stdout=subprocess.PIPE),
        grace=0.3,
    )
    supervisor = Supervisor([stubborn], log)
    supervisor.launch_all()
    assert stubborn.process is not None
    assert stubborn.process.stdout is not None
    with stubborn.process.stdout as ready:
        ready.readline()
    supervisor.stop()
    assert stubborn.process.returncode == -signal.SIGKILL


def test_a_signal_ends_the_run(log: logging.Logger) -> None:
    one = child("one", SLEEP)
    supervisor = Supervisor([one], log)
    supervisor.install_signals()
    supervisor.launch_all()
    with subprocess.Popen(["sh", "-c", "sleep 0.2; kill -TERM $PPID"]):
        supervisor.run()
    assert not one.alive()


def test_long_logs_are_cut(tmp_path: Path) -> None:
    long, short = tmp_path / "long.log", tmp_path / "short.log"
    long.write_text("x" * 50 + "end")
    short.write_text("short")
    with long.open("a") as writer:
        bound_logs(tmp_path, 20)
        writer.write("after")
    assert long.read_text() == "after"
    assert (tmp_path / "long.log.1").read_text() == "x" * 17 + "end"
    assert short.read_text() == "short"


def test_a_full_disk_stops_nobody(
    tmp_path: Path, log: logging.Logger, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "long.log").write_text("x" * 50)
    (tmp_path / "long.log.1").symlink_to("/dev/full")
    supervisor = Supervisor(
        [child("sleeper", SLEEP)], log, each_minute=lambda: bound_logs(tmp_path, 20)
    )
    supervisor._next_minute = 0  # noqa: SLF001 - a minute is over
    supervisor.launch_all()
    try:
        supervisor.step(0)
        assert supervisor.children[0].alive()
    finally:
        supervisor.stop()
    assert "No space left" in caplog.text
