"""Texts that ask a customer for a secret are told from those that warn against it."""

from pathlib import Path

import pytest

from tests.safety.asking import ASKING, HARMLESS
from walletdesk.safety.asking import Asked, asks_for


@pytest.mark.parametrize(("asked", "text"), ASKING)
def test_who_asks_is_found(asked: Asked, text: str) -> None:
    assert asks_for(text) == asked


@pytest.mark.parametrize("text", HARMLESS)
def test_who_warns_or_explains_is_not(text: str) -> None:
    assert asks_for(text) is None


def test_ordinary_texts_ask_for_nothing() -> None:
    """What customers write every day: an agent may write the like."""
    lines = [
        line
        for path in sorted((Path(__file__).parent / "ordinary").glob("*.txt"))
        for line in path.read_text().splitlines()
        if line.strip()
    ]
    asking = [line for line in lines if asks_for(line)]
    assert len(lines) > 200
    assert len(asking) <= len(lines) // 200, asking


@pytest.mark.parametrize(
    "text", ["", "\x00", "?" * 4_000, "send " * 800, "助记词" * 1_000, "\ud800"]
)
def test_strange_texts_are_no_error(text: str) -> None:
    assert asks_for(text) is None
