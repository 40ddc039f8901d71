"""What finding personal data costs a message, beside what the guard costs it.

Usage: python bench/personal.py [--json]. Microseconds, the median of many rounds in this process.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from walletdesk.safety import guard  # noqa: E402 -- the path above makes it importable

ROUNDS = 2_000
TEXTS = {
    "plain, en": "My transfer of 0.5 ETH has not arrived yet, it says pending for 3 hours.",
    "plain, zh": "我的转账还没有到账，已经等了三个小时了，显示待确认，请问怎么办？",
    "hash": "tx 0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060 is pending",
    "4,000 characters": "word and more text about fees, " * 129,
    "mail and phone": "my mail is alex.miller@gmail.com and phone +34 612 345 678",
}


def median(run: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        run()
        times.append((time.perf_counter() - began) * 1e6)
    return round(statistics.median(times), 1)


def main() -> None:
    figures = {}
    for name, text in TEXTS.items():
        safe = guard.check(text).safe
        check = median(lambda t=text: guard.check(t))
        tokens = median(lambda s=safe: guard.tokenise(s, lambda _kind, _value: "K3F97QMT"))
        figures[name] = {"check_us": check, "tokenise_us": tokens}
        if "--json" not in sys.argv:
            print(f"{name:18} guard {check:8.1f} µs   tokens {tokens:7.1f} µs")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
