"""How many spoken seed phrases the guard finds in a transcript, and how often it errs.

`make bench NAME=speech`. Phrases of 12 words, said in seven ways; English ones as a recogniser
writes words that sound alike. Ordinary lines: our examples of what customers write.
"""

import random
from pathlib import Path

from harness import ROOT, arguments, report
from mnemonic import Mnemonic

from walletdesk.safety import guard
from walletdesk.safety.speech import _ALIKE, check_speech

EACH = 300
NUMBERS = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]
ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
]
FILLERS = ["um", "uh,", "okay", "so", "well,", "er", "yeah", "hmm"]


def ways(words: list[str], choose: random.Random, *, english: bool) -> dict[str, str]:
    """Return the words as somebody says them."""

    def filled(word: str) -> str:
        return f"{choose.choice(FILLERS)} {word}"

    every = {
        "plain": " ".join(words),
        "sentences": ". ".join(word.capitalize() for word in words) + ".",
        "fillers": " ".join(filled(w) if choose.random() < 0.6 else w for w in words),
        "figures": " ".join(f"{n}. {filled(w)}" for n, w in enumerate(words, 1)),
    }
    if english:
        every["numbers"] = " ".join(f"{n} {w}," for n, w in zip(NUMBERS, words, strict=True))
        every["ordinals"] = " ".join(
            f"the {n} word is {w}." for n, w in zip(ORDINALS, words, strict=True)
        )
        every["number n"] = " ".join(
            f"number {n} {filled(w)}" for n, w in zip(NUMBERS, words, strict=True)
        )
    return every


def pieces(text: str) -> list[tuple[str, float, float]]:
    """Return a text as a recogniser with times gives it."""
    return [(word, n * 0.4, n * 0.4 + 0.3) for n, word in enumerate(text.split())]


def found(language: str) -> tuple[int, int]:
    """Return how many phrases of a language were found, and how many there were."""
    choose, maker = random.Random(5), Mnemonic(language)
    alike: dict[str, list[str]] = {}
    for written, meant in _ALIKE.items():
        alike.setdefault(meant, []).append(written)
    hits = tried = 0
    for _ in range(EACH):
        words = maker.generate(128).split()
        if language == "english":
            words = [choose.choice(alike.get(word, [word])) for word in words]
        for text in ways(words, choose, english=language == "english").values():
            said = check_speech(pieces(f"hello my phrase is {text} and that is all thank you"))
            hits += "seed_phrase" in said.kinds
            tried += 1
    return hits, tried


def ordinary() -> tuple[int, int]:
    """Return how many ordinary lines alarm when spoken but not when written, and how many."""
    folders = (
        ROOT / "bench/guard_ordinary",
        ROOT / "bench/triage_held_out",
        ROOT / "src/walletdesk/language/examples",
    )
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    lines = [line for path in files for line in _lines(path)]
    more = sum(check_speech(pieces(line)).kinds != guard.check(line).kinds for line in lines)
    return more, len(lines)


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def main() -> None:
    """Measure."""
    arguments(__doc__).parse_args()
    rows: list[tuple[str, object, str]] = []
    figures: dict[str, object] = {}
    for language in ("english", "spanish", "chinese_simplified"):
        hits, tried = found(language)
        rows.append((f"found, {language}", f"{hits} of {tried}", "99.5 %"))
        figures[f"found_{language}"] = hits / tried
    more, lines = ordinary()
    rows.append(("alarms more than in text", f"{more} of {lines}", "0.1 %"))
    figures["false_alarms"] = more / lines
    report("The guard over speech", rows, figures)


if __name__ == "__main__":
    main()
