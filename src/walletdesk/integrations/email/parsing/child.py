"""The child that parses: `python -m walletdesk.integrations.email.parsing.child PARENT MEMORY`.

Each mail comes as its length in eight bytes, the milliseconds it may take in four, and itself; each
answer as its length and itself. To start an interpreter takes longer than to parse a hundred mails,
so the child has everything loaded and never looks at a byte: its fork does, for many mails. A mail
may kill the fork; the child then says so, as DIED and the exit code, and forks again.

The fork counts its own CPU time, and dies of SIGPROF when a mail needs too much: a machine that is
busy with other things is no fault of the mail. By the clock it has PATIENCE times as much, and dies
of SIGALRM. It steps back behind everything else (NICE), so that
a mail that burns what it may is paid for by other mails least of all.
"""

import gc
import importlib
import mmap
import os
import signal
import sys

import msgspec

from walletdesk.integrations.email.parsing.message import parse_mail
from walletdesk.kit.confined import confine

LENGTH_BYTES = 8
LIMIT_BYTES = 4
MOST_MAIL_BYTES = 64_000_000
READY = b"\x06"
DIED = b"\xff" * LENGTH_BYTES  # no answer is as long
CODE_BYTES = 1  # signed, as of waitstatus_to_exitcode
MEMORY_EXIT = 3
PATIENCE = 5.0  # times as much by the clock: the machine may be busy with other things
NICE = 5  # a third of what others get: beside one busy process it has its CPU time within PATIENCE
LATE = ("nh3", "charset_normalizer", "tnefparse")
_encoder = msgspec.msgpack.Encoder()


def main() -> int:
    """Have mails parsed until the input ends. Return the exit code."""
    for late in LATE:
        importlib.import_module(late)  # not in the time of the first mail that needs it
    memory = int(sys.argv[2])
    confine(int(sys.argv[1]), memory)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    gc.freeze()
    _write(READY)
    at_work = mmap.mmap(-1, 1)  # shared: a mail is read to its end, and nothing is answered yet
    while True:
        at_work[0] = 0
        code = _exit_of_fork(memory, at_work)
        if not at_work[0]:  # the input ended, or who reads on would begin within a mail
            return code & 0xFF
        _write(DIED + code.to_bytes(CODE_BYTES, "big", signed=True))


def _exit_of_fork(memory: int, at_work: mmap.mmap) -> int:
    """Parse in a fork until it ends; return its exit code, or the negative signal it died of."""
    parent = os.getpid()
    fork = os.fork()
    if fork:
        return os.waitstatus_to_exitcode(os.waitpid(fork, 0)[1])
    code = 1
    try:
        os.nice(NICE)
        confine(parent, memory)
        _parse_all(at_work)
        code = 0
    except MemoryError:
        code = MEMORY_EXIT
    finally:
        os._exit(code)  # whatever happened: the child's own loop must not go on here


def _parse_all(at_work: mmap.mmap) -> None:
    source = sys.stdin.buffer
    while head := source.read(LENGTH_BYTES):
        length = int.from_bytes(head, "big")
        seconds = int.from_bytes(source.read(LIMIT_BYTES), "big") / 1000
        raw = source.read(min(length, MOST_MAIL_BYTES))
        at_work[0] = 1
        _limit(seconds)
        answer = _encoder.encode(parse_mail(raw))
        _limit(0)
        at_work[0] = 0
        _write(len(answer).to_bytes(LENGTH_BYTES, "big"), answer)
        del answer, raw


def _limit(seconds: float) -> None:
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, seconds * PATIENCE)


def _write(*pieces: bytes) -> None:
    for piece in pieces:
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main())
