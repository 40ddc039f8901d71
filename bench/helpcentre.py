"""How long the server takes for an article page: one reader after the other, all articles.

Usage: python bench/help_pages.py http://127.0.0.1:8000/help/aurora
"""

import json
import re
import statistics
import sys
import time

import httpx

ROUNDS = 2
LANGUAGES = ("zh-hans", "en", "es")


def main(address: str) -> None:
    """Print p50 and p95 in milliseconds, whole and for pages that had not changed."""
    fresh: list[float] = []
    kept: list[float] = []
    with httpx.Client(headers={"User-Agent": "Mozilla/5.0 (bench)"}, timeout=30) as client:
        slugs = re.findall(r"/en/([a-z0-9-]+)</loc>", client.get(f"{address}/sitemap.xml").text)
        paths = [f"{address}/{language}/{slug}" for language in LANGUAGES for slug in slugs]
        for path in paths[:20]:
            client.get(path)
        for _ in range(ROUNDS):
            for path in paths:
                fresh.append(_seconds(client, path, {}))
                etag = client.head(path).headers["ETag"]
                kept.append(_seconds(client, path, {"If-None-Match": etag}))
    told = {
        "pages": len(fresh),
        "p50_ms": round(statistics.median(fresh) * 1000, 1),
        "p95_ms": round(statistics.quantiles(fresh, n=20)[18] * 1000, 1),
        "unchanged_p50_ms": round(statistics.median(kept) * 1000, 1),
        "unchanged_p95_ms": round(statistics.quantiles(kept, n=20)[18] * 1000, 1),
    }
    print(json.dumps(told))


def _seconds(client: httpx.Client, path: str, headers: dict[str, str]) -> float:
    start = time.perf_counter()
    client.get(path, headers=headers)
    return time.perf_counter() - start


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
