# ruff: noqa: E501 - a table reads best in lines
"""What a message holds that can be looked up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletdesk.language.entities import entities

HEX = "8a4f1c2be9d77a0c35b1e6f20dd94a7b6c1f3e58902d4477ab1c9e03f5d6a218"
CASES = [
    (f"tx hash 0x{HEX}", [("transaction_hash", f"0x{HEX}", "evm")]),
    (f"交易哈希 {HEX}", [("transaction_hash", HEX, "")]),
    (HEX, [("undecided_hash", "8a4f…18", "")]),
    (f"my private key, hash {HEX}", [("undecided_hash", "8a4f…18", "")]),
    ("to TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", [("address", "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", "tron")]),
    ("0x68b3465833fb72A70ecDF485E0e4C7bD8665Fc45", [("address", "0x68b3465833fb72A70ecDF485E0e4C7bD8665Fc45", "evm")]),
    ("0x4c5f...91ab", [("address", "0x4c5f...91ab", "evm")]),
    ("我转了500u", [("amount", "500", "USDT")]),
    ("3万u", [("amount", "30000", "USDT")]),
    ("$1,200.50", [("amount", "1200.5", "USD")]),
    ("1.200,50 euros", [("amount", "1200.5", "EUR")]),
    ("0.35 ETH", [("amount", "0.35", "ETH")]),
    ("USDT 没到账", [("ticker", "USDT", "")]),
    ("the link is near", []),
    ("see https://a.example/x?y=1.", [("link", "https://a.example/x?y=1", "")]),
    ("is wallet-bonus.xyz real", [("link", "wallet-bonus.xyz", "")]),
    ("app 5.4.1 android", [("app_version", "5.4.1", "")]),
    ("error code 1004", [("error_code", "1004", "")]),
    ("错误码 50012", [("error_code", "50012", "")]),
    ("3小时前", [("time", "3小时前", "")]),
    ("hace 2 horas", [("time", "hace 2 horas", "")]),
    ("at 14:05", [("time", "14:05", "")]),
    ("nothing here", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "found"), CASES)
def test_found(text: str, found: list[tuple[str, str, str]]) -> None:
    assert [(e.kind, e.value, e.detail) for e in entities(text)] == found


@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    for entity in entities(text):
        assert entity.as_fields()["kind"] == entity.kind
