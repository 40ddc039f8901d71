"""Words for lexical search."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletdesk.language.tokens import MAX_TOKEN, tokens
from walletdesk.language.topics import TOPICS, default_urgency
from walletdesk.language.types import Urgency


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("USDT 没到账", ["usdt", "没", "没到", "到", "到账", "账"]),
        ("ＵＳＤＴ", ["usdt"]),
        ("La transacción falló", ["la", "transaccion", "fallo"]),
        ("2FA-code", ["2fa", "code"]),
        ("snake_case", ["snake", "case"]),
        ("ガス代", ["ガ", "ガス", "ス", "ス代", "代"]),
        ("", []),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@given(st.text())
def test_any_text_gives_plain_tokens(text: str) -> None:
    for token in tokens(text):
        assert token
        assert len(token) <= MAX_TOKEN
        assert not set(token) & set(" '\\\n\t\x00")


def test_topics_have_urgencies() -> None:
    assert len(TOPICS) == 29
    assert default_urgency("wallet_stolen") == Urgency.CRITICAL
    assert default_urgency("bridge_stuck") == Urgency.HIGH
    assert default_urgency("no such topic") == Urgency.LOW
