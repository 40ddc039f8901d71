"""How well triage tells topics apart, how sure it is, and how fast it is.

Without arguments: our own held-out messages, Banking77 (training split, cross-validated) and
CLINC150, from the folder WALLETDESK_DATASETS (../shared/data); it says when that is missing. With
files of the columns text,category:

    make bench NAME=triage ARGS="--train train.csv --test test.csv --json"
    make bench NAME=triage ARGS="--train train.csv --json"      # cross-validated

One thread; seconds are processor time. The last line is a JSON object.
"""

import argparse
import csv
import json
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[_name] = "1"

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import numpy as np  # noqa: E402 - threads are set before
from harness import report  # noqa: E402
from topic_training import Examples, examples_of, sharpen, train  # noqa: E402
from train_topics import accuracy, calibration_error, joined, share  # noqa: E402

from walletdesk.language.triage.held_out import HELD_OUT, read_examples  # noqa: E402
from walletdesk.language.triage.judge import topic_model, triage  # noqa: E402
from walletdesk.language.triage.model import ALARMS, TopicModel, log_softmax  # noqa: E402

DATASETS = Path(os.environ.get("WALLETDESK_DATASETS", ROOT.parent / "shared/data"))
FOLDS = 5
QUIET = {"other", "greeting", "thanks"}
GOALS = {
    "accuracy": ">= 93",
    "messages_per_s": ">= 300",
    "single_ms": "<= 15",
    "clinc_in_scope": ">= 94",
    "clinc_out_of_scope": ">= 70",
    "zh_from_en": ">= 80",
    "alarms_found": ">= 97",
    "outside_taken_for_alarms": "0",
}


def read_csv(path: Path) -> list[tuple[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return [(row["text"], row["category"]) for row in csv.DictReader(file)]


def speed(model: TopicModel, texts: list[str]) -> dict[str, float]:
    """Measure whole messages: vectors, n-grams and scores."""
    from walletdesk.language.triage.features import plain  # noqa: PLC0415 - beside its use
    from walletdesk.language.use_embedder import packaged_embedder  # noqa: PLC0415

    embedder = packaged_embedder()
    some = (texts * (1 + 512 // max(1, len(texts))))[:512]
    started = time.process_time()
    for at in range(0, len(some), 64):
        part = some[at : at + 64]
        model.judge_vectors(part, embedder.embed([plain(text) for text in part]))
    batch = time.process_time() - started
    singles = []
    for text in some[:100]:
        started = time.process_time()
        model.judge_vectors([text], embedder.embed([plain(text)]))
        singles.append(time.process_time() - started)
    return {
        "messages_per_s": round(len(some) / batch),
        "single_ms": round(1000 * float(np.median(singles)), 1),
    }


def measured(model: TopicModel, test: Examples) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    chances, likeness = [], []
    for at in range(0, len(test.texts), 256):
        part = slice(at, at + 256)
        one, two = model.weigh(test.texts[part], test.vectors[part])
        chances.append(one)
        likeness.append(two)
    known = {label: i for i, label in enumerate(model.labels)}
    truth = np.array([known.get(label, -1) for label in test.labels])
    return np.vstack(chances), np.concatenate(likeness), truth


def split(train_file: Path, test_file: Path) -> dict[str, Any]:
    """Train on one file and test on another."""
    started = time.process_time()
    examples = examples_of(read_csv(train_file))
    model = train(examples)
    seconds = time.process_time() - started
    chances, _, truth = measured(model, examples_of(read_csv(test_file)))
    right = chances.argmax(1) == truth
    return {
        "accuracy": share(right),
        "calibration_error": calibration_error(chances.max(1), right),
        "train_s": round(seconds, 1),
        "tested": len(truth),
        "protocol": "test file",
        **speed(model, examples.texts),
    }


def crossed(train_file: Path, folds: int) -> dict[str, Any]:
    """Cross-validate a file. The probabilities of each fold are sharpened by the others'."""
    started = time.process_time()
    examples = examples_of(read_csv(train_file))
    embedding = time.process_time() - started
    fold = np.random.default_rng(11).permutation(len(examples.texts)) % folds
    right, sure, truths, logs, seconds = [], [], [], [], []
    model = None
    for k in range(folds):
        started = time.process_time()
        model = train(examples.take(np.flatnonzero(fold != k)))
        seconds.append(time.process_time() - started)
        chances, _, truth = measured(model, examples.take(np.flatnonzero(fold == k)))
        right.append(chances.argmax(1) == truth)
        logs.append(np.log(chances + 1e-12))
        truths.append(truth)
    for k in range(folds):
        others = [i for i in range(folds) if i != k]
        exponent = sharpen(
            np.exp(np.vstack([logs[i] for i in others])),
            np.concatenate([truths[i] for i in others]),
        )
        sure.append(np.exp(log_softmax(exponent * logs[k])).max(1))
    flat = np.concatenate(right)
    return {
        "accuracy": share(flat),
        "calibration_error": calibration_error(np.concatenate(sure), flat),
        "train_s": round(embedding * (folds - 1) / folds + float(np.mean(seconds)), 1),
        "tested": len(flat),
        "protocol": f"{folds}-fold cross-validation of the training file",
        **speed(model, examples.texts),
    }


def clinc(path: Path) -> dict[str, float]:
    """Threshold on one half of validation and out-of-scope queries, measured on the other, swapped.

    The threshold is the one with the most decisions right on its half: in scope and the right
    intent, or out of scope and refused.
    """
    data = json.loads(path.read_text())
    started = time.process_time()
    examples = examples_of([(text, label) for text, label in data["train"]])
    model = train(examples)
    seconds = time.process_time() - started
    pace = speed(model, examples.texts)
    outside = [row for name, rows in data.items() if name.startswith("oos") for row in rows]
    inner = measured(model, examples_of([(text, label) for text, label in data["val"]]))
    outer = measured(model, examples_of([(text, "oos") for text, _ in outside]))
    in_score, out_score = inner[0].max(1) * inner[1], outer[0].max(1) * outer[1]
    right = inner[0].argmax(1) == inner[2]
    in_half, out_half = halves(len(in_score)), halves(len(out_score))
    rows = []
    for half in (0, 1):
        tune_in, tune_out = in_half == half, out_half == half
        places = np.unique(np.concatenate([in_score[tune_in], out_score[tune_out]]))
        kept = [
            ((in_score[tune_in] >= at) & right[tune_in]).sum() + (out_score[tune_out] < at).sum()
            for at in places
        ]
        threshold = places[int(np.argmax(kept))]
        rows.append(
            (
                share((in_score[~tune_in] >= threshold) & right[~tune_in]),
                share(out_score[~tune_out] < threshold),
            )
        )
    return {
        "clinc_in_scope": round(float(np.mean([row[0] for row in rows])), 1),
        "clinc_out_of_scope": round(float(np.mean([row[1] for row in rows])), 1),
        "clinc_accuracy": share(right),
        "clinc_calibration_error": calibration_error(halfway_sharpened(inner[0], inner[2]), right),
        "clinc_train_s": round(seconds, 1),
        **{f"clinc_{name}": value for name, value in pace.items()},
    }


def halfway_sharpened(chances: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Return how sure each answer is after sharpening by what came true in the other half."""
    half, sure = halves(len(truth)), np.zeros(len(truth))
    for at in (0, 1):
        exponent = sharpen(chances[half != at], truth[half != at])
        sure[half == at] = np.exp(log_softmax(exponent * np.log(chances[half == at] + 1e-12))).max(
            1
        )
    return sure


def halves(count: int) -> np.ndarray:
    return np.random.default_rng(5).permutation(count) % 2


def ours() -> dict[str, Any]:
    """Measure the shipped model, and one trained on our English examples only."""
    started = time.process_time()
    model = topic_model()
    figures: dict[str, Any] = {"load_s": round(time.process_time() - started, 2)}
    sets = {path.stem: examples_of(read_examples(path)) for path in sorted(HELD_OUT.glob("*.txt"))}
    for name, each in sets.items():
        figures[f"held_out_{name}"] = accuracy(model, each)
        settled = [
            "outside" if found.out_of_scope and label == "outside" else found.topic
            for found, label in zip(triage(each.texts), each.labels, strict=True)
        ]
        figures[f"triaged_{name}"] = share(
            [a == b for a, b in zip(settled, each.labels, strict=True)]
        )
    figures |= alarms(sets.values())
    english = ROOT / "src/walletdesk/language/examples/en.txt"
    chinese = joined(each for name, each in sets.items() if name.startswith("zh"))
    figures["zh_from_en"] = accuracy(train(examples_of(read_examples(english))), chinese)
    own = speed(model, [text for each in sets.values() for text in each.texts])
    return figures | {f"own_{name}": value for name, value in own.items()}


def alarms(sets: Iterable[Examples]) -> dict[str, float]:
    """How many true alarms get an alarming topic, and what becomes of what is no matter of ours."""
    held = joined(sets)
    pairs = list(zip(triage(held.texts), held.labels, strict=True))
    true = [found.topic in ALARMS for found, label in pairs if label in ALARMS]
    chatter = [found for found, label in pairs if label == "outside"]
    return {
        "alarms": len(true),
        "alarms_found": share(true),
        "outside": len(chatter),
        "outside_seen": share([found.out_of_scope or found.topic in QUIET for found in chatter]),
        "outside_taken_for_alarms": sum(found.topic in ALARMS for found in chatter),
    }


def everything(folds: int) -> dict[str, Any]:
    figures = ours()
    banking, intents = DATASETS / "banking77/train.csv", DATASETS / "clinc150/train_val.json"
    for path in (banking, intents):
        if not path.exists():
            print(f"{path} is missing: left out. WALLETDESK_DATASETS names the folder.")
    if intents.exists():
        figures |= clinc(intents)
    if banking.exists():
        figures |= crossed(banking, folds)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--train", type=Path, help="CSV with the columns text,category")
    parser.add_argument("--test", type=Path, help="the same; without it: cross-validation")
    parser.add_argument("--folds", type=int, default=FOLDS)
    parser.add_argument(
        "--json", action="store_true", help="accepted; the last line always is JSON"
    )
    chosen = parser.parse_args()
    if chosen.train and chosen.test:
        figures = split(chosen.train, chosen.test)
    elif chosen.train:
        figures = crossed(chosen.train, chosen.folds)
    else:
        figures = everything(chosen.folds)
    rows = [(name, value, GOALS.get(name, "")) for name, value in figures.items()]
    report("Triage (shares in %)", rows, dict(figures))


if __name__ == "__main__":
    main()
