# ruff: noqa: E501 - lists of sentences
"""A second question is read with the one that it follows; a whole one stays as it is."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletdesk.language.following import LONGEST, points_back, standalone

FOLLOW_UPS = tomllib.loads(Path("tests/knowledge/follow_ups.toml").read_text())
PAIRS = [(row["before"], row["asked"]) for rows in FOLLOW_UPS.values() for row in rows]
WHOLE = [
    "my deposit has not arrived", "how do I restore my wallet with the seed phrase", "why is the withdrawal to my bank so slow today",
    "充值一直没到账", "怎么把钱包导入新手机", "为什么我的提现被拒绝了呢，已经三天", "no me llega el depósito", "cómo recupero mi cartera con la frase",
    "hello", "",
]  # fmt: skip


@pytest.mark.parametrize(("before", "asked"), PAIRS)
def test_what_points_back_is_read_with_what_it_follows(before: str, asked: str) -> None:
    assert standalone(asked, ["hello", before]) == f"{before}\n{asked}"
    assert standalone(asked, [before, asked]) == f"{before}\n{asked}", "said twice"
    assert standalone(asked, []) == asked


@pytest.mark.parametrize("text", WHOLE)
def test_what_stands_alone_stays(text: str) -> None:
    assert standalone(text, ["the swap failed"]) == text


@given(st.text(max_size=400), st.lists(st.text(max_size=400), max_size=3))
def test_any_text_keeps_its_own_words_last(text: str, earlier: list[str]) -> None:
    read = standalone(text, earlier)
    assert read.endswith(text)
    assert len(read) <= len(text) + LONGEST + 1
    assert isinstance(points_back(text), bool)
