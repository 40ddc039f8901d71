"""Seconds from `walletdesk up` to the first answer, and the idle memory of the whole group.

Memory is PSS (each shared page counted once, /proc/PID/smaps_rollup), after the bot has answered a
question, so that the language model is loaded. `first` makes the database and loads the demo,
`again` starts on the same folder.

    make bench NAME=start
"""

import subprocess
import sys
import time
from pathlib import Path

import psutil
from harness import Installation, arguments, installation, report

SETTLE_SECONDS = 3


def pss_mb(processes: list[psutil.Process]) -> float:
    """Return the proportional set size of processes in MB."""
    total = 0
    for process in processes:
        try:
            lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def group(place: Installation) -> dict[str, list[psutil.Process]]:
    """Return the processes of an installation by what they do."""
    found: dict[str, list[psutil.Process]] = {"supervisor": [place.process]}
    for process in place.process.children(recursive=True):
        command = process.cmdline()
        kind = next(
            (word[1:] for word in ("_server", "_worker", "_voice") if word in command), "database"
        )
        found.setdefault(kind, []).append(process)
    return found


def ask(place: Installation) -> None:
    """Have the bot answer once, so that everything it needs is loaded."""
    command = str(Path(sys.executable).parent / "walletdesk")
    subprocess.run(
        [command, "ask", "Why is my transfer pending?", "--url", place.url, "--json"],
        check=True, capture_output=True,
    )  # fmt: skip


def main(argv: list[str]) -> int:
    parser = arguments(__doc__)
    parser.parse_args(argv)
    with installation(keep=True) as first:
        ask(first)
        time.sleep(SETTLE_SECONDS)  # noqa: TID251 - a benchmark waits for quiet
        memory = {kind: pss_mb(processes) for kind, processes in group(first).items()}
    with installation(folder=first.data) as again:
        pass
    figures: dict[str, object] = {
        "first_start_s": round(first.seconds_to_answer, 2),
        "start_s": round(again.seconds_to_answer, 2),
        "idle_pss_mb": round(sum(memory.values()), 1),
        **{f"{kind}_pss_mb": round(value, 1) for kind, value in memory.items()},
    }
    report(
        "start: seconds to the first answer, memory of the group",
        [
            (
                "first start (makes the database, loads the demo), s",
                figures["first_start_s"],
                "goal <= 10",
            ),
            ("start, s", figures["start_s"], "goal <= 10"),
            ("idle memory, PSS, MB", figures["idle_pss_mb"], "goal <= 600"),
            *[(f"  of it {kind}, MB", round(value, 1), "") for kind, value in memory.items()],
        ],
        figures,
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
