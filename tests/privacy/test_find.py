"""What is personal data in a text, and what only looks like it."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletdesk.safety import guard, personal
from walletdesk.safety.documents import is_resident_id, is_spanish_id

HOLDS = [
    ("write to alex.miller+x@gmail.com please", "email", "alex.miller+x@gmail.com"),
    ("我的邮箱是zhang_wei@qq.com谢谢", "email", "zhang_wei@qq.com"),
    ("邮箱：ｚｗ＠ｑｑ．ｃｏｍ。", "email", "ｚｗ＠ｑｑ．ｃｏｍ"),
    ("josé.núñez@correo.es", "email", "josé.núñez@correo.es"),
    ("it is alex @gmail.com", "email", "alex @gmail.com"),
    ("(a@b.co.uk).", "email", "a@b.co.uk"),
    ("A@B.CO", "email", "A@B.CO"),
    ("https://x.example/?mail=a.b@c.example&x=1", "email", "a.b@c.example"),
    ("call +34 612 345 678 now", "phone", "+34 612 345 678"),
    ("我的手机13812345678，微信同号", "phone", "13812345678"),
    ("电话 138 1234 5678", "phone", "138 1234 5678"),
    ("ring 138-1234-5678", "phone", "138-1234-5678"),
    ("手机：１３８１２３４５６７８", "phone", "１３８１２３４５６７８"),
    ("+8613812345678", "phone", "+8613812345678"),
    ("office 010-62345678", "phone", "010-62345678"),
    ("(415) 555-2671 works", "phone", "(415) 555-2671"),
    ("mi móvil es 612345678", "phone", "612345678"),
    ("llámame al 612 34 56 78", "phone", "612 34 56 78"),
    ("my phone number is 5551234567", "phone", "5551234567"),
    ("+44 20 7946 0958", "phone", "+44 20 7946 0958"),
    ("身份证11010519491231002X", "document", "11010519491231002X"),
    ("id 110105 19491231 0028", "document", None),
    ("DNI 12345678Z", "document", "12345678Z"),
    ("my number: 12345678z ok", "document", "12345678z"),
    ("NIE X1234567L", "document", "X1234567L"),
    ("12.345.678-Z", "document", "12.345.678-Z"),
    ("My passport number is E12345678", "document", "E12345678"),
    ("护照号 G12345678", "document", "G12345678"),
    ("pasaporte: AAB123456", "document", "AAB123456"),
    ("身份证号 110105194912310021", "document", "110105194912310021"),
]  # fmt: skip

LACKS = [
    "0x742d35Cc6634C0532925a3b844Bc454e4438f44e",
    "tx 5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060 is pending",
    "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
    "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
    "TJRyWwFs9wTFGZg3JbrVriFbNfCug5tDeC",
    "order 20231104567890",
    "订单号：13812345678",
    "2023-11-04 10:22:33 and 04/11/2023",
    "timestamp 1700000000",
    "block 18500000",
    "I sent 1234567 USDT",
    "1,234,567.89 and 1.234.567,89 and 1 234 567 tokens",
    "0.12345678 BTC",
    "$1234567",
    "server 192.168.100.200",
    "https://etherscan.io/tx/12345678901234",
    "@binance told me, see @user_name",
    "12345678A",
    "uid 100200300",
    "memo 102938475",
    "amount: 250000000",
    "18:30 20:15 21:45",
    "v1.2.3-20240101",
    "999999999999999999",
    "⟦email:K3F97QMT⟧ and ⟦phone:23456789⟧",
    "⟦secret:seed_phrase⟧",
    "passport scan was refused three times",
]


@pytest.mark.parametrize(("text", "kind", "value"), HOLDS)
def test_personal_data_is_found(text: str, kind: str, value: str | None) -> None:
    if value is None:
        assert personal.find(text) == []
        return
    found = personal.find(text)
    assert [(d.kind.value, text[d.start : d.end]) for d in found] == [(kind, value)]


@pytest.mark.parametrize("text", LACKS)
def test_what_a_tool_must_read_is_left_alone(text: str) -> None:
    assert personal.find(text) == []


def test_check_digits() -> None:
    assert is_resident_id("11010519491231002X")
    assert not is_resident_id("110105194912310021")
    assert not is_resident_id("11010519491331002X")
    assert is_spanish_id("00000000T")
    assert not is_spanish_id("00000001T")


def code(kind: str, value: str) -> str:
    return f"{abs(hash((kind, value))) % 10**6:06d}"


def test_a_token_stands_for_the_value_as_typed_and_the_rest_stays() -> None:
    text = "a@b.example, 13812345678, a@b.example 0x742d35Cc6634C0532925a3b844Bc454e4438f44e"
    stored = guard.tokenise(guard.check(text).safe, code)
    assert [(v.kind, v.value) for v in stored.values] == [
        ("email", "a@b.example"),
        ("phone", "13812345678"),
    ]
    assert "a@b" not in stored.text
    assert "138" not in stored.text
    for value in stored.values:
        stored_again = stored.text.replace(f"⟦{value.kind}:{value.code}⟧", value.value)
        stored = guard.tokenise(guard.check(stored_again).safe, code)
    assert "0x742d35Cc6634C0532925a3b844Bc454e4438f44e" in stored.text


@given(st.text(max_size=300))
def test_any_text_goes_through_and_comes_back(text: str) -> None:
    safe = guard.check(text).safe
    stored = guard.tokenise(safe, code)
    back = stored.text
    for value in stored.values:
        back = back.replace(f"⟦{value.kind}:{value.code}⟧", value.value)
    assert back == safe.text


@given(st.text(alphabet="0123456789 -+.()@ax⟦⟧:", max_size=400))
def test_digits_and_signs_in_any_order(text: str) -> None:
    found = personal.find(text)
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_addresses_and_hashes_are_never_cut() -> None:
    rng = Random(5)  # noqa: S311 - the same texts in each run
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    for _ in range(2_000):
        chain = rng.choice(
            [
                "0x" + rng.randbytes(20).hex(),
                rng.randbytes(32).hex(),
                "0x" + rng.randbytes(32).hex(),
                "T" + "".join(rng.choices(alphabet, k=33)),
                "bc1q" + "".join(rng.choices("023456789acdefghjklmnpqrstuvwxyz", k=38)),
            ]
        )
        text = rng.choice(["{}", "我的电话 {} 谢谢", "phone {}", "passport {}", "tx:{}."])
        assert personal.find(text.format(chain)) == []


def test_hostile_texts_take_linear_time() -> None:
    for text in ("1 " * 2000, "a@" * 2000, "@" * 4000, "+1-" * 1300, "passport" * 500, "a." * 2000):
        guard.tokenise(guard.check(text).safe, code)
