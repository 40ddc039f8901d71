"""Parse one mail in a fork of this process: for commands, which have no second mail to come.

A fork has everything loaded, so it costs a thousandth of starting an interpreter. Only for
processes without other threads.
"""

import os
import select
import signal
import time
from contextlib import suppress
from dataclasses import replace

import msgspec

from walletdesk.integrations.email.parsing.child import MEMORY_EXIT, PATIENCE
from walletdesk.integrations.email.parsing.confined import (
    CRASHED,
    MEMORY,
    OUT_OF_MEMORY,
    TIMEOUT,
)
from walletdesk.integrations.email.parsing.message import parse_header, parse_mail
from walletdesk.integrations.email.parsing.types import ParsedMail
from walletdesk.kit.confined import confine

_PIECE = 1 << 20


def parse_forked(raw: bytes, seconds: float) -> ParsedMail:
    """Return what a mail says; of one that cannot be parsed in time, what its header says.

    `seconds` are of CPU; by the clock it is PATIENCE times as much.
    Without the bytes of its files: commands print no more than their size and digest.
    """
    source, target = os.pipe()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        os.close(source)
        _answer(parent, target, raw, seconds)
    os.close(target)
    try:
        answer, in_time = _read(source, time.monotonic() + seconds * PATIENCE)
    finally:
        os.close(source)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
    exited = os.waitstatus_to_exitcode(status)
    if not in_time or exited == -signal.SIGPROF:
        return parse_header(raw, TIMEOUT)
    try:
        return msgspec.msgpack.decode(answer, type=ParsedMail)
    except msgspec.DecodeError:
        return parse_header(raw, OUT_OF_MEMORY if exited == MEMORY_EXIT else CRASHED)


def _answer(parent: int, target: int, raw: bytes, seconds: float) -> None:
    code = 1
    try:
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, seconds)
        confine(parent, MEMORY)
        mail = parse_mail(raw)
        files = tuple(replace(file, data=b"") for file in mail.attachments)
        answer = memoryview(msgspec.msgpack.encode(replace(mail, attachments=files)))
        while answer:
            answer = answer[os.write(target, answer) :]
        code = 0
    except MemoryError:
        code = MEMORY_EXIT
    finally:
        os._exit(code)  # whatever happened: nothing of the parent's must run here


def _read(source: int, deadline: float) -> tuple[bytes, bool]:
    """Return what the child wrote, and whether it came to an end in time."""
    pieces: list[bytes] = []
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([source], [], [], left)[0]:
            return b"", False
        piece = os.read(source, _PIECE)
        if not piece:
            return b"".join(pieces), True
        pieces.append(piece)
