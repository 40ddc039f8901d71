"""Parse in a child that can be killed: whatever a mail does, it harms no other mail.

A child is kept warm for the next mails and parses in a fork of itself (see `child`). When that
dies, the mail that it died of is told by its header alone, and the child forks again: nobody waits
for the start of an interpreter. A child that had parsed other mails before is given the benefit of
the doubt once: the mail is tried again, so that nobody pays for what a neighbour left behind.
"""

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from typing import Final

import msgspec

from walletdesk.integrations.email.parsing import child as program
from walletdesk.integrations.email.parsing.message import parse_header
from walletdesk.integrations.email.parsing.types import ParsedMail

SECONDS: Final = 2.0  # of CPU for one mail
GRACE_SECONDS: Final = 1.0  # by the clock, for the way in and back, before the child is killed
START_SECONDS: Final = 20.0
MEMORY: Final = 400_000_000  # bytes of address space, interpreter and libraries included
MOST_MAILS: Final = 1_000  # of one child
_MOST_ANSWER: Final = 200_000_000
KEPT_WARM: Final = 3  # children; so many mails are parsed side by side

TIMEOUT: Final = "timeout"
CRASHED: Final = "crashed"
OUT_OF_MEMORY: Final = "memory"
TOO_BIG: Final = "too_big"

_decoder = msgspec.msgpack.Decoder(ParsedMail)


class _Dead(Exception):
    """The child ended instead of answering."""


class _ForkDead(Exception):
    """The child's fork died of the mail; the child goes on with another one."""

    def __init__(self, code: int) -> None:
        super().__init__()
        self.reason = _reason(code)


def _reason(code: int) -> str:
    if code in {-signal.SIGPROF, -signal.SIGALRM}:
        return TIMEOUT
    return OUT_OF_MEMORY if code == program.MEMORY_EXIT else CRASHED


class _Child:
    """One parsing process."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.mails = 0
        self._timed_out = False
        module = program.__name__
        self._process = subprocess.Popen(  # noqa: S603 - our own program, no shell
            [sys.executable, "-P", "-m", module, str(os.getpid()), str(MEMORY)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # it could quote what people wrote
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "PYTHONPATH": os.pathsep.join(sys.path)},
        )

    def wait_ready(self) -> None:
        """Wait until it has started. Raises _Dead."""
        timer = self._timer(START_SECONDS)
        try:
            self._read(len(program.READY))
        finally:
            timer.cancel()

    def parse(self, raw: bytes, seconds: float) -> ParsedMail:
        """Return what the mail says. Raises _ForkDead, and _Dead; `end` tells why."""
        timer = self._timer(seconds * program.PATIENCE + GRACE_SECONDS)
        limit = max(1, int(seconds * 1000)).to_bytes(program.LIMIT_BYTES, "big")
        try:
            self._write(len(raw).to_bytes(program.LENGTH_BYTES, "big"), limit, raw)
            head = self._read(program.LENGTH_BYTES)
            died = head == program.DIED
            length = program.CODE_BYTES if died else int.from_bytes(head, "big")
            if length > _MOST_ANSWER:
                raise _Dead
            body = self._read(length)
            answer = None if died else _decoder.decode(body)
        except msgspec.DecodeError as error:
            raise _Dead from error
        finally:
            timer.cancel()
        if self._timed_out:
            raise _Dead  # killed while the answer came: the next one would not
        if answer is None:
            raise _ForkDead(int.from_bytes(body, "big", signed=True))
        self.mails += 1
        return answer

    def end(self) -> str:
        """End the process and return why it ended by itself: a problem code."""
        self._process.kill() if self._timed_out else self._close_input()
        try:
            code = self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        return TIMEOUT if self._timed_out else _reason(code)

    def _close_input(self) -> None:
        if self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()

    def _timer(self, seconds: float) -> threading.Timer:
        timer = threading.Timer(seconds, self._kill)
        timer.daemon = True
        timer.start()
        return timer

    def _kill(self) -> None:
        self._timed_out = True
        self._process.kill()

    def _write(self, *pieces: bytes) -> None:
        stdin = self._process.stdin
        if stdin is None:
            raise _Dead
        try:
            for piece in pieces:
                stdin.write(piece)
            stdin.flush()
        except (OSError, ValueError) as error:
            raise _Dead from error

    def _read(self, length: int) -> bytes:
        stdout = self._process.stdout
        data = stdout.read(length) if stdout is not None else b""
        if len(data) != length:
            raise _Dead
        return data


_lock = threading.Lock()
_idle: list[_Child] = []


def _borrow() -> _Child | None:
    with _lock:
        while _idle:
            found = _idle.pop()
            if found.owner == os.getpid():
                return found
    return None


def _give_back(child: _Child) -> None:
    with _lock:
        if child.mails < MOST_MAILS and len(_idle) < KEPT_WARM:
            _idle.append(child)
            return
    child.end()


def end_children() -> None:
    """End the children that wait for mails. They also end with this process."""
    while (child := _borrow()) is not None:
        child.end()


def parse_confined(raw: bytes, seconds: float = SECONDS) -> ParsedMail:
    """Return what a mail says; of one that cannot be parsed in time, what its header says.

    Never raises. The problems of such a mail are `timeout`, `crashed`, `memory` or `too_big`.
    """
    if len(raw) > program.MOST_MAIL_BYTES:
        return parse_header(raw, TOO_BIG)
    child = _borrow()
    warm = child is not None
    while True:
        try:
            if child is None:
                child = _Child()
                child.wait_ready()
            mail = child.parse(raw, seconds)
        except _ForkDead as dead:
            reason = dead.reason
        except (_Dead, OSError):
            reason = child.end() if child is not None else CRASHED
            child = None
        else:
            _give_back(child)
            return mail
        if not warm or reason == TIMEOUT:
            if child is not None:
                _give_back(child)
            return parse_header(raw, reason)
        warm = False
