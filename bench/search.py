"""The search at 1,000,000 messages, half of them Chinese: time of answers, lag, size, quality.

Rows are made with COPY into the embedded database of a `walletdesk up`; the index is filled as
`walletdesk search-index --refill` does. The mix of questions is asked as the page's field asks it
while an agent types, in process (server time with all middleware: conversations, articles, files,
customers, drawn), as the whole page is asked for by its address, and through the search alone. The
floor beside it is what any answer has to do at least: read 20 messages by their keys.

    make bench NAME=search ARGS="--messages 1000000"
"""

import os
import random
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from desk import _sign_in
from harness import ROOT, Installation, arguments, await_quiet, installation, percentile, report
from search_quality import measure_quality
from search_seed import seed

GOAL_MS, GOAL_LAG_S, GOAL_RECALL = 100, 2.0, 0.9
MIX: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("common word", ("usdt", "wallet", "the", "transfer")),
    ("one Chinese character", ("的", "我", "账", "桥")),
    ("two Chinese characters", ("转账", "被盗", "质押", "闪退")),
    ("longer Chinese", ("没到账", "三个小时", "冷钱包", "转账没到账")),
    ("mixed scripts", ("USDT没到账", "TRC20 手续费", "我的ETH")),
    ("rare word", ("zebracorn", "琥珀兔", "quillfish")),
    ("several words", ("transfer stuck help", "stolen ledger", "staking reward missing")),
    ("typing mistake", ("trasnfer", "stakng", "widthdraw stuck")),
    ("phrase", ('"not arrived"', '"my wallet"', '"没到账"')),
    ("operators", ("from:customer usdt", "before:1y wallet", "topic:fees is:open usdt",
                   "after:2025-06 被盗", "lang:zh-hans from:agent 转账")),
    ("no hits", ("xyzzyplugh", "鑫鑫鑫鑫", '"wallet wallet the the the"')),
)  # fmt: skip
Times = tuple[list[float], list[float], list[float]]  # the search, the answer, the whole page
LIVE_RATE, LIVE_SECONDS, BATCHES_A_SECOND = 300, 20, 10


def _filled(connection: "psycopg.Connection[Any]") -> bool:
    row = connection.execute("SELECT below IS NULL FROM conversation_search_state").fetchone()
    return bool(row and row[0])


def _seeded(connection: "psycopg.Connection[Any]", messages: int) -> tuple[int, int] | None:
    """Return who searches where, when this folder was filled by an earlier run."""
    statement = """SELECT m.user_id, m.brand_id FROM accounts_membership m
                   WHERE m.role = 'agent' AND (SELECT sum(messages)
                     FROM conversation_search_page p WHERE p.brand_id = m.brand_id) > %s
                   ORDER BY m.id LIMIT 1"""
    return connection.execute(statement, [messages * 0.9]).fetchone()


def fill(connection: "psycopg.Connection[Any]", messages: int) -> float:
    """Fill the index anew, as `walletdesk search-index --refill` does; return the seconds.

    A worker alone gives this work a small share of its time, so as not to be in anybody's way.
    """
    from walletdesk.conversations.search.actions.indexing import (  # noqa: PLC0415 - Django is late
        index_some,
    )
    from walletdesk.conversations.search.actions.refill import begin_refill  # noqa: PLC0415

    began = time.perf_counter()
    begin_refill()
    turn = 0
    while not _filled(connection):
        if not index_some():
            time.sleep(0.05)  # noqa: TID251 - the worker is at it
        if (turn := turn + 1) % 100 == 0:
            row = connection.execute("SELECT sum(messages) FROM conversation_search_page")
            done = int((row.fetchone() or (0,))[0] or 0)
            print(f"\r  filled {done:,} of {messages:,}", end="", file=sys.stderr, flush=True)
    took = time.perf_counter() - began
    connection.execute("VACUUM ANALYZE conversation_search_entry")
    connection.execute("VACUUM ANALYZE conversation_search_word")
    return took


def ask(connection: "psycopg.Connection[Any]", rounds: int, user_id: int) -> dict[str, Times]:
    """Return for each kind of question the milliseconds of the search, the answer and the page."""
    from django.conf import settings  # noqa: PLC0415 - Django is set up late
    from django.test import Client  # noqa: PLC0415 - as above

    from walletdesk.accounts.models import Membership  # noqa: PLC0415 - as above
    from walletdesk.conversations.search.queries import search_conversations  # noqa: PLC0415
    from walletdesk.conversations.search.rules import parse  # noqa: PLC0415
    from walletdesk.web.desk.search_words import known_values  # noqa: PLC0415

    member = Membership.objects.select_related("brand").get(user_id=user_id)
    client = Client()
    client.cookies.load({settings.SESSION_COOKIE_NAME: _sign_in(user_id)})
    known = known_values(member)
    found: dict[str, Times] = {kind: ([], [], []) for kind, _ in MIX}
    for turn in range(rounds + 1):
        connection.execute("DELETE FROM limits_counter")  # no person asks as often
        for kind, questions in MIX:
            for question in questions:
                alone = _timed(lambda q=question: search_conversations(member, parse(q), known))
                answer = _timed(lambda q=question: _page(client, q, **{"HX-Request": "true"}))
                page = _timed(lambda q=question: _page(client, q))
                if turn:
                    for times, ms in zip(found[kind], (alone, answer, page), strict=True):
                        times.append(ms)
    return found


def _page(client: Any, question: str, **headers: str) -> None:
    answer = client.get("/desk/search/", {"q": question}, headers=headers)
    if answer.status_code != 200:
        raise SystemExit(f"{question}: {answer.status_code}")


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def floor(connection: "psycopg.Connection[Any]") -> tuple[float, float]:
    """Return ms of reading 20 messages by key (p95) and of one scan for a text, as LIKE does."""
    row = connection.execute("SELECT min(id), max(id) FROM conversations_conversation").fetchone()
    low, high = row or (1, 1)
    dice = random.Random(3)
    by_key = "SELECT text FROM conversations_event WHERE conversation_id = ANY (%s) AND seq = 1"
    times = []
    for _ in range(200):
        keys = [dice.randint(low, high) for _ in range(20)]
        times.append(_timed(lambda k=keys: connection.execute(by_key, [k]).fetchall()))
    scan = "SELECT count(*) FROM conversations_event WHERE text LIKE %s"
    return percentile(times, 0.95), _timed(lambda: connection.execute(scan, ["%zebracorn%"]))


def lag(connection: "psycopg.Connection[Any]", brand_id: int) -> list[float]:
    """Write LIVE_RATE messages a second the usual way; return seconds until each is found."""
    from search_seed import Words  # noqa: PLC0415

    from walletdesk.accounts.models import Brand  # noqa: PLC0415 - Django is set up late
    from walletdesk.contacts.actions import open_anonymous_session  # noqa: PLC0415
    from walletdesk.conversations.actions.customer import start_conversation  # noqa: PLC0415
    from walletdesk.conversations.actions.intake import record_messages  # noqa: PLC0415
    from walletdesk.conversations.types import InboundMessage, Recorded  # noqa: PLC0415
    from walletdesk.kit import ids  # noqa: PLC0415

    brand, words = Brand.objects.get(pk=brand_id), Words(random.Random(5))
    people = []
    for _ in range(600):
        contact, token = open_anonymous_session(brand=brand, language="en")
        conversation = start_conversation(contact=contact, language="en")
        people.append((ids.token_hash(token), conversation.ref, conversation.pk))
    waiting: dict[tuple[int, int], float] = {}
    lags: list[float] = []
    done = threading.Event()
    watch = threading.Thread(target=_watch, args=(connection, waiting, lags, done))
    watch.start()
    size, number = LIVE_RATE // BATCHES_A_SECOND, 0
    began = time.perf_counter()
    for turn in range(LIVE_SECONDS * BATCHES_A_SECOND):
        chosen = [people[(turn * size + index) % len(people)] for index in range(size)]
        batch = [
            InboundMessage(token, ref, uuid4(), words.message(number := number + 1))
            for token, ref, _ in chosen
        ]
        outcomes = record_messages(batch)
        at = time.perf_counter()
        for (_, _, pk), outcome in zip(chosen, outcomes, strict=True):
            if isinstance(outcome, Recorded):
                waiting[pk, outcome.seq] = at
        pause = began + (turn + 1) / BATCHES_A_SECOND - time.perf_counter()
        time.sleep(max(0.0, pause))  # noqa: TID251 - a steady rate
    until = time.perf_counter() + 30
    while waiting and time.perf_counter() < until:
        time.sleep(0.05)  # noqa: TID251 - waits for the last ones
    done.set()
    watch.join()
    if waiting:
        raise SystemExit(f"{len(waiting)} messages were not in the index after 30 s")
    return lags


def _watch(
    connection: "psycopg.Connection[Any]",
    waiting: dict[tuple[int, int], float],
    lags: list[float],
    done: threading.Event,
) -> None:
    statement = """SELECT e.conversation_id, e.seq FROM conversation_search_entry e
                   JOIN unnest(%s::bigint[], %s::int[]) AS w(pk, seq)
                   ON e.conversation_id = w.pk AND e.seq = w.seq"""
    while not done.is_set():
        keys = list(waiting)
        found = connection.execute(statement, [[k[0] for k in keys], [k[1] for k in keys]])
        now = time.perf_counter()
        lags += [now - waiting.pop(key) for key in found.fetchall()]
        done.wait(0.03)


def run(place: Installation, messages: int, rounds: int) -> dict[str, object]:
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
    with psycopg.connect(dsn, autocommit=True) as connection:
        began = time.perf_counter()
        again = _seeded(connection, messages)
        user_id, brand_id = again or seed(connection, messages)
        seeded = time.perf_counter() - began
        filling = None if again else fill(connection, messages)
        times = ask(connection, rounds, user_id)
        by_key, scan = floor(connection)
        lags = lag(connection, brand_id)
        sizes = connection.execute(
            "SELECT pg_table_size('conversation_search_entry'), pg_relation_size('search_tokens'),"
            " pg_total_relation_size('conversation_search_word')"
        ).fetchone() or (0, 0, 0)
    alone, answers, pages = (
        [ms for kind in times.values() for ms in kind[which]] for which in range(3)
    )
    figures: dict[str, object] = {
        "messages": messages,
        "search_p50_ms": round(percentile(alone, 0.5), 1),
        "search_p95_ms": round(percentile(alone, 0.95), 1),
        "answer_p50_ms": round(percentile(answers, 0.5), 1),
        "answer_p95_ms": round(percentile(answers, 0.95), 1),
        "page_p50_ms": round(percentile(pages, 0.5), 1),
        "page_p95_ms": round(percentile(pages, 0.95), 1),
        "by_key_p95_ms": round(by_key, 2),
        "ratio_to_by_key": round(percentile(alone, 0.95) / by_key, 1),
        "scan_ms": round(scan),
        "lag_p50_s": round(percentile(lags, 0.5), 2),
        "lag_p95_s": round(percentile(lags, 0.95), 2),
        "index_mb": round(sum(sizes) / 1e6),
        "fill_per_second": round(messages / filling) if filling else None,  # kept: not filled now
        "seed_seconds": round(seeded) if filling else None,
    } | measure_quality()
    _table(times, figures)
    return figures


def _table(times: dict[str, Times], figures: dict[str, object]) -> None:
    rows: list[tuple[str, object, str]] = []
    for kind, (alone, answers, _) in times.items():
        p50, p95 = (round(percentile(alone, share), 1) for share in (0.5, 0.95))
        answer = round(percentile(answers, 0.95), 1)
        rows.append((kind, f"p50 {p50:5.1f}  p95 {p95:5.1f}", f"ms; the answer p95 {answer}"))
    rows += [
        ("all, search alone p95 ms", figures["search_p95_ms"], f"goal <= {GOAL_MS}"),
        ("all, the answer p95 ms", figures["answer_p95_ms"], f"goal <= {GOAL_MS}"),
        ("all, whole page p95 ms", figures["page_p95_ms"], "with the frame and the field"),
        ("20 messages by key p95 ms", figures["by_key_p95_ms"], "the floor"),
        ("one scan with LIKE ms", figures["scan_ms"], "what the index saves"),
        ("lag at 300 messages/s p95 s", figures["lag_p95_s"], f"goal <= {GOAL_LAG_S}"),
        ("index MB", figures["index_mb"], "entries, inverted index, vocabulary"),
        ("filled messages/s", figures["fill_per_second"], "by one process beside the desk"),
        ("recall@3 of labelled queries", figures["recall_at_3"], f"goal >= {GOAL_RECALL}"),
    ]
    report(f"search: {figures['messages']:,} messages", rows, figures)


def main(argv: list[str]) -> int:
    parser = arguments(__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--folder", type=Path, help="keep the installation here for another look")
    options = parser.parse_args(argv)
    sys.path.insert(0, str(Path(ROOT) / "src"))
    sys.path.insert(0, str(ROOT))
    with installation(folder=options.folder, keep=options.folder is not None) as place:
        run(place, options.messages, options.rounds)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
