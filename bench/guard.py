"""How many secrets the guard finds, how often it is wrong, and how fast it is.

Usage: python bench/guard.py [--json] [--count N]. Secrets come from guard_phrases.py and
guard_keys.py, ordinary messages from guard_texts.py: held out, in code of their own. False alarms
are also counted on the odd-numbered queries of Banking77 and CLINC150 below $WALLETDESK_DATASETS
(default ../shared/data); the word table was built from the even-numbered ones. Languages without
ordinary texts are reported without a goal. Speed is measured in CPU time of this process. Prints a
table, and a JSON object as its last line.
"""

import csv
import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "bench")]

import guard_keys  # noqa: E402 -- the path above makes them importable
import guard_phrases  # noqa: E402
import guard_texts  # noqa: E402

from walletdesk.safety.guard import check, may_continue  # noqa: E402

Figures = dict[str, float]
WITH_GOAL = ("en", "zh-Hans", "zh-Hant")
GOALS = {"whole": 0.995, "two typos": 0.98, "one a message": 0.98}
FALSE_ALARMS = 100.0
"""At most this many per 100,000 ordinary messages."""
LINES_A_SECOND = 20_000.0
OWN = ("en", "zh", "es")


def caught(messages: list[str]) -> bool:
    """Tell whether a conversation raises an alarm or has a number masked and asked about."""
    kept: list[str] = []
    for message in messages:
        checked = check(message, kept)
        if checked.findings or checked.earlier:
            return True
        kept.append(str(checked.safe))
    return False


def recall_of_phrases(count: int) -> Figures:
    """Return the share of phrases found, by language, group and disguise."""
    figures: Figures = {}
    for language in guard_phrases.LISTS:
        for group, table in guard_phrases.disguises_of(language).items():
            shares: list[float] = []
            for name, disguise in table.items():
                rng = Random(f"{language} {name}")
                found = 0
                for _number in range(count):
                    words = guard_phrases.phrase(rng, language)
                    found += caught(disguise(rng, words, language))
                shares.append(found / count)
                figures[f"{language}, {group}, {name}"] = found / count
            figures[f"{language}, {group}"] = sum(shares) / len(shares)
    return figures


def recall_of_keys(count: int) -> Figures:
    """Return the share of other secrets found, by kind."""
    figures: Figures = {}
    for kind, make in guard_keys.MAKERS.items():
        rng = Random(kind)
        figures[kind] = sum(caught([make(rng)]) for _number in range(count)) / count
    return figures


def public_texts() -> dict[str, list[str]]:
    """Return the held-out half of the public queries; empty, with a word about it, if missing."""
    folder = Path(os.environ.get("WALLETDESK_DATASETS", ROOT.parent / "shared/data"))
    if not (folder / "banking77/train.csv").exists():
        print(f"No data sets in {folder} (WALLETDESK_DATASETS); going on with own texts only")
        return {}
    with (folder / "banking77/train.csv").open(encoding="utf-8", newline="") as stream:
        banking = [row["text"] for row in csv.DictReader(stream)]
    clinc = json.loads((folder / "clinc150/train_val.json").read_text(encoding="utf-8"))
    queries = [t for split in ("train", "val", "oos_train", "oos_val") for t, _i in clinc[split]]
    start = (len(banking) + 1) % 2  # the builder counts through both, one after the other
    return {"Banking77": banking[1::2], "CLINC150": queries[start::2]}


def false_alarms(texts: dict[str, list[str]], conversations: int) -> Figures:
    """Return alarms and masked numbers per 100,000 ordinary messages and conversations."""
    figures = {
        f"{name}, per 100,000 messages": 1e5 * sum(bool(check(t).findings) for t in ts) / len(ts)
        for name, ts in texts.items()
    }
    rng = Random(10)
    for name, lines in texts.items():
        talks = (
            [rng.choice(lines) for _n in range(rng.randint(8, 20))] for _c in range(conversations)
        )
        figures[f"{name}, per 100,000 conversations"] = (
            1e5 * sum(map(caught, talks)) / conversations
        )
    return figures


def per_second(work: Callable[[str], object], texts: Iterable[str]) -> float:
    """Return calls per second of CPU time."""
    lines = list(texts)
    began = time.process_time()
    for line in lines:
        work(line)
    return len(lines) / (time.process_time() - began)


def speed(texts: dict[str, list[str]]) -> Figures:
    """Return lines per second of CPU time, alone and with a history."""
    figures = {f"check, {name}, lines/s": per_second(check, t) for name, t in texts.items()}
    mixed = [text for lines in texts.values() for text in lines]
    Random(11).shuffle(mixed)
    figures["check, all of them, lines/s"] = per_second(check, mixed)
    figures["may_continue, microseconds"] = 1e6 / per_second(may_continue, mixed)
    history: list[str] = []

    def in_turn(text: str) -> None:
        check(text, history)
        history.append(text)
        if len(history) > 24:
            del history[0]

    figures["check with 24 messages of history, lines/s"] = per_second(in_turn, mixed)
    return figures


def misses(figures: dict[str, Figures]) -> list[str]:
    """Return the goals that were not reached."""
    missed: list[str] = []
    for language in WITH_GOAL:
        for group, goal in GOALS.items():
            name = f"{language}, {group}"
            if figures["recall"][name] < goal:
                missed.append(f"{name}: {figures['recall'][name]:.2%} < {goal:.1%}")
    for name, rate in figures["false_alarms"].items():
        if name.endswith("messages") and rate > FALSE_ALARMS:
            missed.append(f"{name}: {rate:.1f} > {FALSE_ALARMS:.0f}")
    for name, rate in figures["speed"].items():
        if name.endswith("lines/s") and "history" not in name and rate < LINES_A_SECOND:
            missed.append(f"{name}: {rate:,.0f} < {LINES_A_SECOND:,.0f}")
    return missed


def main(argv: list[str]) -> int:
    """Print the figures; --count N sets the examples per disguise (200)."""
    count = int(argv[argv.index("--count") + 1]) if "--count" in argv else 200
    own = {f"own {language}": guard_texts.texts(language) for language in OWN}
    texts = {**public_texts(), **own}
    figures = {
        "recall": recall_of_phrases(count) | recall_of_keys(count),
        "false_alarms": false_alarms(texts, 5 * count),
        "speed": speed(texts),
    }
    for title, rows in figures.items():
        print(f"\n{title.replace('_', ' ')}")
        for name, value in rows.items():
            shown = f"{value:10.2%}" if title == "recall" else f"{value:10,.1f}"
            print(f"  {name:55} {shown}")
    missed = misses(figures)
    print("\n" + ("\n".join(["goals missed:", *missed]) if missed else "all goals reached"))
    print(json.dumps({"benchmark": "guard", **figures, "missed": missed}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
