"""Promises: does working time agree with a stopwatch, what do 100,000 running clocks cost, how soon
does one fire, and does a killed worker lose or double anything?

    make bench NAME=sla ARGS="--cases 100000 --clocks 100000"
    make bench NAME=sla ARGS="--cases 100000 --clocks 0"      # only the stopwatch, no installation
    make bench NAME=sla ARGS="--cases 0 --clocks 100000"      # only the clocks
"""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from harness import (
    ROOT,
    Installation,
    arguments,
    await_quiet,
    installation,
    percentile,
    report,
    until,
)

sys.path.insert(0, str(ROOT))

from tests.sla.oracle import Sign
from walletdesk.sla.rules import offset_change
from walletdesk.sla.types import Week
from walletdesk.sla.working_time import OpenHours

ZONES = (
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "America/Asuncion",
    "Asia/Kathmandu",
)
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = 1_000_000


def pairs(random_: random.Random) -> tuple[tuple[int, int], ...]:
    edges = sorted(random_.sample(range(2_000), 2 * random_.choice((0, 1, 1, 2, 3))))
    found = tuple(zip(edges[::2], edges[1::2], strict=True))
    return tuple((a, b) for a, b in found if a < 1_440)


def agree(cases: int, seed: int) -> dict[str, Any]:
    """Compare random calendars with the stopwatch. Most stretches are short, some take days."""
    random_ = random.Random(seed)
    wrong, began = 0, time.perf_counter()
    for _case in range(cases):
        zone = random_.choice(ZONES)
        days = tuple(pairs(random_) for _day in range(7))
        start = FIRST + timedelta(seconds=random_.randrange(2 * 365 * 86_400))
        if random_.random() < 0.3:  # around the days on which clocks are put forward or back
            jump = random_.choice(JUMPS[zone]) if JUMPS[zone] else start
            start = jump + timedelta(seconds=random_.randint(-20_000, 4_000))
        special = {start.date() + timedelta(days=n): pairs(random_) for n in (0, 1)}
        longest = 3 * 86_400 if random_.random() < 0.05 else 6 * 3_600
        end = start + timedelta(seconds=random_.randrange(longest))
        sign, hours = Sign(zone, days, special), OpenHours(Week(zone, days, special))
        ran = hours.elapsed(start, end)
        wrong += ran != sign.elapsed(start, end) // timedelta(microseconds=1)
        if ran > SECOND:
            amount = random_.randrange(1, ran // SECOND + 1)
            due = hours.reach(start, amount * SECOND)
            wrong += due != sign.reach(start, timedelta(seconds=amount), end + timedelta(days=1))
    return {"cases": cases, "wrong": wrong, "compared_s": round(time.perf_counter() - began, 1)}


def jumps(zone: str) -> list[datetime]:
    """Return when a zone puts its clocks forward or back in two years."""
    days = (FIRST + timedelta(days=n) for n in range(730))
    found = (offset_change(ZoneInfo(zone), day, day + timedelta(days=1)) for day in days)
    return [at for at in found if at]


JUMPS = {zone: jumps(zone) for zone in ZONES}


# --- the database ---------------------------------------------------------------------------


def prepare(clocks: int) -> Any:
    """Make a brand whose conversations have clocks that run for hours, two of each."""
    from walletdesk.accounts.actions.brands import create_brand  # noqa: PLC0415 - Django is set up
    from walletdesk.accounts.actions.people import create_member  # noqa: PLC0415
    from walletdesk.accounts.types import Role  # noqa: PLC0415
    from walletdesk.sla.actions.policies import load_usual_policies  # noqa: PLC0415

    brand = create_brand(
        slug="bench", name="Bench", languages=["en"], default_language="en", accent="#5b5bd6"
    )
    owner = create_member(
        brand=brand, email="o@bench.example", name="O", password="x" * 20, role=Role.OWNER,
        languages=["en"], team="One",
    )  # fmt: skip
    load_usual_policies(actor=owner)
    add_conversations(brand.pk, clocks // 2)
    return brand


def add_conversations(brand: int, count: int) -> None:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH p AS (INSERT INTO contacts_contact (brand_id, label, language, tier, created_at)
                       SELECT %s, 'Visitor', 'en', '', now() RETURNING id),
            c AS (INSERT INTO conversations_conversation
                    (ref, brand_id, contact_id, status, language, topic, urgency, last_seq,
                     queued_at, waiting_since, change_xid, preview, last_author)
                  SELECT 'x' || md5(random()::text)::varchar(15), %s, p.id, 'queued', 'en', '', 1,
                         1, now(), now(), pg_current_xact_id()::text::bigint, '', 'customer'
                  FROM p, generate_series(1, %s) RETURNING id, brand_id)
            INSERT INTO conversations_event (conversation_id, seq, created_at, brand_id, kind,
                                             author, name, text, data, staff_data)
            SELECT id, 1, now(), brand_id, 'handed_over', 'customer', '', '', '{}', '{}' FROM c
            """,
            [brand, brand, count],
        )


def costs(seconds: float) -> dict[str, float]:
    """Call the function as the worker does; measure its CPU and that of its server process."""
    while keep_promises():
        pass
    mine, theirs, began = time.process_time(), database_cpu(), time.perf_counter()
    rounds = 0
    while time.perf_counter() - began < seconds:
        keep_promises()
        rounds += 1
        time.sleep(0.4)  # noqa: TID251 - as the worker does
    wall = time.perf_counter() - began
    return {
        "worker_percent_of_a_core": round(100 * (time.process_time() - mine) / wall, 2),
        "database_percent_of_a_core": round(100 * (database_cpu() - theirs) / wall, 2),
        "rounds": rounds,
    }


def database_cpu() -> float:
    """Return the CPU seconds of the process that serves this connection."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text(encoding="ascii").split()
    return (int(stat[13]) + int(stat[14])) / os.sysconf("SC_CLK_TCK")


def delays(count: int) -> list[float]:
    """Have clocks come due one by one; return how many seconds after that each is late for all."""
    from walletdesk.sla.models import Clock  # noqa: PLC0415

    ids = due_soon(count, timedelta(milliseconds=40) * count)
    waiting, late = set(ids), list[float]()

    def seen() -> bool:
        for row in Clock.objects.filter(pk__in=waiting, breached_at__isnull=False):
            late.append((datetime.now(UTC) - (row.due_at or FIRST)).total_seconds())  # noqa: TID251 - time is measured
            waiting.discard(row.pk)
        return not waiting

    until(seen, "every clock was told", pause=0.02)
    return late


def keep_promises() -> bool:
    """Do what two threads of the worker do. Return whether more waits."""
    from walletdesk.sla.actions.firing import tell_due  # noqa: PLC0415
    from walletdesk.sla.actions.following import follow_some  # noqa: PLC0415

    more = follow_some()
    return tell_due() or more


def started(clocks: int) -> bool:
    """Help the worker, which gives this a share of its time; tell whether all clocks run."""
    from walletdesk.sla.models import Clock  # noqa: PLC0415

    for _turn in range(20):
        keep_promises()
    return Clock.objects.count() >= clocks


def due_soon(count: int, within: timedelta) -> list[int]:
    """Have some running clocks be due at random moments from a second on; return their numbers."""
    from django.db import connection  # noqa: PLC0415

    from walletdesk.sla.models import Clock  # noqa: PLC0415

    running = Clock.objects.filter(breached_at=None, fires_at__isnull=False, warned_at=None)
    ids = list(running.values_list("pk", flat=True)[:count])
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sla_clock k SET due_at = w.at, fires_at = w.at, warned_at = now()"
            " FROM (SELECT id, now() + interval '1 second' + random() * %s::interval AS at"
            " FROM unnest(%s::bigint[]) id) w WHERE k.id = w.id",
            [within, ids],
        )
    return ids


CHILD = """
import django; django.setup()
from walletdesk.kit.outbox import registry
registry.wire({"clock_breached": [("bench.told", print)]})
from walletdesk.sla.actions.firing import tell_due
from walletdesk.sla.actions.following import follow_some
while True: follow_some(); tell_due()
"""


def killed(count: int) -> dict[str, int]:
    """Have clocks come due while two workers are killed and started; look what was told."""
    from walletdesk.kit.outbox.models import OutboxEvent  # noqa: PLC0415
    from walletdesk.sla.models import Clock  # noqa: PLC0415

    ids = set(due_soon(count, timedelta(seconds=10)))
    start = lambda: subprocess.Popen([sys.executable, "-c", CHILD])  # noqa: E731
    workers, kills, began = [start(), start()], 0, time.perf_counter()
    left = Clock.objects.filter(pk__in=ids, breached_at=None)
    before = len(ids)
    while left.exists() and time.perf_counter() - began < 300:
        time.sleep(0.5)  # noqa: TID251 - time to work
        if left.count() == before:
            continue
        before = left.count()
        workers[kills % 2].send_signal(signal.SIGKILL)
        workers[kills % 2].wait()
        workers[kills % 2] = start()
        kills += 1
    for worker in workers:
        worker.kill()
        worker.wait()
    rows = OutboxEvent.objects.filter(handler="bench.told").values_list("payload", flat=True)
    told = [row["clock_id"] for row in rows if row["clock_id"] in ids]
    return {"kills": kills, "lost": len(ids - set(told)),
            "doubled": len(told) - len(set(told))}  # fmt: skip


def run(place: Installation, clocks: int, seconds: float) -> dict[str, Any]:
    from walletdesk.kit.postgres import EmbeddedPostgres  # noqa: PLC0415 - after the start

    dsn = EmbeddedPostgres(place.data / "postgres").dsn()
    os.environ |= {
        "DATABASE_URL": dsn,
        "WALLETDESK_DATA": str(place.data),
        "DJANGO_SETTINGS_MODULE": "walletdesk.site.settings",
    }
    await_quiet(dsn)
    import django  # noqa: PLC0415 - needs the address of the database

    django.setup()

    began = time.perf_counter()
    prepare(clocks)
    until(lambda: started(clocks), "all clocks are started", pause=0.01)
    found: dict[str, Any] = {"clocks": clocks}
    found["started_per_second"] = round(clocks / (time.perf_counter() - began))
    late = delays(250)
    found |= {"fired_p50_s": percentile(late, 0.5), "fired_worst_s": max(late)}
    worker = place.child("_worker")
    worker.suspend()
    try:
        found |= costs(seconds) | killed(2_000)
    finally:
        worker.resume()
    return found


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--clocks", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--seed", type=int, default=6)
    asked = parser.parse_args()
    figures = agree(asked.cases, asked.seed)
    if asked.clocks:
        with installation() as place:
            figures |= run(place, asked.clocks, asked.seconds)
    goals = {
        "wrong": "goal 0",
        "worker_percent_of_a_core": "goal < 2 with the next",
        "fired_worst_s": "goal <= 1",
        "lost": "goal 0",
        "doubled": "goal 0",
    }
    report("Promises", [(name, v, goals.get(name, "")) for name, v in figures.items()], figures)


if __name__ == "__main__":
    main()
