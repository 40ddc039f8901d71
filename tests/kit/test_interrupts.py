"""Interrupts are neither lost in a callback nor handed on to children as something to ignore."""

import subprocess
import sys

PROGRAM = """
import os, signal, subprocess
from walletdesk.kit.children import before_exec
from walletdesk.kit.interrupts import heard, hold_back

signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job inherits SIG_IGN
hold_back()
os.register_at_fork(after_in_parent=lambda: os.kill(os.getpid(), signal.SIGINT))
child = subprocess.Popen(["sh", "-c", "kill -TERM $$"], preexec_fn=before_exec(signal.SIGKILL))
print(child.wait())
try:
    with heard():
        signal.pause()
except KeyboardInterrupt:
    print("heard")
print(sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ())) == [1, 2, 15])
"""


def test_what_is_held_back_comes_while_one_waits() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=30, check=True
    )
    assert ran.stdout.split() == ["-15", "heard", "True"]
    assert ran.stderr == ""
