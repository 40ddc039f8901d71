"""Thousands of live streams in one server process: memory each, and their return after a kill -9.

The streams are held by a process of their own, each on a conversation of its own, against the
server of `walletdesk up`. A sample of the customers posts one message before the kill, one while
the server is dead and one after; whoever gets no acknowledgement repeats the same message. At the
end every stream of the sample must have shown each of its messages exactly once.

    make bench NAME=sockets ARGS="--streams 5000 --json"
"""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
from harness import ROOT, Installation, arguments, installation, report

WARM_UP = 20
SETTLE_SECONDS = 2.0


class Load:
    """The client process; one JSON object per line in both directions."""

    def __init__(self, task: dict[str, Any]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).parent / "sockets_load.py")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        )  # fmt: skip
        self.tell(task)

    def tell(self, message: dict[str, Any]) -> None:
        print(json.dumps(message), file=self.process.stdin, flush=True)

    def hear(self) -> dict[str, Any]:
        line = self.process.stdout.readline() if self.process.stdout else ""
        if not line:
            raise SystemExit(f"the client process ended with {self.process.wait()}")
        return dict(json.loads(line))

    def close(self) -> None:
        if self.process.stdin:
            self.process.stdin.close()
        if self.process.stdout:
            self.process.stdout.close()
        self.process.kill()
        self.process.wait()


def seed(place: Installation, count: int) -> list[tuple[str, str]]:
    """Make customers with a conversation each; returns (token, conversation)."""
    from walletdesk.kit.postgres import EmbeddedPostgres  # noqa: PLC0415 - after the start

    out = subprocess.run(
        [sys.executable, str(Path(__file__).parent / "intake_seed.py"), str(count)],
        check=True, capture_output=True, text=True,
        env={**os.environ, "WALLETDESK_DATA": str(place.data),
             "DATABASE_URL": EmbeddedPostgres(place.data / "postgres").dsn(),
             "DJANGO_SETTINGS_MODULE": "walletdesk.site.settings"},
    )  # fmt: skip
    return list(json.loads(out.stdout)["customers"])


def memory_kb(process: psutil.Process) -> float:
    """Return a process's proportional set size in kB."""
    return float(process.memory_full_info().pss) / 1024


def measure(place: Installation, customers: list[tuple[str, str]], sample: int) -> dict[str, Any]:
    """Open, weigh, kill, wait for the return."""
    warm = Load({"port": place.port, "customers": customers[:WARM_UP], "sample": 0})
    warm.hear()
    warm.close()
    time.sleep(SETTLE_SECONDS)  # noqa: TID251 - the server forgets the streams
    server = place.child("_server")
    before = memory_kb(server)
    load = Load({"port": place.port, "customers": customers, "sample": sample})
    try:
        opened = load.hear()
        time.sleep(SETTLE_SECONDS)  # noqa: TID251 - memory comes to rest
        each = (memory_kb(server) - before) / len(customers)
        server.kill()
        load.tell({"killed": time.monotonic()})
        returned = load.hear()
    finally:
        load.close()
    again = place.child("_server")
    after = (memory_kb(again) - before) / len(customers)
    return {"kb_per_stream": each, "kb_per_stream_after": after, **opened, **returned}


def main(argv: list[str]) -> int:
    parser = arguments(__doc__)
    parser.add_argument("--streams", type=int, default=5000)
    parser.add_argument("--sample", type=int, default=300)
    options = parser.parse_args(argv)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most < options.streams + 500:
        print(f"this machine allows {most} open files per process: too few", file=sys.stderr)
        return 2
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    lifted = str(10 * options.streams)
    with installation(
        WALLETDESK_STREAMS_PER_ADDRESS=lifted, WALLETDESK_MESSAGES_PER_MINUTE="1000"
    ) as place:
        customers = seed(place, options.streams)
        found = measure(place, customers, min(options.sample, options.streams))
    figures = {
        "streams": options.streams,
        **{name: round(value, 2) for name, value in found.items()},
    }
    report(
        f"sockets: {options.streams} live streams in one server process",
        [
            ("kB per stream", figures["kb_per_stream"], "goal <= 20"),
            ("kB per stream after the return", figures["kb_per_stream_after"], ""),
            ("seconds to open all", figures["open_seconds"], ""),
            ("seconds until all are back", figures["back_seconds"], "goal <= 15"),
            ("messages acknowledged", figures["acknowledged"], ""),
            ("events missed", figures["missed"], "goal 0"),
            ("events doubled", figures["doubled"], "goal 0"),
            ("health p95 meanwhile, ms", figures["health_p95_ms"], "goal < 1000"),
        ],
        figures,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
