"""Anger at us, and asking for somebody above: measured on phrases of our own."""

from pathlib import Path

import pytest

from walletdesk.language.anger import ANGRY, anger_of, examples
from walletdesk.language.supervisor import wants_supervisor

HERE = Path(__file__).parent


def sections(name: str) -> dict[str, list[str]]:
    """Return the phrases of a file by their heading."""
    found: dict[str, list[str]] = {}
    for line in (HERE / name).read_text().splitlines():
        if line.startswith("== "):
            lines = found.setdefault(line[3:], [])
        elif line and not line.startswith("#"):
            lines.append(line)
    return found


def test_anger_is_told_from_worry_on_examples_that_nobody_looked_at() -> None:
    texts, angry = examples("held")
    told = [anger_of(text) >= ANGRY for text in texts]
    caught = sum(t for t, a in zip(told, angry, strict=True) if a) / sum(angry)
    false = sum(t for t, a in zip(told, angry, strict=True) if not a) / (len(angry) - sum(angry))
    assert (caught >= 0.75, false <= 0.03) == (True, True), f"{caught:.0%}, {false:.0%}"


def test_loss_is_no_anger() -> None:
    calm = ["我的钱包被盗了", "Someone stole my coins, please help", "Me robaron los fondos"]
    assert [anger_of(text) >= ANGRY for text in calm] == [False] * 3


@pytest.mark.parametrize("language", ["en", "es", "zh"])
def test_who_asks_for_somebody_above_is_understood(language: str) -> None:
    phrases = sections("supervisor.txt")
    missed = [p for p in phrases[f"{language} yes"] if not wants_supervisor(p)]
    wrong = [p for p in phrases[f"{language} no"] if wants_supervisor(p)]
    assert (missed, wrong) == ([], [])


def test_triage_helps_where_no_verb_says_it() -> None:
    text = "this goes nowhere, so: somebody senior"
    assert not wants_supervisor(text)
    assert wants_supervisor(text, asks_for_person=True)


@pytest.mark.parametrize(
    "text", ["", "\x00", "!" * 9_000, "a" * 50_000, "\ud800 你", "主" * 20_000]
)
def test_odd_texts_are_read(text: str) -> None:
    assert anger_of(text) < ANGRY
    assert not wants_supervisor(text)
