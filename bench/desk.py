"""The desk at 100,000 conversations with 500,000 events: time and queries of its pages.

Rows are made with COPY into the embedded database of a `walletdesk up`. Each page is asked for
in process through Django's test client (server time, with all middleware) and once more over HTTP.

    make bench NAME=desk ARGS="--conversations 100000 --json"
"""

import os
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
from desk_seed import Seeded, seed
from harness import ROOT, Installation, arguments, installation, percentile, report

WARM_UP = 10
COMMON = "topic=fees&urgency=3&language=es"
NOTHING = "topic=staking&language=en&language=es"
GOALS = {"list": 30, "open": 40}


@dataclass
class Page:
    """One kind of page: how to make an address of it, and what was measured."""

    name: str
    goal: str
    address: Callable[[], str]
    in_process: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    over_http: list[float] = field(default_factory=list)
    queries: int = 0
    kilobytes: float = 0


def pages(seeded: Seeded) -> list[Page]:
    chosen = random.Random(7)
    named = "&".join(f"ref={ref}" for ref in seeded.refs[:50])

    few = chosen.sample(seeded.refs, 15)  # who opens many in a short time is locked out

    def reference() -> str:
        return chosen.choice(few)

    def after() -> str:
        moment, row = chosen.choice(seeded.cursors)
        return f"/desk/rows?view=all&after=0.{moment}.{row}"

    return [
        Page("list: queue", "list", lambda: "/desk/queue/"),
        Page("list: mine", "list", lambda: "/desk/mine/"),
        Page("list: resolved", "list", lambda: "/desk/resolved/"),
        Page("list: all", "list", lambda: "/desk/all/"),
        Page("list: all, any later page", "list", after),
        Page("list: waiting on customer", "list", lambda: "/desk/waiting/"),
        Page("list: filter by topic and urgency", "list", lambda: f"/desk/all/?{COMMON}"),
        Page("list: filter by assignee", "list", lambda: f"/desk/all/?assignee={seeded.member}"),
        Page("list: filter by tag", "list", lambda: f"/desk/all/?tag={seeded.tag}"),
        Page("list: filter by waiting", "list", lambda: "/desk/all/?waiting=15&language=en"),
        Page("list: filter that matches nothing", "list", lambda: f"/desk/all/?{NOTHING}"),
        Page("list: resolved, filtered to nothing", "list", lambda: f"/desk/resolved/?{NOTHING}"),
        Page("50 changed rows, counts, head", "list", lambda: f"/desk/changed?view=all&{named}"),
        Page("open: page", "open", lambda: f"/desk/all/{reference()}/"),
        Page("open: fragment", "open", lambda: f"/desk/c/{reference()}/"),
    ]


def measure(found: list[Page], session: str, url: str, rounds: int) -> None:
    """Ask for every page `rounds` times in both ways."""
    from django.conf import settings  # noqa: PLC0415 - Django is set up late
    from django.db import connection  # noqa: PLC0415 - as above
    from django.test import Client  # noqa: PLC0415 - as above
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 - as above

    from walletdesk.kit.interpreter import settle  # noqa: PLC0415 - as above

    settle()  # as the server does: else the collector of cycles runs within pages
    client = Client()
    cookies = {settings.SESSION_COOKIE_NAME: session}
    client.cookies.load(cookies)
    with httpx.Client(base_url=url, cookies=cookies) as http:
        for page in found:
            for _ in range(WARM_UP):
                _timed(lambda p=page: client.get(p.address()))
                _timed(lambda p=page: http.get(p.address()))
            for _ in range(rounds):
                began = time.process_time()
                page.in_process.append(_timed(lambda p=page: client.get(p.address())))
                page.cpu.append((time.process_time() - began) * 1000)
                page.over_http.append(_timed(lambda p=page: http.get(p.address())))
            connection.ensure_connection()
            with CaptureQueriesContext(connection) as captured:
                answer = client.get(page.address())
            page.queries = len(captured)
            page.kilobytes = len(answer.content) / 1000


def _timed(ask: Callable[[], Any]) -> float:
    began = time.perf_counter()
    answer = ask()
    took = (time.perf_counter() - began) * 1000
    if answer.status_code != 200:
        raise SystemExit(f"{answer.status_code}: {answer.content[:300]!r}")
    return took


def run(place: Installation, conversations: int, rounds: int) -> dict[str, object]:
    from walletdesk.kit.postgres import EmbeddedPostgres  # noqa: PLC0415 - after the start

    dsn = EmbeddedPostgres(place.data / "postgres").dsn()
    os.environ |= {
        "DATABASE_URL": dsn,
        "WALLETDESK_DATA": str(place.data),
        "DJANGO_SETTINGS_MODULE": "walletdesk.site.settings",
    }
    began = time.perf_counter()
    with psycopg.connect(dsn, autocommit=True) as connection:
        seeded = seed(connection, conversations)
    took = time.perf_counter() - began

    import django  # noqa: PLC0415 - needs the address of the database

    django.setup()
    found = pages(seeded)
    measure(found, _sign_in(seeded.user_id), place.url, rounds)
    figures: dict[str, object] = {
        "conversations": conversations,
        "events": seeded.events,
        "seed_seconds": round(took, 1),
        "queries": max(page.queries for page in found),
    }
    for kind in GOALS:
        of_kind = [page for page in found if page.goal == kind]
        worst = max(percentile(page.in_process, 0.95) for page in of_kind)
        figures[f"{kind}_p95_ms"] = round(worst, 1)
        worst = max(percentile(page.cpu, 0.5) for page in of_kind)
        figures[f"{kind}_cpu_p50_ms"] = round(worst, 1)
        worst = max(percentile(page.over_http, 0.95) for page in of_kind)
        figures[f"{kind}_http_p95_ms"] = round(worst, 1)
    _table(found, figures)
    return figures


def _sign_in(user_id: int) -> str:
    from django.conf import settings  # noqa: PLC0415 - Django is set up late
    from django.contrib import auth  # noqa: PLC0415 - as above

    from walletdesk.accounts.sessions import SessionStore  # noqa: PLC0415 - as above

    user = auth.get_user_model().objects.get(pk=user_id)
    session = SessionStore()
    session[auth.SESSION_KEY] = str(user_id)
    session[auth.BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[auth.HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def _table(found: list[Page], figures: dict[str, object]) -> None:
    rows: list[tuple[str, object, str]] = []
    for page in found:
        p50, p95 = (round(percentile(page.in_process, share), 1) for share in (0.5, 0.95))
        http = round(percentile(page.over_http, 0.95), 1)
        goal = GOALS[page.goal]
        shown = f"p50 {p50:5.1f}  p95 {p95:5.1f}"
        note = (
            f"ms, goal <= {goal}; {http} by HTTP; {page.queries} queries; {page.kilobytes:.0f} kB"
        )
        rows.append((page.name, shown, note))
    title = f"desk: {figures['conversations']:,} conversations, {figures['events']:,} events"
    report(title, rows, figures)


def main(argv: list[str]) -> int:
    parser = arguments(__doc__)
    parser.add_argument("--conversations", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=100)
    options = parser.parse_args(argv)
    sys.path.insert(0, str(Path(ROOT) / "src"))
    with installation() as place:
        run(place, options.conversations, options.rounds)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
