"""A mail that kills or hangs its parser is told by its header, and harms no other (R13)."""

import os
import signal
import time

import pytest

from tests.mail_parsing.letters import HEADER, base64_file, multipart, plain
from walletdesk.integrations.email.parsing import confined
from walletdesk.integrations.email.parsing.confined import end_children, parse_confined
from walletdesk.integrations.email.parsing.forked import parse_forked
from walletdesk.integrations.email.parsing.message import parse_mail

# HTML that is shallow and small, and that takes long to clean all the same.
SLOW = HEADER + b"Content-Type: text/html\r\n\r\n" + b"<b><i><u><a href=x>" * 60 + b"<p>x" * 49_000


def pid_of_the_idle_child() -> int:
    (child,) = confined._idle  # noqa: SLF001 - there is no other way to kill it from outside
    return child._process.pid  # noqa: SLF001


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


def test_nothing_is_left_behind() -> None:
    parse_confined(plain(b"x"))
    child = pid_of_the_idle_child()
    end_children()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
    pytest.fail("the child lives")
