"""Assignment under load: 64 agents, 5,000 conversations, several workers, and some of them killed.

On an installation of its own. Processes hold rounds as workers do; others claim by hand, hand over,
give back and resolve what they hold, all at once; the round-holders are killed with
SIGKILL and replaced. Afterwards the event history is replayed: whoever became owner while
another one was, is a double owner. Then how many a second are assigned when nothing else runs, and
how long it takes from a free place to an assignment with a worker's own pace.

    make bench NAME=routing ARGS="--conversations 5000"
"""

import multiprocessing as mp
import os
import random
import sys
import time
from contextlib import suppress
from typing import Any

import psycopg
from harness import arguments, await_quiet, installation, percentile, report, until

from walletdesk.kit.postgres import EmbeddedPostgres

AGENTS, WORKERS, HANDS = 64, 2, 2
OWNERS = """
SELECT conversation_id, seq, kind, CASE kind WHEN 'assigned' THEN (staff_data->>'to_id')::bigint
                                             ELSE author_id END
FROM conversations_event WHERE kind IN ('claimed', 'assigned', 'released', 'resolved', 'routed')
ORDER BY conversation_id, seq
"""


def load(dsn: str, data: str) -> None:
    """Load Django on this database."""
    os.environ.update(DATABASE_URL=dsn, WALLETDESK_DATA=data)
    from walletdesk.site.commands.prepare import load_django  # noqa: PLC0415

    load_django()


def seed(count: int) -> int:
    """Make a brand whose desk assigns, its agents, and conversations that wait."""
    from walletdesk.accounts.actions.brands import create_brand  # noqa: PLC0415
    from walletdesk.accounts.models import Membership, User  # noqa: PLC0415
    from walletdesk.contacts.models import Contact  # noqa: PLC0415
    from walletdesk.routing.models import Attendance, RoutingRules  # noqa: PLC0415

    brand = create_brand(
        slug="bench",
        name="Bench",
        languages=["en"],
        default_language="en",
        accent="#5b5bd6",
    )
    from walletdesk.kit import clock  # noqa: PLC0415

    users = User.objects.bulk_create(
        User(email=f"a{n}@bench.example", name=f"A{n}") for n in range(AGENTS)
    )
    members = Membership.objects.bulk_create(
        Membership(brand=brand, user=user, role="agent", languages=["en"]) for user in users
    )
    Attendance.objects.bulk_create(
        Attendance(membership=member, heard_at=clock.now()) for member in members
    )
    RoutingRules.objects.create(brand=brand, mode="assign", capacity={"chat": 50})
    Contact.objects.bulk_create(Contact(brand=brand, language="en") for _ in range(count))
    wait_again(brand.pk)
    return brand.pk


def wait_again(brand_id: int) -> None:
    """Have every contact's conversation wait anew."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO conversations_conversation (ref, brand_id, contact_id, language, status,"
            " urgency, queued_at, waiting_since)"
            " SELECT substr(md5(random()::text), 1, 16), brand_id, id, 'en', 'queued',"
            " (random() * 3)::int, now(), now() FROM contacts_contact WHERE brand_id = %s",
            [brand_id],
        )


def beat() -> None:
    """Keep every agent there."""
    from django.db.models.functions import Now  # noqa: PLC0415

    from walletdesk.routing.models import Attendance  # noqa: PLC0415

    Attendance.objects.update(heard_at=Now())


def hold(dsn: str, data: str, stop: Any, ready: Any) -> None:
    """Hold rounds until told to stop."""
    load(dsn, data)
    from walletdesk.routing.actions.rounds import hold_rounds  # noqa: PLC0415

    ready.release()
    while not stop.value:
        if not hold_rounds():
            time.sleep(0.02)  # noqa: TID251 - nothing is to be done just now


def handle(dsn: str, data: str, stop: Any, ready: Any, number: int) -> None:
    """Do what people do with what they hold and with what waits."""
    load(dsn, data)
    from walletdesk.accounts.models import Membership  # noqa: PLC0415
    from walletdesk.conversations.actions import staff  # noqa: PLC0415
    from walletdesk.conversations.models import Conversation  # noqa: PLC0415
    from walletdesk.kit.errors import DomainError  # noqa: PLC0415

    chance = random.Random(number)
    members = list(Membership.objects.select_related("user", "brand"))
    ready.release()
    while not stop.value:
        status = "queued" if chance.random() < 0.3 else "open"
        found = list(Conversation.objects.filter(status=status).order_by("?")[:5])
        if not found and status == "open":
            time.sleep(0.02)  # noqa: TID251 - nothing is to be done just now
        for here in found:
            owner = next((m for m in members if m.pk == here.assignee_id), chance.choice(members))
            what = chance.random()
            with suppress(DomainError):
                if status == "queued":
                    staff.claim_conversation(conversation=here, membership=owner)
                elif what < 0.25:
                    to = chance.choice(members)
                    staff.hand_over_conversation(conversation=here, membership=owner, to=to)
                elif what < 0.4:
                    staff.release_conversation(conversation=here, membership=owner)
                else:
                    staff.resolve_conversation(conversation=here, membership=owner)


def doubles(dsn: str) -> tuple[int, int]:
    """Replay the history: how often somebody became owner, and how often beside another one."""
    owners: dict[int, int | None] = {}
    became = double = 0
    with psycopg.connect(dsn) as connection:
        for conversation, _seq, kind, who in connection.execute(OWNERS):
            if kind == "claimed" and owners.get(conversation) not in (None, who):
                double += 1
            became += kind in ("claimed", "assigned")
            owners[conversation] = who if kind in ("claimed", "assigned") else None
        wrong = connection.execute(
            "SELECT id, assignee_id FROM conversations_conversation WHERE status = 'open'"
        )
        double += sum(owners.get(pk) != owner for pk, owner in wrong)
    return became, double


def storm(dsn: str, data: str, seconds: float) -> int:
    """Let all of it happen at once, and kill; return how many were killed."""
    context = mp.get_context("spawn")
    # an Event waits for everybody who waited for it, the killed ones too
    stop, ready = context.Value("b", 0, lock=False), context.Semaphore(0)

    def start(target: Any, *more: Any) -> Any:
        process = context.Process(target=target, args=(dsn, data, stop, ready, *more), daemon=True)
        process.start()
        return process

    workers = [start(hold) for _ in range(WORKERS)]
    hands = [start(handle, number) for number in range(HANDS)]
    for _ in (*workers, *hands):
        ready.acquire(timeout=120)
    killed, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(1.5)  # noqa: TID251 - a kill every so often
        beat()
        workers.pop(0).kill()
        killed += 1
        workers.append(start(hold))
    stop.value = 1
    for process in [*workers, *hands]:
        process.join(20)
        process.kill()
    return killed


def speed(brand_id: int, count: int) -> float:
    """Return assignments a second when everything waits and there is room for all."""
    from walletdesk.accounts.models import Brand  # noqa: PLC0415
    from walletdesk.conversations.models import Conversation  # noqa: PLC0415
    from walletdesk.routing.actions.rounds import hold_round  # noqa: PLC0415
    from walletdesk.routing.models import RoutingRules  # noqa: PLC0415

    Conversation.objects.update(status="resolved", assignee=None, queued_at=None)
    RoutingRules.objects.update(capacity={"chat": 1_000_000})
    wait_again(brand_id)
    beat()
    brand = Brand.objects.get(pk=brand_id)
    began = time.perf_counter()
    while Conversation.objects.filter(status="queued").exists():
        hold_round(brand=brand)  # with the installation's own worker, turn by turn
    return count / (time.perf_counter() - began)


def to_assignment(brand_id: int, samples: int) -> list[float]:
    """Return seconds from a place that comes free to the next conversation on it.

    The installation's own worker assigns, at its own pace.
    """
    from walletdesk.conversations.models import Conversation  # noqa: PLC0415
    from walletdesk.routing.models import RoutingRules  # noqa: PLC0415

    Conversation.objects.update(status="resolved", assignee=None, queued_at=None)
    RoutingRules.objects.update(capacity={"chat": 1})
    wait_again(brand_id)

    def is_full() -> bool:
        beat()
        return Conversation.objects.filter(status="open").count() >= AGENTS

    until(is_full, "every place is taken", pause=0.2)
    taken: list[float] = []
    for _sample in range(samples):
        beat()
        here = Conversation.objects.filter(status="open").order_by("?")[0]
        Conversation.objects.filter(pk=here.pk).update(status="resolved")
        mine = Conversation.objects.filter(status="open", assignee=here.assignee_id)
        began = time.perf_counter()
        until(mine.exists, "the next conversation is assigned", seconds=120, pause=0.005)
        taken.append(time.perf_counter() - began)
    return taken


def tell(text: str) -> None:
    """Say what is known so far: the rest takes its time on a busy machine."""
    sys.stderr.write(f"{text}\n")


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--conversations", type=int, default=5_000)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--samples", type=int, default=100)
    asked = parser.parse_args()
    with installation(WALLETDESK_DEMO="0") as place:
        dsn, data = EmbeddedPostgres(place.data / "postgres").dsn(), str(place.data)
        await_quiet(dsn)
        load(dsn, data)
        brand = seed(asked.conversations)
        killed = storm(dsn, data, asked.seconds)
        became, double = doubles(dsn)
        tell(f"{became} ownerships, {double} double, {killed} workers killed")
        rate = speed(brand, asked.conversations)
        tell(f"{rate:.0f} assignments a second")
        waits = to_assignment(brand, asked.samples)
    figures: dict[str, object] = {
        "agents": AGENTS,
        "conversations": asked.conversations,
        "ownerships": became,
        "double_owners": double,
        "workers_killed": killed,
        "assignments_per_second": round(rate),
        "free_to_assigned_p50_s": round(percentile(waits, 0.5), 3),
        "free_to_assigned_p99_s": round(percentile(waits, 0.99), 3),
    }
    goals = {"double_owners": "0", "assignments_per_second": "1000", "free_to_assigned_p99_s": "1"}
    rows = [(name, value, goals.get(name, "")) for name, value in figures.items()]
    report("Routing", rows, figures)


if __name__ == "__main__":
    main()
