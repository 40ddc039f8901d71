"""Private keys, extended keys and key files, told from hashes and from each other."""

import pytest

from tests.safety import disguises
from tests.safety.test_phrases import play
from walletdesk.safety.guard import check

NUMBER = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"
OTHER = "88df016429689c079f3b2f6ad39fa052532c56795b733da78a91ebe6a713944b"

KEYS = [
    f"my private key is {NUMBER}",
    f"Private key: 0x{NUMBER}",
    f"private_key={NUMBER.upper()}",
    f"{NUMBER} is my private key",
    f"我的私钥是{NUMBER}",
    f"私钥：0x{NUMBER}，请帮我看一下",
    f"私鑰 {NUMBER}",
    f"mi clave privada es {NUMBER}",
    f"Clave privada:\n{NUMBER}",
    f"the tx hash is 0x{OTHER}, the private key {NUMBER}",
    "private key: " + " ".join(NUMBER[at : at + 16] for at in range(0, 64, 16)),
    f"https://wallet.example/import?private_key={NUMBER}",
]
NO_KEYS = [
    f"0x{NUMBER}",
    f"please look at 0x{NUMBER} for me",
    f"tx hash {NUMBER}",
    f"The transaction is {NUMBER}. Is my private key safe?",
    f"交易哈希是{NUMBER}",
    f"哈希：{NUMBER}，我没有泄露私钥",
    f"el hash de la transacción: {NUMBER}",
    f"https://etherscan.io/tx/0x{NUMBER}",
    f"never shared my private key, see https://tronscan.org/#/transaction/{NUMBER}",
    f"etherscan.io/tx/0x{NUMBER}",
    f"this is not my private key, it is the txid {NUMBER}",
    f"这不是私钥，是交易哈希 {NUMBER}",
    f"public key: {NUMBER}",
    f"private key {NUMBER}ab",
]


@pytest.mark.parametrize("text", KEYS)
def test_named_keys_are_masked(text: str) -> None:
    checked = check(text)
    assert checked.kinds == ("private_key",)
    assert NUMBER not in str(checked.safe).lower()
    assert check(str(checked.safe)).findings == ()


@pytest.mark.parametrize("text", NO_KEYS)
def test_hashes_are_left_alone(text: str) -> None:
    assert str(check(text).safe) == text


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        (["here is my private key", NUMBER], [False, True]),
        (["这是我的私钥：", NUMBER], [False, True]),
        (["my private key:", "0x" + NUMBER], [False, True]),
        (["my private key is this", "one moment", NUMBER], [False, False, True]),
        ([NUMBER, "that is my private key"], [True, False]),
        (["0x" + NUMBER, "这是我的私钥"], [True, False]),
        (["private key:", NUMBER[:32], NUMBER[32:]], [False, True, True]),
        (["how do I export my private key?", "0x" + NUMBER], [False, False]),
        (["my private key leaked", "here is the transaction hash", NUMBER], [False] * 3),
        ([NUMBER, "what is a private key?"], [False, False]),
        (["hash:", NUMBER], [False, False]),
        ([NUMBER[:32], NUMBER[32:]], [False, False]),
    ],
)
def test_earlier_messages_name_a_number(messages: list[str], expected: list[bool]) -> None:
    kept, _alarm_at = play(messages)
    assert ["⟦secret:private_key⟧" in message for message in kept] == expected


@pytest.mark.parametrize("seed", range(20))
def test_base58_keys_alone_in_text_and_in_halves(seed: int) -> None:
    rng = disguises.dice(seed)
    for kind, key in (("wif", disguises.wif(rng)), ("extended_key", disguises.extended(rng))):
        assert str(check(key).safe) == f"⟦secret:{kind}⟧"
        assert str(check(f"here:{key}, ok?").safe) == f"here:⟦secret:{kind}⟧, ok?"
        assert check(disguises.wide(key)).kinds == (kind,)
        assert check(key[:30] + "\n" + key[30:]).kinds == (kind,)
        kept, alarm_at = play([key[: len(key) // 2], "wait", key[len(key) // 2 :]])
        assert alarm_at == 2
        assert kept == [f"⟦secret:{kind}⟧", "wait", f"⟦secret:{kind}⟧"]


@pytest.mark.parametrize("seed", range(20))
def test_public_and_broken_base58_is_left_alone(seed: int) -> None:
    rng = disguises.dice(seed)
    key = disguises.wif(rng)
    broken = key[:20] + ("2" if key[20] != "2" else "3") + key[21:]
    assert not check(broken).secret
    assert not check(disguises.extended(rng, private=False)).secret


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("seed", range(5))
def test_key_files(seed: int, indent: int | None) -> None:
    rng = disguises.dice(seed)
    text = disguises.keystore(rng, indent)
    assert str(check(text).safe) == "⟦secret:keystore⟧"
    assert str(check(f"{{name}} my file: {text} thanks").safe).startswith("{name} my file: ⟦")
    assert str(check(f"my file:\n{text}\nthanks").safe) == "my file:\n⟦secret:keystore⟧\nthanks"
    assert check(text[: len(text) * 2 // 3]).kinds == ("keystore",)
    half = rng.randrange(60, len(text) - 60)
    kept, _alarm_at = play([text[:half], text[half:]])
    assert "".join(kept) == "⟦secret:keystore⟧⟦secret:keystore⟧"


def test_key_file_line_by_line() -> None:
    text = disguises.keystore(disguises.dice(1), 2)
    kept, alarm_at = play(text.split("\n"))
    assert alarm_at is not None
    assert set(kept) == {"⟦secret:keystore⟧"}
