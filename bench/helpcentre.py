"""Article pages of the help centre: how long the server takes, one reader after the other.

Beside each page stands what this machine can do at most: `/healthz`, which asks nothing, over the
same connection. The demo's articles in their three languages, on a desk of their own.

    make bench NAME=helpcentre ARGS="--json"
"""

import re
import sys
import time

import httpx
from harness import arguments, await_quiet, installation, percentile, report

from walletdesk.kit.postgres import embedded_dsn

GOAL_MS = 20
BRAND = "aurora"
LANGUAGES = ("zh-hans", "en", "es")
WARM_UP = 20


def measure(url: str, rounds: int) -> dict[str, object]:
    """Ask for every article in every language; return milliseconds."""
    fresh: list[float] = []
    kept: list[float] = []
    floor: list[float] = []
    with httpx.Client(base_url=url, timeout=30) as client:
        slugs = re.findall(r"/en/([a-z0-9-]+)</loc>", client.get(f"/help/{BRAND}/sitemap.xml").text)
        paths = [f"/help/{BRAND}/{language}/{slug}" for language in LANGUAGES for slug in slugs]
        for path in paths[:WARM_UP]:
            client.get(path)
        for _ in range(rounds):
            for path in paths:
                fresh.append(_took(client, path, {}, 200))
                etag = client.head(path).headers["ETag"]
                kept.append(_took(client, path, {"If-None-Match": etag}, 304))
                floor.append(_took(client, "/healthz", {}, 200))
    times = {"page": fresh, "unchanged": kept, "floor": floor}
    figures: dict[str, object] = {"pages": len(paths)}
    for name, took in times.items():
        figures[f"{name}_p50_ms"] = round(percentile(took, 0.5), 1)
        figures[f"{name}_p95_ms"] = round(percentile(took, 0.95), 1)
    figures["ratio"] = round(percentile(fresh, 0.5) / percentile(floor, 0.5), 1)
    return figures


def _took(client: httpx.Client, path: str, headers: dict[str, str], status: int) -> float:
    began = time.perf_counter()
    answer = client.get(path, headers=headers)
    took = (time.perf_counter() - began) * 1000
    if answer.status_code != status:
        raise SystemExit(f"{path}: {answer.status_code}")
    return took


def main(argv: list[str]) -> int:
    """Print what an article costs."""
    parser = arguments(__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(argv)
    with installation() as place:
        await_quiet(embedded_dsn(place.data / "postgres"))
        figures = measure(place.url, options.rounds)
    rows = [
        ("an article, p50 ms", figures["page_p50_ms"], ""),
        ("an article, p95 ms", figures["page_p95_ms"], f"goal <= {GOAL_MS}"),
        ("not changed since (304), p95 ms", figures["unchanged_p95_ms"], ""),
        ("/healthz, p50 ms", figures["floor_p50_ms"], "the floor of this machine"),
        ("an article beside it", figures["ratio"], "p50 to p50"),
    ]
    report(f"helpcentre: {figures['pages']} pages", rows, figures)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
