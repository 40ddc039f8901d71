"""A mail that kills or hangs its parser is told by its header, and harms no other (R13)."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from tests.mail_parsing.letters import HEADER, base64_file, multipart, plain
from walletdesk.integrations.email.parsing import child as program
from walletdesk.integrations.email.parsing import confined
from walletdesk.integrations.email.parsing.confined import end_children, parse_confined
from walletdesk.integrations.email.parsing.forked import parse_forked
from walletdesk.integrations.email.parsing.message import parse_mail
from walletdesk.kit.confined import CPU_SECONDS

# HTML that is shallow and small, and that takes long to clean all the same.
SLOW = HEADER + b"Content-Type: text/html\r\n\r\n" + b"<b><i><u><a href=x>" * 60 + b"<p>x" * 49_000


def pid_of_the_idle_child() -> int:
    (child,) = confined._idle  # noqa: SLF001 - there is no other way to kill it from outside
    return child._process.pid  # noqa: SLF001


def fork_of_the_idle_child() -> psutil.Process:
    (fork,) = psutil.Process(pid_of_the_idle_child()).children()
    return fork


def kill_at_work(child: psutil.Process, but: int = 0) -> int:
    """Kill the child's fork amid a mail, as a fault of the parser would."""
    while True:
        for fork in child.children():
            if fork.pid != but and fork.cpu_times().user > 0.3:  # to start costs a hundredth
                fork.kill()
                return int(fork.pid)
        time.sleep(0.01)  # noqa: TID251 - what is waited for happens in another process


@pytest.fixture(autouse=True)
def _no_children() -> object:
    end_children()
    yield
    end_children()


def test_a_child_is_used_again() -> None:
    raw = plain(b"hello")
    assert parse_confined(raw) == parse_mail(raw)
    first = pid_of_the_idle_child()
    assert parse_confined(raw) == parse_mail(raw)
    assert pid_of_the_idle_child() == first


def test_files_come_through_as_they_are() -> None:
    raw = multipart("mixed", base64_file("a.bin", os.urandom(300_000)))
    assert parse_confined(raw).attachments == parse_mail(raw).attachments


def test_a_mail_that_takes_too_long_is_told_by_its_header() -> None:
    mail = parse_confined(SLOW, seconds=0.02)
    assert mail.problems == ("timeout",)
    assert (mail.subject, mail.text) == ("Help", "")
    assert mail.sender is not None
    assert parse_confined(plain(b"next")).text == "next"


def test_a_child_that_died_of_an_earlier_mail_costs_nothing() -> None:
    parse_confined(plain(b"first"))
    os.kill(pid_of_the_idle_child(), signal.SIGKILL)
    assert parse_confined(plain(b"second")).text == "second"


def test_the_next_mail_waits_for_no_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "GRACE_SECONDS", 60.0)  # the machine may be busy
    parse_confined(plain(b"first"))
    child = pid_of_the_idle_child()
    for _ in range(3):
        assert parse_confined(SLOW, seconds=0.02).problems == ("timeout",)
        assert pid_of_the_idle_child() == child
        assert parse_confined(plain(b"next")).text == "next"


def test_a_fork_that_is_killed_costs_nothing() -> None:
    parse_confined(plain(b"first"))
    child, fork = pid_of_the_idle_child(), fork_of_the_idle_child()
    fork.kill()
    assert parse_confined(plain(b"second")).text == "second"
    assert fork.pid != fork_of_the_idle_child().pid
    assert pid_of_the_idle_child() != child  # it may have been amid a mail: a new one is sure


def test_a_mail_that_crashes_its_reader_is_tried_once_more() -> None:
    parse_confined(plain(b"first"))
    child = psutil.Process(pid_of_the_idle_child())
    part = b"Content-Type: text/html\r\n\r\n" + SLOW.partition(b"\r\n\r\n")[2]
    with ThreadPoolExecutor() as pool:
        read = pool.submit(parse_confined, multipart("mixed", *[part] * 20), 60.0)
        first = kill_at_work(child)
        assert not read.done()
        assert kill_at_work(child, but=first) != first
        assert read.result().problems == ("crashed",)
    assert pid_of_the_idle_child() == child.pid
    assert parse_confined(plain(b"next")).text == "next"


def test_who_looks_at_mails_has_the_limits_and_steps_back() -> None:
    parse_confined(plain(b"first"))
    fork = fork_of_the_idle_child()
    assert fork.nice() == min(19, os.getpriority(os.PRIO_PROCESS, 0) + program.NICE)
    assert fork.rlimit(psutil.RLIMIT_AS) == (confined.MEMORY, confined.MEMORY)
    assert fork.rlimit(psutil.RLIMIT_CPU) == (CPU_SECONDS, CPU_SECONDS)
    assert fork.rlimit(psutil.RLIMIT_FSIZE) == (0, 0)
    assert fork.rlimit(psutil.RLIMIT_NOFILE) == (16, 16)


def test_a_mail_that_needs_too_much_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = multipart("mixed", base64_file("a.bin", bytes(20_000_000)))
    monkeypatch.setattr(confined, "MEMORY", 90_000_000)
    mail = parse_confined(raw)
    assert mail.problems in (("memory",), ("crashed",))
    assert mail.subject == "Help"


def test_a_mail_beyond_the_limit_is_not_even_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined.program, "MOST_MAIL_BYTES", 1_000)
    assert parse_confined(plain(b"x" * 2_000)).problems == ("too_big",)


def test_a_fork_does_the_same() -> None:
    raw = plain(b"hello")
    assert parse_forked(raw, 5) == parse_mail(raw)
    assert parse_forked(SLOW, 0.02).problems == ("timeout",)


@pytest.mark.parametrize("killed", [False, True])
def test_nothing_is_left_behind(*, killed: bool) -> None:
    parse_confined(plain(b"x"))
    child, fork = psutil.Process(pid_of_the_idle_child()), fork_of_the_idle_child()
    if killed:
        child.kill()
    end_children()
    assert psutil.wait_procs([child, fork], timeout=30)[1] == []
