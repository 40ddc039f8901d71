"""What one process of the embedded driver carries.

Telephones: 50 and 100 calls at once by SIP, sound both ways, two keys each (RFC 4733); the time
between packets is what the kernel saw. Browsers: pairs of WebRTC ends, the driver on one core.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import psutil
from harness import ROOT, free_port, percentile, report

CALLS = (50, 100)
LEGS = (4, 8, 12, 16)


def started(folder: Path, port: int, core: int | None = None) -> "subprocess.Popen[str]":
    command = [sys.executable, "-P", str(ROOT / "bench/voice_server.py"), str(folder / "mark")]
    pinned = [] if core is None else ["taskset", "-c", str(core)]
    process = subprocess.Popen(
        [*pinned, *command, str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    awaited(process, "ready")
    return process


def awaited(process: "subprocess.Popen[str]", word: str) -> None:
    if process.stdout is None or process.stdout.readline() != f"{word}\n":
        raise SystemExit(f"{process.args} did not say that it is {word}")


def ended(process: "subprocess.Popen[str]") -> dict[str, Any]:
    said, _ = process.communicate(timeout=60)
    return dict(json.loads(said.splitlines()[-1]))


def telephones(calls: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        server = started(Path(folder), port)
        before = psutil.Process(server.pid).cpu_times()
        load = subprocess.run(
            [sys.executable, "-P", str(ROOT / "bench/voice_load.py"), str(port), str(calls)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=True,
            text=True,
        )
        after = psutil.Process(server.pid).cpu_times()
        seen = json.loads(load.stdout.splitlines()[-1])
        told = ended(server)
    return {
        "calls": calls,
        "answered": seen["answered"],
        "keys_right": told["right"],
        "cpu_seconds": round(after.user + after.system - before.user - before.system, 2),
        "rss_mb": round(told["rss_mb"], 1),
        "gap_p50_ms": round(percentile(seen["gaps"], 0.5), 1),
        "gap_p99_ms": round(percentile(seen["gaps"], 0.99), 1),
        "gap_over_60_percent": round(
            100 * sum(gap > 60 for gap in seen["gaps"]) / max(1, len(seen["gaps"])), 2
        ),
    }


def browsers(legs: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        server = started(Path(folder), free_port(), core=0)
        ends = subprocess.Popen(
            [
                *("taskset", "-c", str(max(psutil.cpu_count() or 1, 2) - 1), sys.executable, "-P"),
                *(str(ROOT / "bench/voice_legs.py"), str(Path(folder) / "mark"), str(legs // 2)),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        awaited(ends, "talking")
        watched = psutil.Process(server.pid)
        watched.cpu_percent()
        rates = json.loads(str(ends.stdout and ends.stdout.readline()))["rates"]
        busy = watched.cpu_percent() / 100
        ends.wait(60)
        told = ended(server)
    return {
        "legs": legs,
        "cores": round(busy, 2),
        "frames_a_second_least": round(min(rates), 1),
        "lag_p99_ms": round(percentile(told["lag_ms"], 0.99), 1),
        "rss_mb": round(told["rss_mb"], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true", help="the last line is always JSON")
    parser.parse_args()
    by_sip = [telephones(calls) for calls in CALLS]
    by_web = [browsers(legs) for legs in LEGS]
    rows = [
        (f"{found[first]} {first}: {name}", value, "")
        for found, first in [*((f, "calls") for f in by_sip), *((f, "legs") for f in by_web)]
        for name, value in found.items()
        if name != first
    ]
    report("Embedded voice, one process", rows, {"sip": by_sip, "webrtc": by_web})


if __name__ == "__main__":
    main()
