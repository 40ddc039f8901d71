"""The child that parses: `python -m walletdesk.integrations.email.parsing.child PARENT MEMORY`.

Each mail comes as its length in eight bytes, the milliseconds it may take in four, and itself; each
answer as its length and itself. The child lives for many mails, because to start an interpreter
takes longer than to parse a hundred. It counts its own CPU time, and dies of SIGPROF when a mail
needs too much: a machine that is busy with other things is no fault of the mail.
"""

import gc
import importlib
import signal
import sys

import msgspec

from walletdesk.integrations.email.parsing.message import parse_mail
from walletdesk.kit.confined import confine

LENGTH_BYTES = 8
LIMIT_BYTES = 4
MOST_MAIL_BYTES = 64_000_000
READY = b"\x06"
LATE = ("nh3", "charset_normalizer", "tnefparse")
_encoder = msgspec.msgpack.Encoder()


def main() -> None:
    """Parse mails until the input ends."""
    for late in LATE:
        importlib.import_module(late)  # not in the time of the first mail that needs it
    confine(int(sys.argv[1]), int(sys.argv[2]))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    gc.freeze()
    source, target = sys.stdin.buffer, sys.stdout.buffer
    target.write(READY)
    target.flush()
    while head := source.read(LENGTH_BYTES):
        length = int.from_bytes(head, "big")
        milliseconds = int.from_bytes(source.read(LIMIT_BYTES), "big")
        raw = source.read(min(length, MOST_MAIL_BYTES))
        signal.setitimer(signal.ITIMER_PROF, milliseconds / 1000)
        answer = _encoder.encode(parse_mail(raw))
        signal.setitimer(signal.ITIMER_PROF, 0)
        target.write(len(answer).to_bytes(LENGTH_BYTES, "big"))
        target.write(answer)
        target.flush()
        del answer, raw


if __name__ == "__main__":
    try:
        main()
    except MemoryError:
        sys.exit(3)
    except (RecursionError, OSError):
        sys.exit(4)
