"""Interrupts that come only where they are waited for.

`KeyboardInterrupt` may be raised between any two lines of Python. In a callback (a hook at fork,
a finalizer) it is printed and forgotten, so the program goes on as if nobody had asked; in the
middle of starting a child it leaves a child that nobody watches. So the signals are held back,
and let through only while we wait for something.
"""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Ctrl-C, an order to end, and a terminal that was closed.
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def hold_back() -> None:
    """Keep the signals of `STOPS` for later; only for the main thread, without others."""
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)


def let_through() -> None:
    """Take the signals of `STOPS` again; what was held back comes at once."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)


@contextmanager
def heard() -> Iterator[None]:
    """Let the signals through for as long as this block waits for something."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    try:
        let_through()
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
