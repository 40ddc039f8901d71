"""What every child process of walletdesk gets before its own program starts.

A child must not outlive the process that watches it, and must not leave memory dumps with
messages in them.
"""

from __future__ import annotations

import ctypes
import os
import resource
import threading
from functools import partial
from typing import TYPE_CHECKING

from walletdesk.kit.interrupts import let_through

if TYPE_CHECKING:
    import signal
    from collections.abc import Callable

# prctl(2): deliver a signal to this process when its parent's thread ends.
PR_SET_PDEATHSIG = 1


def before_exec(death_signal: signal.Signals) -> Callable[[], None]:
    """Return a `preexec_fn` that ties the child to its parent and forbids core dumps.

    Everything it needs is loaded here, in the parent, because between fork and exec only little
    may happen. Only for processes without other threads.
    """
    libc = ctypes.CDLL(None) if os.uname().sysname == "Linux" else None
    return partial(_bind, libc, death_signal, os.getpid())


def watch_parent() -> None:
    """End this process when its parent ends, on systems that cannot do it in the kernel."""
    if os.uname().sysname == "Linux":
        return
    threading.Thread(target=_exit_when_orphaned, args=(os.getppid(),), daemon=True).start()


def _bind(libc: ctypes.CDLL | None, death_signal: signal.Signals, parent: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    let_through()  # a child inherits what its parent holds back, and could never be stopped
    if libc is None:
        return
    libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
    # The parent may have died between fork and prctl; then no signal would ever come.
    if os.getppid() != parent:
        os._exit(1)


def _exit_when_orphaned(parent: int) -> None:
    pause = threading.Event()
    while os.getppid() == parent:
        pause.wait(1.0)
    os._exit(1)
