# ruff: noqa: E501 - the card is written as it is read
"""Trains the topics of triage from the examples and writes the arrays and the model card.

    make models                                  # from src/walletdesk/language/examples
    make models ARGS="--extra accepted.txt"      # with examples that a desk accepted, as it exports them

The same examples give the same bytes. Cross-validation sets how sharp the probabilities are and
from where on a message is out of scope; the held-out messages of bench/ are only measured.
"""

import argparse
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np  # noqa: E402 - threads are set before
from topic_training import (  # noqa: E402
    LEXICAL_SHARE,
    Examples,
    digest,
    examples_of,
    sharpen,
    train,
)

from walletdesk.language.topics import TOPICS  # noqa: E402
from walletdesk.language.triage.held_out import HELD_OUT, read_examples  # noqa: E402
from walletdesk.language.triage.model import (  # noqa: E402
    ALARMS,
    BLOCKS,
    OUTSIDE,
    TopicModel,
    Tuning,
    log_softmax,
)

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src/walletdesk/language"
DATA = SOURCE / "examples"
MODEL = SOURCE / "triage/topics.npz"
CARD = ROOT / "docs/use/triage-model.md"
FOLDS = 5
REFUSED_OF_OURS = 0.02  # this share of our own matters may be taken for out of scope
TAKEN_OF_OURS = 0.01  # and this share for "outside" itself, which has more examples than any topic
REFUSED_ALARMS = 0.01  # and of true alarms, unless words of alarm stand in them
MAIN = ("zh-hans", "en", "es")


def files() -> list[Path]:
    """Return what the model depends on: the examples and the code that reads them."""
    code = (SOURCE / "triage/features.py", SOURCE / "triage/trade_words.py")
    return [*sorted(DATA.glob("*.txt")), *code]


def read(extra: list[Path]) -> dict[str, Examples]:
    known = {*TOPICS, OUTSIDE}
    found = {path.stem: read_examples(path) for path in sorted(DATA.glob("*.txt"))}
    for path in extra:
        found[f"extra-{path.stem}"] = read_examples(path)
    for name, pairs in found.items():
        if unknown := {topic for _, topic in pairs} - known:
            known |= unknown
            print(f"{name}: topics of its own: {', '.join(sorted(unknown))}")
    return {name: examples_of(pairs) for name, pairs in found.items()}


def joined(parts: Iterable[Examples]) -> Examples:
    parts = list(parts)
    return Examples(
        [text for part in parts for text in part.texts],
        [label for part in parts for label in part.labels],
        np.vstack([part.vectors for part in parts]),
        [grams for part in parts for grams in part.grams],
    )


def crossed(examples: Examples) -> tuple[TopicModel, np.ndarray, np.ndarray]:
    """Return the chances and likeness of each example under a model that has not seen it."""
    fold = np.random.default_rng(3).permutation(len(examples.texts)) % FOLDS
    model, chances, likeness = None, None, np.zeros(len(fold), np.float32)
    for k in range(FOLDS):
        model = train(examples.take(np.flatnonzero(fold != k)))
        test = np.flatnonzero(fold == k)
        part, near = model.weigh([examples.texts[i] for i in test], examples.vectors[test])
        if chances is None:
            chances = np.zeros((len(fold), part.shape[1]), np.float32)
        chances[test], likeness[test] = part, near
    return model, chances, likeness


def tuned(examples: Examples) -> tuple[Tuning, dict[str, float]]:
    """Return the tuning from cross-validation, and its figures."""
    model, chances, likeness = crossed(examples)
    truth = np.array([model.labels.index(label) for label in examples.labels])
    sharpness = sharpen(chances, truth)
    chances = np.exp(log_softmax(sharpness * np.log(chances + 1e-12)))
    place = model.labels.index(OUTSIDE)
    outside = truth == place
    lead = outside_lead(chances, place, outside)
    chances[:, place] /= lead
    chances /= chances.sum(1, keepdims=True)
    best, sure = chances.argmax(1), chances.max(1)
    score = np.where(best == place, -1.0, sure * likeness)
    # What the model itself calls outside is refused anyway; the threshold takes the rest.
    threshold = quantile(score[~outside & (score >= 0)], REFUSED_OF_OURS)
    alarms = np.isin(best, [i for i, label in enumerate(model.labels) if label in ALARMS])
    alarm = quantile(score[alarms & (best == truth)], REFUSED_ALARMS)
    refused = score < np.where(alarms, alarm, threshold)
    figures = {
        "cross_validated": share(best[~outside] == truth[~outside]),
        "ours_refused": share(refused[~outside]),
        "outside_refused": share(refused[outside]),
        "calibration_error": calibration_error(sure, best == truth),
    }
    tuning = Tuning(
        LEXICAL_SHARE, round(sharpness, 3), round(threshold, 4), round(alarm, 4), round(lead, 2)
    )
    return tuning, figures


def outside_lead(chances: np.ndarray, place: int, outside: np.ndarray) -> float:
    """Return how far "outside" has to lead the best topic, so that it takes few of our matters."""
    others = np.delete(chances, place, axis=1).max(1)
    leads = (chances[:, place] / (others + 1e-12))[~outside]
    return max(1.0, quantile(leads, 1 - TAKEN_OF_OURS))


def quantile(scores: np.ndarray, part: float) -> float:
    return float(np.sort(scores)[int(len(scores) * part)])


def calibration_error(sure: np.ndarray, right: np.ndarray, bins: int = 15) -> float:
    """Return the expected calibration error in %: how far confidence and accuracy lie apart."""
    place = np.minimum((sure * bins).astype(int), bins - 1)
    total = 0.0
    for k in range(bins):
        if (chosen := place == k).any():
            total += chosen.sum() * abs(sure[chosen].mean() - right[chosen].mean())
    return round(100 * total / len(sure), 1)


def share(values: Any) -> float:
    return round(100 * float(np.mean(values)), 1)


def accuracy(model: TopicModel, examples: Examples) -> float:
    chances, _ = model.weigh(examples.texts, examples.vectors)
    found = [model.labels[i] for i in chances.argmax(1)]
    return share([a == b for a, b in zip(found, examples.labels, strict=True)])


def arrays(model: TopicModel, about: dict) -> dict[str, np.ndarray]:
    """Return what is stored: weights in 8 bits with a scale for each label, no objects."""
    head, kept = model.head, {}
    kept["about"] = np.frombuffer(json.dumps(about, sort_keys=True).encode(), np.uint8)
    kept["bias"] = model.bias
    for name in BLOCKS:
        block = model.blocks[name]
        scale = np.abs(block.weights).max(axis=0) / 127
        kept[f"{name}_grams"] = np.frombuffer("\n".join(block.vocabulary).encode(), np.uint8)
        kept[f"{name}_rarity"] = block.rarity.astype(np.float16)
        kept[f"{name}_weights"] = np.rint(block.weights / scale).astype(np.int8)
        kept[f"{name}_scale"] = scale.astype(np.float32)
    # Lengths are restored when the model is read, so each vector may use all 8 bits.
    longest = np.abs(head.examples).max(axis=1, keepdims=True)
    kept["examples"] = np.rint(head.examples / longest * 127).astype(np.int8)
    kept["inside"] = head.inside
    kept["pull"] = head.pull.astype(np.float16)
    kept["taught"] = head.taught
    return kept


def card(about: dict, counts: dict[str, int]) -> str:
    figures = about["figures"]
    lines = [
        "# The model of triage",
        "",
        "<!-- Written by `make models`; change tools/train_topics.py instead. -->",
        "",
        "What it does, and how to use it: [triage](triage.md). Why it is built so:",
        "[ADR 0030](../adr/0030-triage-model.md).",
        "",
        "## Topics",
        "",
        "| topic | group | urgency | it is |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{t.id}` | {t.group} | {t.urgency.name.lower()} | {t.meaning} |"
        for t in TOPICS.values()
    ]
    lines += [
        "",
        "`outside` is trained beside them: what is no matter of a wallet at all. It comes out as topic",
        "`other` and out of scope.",
        "",
        "## Data",
        "",
        "Written by hand for this project, in `src/walletdesk/language/examples`; no customer's message is",
        "in it. "
        + ", ".join(f"{name} {n:,}" for name, n in counts.items())
        + f": {sum(counts.values()):,} in all.",
        "",
        "## Figures",
        "",
        "| measured | % |",
        "|---|---|",
        f"| right, cross-validated on the examples ({FOLDS} folds) | {figures['cross_validated']} |",
        *(
            f"| right on held-out messages, {name}{end} | {figures[f'held_out_{name}{end}']} |"
            for end in ("", "-2", "-3", "-4", "-5", "-6")
            for name in MAIN
        ),
        f"| right on all held-out zh-hans, trained on English only | {figures['zh_from_en']} |",
        *(
            f"| right on the {name} examples, trained on zh-hans, en and es only | {figures[f'from_main_{name}']} |"
            for name in counts
            if f"from_main_{name}" in figures
        ),
        f"| our matters taken for out of scope | {figures['ours_refused']} |",
        f"| of what is outside, refused | {figures['outside_refused']} |",
        f"| calibration error (ECE, 15 bins) | {figures['calibration_error']} |",
        "",
        "The held-out messages (`src/walletdesk/language/held_out`) were written in other words than the",
        "examples and are never trained on. The first look at the first set gave en 88.9, zh-hans 86.7 and es",
        "85.8; then examples of the kinds that were missed were added, so these figures flatter. The second",
        "set (`-2`) was written after that and only measured. The third and the fourth hold alarms and what is",
        "no matter of ours: in the third, written before there were many examples of such, 83 % of 180 lines",
        "of chatter were seen as that and 88 % of 120 alarms found, and 4 lines of chatter raised an alarm. It",
        "was mended by; the fourth was written after and only measured. The fifth is hard on purpose; its",
        "first look gave en 82.5, es 84.1 and zh-hans 84.1, then examples of its kinds were added, so it",
        "flatters too. The sixth was written after all examples and is only measured: believe that one.",
        "Speed, Banking77 and CLINC150: `make bench NAME=triage`.",
        "",
        "## Limits",
        "",
        "- One topic a message. A message about two matters gets the one that it speaks of more.",
        "- Trained on Chinese, English and Spanish; the others have a few examples a topic and lean on the",
        "  sentence encoder, which knows Vietnamese hardly.",
        "- Sarcasm, and what only the conversation before explains, are beyond it. Staff correct the topic, and",
        "  accepted corrections count at once.",
        "- Personal data and secrets are cut out before it reads a message; it was not trained on any.",
        "",
        f"Examples and code that this model was made from: SHA-256 `{about['digest']}`.",
        "",
    ]
    return "\n".join(lines)


def counts_of() -> dict[str, int]:
    return {path.stem: len(read_examples(path)) for path in sorted(DATA.glob("*.txt"))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--extra", type=Path, action="append", default=[], help="more examples")
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--card", action="store_true", help="only write the model card again")
    chosen = parser.parse_args()
    if chosen.card:
        with np.load(MODEL, allow_pickle=False) as stored:
            CARD.write_text(card(json.loads(bytes(stored["about"])), counts_of()))
        return
    parts = read(chosen.extra)
    everything = joined(parts.values())
    tuning, figures = tuned(everything)
    model = train(everything)
    model = TopicModel(model.labels, model.blocks, model.bias, model.head, tuning)
    held_out = {path.stem: examples_of(read_examples(path)) for path in HELD_OUT.glob("*.txt")}
    figures |= {f"held_out_{name}": accuracy(model, each) for name, each in held_out.items()}
    chinese = joined(each for name, each in held_out.items() if name.startswith("zh"))
    figures["zh_from_en"] = accuracy(train(parts["en"]), chinese)
    main_only = train(joined(parts[name] for name in MAIN))
    for name in sorted(set(parts) - set(MAIN)):
        figures[f"from_main_{name}"] = accuracy(main_only, parts[name])
    about = {
        "labels": list(model.labels),
        "tuning": {
            "lexical_share": tuning.lexical_share,
            "sharpness": tuning.sharpness,
            "threshold": tuning.threshold,
            "alarm_threshold": tuning.alarm_threshold,
            "outside_lead": tuning.outside_lead,
        },
        "digest": digest(files()),
        "figures": figures,
    }
    np.savez_compressed(chosen.out, **arrays(model, about))
    if chosen.out == MODEL and not chosen.extra:
        CARD.write_text(card(about, counts_of()))
    print(json.dumps({**figures, "bytes": chosen.out.stat().st_size, **about["tuning"]}))


if __name__ == "__main__":
    main()
