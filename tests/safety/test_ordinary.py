"""Ordinary support messages raise no alarm, alone or one after the other."""

from pathlib import Path

import pytest

from tests.safety import disguises
from tests.safety.test_phrases import play
from walletdesk.safety.guard import check, may_continue

ORDINARY = {
    file.stem: file.read_text(encoding="utf-8").splitlines()
    for file in sorted((Path(__file__).parent / "ordinary").glob("*.txt"))
}


def test_there_are_enough() -> None:
    assert set(ORDINARY) == {"en", "es", "zh"}
    assert sum(map(len, ORDINARY.values())) >= 300


@pytest.mark.parametrize("language", ORDINARY)
def test_no_alarm_alone(language: str) -> None:
    for text in ORDINARY[language]:
        assert str(check(text).safe) == text
        assert str(check(text.upper()).safe) == text.upper()


@pytest.mark.parametrize("language", ORDINARY)
def test_no_alarm_in_conversations(language: str) -> None:
    texts = [text for text in ORDINARY[language] if "private key" not in text and "私" not in text]
    rng = disguises.dice(4)
    for _number in range(60):
        _kept, alarm_at = play([rng.choice(texts) for _message in range(20)])
        assert alarm_at is None


def test_most_need_no_history() -> None:
    texts = [text for texts in ORDINARY.values() for text in texts]
    assert sum(map(may_continue, texts)) < len(texts) / 4


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("can you please help me open account and send money today", False),
        ("My transfer is still pending, what should I do?", False),
        ("我的转账怎么还没有到账", False),
        ("thanks", False),
        ("", False),
        ("abandon", True),
        ("word 3 is velvet", True),
        ("velvet crater", True),
        ("4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318", True),
        ("that was my private key", True),
        ("庭", True),
        ('"mac": "', True),
    ],
)
def test_which_messages_need_history(text: str, *, answer: bool) -> None:
    assert may_continue(text) is answer
