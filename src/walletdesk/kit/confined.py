"""Work on hostile bytes in a child process that can be killed: little memory, little time.

`Confined` is the parent's side, `confine` what the child calls before it looks at a byte. The
child reads all of its input first and answers then, so the two never wait for each other.
"""

import ctypes
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Self

import msgspec

from walletdesk.kit.blobs.types import PIECE
from walletdesk.kit.children import PR_SET_PDEATHSIG
from walletdesk.kit.shapes import decode

MEMORY = 1_000_000_000  # bytes of address space, shared libraries and interpreter included
CPU_SECONDS = 60
ANSWER_SECONDS = 90.0  # by the clock, after the last byte of input
_HEADER_BYTES = 16 * 1024


class ChildFailed(Exception):
    """The child was killed, ran out of memory or time, or its answer makes no sense."""


class Confined:
    """A child that runs one program of ours on one input. Use it as a context."""

    def __init__(self, module: str, *arguments: str) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own program, no shell
            [sys.executable, "-P", "-m", module, str(os.getpid()), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # it could quote what people wrote
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        self._timer = threading.Timer(ANSWER_SECONDS, self._process.kill)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        self._process.wait()

    def feed(self, pieces: Iterable[bytes]) -> None:
        """Hand all of the input over. Raises ChildFailed; what `pieces` raises goes through."""
        stdin = self._process.stdin
        if stdin is None:
            raise ChildFailed
        for piece in pieces:
            try:
                stdin.write(piece)
            except OSError as error:
                raise ChildFailed from error
        with suppress(OSError):
            stdin.close()
        self._timer.start()

    def header(self) -> dict[str, object]:
        """Return the first line of the answer. Raises ChildFailed."""
        stdout = self._process.stdout
        line = stdout.readline(_HEADER_BYTES) if stdout is not None else b""
        try:
            return decode(line, dict[str, object])
        except msgspec.DecodeError as error:
            raise ChildFailed from error

    def body(self, length: int) -> Iterator[bytes]:
        """Yield the next `length` bytes of the answer. Raises ChildFailed when they end early."""
        stdout = self._process.stdout
        while length > 0:
            piece = stdout.read(min(PIECE, length)) if stdout is not None else b""
            if not piece:
                raise ChildFailed
            length -= len(piece)
            yield piece


def confine(parent: int, memory: int = MEMORY) -> None:
    """Give up, in the child, all that its work does not need; end with the parent.

    After the imports: it can then open no file for writing and start no process.
    """
    if os.uname().sysname == "Linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))


def read_all(most: int) -> bytes:
    """Return the child's whole input, at most `most` bytes."""
    return sys.stdin.buffer.read(most)


def answer(header: dict[str, object], *bodies: bytes) -> None:
    """Write the child's answer."""
    out = sys.stdout.buffer
    out.write(msgspec.json.encode(header) + b"\n")
    for body in bodies:
        out.write(body)
    out.flush()
