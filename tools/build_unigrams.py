"""Build src/walletdesk/safety/data/english_unigrams.txt, the word frequencies of ordinary chat.

Usage: python tools/build_unigrams.py [--check]. Reads Banking77 (CC BY 4.0) and CLINC150 (CC BY
3.0) below $WALLETDESK_DATASETS (default ../shared/data). Only the even-numbered queries are
counted; bench/guard.py measures false alarms on the odd-numbered ones. With --check nothing is
written and the exit code says whether the committed file is what these data give.
"""

import csv
import json
import math
import os
import re
import sys
from collections import Counter
from pathlib import Path

from mnemonic import Mnemonic

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "src/walletdesk/safety/data/english_unigrams.txt"
SMOOTHING = 0.5
"""Count given to a list word that was never seen."""
ORDINARY_FROM = 3
"""Words outside the list that were seen this often are ordinary, never a mistyped list word."""

# The two data sets are about banks and household assistants. These list words are everyday speech
# in wallet support (or one-word replies to an agent), so they get at least these shares of words.
FLOORS = {
    0.004: """address agent balance cancel coin correct fee fine help hello human network number
        okay please problem sure thank token update word wait transfer""",
    0.001: """again alert already answer approve asset base bridge bonus call chat claim crypto cash
        code device drop english error exchange expire export fail file gas girl good great guide
        history image item install key later limit link mobile nice online open order phone phrase
        photo price private private process profit program query question remove report request
        reveal review reward risk science screen scan secret security seed service sign status
        stock submit success supply swap symbol system ticket time trade trust type unlock verify
        vault volume vote version video view virus web website window win wrong""",
}


def read_queries(folder: Path) -> list[str]:
    """Return the queries of both data sets, in file order."""
    with (folder / "banking77/train.csv").open(encoding="utf-8", newline="") as stream:
        queries = [row["text"] for row in csv.DictReader(stream)]
    clinc = json.loads((folder / "clinc150/train_val.json").read_text(encoding="utf-8"))
    for split in ("train", "val", "oos_train", "oos_val"):
        queries.extend(text for text, _intent in clinc[split])
    return queries


def build(queries: list[str]) -> str:
    """Return the text of the data file for these training queries."""
    wordlist = Mnemonic("english").wordlist
    counts = Counter(word for text in queries for word in re.findall(r"[a-z]+", text.lower()))
    total = sum(counts.values())
    floor = {word: share for share, words in FLOORS.items() for word in words.split()}
    lines = [
        "# Word frequencies of ordinary customer messages. Built by tools/build_unigrams.py from",
        "# half of Banking77 (CC BY 4.0, Casanueva et al. 2020, PolyAI-LDN/task-specific-datasets)",
        "# and CLINC150 (CC BY 3.0, Larson et al. 2019, clinc/oos-eval); do not edit.",
        "# [list]: word of the BIP-39 English list, natural logarithm of its share of all words.",
        f"# tokens {total}",
        "[list]",
    ]
    for word in wordlist:
        share = max((counts[word] + SMOOTHING) / (total + SMOOTHING * 2048), floor.get(word, 0.0))
        lines.append(f"{word} {math.log(share):.3f}")
    lines += ["# [ordinary]: words outside the list, so that they pass for no mistyped list word."]
    lines += ["[ordinary]"]
    known = set(wordlist)
    ordinary = sorted(w for w, n in counts.items() if n >= ORDINARY_FROM and w not in known)
    lines += ordinary
    return "\n".join(lines) + "\n"


def main(argv: list[str]) -> int:
    """Write the file, or with --check compare it; 2 when the data sets are missing."""
    folder = Path(os.environ.get("WALLETDESK_DATASETS", ROOT.parent / "shared/data"))
    if not (folder / "banking77/train.csv").exists():
        print(f"No data sets in {folder}; set WALLETDESK_DATASETS", file=sys.stderr)
        return 2
    text = build(read_queries(folder)[::2])
    if "--check" in argv:
        return int(text != TARGET.read_text(encoding="utf-8"))
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
