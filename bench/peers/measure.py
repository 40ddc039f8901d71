"""Walletdesk beside django-helpdesk 2.6.1 and Request Tracker 5, in one run on one PostgreSQL.

By hand, not part of `make check`: bench/peers.md has the commands and what came out.
"""

import argparse
import base64
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent / "src"), str(HERE.parent.parent)]

import search_seed  # noqa: E402 - after the path
from harness import Installation, await_quiet, installation, percentile  # noqa: E402 - as above
from mail import mails  # noqa: E402 - as above

EACH = 3  # messages of a conversation
ASKED = ("zebracorn", "wallet", "transfer stuck", "转账")
PORTS = {"helpdesk": 8932, "rt": 8931}
STATES = ("resolved", "open")
QUEUE = """
import os
from helpdesk.models import Queue
Queue.objects.create(
    title="Help", slug="help", email_address="help@bench.example", allow_email_submission=True,
    email_box_type="local", email_box_local_dir=os.environ["PEERS_MAILS"])
"""
START = datetime(2025, 1, 1, tzinfo=UTC)


class Figures(dict[str, Any]):
    """Milliseconds and rates of one product, under names."""

    def times(self, name: str, calls: list[Callable[[], httpx.Response]]) -> None:
        """Note p50 and p95 of calls, after one that warms up; refuse a page that failed."""
        found = []
        for call in [calls[0], *calls]:
            began = time.perf_counter()
            answer = call()
            found.append((time.perf_counter() - began) * 1000)
            if answer.status_code != 200:
                raise SystemExit(f"{name}: {answer.status_code} {answer.url}\n{answer.text[:500]}")
        self[name] = [round(statistics.median(found[1:]), 1), round(percentile(found[1:], 0.95), 1)]


def conversations(count: int) -> Iterator[tuple[int, datetime, list[str]]]:
    """Yield number, time and messages, the same ones for every product."""
    words = search_seed.Words(random.Random(11))
    for number in range(count):
        at = START + timedelta(minutes=5) * number
        yield number, at, [words.message(number * EACH + each) for each in range(EACH)]


def copy(connection: "psycopg.Connection[Any]", table: str, columns: str, rows: Any) -> None:
    """Write rows as fast as PostgreSQL takes them."""
    statement = f"COPY {table} ({columns}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as target:
        for row in rows:
            target.write_row(row)


def mail_folder(count: int, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number, raw in enumerate(mails(count)):
        (folder / f"{number:05}.eml").write_bytes(raw)
    return folder


def timed(command: list[str], environment: dict[str, str], count: int) -> float:
    """Run a product's own program for mails; return mails per second, its start included."""
    began = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - began
    if done.returncode:
        raise SystemExit(
            f"{command}: {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
        )
    return round(count / seconds, 1)


@contextmanager
def serving(command: list[str], environment: dict[str, str], port: int) -> Iterator[httpx.Client]:
    """Run a product's server; yield a client once it answers."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        client = httpx.Client(
            base_url=f"http://127.0.0.1:{port}", follow_redirects=True, timeout=120
        )
        try:
            for _ in range(600):
                try:
                    client.get("/")
                    break
                except httpx.TransportError:
                    time.sleep(0.1)  # noqa: TID251 - a benchmark waits for a start
            yield client
        finally:
            client.close()
            process.terminate()
            process.wait(20)


def one_count(connection: "psycopg.Connection[Any]", statement: str) -> int:
    row = connection.execute(statement).fetchone()
    return int(row[0]) if row else 0


# --- django-helpdesk ----------------------------------------------------------------------


def _helpdesk_environment(socket: str, work: Path) -> dict[str, str]:
    return {
        **os.environ, "PYTHONPATH": str(HERE), "DJANGO_SETTINGS_MODULE": "helpdesk_settings",
        "PEERS_SOCKET": socket, "PEERS_WORK": str(work),
    }  # fmt: skip


def fill_helpdesk(socket: str, python: Path, work: Path, count: int) -> None:
    """Make a django-helpdesk with one queue and tickets."""
    environment = _helpdesk_environment(socket, work)
    django = [str(python), "-m", "django"]
    with psycopg.connect(f"host={socket} user=postgres dbname=postgres", autocommit=True) as root:
        root.execute("DROP DATABASE IF EXISTS helpdesk WITH (FORCE)")
        root.execute("CREATE DATABASE helpdesk")
    subprocess.run([*django, "migrate", "-v0"], env=environment, check=True)
    person = {"DJANGO_SUPERUSER_PASSWORD": "bench", **environment}
    subprocess.run(
        [*django, "createsuperuser", "--noinput", "--username=bench", "--email=b@bench.example"],
        env=person, check=True, capture_output=True,
    )  # fmt: skip
    subprocess.run(
        [*django, "shell", "-c", QUEUE],
        env={**environment, "PEERS_MAILS": str(work / "helpdesk-mails")},
        check=True, capture_output=True,
    )  # fmt: skip
    with psycopg.connect(f"host={socket} user=postgres dbname=helpdesk", autocommit=True) as db:
        _fill_helpdesk(db, count)


def helpdesk(socket: str, python: Path, work: Path, letters: int) -> Figures:
    """Measure django-helpdesk: its command `get_email`, gunicorn with two workers."""
    figures = Figures()
    environment = _helpdesk_environment(socket, work)
    mail_folder(letters, work / "helpdesk-mails")
    with psycopg.connect(f"host={socket} user=postgres dbname=helpdesk", autocommit=True) as db:
        before = one_count(db, "SELECT count(*) FROM helpdesk_ticket")
        command = [str(python), "-m", "django", "get_email"]
        figures["mails_per_second"] = timed(command, environment, letters)
        figures["mails_taken"] = one_count(db, "SELECT count(*) FROM helpdesk_ticket") - before
        ids = [row[0] for row in db.execute("SELECT id FROM helpdesk_ticket WHERE title = 'Bench' "
                                            "ORDER BY random() LIMIT 40")]  # fmt: skip
    server = [str(python), "-m", "gunicorn", "-w2", "-b", f"127.0.0.1:{PORTS['helpdesk']}",
              "django.core.wsgi:get_wsgi_application()"]  # fmt: skip
    with serving(server, environment, PORTS["helpdesk"]) as client:
        client.get("/admin/login/").raise_for_status()
        client.post("/admin/login/", data={
            "username": "bench", "password": "bench", "next": "/tickets/",
            "csrfmiddlewaretoken": client.cookies["csrftoken"]})  # fmt: skip

        def rows(text: str) -> httpx.Response:
            query = {"filtering": {"status__in": [1, 2]}, "filtering_null": {},
                     "sorting": "created", "sortreverse": True, "search_string": text}  # fmt: skip
            packed = base64.b64encode(json.dumps(query).encode()).decode()
            client.get("/tickets/", params={"q": text} if text else {}).raise_for_status()
            return client.get(f"/datatables_ticket_list/{packed}", params={"length": 25})

        figures.times("list_ms", [lambda: rows("")] * 15)
        figures.times("open_ms", [lambda i=i: client.get(f"/tickets/{i}/") for i in ids])
        for text in ASKED:
            figures.times(f"search_ms {text}", [lambda t=text: rows(t)] * 5)
    return figures


def _fill_helpdesk(db: "psycopg.Connection[Any]", count: int) -> None:
    db.execute(
        "CREATE TEMPORARY TABLE filled AS SELECT coalesce(max(id), 0) AS first, "
        "(SELECT min(id) FROM helpdesk_queue) AS queue FROM helpdesk_ticket"
    )
    first, queue = db.execute("SELECT first, queue FROM filled").fetchone() or (0, 1)
    copy(
        db,
        "helpdesk_ticket",
        "id, title, created, modified, submitter_email, status, on_hold, "
        "description, priority, queue_id, secret_key",
        (
            (
                first + 1 + n,
                "Bench",
                at,
                at,
                f"user{n}@mail.example",
                1 if n % 32 < 2 else 4,
                False,
                texts[0],
                3,
                queue,
                str(n),
            )
            for n, at, texts in conversations(count)
        ),
    )
    copy(
        db,
        "helpdesk_followup",
        "date, title, comment, public, ticket_id",
        (
            (at + timedelta(minutes=k), "Comment", text, True, first + 1 + n)
            for n, at, texts in conversations(count)
            for k, text in enumerate(texts[1:], 1)
        ),
    )
    db.execute(
        "SELECT setval(pg_get_serial_sequence('helpdesk_ticket', 'id'), "
        "(SELECT max(id) FROM helpdesk_ticket))"
    )
    db.execute("VACUUM ANALYZE")


# --- Request Tracker ----------------------------------------------------------------------


def _tracker_environment(socket: str, work: Path) -> dict[str, str]:
    return {
        **os.environ, "PEERS_SOCKET": socket, "PEERS_RT_PORT": str(PORTS["rt"]),
        "RT_SITE_CONFIG": str(HERE / "RT_SiteConfig.pm"), "RT_SITE_CONFIG_DIR": str(work / "none"),
    }  # fmt: skip


def fill_tracker(socket: str, work: Path, count: int) -> None:
    """Make a Request Tracker with tickets, and have its own program fill its full-text index."""
    environment = _tracker_environment(socket, work)
    with psycopg.connect(f"host={socket} user=postgres dbname=postgres", autocommit=True) as root:
        root.execute("DROP DATABASE IF EXISTS rt5 WITH (FORCE)")
    database = ["rt-setup-database-5", "--dba", "postgres", "--dba-password", "x", "--action"]
    for action in (["init"], ["insert", "--datafile", str(HERE / "rt_rights.pl")]):
        subprocess.run([*database, *action], env=environment, check=True, capture_output=True)
    index = ["rt-setup-fulltext-index-5", "--noask", "--dba", "postgres", "--dba-password", "x"]
    subprocess.run(index, env=environment, check=True, capture_output=True)
    with psycopg.connect(f"host={socket} user=postgres dbname=rt5", autocommit=True) as db:
        _fill_tracker(db, count)
        subprocess.run(["rt-fulltext-indexer-5", "--all"], env=environment, check=True,
                       capture_output=True)  # fmt: skip
        db.execute("VACUUM ANALYZE")


def tracker(socket: str, work: Path, letters: int) -> Figures:
    """Measure Request Tracker: rt-mailgate four at a time, its server with two workers."""
    figures = Figures()
    environment = _tracker_environment(socket, work)
    folder = mail_folder(letters, work / "rt-mails")
    server = ["/usr/share/request-tracker5/libexec/rt-server", "--server", "Starlet",
              "--max-workers", "2", "--port", str(PORTS["rt"])]  # fmt: skip
    gate = (f"find {folder} -name '*.eml' -print0 | xargs -0 -P4 -I@ sh -c 'rt-mailgate-5 --queue "
            f"General --action correspond --url http://127.0.0.1:{PORTS['rt']} < @'")  # fmt: skip
    with psycopg.connect(f"host={socket} user=postgres dbname=rt5", autocommit=True) as db:
        before = one_count(db, "SELECT count(*) FROM tickets")
        with serving(server, environment, PORTS["rt"]):
            figures["mails_per_second"] = timed(["sh", "-c", gate], environment, letters)
        figures["mails_taken"] = one_count(db, "SELECT count(*) FROM tickets") - before
        ids = [row[0] for row in db.execute("SELECT id FROM tickets WHERE subject = 'Bench' "
                                            "ORDER BY random() LIMIT 40")]  # fmt: skip
    with serving(server, environment, PORTS["rt"]) as client:
        client.post("/NoAuth/Login.html", data={"user": "root", "pass": "password"})

        def rows(query: str) -> httpx.Response:
            return client.get("/Search/Results.html", params={
                "Query": query, "OrderBy": "LastUpdated", "Order": "DESC", "Rows": 25})  # fmt: skip

        figures.times("list_ms", [lambda: rows("Queue = 'General' AND Status = 'open'")] * 15)
        show = "/Ticket/Display.html"
        figures.times("open_ms", [lambda i=i: client.get(show, params={"id": i}) for i in ids])
        for text in ASKED:
            figures.times(f"search_ms {text}", [lambda t=text: rows(f"Content LIKE '{t}'")] * 5)
    return figures


def _fill_tracker(db: "psycopg.Connection[Any]", count: int) -> None:
    """Write tickets as `create` does: with their role groups, transactions and attachments."""
    first = one_count(db, "SELECT coalesce(max(id), 0) FROM tickets")
    copy(
        db,
        "tickets",
        "id, effectiveid, queue, type, owner, subject, status, creator, created, "
        "lastupdatedby, lastupdated",
        (
            (
                first + 1 + n,
                first + 1 + n,
                1,
                "ticket",
                6,
                "Bench",
                STATES[n % 32 < 2],
                1,
                at,
                1,
                at,
            )
            for n, at, _ in conversations(count)
        ),
    )
    principal = one_count(db, "SELECT max(id) FROM principals")
    roles = ("Owner", "Requestor", "Cc", "AdminCc")
    numbers = [
        (first + 1 + n, principal + 1 + n * 4 + r, role)
        for n in range(count)
        for r, role in enumerate(roles)
    ]
    copy(db, "principals", "id, principaltype", ((group, "Group") for _, group, _ in numbers))
    copy(
        db,
        "groups",
        "id, name, domain, instance, creator",
        ((group, role, "RT::Ticket-Role", ticket, 1) for ticket, group, role in numbers),
    )
    root = one_count(db, "SELECT id FROM users WHERE name = 'root'")
    held = [
        (group, 6 if role == "Owner" else root) for _, group, role in numbers if role in roles[:2]
    ]
    copy(db, "groupmembers", "groupid, memberid", held)
    copy(
        db,
        "cachedgroupmembers",
        "groupid, memberid, via, immediateparentid",
        (
            (group, member, 0, group)
            for group, member in [*held, *((group, group) for _, group, _ in numbers)]
        ),
    )
    begun = one_count(db, "SELECT coalesce(max(id), 0) FROM transactions")
    copy(
        db,
        "transactions",
        "id, objecttype, objectid, type, creator, created",
        (
            (
                begun + 1 + n * EACH + k,
                "RT::Ticket",
                first + 1 + n,
                "Correspond" if k else "Create",
                root,
                at + timedelta(minutes=k),
            )
            for n, at, texts in conversations(count)
            for k in range(EACH)
        ),
    )
    copy(
        db,
        "attachments",
        "transactionid, subject, contenttype, contentencoding, content, headers, creator, created",
        (
            (
                begun + 1 + n * EACH + k,
                "Bench",
                "text/plain",
                "none",
                text,
                'Content-Type: text/plain; charset="utf-8"\n',
                root,
                at,
            )
            for n, at, texts in conversations(count)
            for k, text in enumerate(texts)
        ),
    )
    for table in ("tickets", "principals", "transactions"):
        db.execute(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")
    db.execute("SELECT setval('groups_id_seq', (SELECT max(id) FROM groups))")
    db.execute("VACUUM ANALYZE")


# --- ours ---------------------------------------------------------------------------------


@contextmanager
def _own(work: Path) -> Iterator[tuple[Installation, "psycopg.Connection[Any]"]]:
    """Run our own product on its folder, with Django set up on its database."""
    data = work / "walletdesk"
    data.mkdir(exist_ok=True)
    with installation(folder=data, keep=True) as place:
        from walletdesk.kit.postgres import EmbeddedPostgres  # noqa: PLC0415 - after the start

        dsn = EmbeddedPostgres(place.data / "postgres").dsn()
        os.environ |= {"DATABASE_URL": dsn, "WALLETDESK_DATA": str(place.data),
                       "DJANGO_SETTINGS_MODULE": "walletdesk.site.settings"}  # fmt: skip
        import django  # noqa: PLC0415 - needs the address of the database

        django.setup()
        await_quiet(dsn)
        from django.db import connections  # noqa: PLC0415 - as above

        with psycopg.connect(dsn, autocommit=True) as db:
            yield place, db
        connections.close_all()  # the next part starts the database anew


def fill_ours(work: Path, count: int) -> None:
    """Make a walletdesk with conversations in its index."""
    from search import fill  # noqa: PLC0415 - only this part needs it

    search_seed.EACH = EACH
    with _own(work) as (_place, db):
        who, brand = search_seed.seed(db, count * EACH)
        (work / "own.json").write_text(json.dumps([who, brand]))
        fill(db, count * EACH)


def ours(work: Path, letters: int) -> Figures:
    """Measure walletdesk: `walletdesk mail import` and its server."""
    from desk import _sign_in  # noqa: PLC0415 - only this part needs it

    figures = Figures()
    folder = mail_folder(letters, work / "own-mails")
    user_id, brand_id = json.loads((work / "own.json").read_text())
    taken = "SELECT count(*) FROM conversations_event WHERE staff_data ? 'mail'"
    with _own(work) as (place, db):
        from django.conf import settings  # noqa: PLC0415 - Django is set up late

        before = one_count(db, taken)
        command = [str(Path(sys.executable).with_name("walletdesk")), "mail", "import", str(folder)]
        environment = {key: os.environ[key] for key in os.environ if key != "DATABASE_URL"}
        figures["mails_per_second"] = timed(command, environment, letters)
        figures["mails_taken"] = one_count(db, taken) - before
        await_quiet(os.environ["DATABASE_URL"])
        refs = [row[0] for row in db.execute(
            "SELECT ref FROM conversations_conversation WHERE brand_id = %s AND last_seq = %s "
            "ORDER BY random() LIMIT 40", [brand_id, EACH])]  # fmt: skip
        db.execute("DELETE FROM limits_counter")
        client = httpx.Client(base_url=place.url, timeout=120, follow_redirects=True)
        client.cookies.set(settings.SESSION_COOKIE_NAME, _sign_in(user_id))
        figures.times("list_ms", [lambda: client.get("/desk/queue/")] * 15)
        figures.times("open_ms", [lambda r=r: client.get(f"/desk/all/{r}/") for r in refs])
        for text in ASKED:
            figures.times(
                f"search_ms {text}",
                [lambda t=text: client.get("/desk/search/", params={"q": t})] * 5,
            )
        client.close()
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=100_000)
    parser.add_argument("--mails", type=int, default=300)
    parser.add_argument("--helpdesk-python", type=Path, help="python with django-helpdesk 2.6.1")
    parser.add_argument("--work", type=Path, required=True, help="a folder that may be filled")
    parser.add_argument("--only", choices=["helpdesk", "rt", "ours"])
    parser.add_argument("--part", choices=["fill", "measure"], help="else both")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    (options.work / "none").mkdir(exist_ok=True)
    wanted = [options.only] if options.only else ["helpdesk", "rt", "ours"]
    found: dict[str, Figures] = {}
    with ExitStack() as stack:
        socket = stack.enter_context(_postgres(options.work)) if wanted != ["ours"] else ""
        if options.part != "measure":
            for name in wanted:
                _fill(name, socket, options)
        if options.part != "fill":
            for name in wanted:
                found[name] = _measure(name, socket, options)
                print(json.dumps({name: found[name]}, ensure_ascii=False), flush=True)
    load = [round(each, 2) for each in os.getloadavg()]
    print(json.dumps({"load": load, **found}, ensure_ascii=False))
    return 0


def _fill(name: str, socket: str, options: argparse.Namespace) -> None:
    match name:
        case "helpdesk":
            fill_helpdesk(socket, options.helpdesk_python, options.work, options.conversations)
        case "rt":
            fill_tracker(socket, options.work, options.conversations)
        case _:
            fill_ours(options.work, options.conversations)


def _measure(name: str, socket: str, options: argparse.Namespace) -> Figures:
    match name:
        case "helpdesk":
            return helpdesk(socket, options.helpdesk_python, options.work, options.mails)
        case "rt":
            return tracker(socket, options.work, options.mails)
        case _:
            return ours(options.work, options.mails)


@contextmanager
def _postgres(work: Path) -> Iterator[str]:
    """Run the PostgreSQL that walletdesk embeds, for the others; yield the folder of its socket."""
    from walletdesk.kit.postgres import EmbeddedPostgres  # noqa: PLC0415 - after the path
    from walletdesk.kit.postgres.place import socket_folder  # noqa: PLC0415 - as above

    database = EmbeddedPostgres(work / "postgres")
    database.init()
    database.start()
    try:
        database.wait_ready()
        yield str(socket_folder(work / "postgres"))
    finally:
        database.stop()


if __name__ == "__main__":
    raise SystemExit(main())
