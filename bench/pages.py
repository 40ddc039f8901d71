"""The pages as people feel them: server time, weight, first paint, and a click to its effect.

A desk with the demo brand and some thousand conversations, a Chromium on the same machine. Server
time is the whole request over loopback, compressed. A click is timed inside the page, from the
event to the frame that shows its effect. The limit of a first paint is that of a page of one word,
which another process sends at once.

    make bench NAME=pages ARGS="--rounds 40 --json"
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
from desk_seed import Seeded, seed
from harness import (
    ROOT,
    Installation,
    arguments,
    await_quiet,
    free_port,
    installation,
    percentile,
    report,
    until,
)
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

SERVER_MS, PAINT_MS, CLICK_MS, WIDGET_KB = 50, 300, 100, 40
WARM_UP = 5
REST_MS = 1_500  # nobody comes again while the page still begins its work
LIMIT = "a page of one word"
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# Resolves with the milliseconds between an act and the frame in which `there` is true.
FEEL = """([act, there]) => new Promise((done, fail) => {
  const began = performance.now();
  const shown = new Function(`return (${there})`);
  const look = () => {
    if (shown()) requestAnimationFrame(() => done(performance.now() - began));
    else if (performance.now() - began > 10000) fail(new Error(there));
    else requestAnimationFrame(look);
  };
  new Function(act)();
  look();
})"""
# A page may have been loaded before it was painted.
PAINT = """() => new Promise((done) => new PerformanceObserver((list) => list.getEntries()
  .filter((entry) => entry.name === 'first-contentful-paint')
  .forEach((entry) => done(entry.startTime))).observe({ type: 'paint', buffered: true }))"""
WEIGHT = """() => [...performance.getEntriesByType('navigation'),
  ...performance.getEntriesByType('resource')]
  .reduce((sum, e) => sum + (e.encodedBodySize || 0), 0) / 1000"""


@dataclass
class Figures:
    """What was measured, by name, in milliseconds or kB."""

    server: dict[str, list[float]] = field(default_factory=dict)
    paint: dict[str, list[float]] = field(default_factory=dict)
    clicks: dict[str, list[float]] = field(default_factory=dict)
    weight: dict[str, float] = field(default_factory=dict)


def addresses(seeded: Seeded) -> dict[str, str]:
    """Return the pages that are asked for; those of staff are known by their path."""
    ref = seeded.refs[0]
    return {
        "sign-in": "/accounts/login/",
        "widget": "/widget/aurora/?language=en",
        "help centre": "/help/aurora/en/",
        "help search": "/help/aurora/en/?q=pending+transfer",
        "desk: queue": "/desk/queue/",
        "desk: all": "/desk/all/",
        "desk: conversation": f"/desk/all/{ref}/",
        **{f"settings: {name}": f"/desk/settings/{name}/" for name in SETTINGS},
        "audit": "/desk/audit/",
    }


SETTINGS: tuple[str, ...] = (
    "brand", "languages", "inboxes", "people", "teams", "roles", "tags", "macros", "articles",
    "hours", "privacy", "account",
)  # fmt: skip


def server_times(client: httpx.Client, pages: dict[str, str], rounds: int, into: Figures) -> None:
    """Ask for each page again and again; the answer must be the page itself."""
    for name, path in pages.items():
        times: list[float] = []
        for number in range(rounds + WARM_UP):
            answer = client.get(path)
            if answer.status_code != 200:
                raise SystemExit(f"{path}: {answer.status_code}")
            if number >= WARM_UP:
                times.append(answer.elapsed.total_seconds() * 1000)
        into.server[name] = times


def first_paints(
    new: Callable[[], BrowserContext], url: str, pages: dict[str, str], rounds: int, into: Figures
) -> None:
    """Open pages in fresh browsers (nothing cached), and again in the same one."""
    for name, path in pages.items():
        address = path if path.startswith("http") else url + path
        for kind in ("first visit", "again"):
            into.paint[f"{name}, {kind}"] = []
        for _ in range(rounds):
            context = new()
            page = context.new_page()
            for kind in ("first visit", "again"):
                page.goto(address, wait_until="load")
                into.paint[f"{name}, {kind}"].append(float(page.evaluate(PAINT)))
                if kind == "first visit":
                    into.weight[name] = float(page.evaluate(WEIGHT))
                    page.wait_for_timeout(REST_MS)
            context.close()


@contextmanager
def one_word() -> Iterator[str]:
    """Serve a page of one word; yields its address."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "index.html").write_text("<!doctype html><title>One</title><p>word")
        port = free_port()
        command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
        server = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            until(lambda: _listens(port), "a page of one word")
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.kill()
            server.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def clicks(page: Page, url: str, refs: list[str], rounds: int, into: Figures) -> None:
    """Do in the page what an agent does all day."""
    page.goto(f"{url}/desk/all/")
    page.wait_for_selector("#live-state[data-state=online]")
    listed = page.evaluate("[...document.querySelectorAll('.row')].map(r => r.dataset.ref)")
    acts: dict[str, Callable[[int], tuple[str, str]]] = {
        "open a conversation": lambda n: _open(listed[n % len(listed)]),
        "change the view": lambda n: _view(("resolved", "all")[n % 2]),
        "note instead of reply": lambda n: _tab(("note", "reply")[n % 2]),
    }
    for name, act in acts.items():
        times = []
        if name == "note instead of reply":
            page.goto(f"{url}/desk/all/{refs[0]}/")
            page.wait_for_selector("#tab-note")
        for number in range(rounds + WARM_UP):
            took = float(page.evaluate(FEEL, list(act(number))))
            page.wait_for_timeout(60)
            if number >= WARM_UP:
                times.append(took)
        into.clicks[name] = times


def _open(ref: str) -> tuple[str, str]:
    return (
        f"document.querySelector('#row-{ref} a').click()",
        f"document.querySelector('#head')?.dataset.ref === '{ref}'",
    )


def _view(view: str) -> tuple[str, str]:
    return (
        f"document.querySelector('.rail [data-view=\"{view}\"]').click()",
        f"document.querySelector('#list').dataset.view === '{view}'",
    )


def _tab(tab: str) -> tuple[str, str]:
    return (
        f"document.querySelector('#tab-{tab}').click()",
        f"document.querySelector('.composer').dataset.mode === '{tab}'",
    )


def run(place: Installation, browser: Browser, conversations: int, rounds: int) -> None:
    from walletdesk.kit.postgres import EmbeddedPostgres  # noqa: PLC0415 - after the start

    dsn = EmbeddedPostgres(place.data / "postgres").dsn()
    await_quiet(dsn)
    with psycopg.connect(dsn, autocommit=True) as connection:
        seeded = seed(connection, conversations)
    into = Figures()
    state = _sign_in(browser, place)
    cookies = {cookie["name"]: cookie["value"] for cookie in state["cookies"]}

    def new() -> BrowserContext:
        return browser.new_context(
            viewport={"width": 1440, "height": 900}, storage_state=state, reduced_motion="reduce"
        )

    with httpx.Client(base_url=place.url, cookies=cookies, timeout=30) as client:
        pages = addresses(seeded)
        anybody = {name: path for name, path in pages.items() if not path.startswith("/desk/")}
        of_staff = {name: path for name, path in pages.items() if path.startswith("/desk/")}
        with httpx.Client(base_url=place.url, timeout=30) as visitor:
            server_times(visitor, anybody, rounds, into)
        server_times(client, of_staff, rounds, into)
    shown = {name: pages[name] for name in ("desk: queue", "desk: conversation", "widget")}
    with one_word() as limit:
        first_paints(new, place.url, {LIMIT: limit, **shown}, max(3, rounds // 8), into)
    context = new()
    clicks(context.new_page(), place.url, seeded.refs, rounds, into)
    context.close()
    _tell(into)


def _sign_in(browser: Browser, place: Installation) -> Any:
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(f"{place.url}/accounts/login/")
    page.fill("#id_login", "owner@aurora.example")
    page.fill("#id_password", (place.data / "demo-password").read_text().strip())
    page.click(".plain-form [type=submit]")
    page.wait_for_selector("#live-state[data-state=online]")
    state = context.storage_state()
    context.close()
    return state


def _tell(found: Figures) -> None:
    rows: list[tuple[str, object, str]] = []
    for title, times, goal in (
        ("server", found.server, SERVER_MS),
        ("first paint", found.paint, PAINT_MS),
        ("click to effect", found.clicks, CLICK_MS),
    ):
        for name, values in times.items():
            p50, p95 = percentile(values, 0.5), percentile(values, 0.95)
            applies = title != "first paint" or name.startswith("desk")
            note = f"ms, goal <= {goal}" if applies else "ms"
            rows.append((f"{title}: {name}", f"p50 {p50:5.1f}  p95 {p95:5.1f}", note))
    rows += [(f"weight: {name}", f"{kb:.1f}", "kB compressed") for name, kb in found.weight.items()]
    paints = [v for name, v in found.paint.items() if name.startswith("desk")]
    limit = found.paint[f"{LIMIT}, first visit"]
    figures: dict[str, object] = {
        "server_p95_ms": round(max(percentile(v, 0.95) for v in found.server.values()), 1),
        "desk_paint_p50_ms": round(max(percentile(v, 0.5) for v in paints), 1),
        "desk_paint_p95_ms": round(max(percentile(v, 0.95) for v in paints), 1),
        "limit_paint_p50_ms": round(percentile(limit, 0.5), 1),
        "paint_over_limit": round(
            max(percentile(v, 0.5) for v in paints) / max(1, percentile(limit, 0.5)), 2
        ),
        "click_p95_ms": round(max(percentile(v, 0.95) for v in found.clicks.values()), 1),
        "widget_kb": round(found.weight["widget"], 1),
    }
    report("pages: as people feel them", rows, figures)


def main(argv: list[str]) -> int:
    parser = arguments(__doc__)
    parser.add_argument("--conversations", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args(argv)
    sys.path.insert(0, str(Path(ROOT) / "src"))
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("Chromium is missing. On Debian: apt-get install chromium fonts-noto-cjk")
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "walletdesk.site.settings")
    with installation() as place, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM)
        run(place, browser, options.conversations, options.rounds)
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
