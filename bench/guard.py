"""How many secrets the guard finds, how often it is wrong, and how fast it is.

Usage: python bench/guard.py [--json] [--count N]. False alarms are counted on the odd-numbered
queries of Banking77 and CLINC150 below $WALLETDESK_DATASETS (default ../shared/data); the word
table was built from the even-numbered ones. Prints a table, and a JSON object as its last line.
"""

import csv
import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from itertools import product
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.safety import disguises  # noqa: E402 -- the path above makes them importable
from walletdesk.safety.guard import check, may_continue  # noqa: E402

Figures = dict[str, float]
HAN = ("chinese_simplified", "chinese_traditional")


def alarm(messages: list[str]) -> bool:
    """Tell whether a conversation raises an alarm."""
    kept: list[str] = []
    for message in messages:
        checked = check(message, kept)
        if checked.secret:
            return True
        kept.append(str(checked.safe))
    return False


def recall_of_phrases(count: int) -> Figures:
    figures: Figures = {}
    tables = {
        "en, one message": (disguises.IN_ONE, ("english",)),
        "en, many messages": (disguises.OVER_MANY, ("english",)),
        "zh, one message": (disguises.IN_ONE_HAN, HAN),
        "zh, many messages": (disguises.OVER_MANY_HAN, HAN),
    }
    for title, (table, names) in tables.items():
        for name, disguise in table.items():
            rng = Random(7)
            caught = 0
            for number in range(count):
                length = disguises.LENGTHS[number % 5]
                words = disguises.phrase(rng, names[number % len(names)], length)
                caught += alarm(disguise(rng, words).messages)
            figures[f"{title}, {name}"] = caught / count
    for size in (12, 8, 6, 4):
        rng = Random(8)
        parts = [" ".join(disguises.phrase(rng)[:size]) for _number in range(count)]
        figures[f"en, {size} words"] = sum(alarm([part]) for part in parts) / count
    return figures


def recall_of_keys(count: int) -> Figures:
    rng = Random(9)
    makers: dict[str, Callable[[], str]] = {
        "private key, named": lambda: f"my private key is {disguises.hex_key(rng)}",
        "私钥, named": lambda: f"这是我的私钥：{disguises.hex_key(rng)}",
        "wif": lambda: disguises.wif(rng),
        "extended key": lambda: disguises.extended(rng),
        "keystore": lambda: disguises.keystore(rng, 2),
    }
    figures: Figures = {}
    for name, make in makers.items():
        texts = [make() for _number in range(count)]
        figures[name] = sum(alarm([f"hello, {text} thanks"]) for text in texts) / count
        if not name.endswith("named"):
            halves = [[text[: len(text) // 2], "wait", text[len(text) // 2 :]] for text in texts]
            figures[f"{name}, in halves"] = sum(map(alarm, halves)) / count
    return figures


def own_texts(language: str) -> list[str]:
    """Return the project's ordinary messages and variants of common ones."""
    path = ROOT / f"tests/safety/ordinary/{language}.txt"
    slots = {
        "zh": ("我的{}从{}转出以后{}", "{}在{}上{}，怎么办", "请问{}用{}网络{}"),
        "es": (
            "mi {} enviado por {} {}",
            "el {} en la red {} {}, ¿qué hago?",
            "hola, {} por {} {}",
        ),
    }
    coins = ("USDT", "BTC", "ETH", "TRX", "SOL", "BNB", "XRP", "DOGE", "USDC", "DAI")
    nets = ("ERC20", "TRC20", "BEP20", "Solana", "Bitcoin", "Polygon", "Arbitrum", "Base")
    ends = {
        "zh": (
            "还没有到账",
            "一直显示待确认",
            "失败了",
            "不见了",
            "手续费太高",
            "地址写错了",
            "被盗了",
        ),
        "es": ("no llegó", "sigue pendiente", "falló", "desapareció", "cuesta mucho", "fue robado"),
    }
    made = [
        form.format(coin, net, end)
        for form, coin, net, end in product(slots[language], coins, nets, ends[language])
    ]
    return [*path.read_text(encoding="utf-8").splitlines(), *made]


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
    figures = {
        f"{name}, per 100,000 messages": 1e5 * sum(check(t).secret for t in lines) / len(lines)
        for name, lines in texts.items()
    }
    rng = Random(10)
    for name, lines in texts.items():
        talks = (
            [rng.choice(lines) for _n in range(rng.randint(8, 20))] for _c in range(conversations)
        )
        figures[f"{name}, per 100,000 conversations"] = 1e5 * sum(map(alarm, talks)) / conversations
    return figures


def per_second(work: Callable[[str], object], texts: Iterable[str]) -> float:
    lines = list(texts)
    began = time.perf_counter()
    for line in lines:
        work(line)
    return len(lines) / (time.perf_counter() - began)


def speed(texts: dict[str, list[str]]) -> Figures:
    figures = {f"check, {name}, messages/s": per_second(check, t) for name, t in texts.items()}
    mixed = [text for lines in texts.values() for text in lines]
    Random(11).shuffle(mixed)
    figures["may_continue, microseconds"] = 1e6 / per_second(may_continue, mixed)
    history: list[str] = []

    def in_turn(text: str) -> None:
        check(text, history)
        history.append(text)
        if len(history) > 24:
            del history[0]

    figures["check with 24 messages of history, messages/s"] = per_second(in_turn, mixed)
    return figures


def main(argv: list[str]) -> int:
    """Print the figures; --count N sets the phrases per disguise (200)."""
    count = int(argv[argv.index("--count") + 1]) if "--count" in argv else 200
    texts = {**public_texts(), "own zh": own_texts("zh"), "own es": own_texts("es")}
    figures = {
        "recall": recall_of_phrases(count) | recall_of_keys(count),
        "false_alarms": false_alarms(texts, 10 * count),
        "speed": speed(texts),
    }
    for title, rows in figures.items():
        print(f"\n{title.replace('_', ' ')}")
        for name, value in rows.items():
            shown = f"{value:10.2%}" if title == "recall" else f"{value:10,.1f}"
            print(f"  {name:55} {shown}")
    print(json.dumps({"benchmark": "guard", **figures}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
