"""How many look-alikes of twenty brands are found, and how many real domains are suspected.

Usage: python bench/official.py [--json] [--count N]. A real domain counts as suspected when any of
the twenty brands finds that it looks like its own. Last line: JSON.
"""

import json
import sys
import time
import tomllib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from bench.official_lookalikes import lookalikes  # noqa: E402 -- the path makes them importable
from walletdesk.official.judge import judge_link  # noqa: E402
from walletdesk.official.types import Kind, Registry, Verdict  # noqa: E402

DATA = Path(__file__).parent / "official_data"
SEED = 20_260


def registries() -> list[Registry]:
    told = tomllib.loads((DATA / "brands.toml").read_text())["brand"]
    return [
        Registry(
            brand=one["names"][0],
            names={name: name in one.get("ordinary", ()) for name in one["names"]},
            entries={Kind.DOMAIN: frozenset(one["domains"])},
        )
        for one in told
    ]


def real_domains() -> list[str]:
    lines = (DATA / "real_domains.txt").read_text().split("\n")
    return [line for line in lines if line and not line.startswith("#")]


def measure(count: int) -> dict[str, object]:
    made, caught, missed = Counter[str](), Counter[str](), []
    brands = registries()
    started = time.perf_counter()
    for brand in brands:
        for domain in sorted(brand.domains):
            for kind, host in lookalikes(brand.brand, domain, count, SEED):
                made[kind] += 1
                found = judge_link(host, brand).verdict == Verdict.LOOKALIKE
                caught[kind] += found
                missed += [] if found else [f"{kind} {brand.brand} {host}"]
    real = real_domains()
    flagged = {
        host: brand.brand
        for host in real
        for brand in brands
        if judge_link(host, brand).verdict == Verdict.LOOKALIKE
    }
    judged = sum(made.values()) + len(real) * len(brands)
    return {
        "made": sum(made.values()),
        "caught": round(caught.total() / made.total(), 4),
        "by_kind": {kind: round(caught[kind] / made[kind], 4) for kind in made},
        "real": len(real),
        "flagged": round(len(flagged) / len(real), 5),
        "flagged_names": flagged,
        "per_second": round(judged / (time.perf_counter() - started)),
        "missed": missed,
    }


def main() -> None:
    from harness import arguments  # noqa: PLC0415 - tests import this file from elsewhere

    parser = arguments(__doc__)
    parser.add_argument("--count", type=int, default=30, help="look-alikes of each kind and brand")
    parser.add_argument("--missed", action="store_true", help="list what was not caught")
    given = parser.parse_args()
    figures = measure(given.count)
    missed = figures.pop("missed")
    if given.missed:
        print("\n".join(missed))  # type: ignore[arg-type]
    for name, value in figures.items():
        print(f"{name:14} {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
