"""What is found in a text, and above all what is never sent to a node."""

from collections.abc import Callable
from typing import Any

import base58
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.chain.recorded import recorded
from walletdesk.chain import addresses
from walletdesk.chain.networks import Book, NetworksError, load_book
from walletdesk.chain.refs import BadRef, find_refs
from walletdesk.chain.running import Diagnoser
from walletdesk.site.chain_guard import WordGuard

BOOK = load_book(environ={})
HEX = "0f" * 31 + "a1"
KEY_ONE = "0" * 63 + "1"
ITS_ADDRESS = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"
TRON = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
GUARD = WordGuard()


def kinds(text: str, **options: Any) -> list[str]:
    return [ref.kind.value for ref in find_refs(text, BOOK, GUARD, **options)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0x" + HEX, ["transaction"]),
        ("0X" + HEX.upper(), ["transaction"]),
        (HEX, ["undecided"]),
        (f"please help {HEX}", ["undecided"]),
        (f"my tx hash is {HEX}", ["transaction"]),
        (f"交易哈希：{HEX}", ["transaction"]),
        (f"https://mempool.space/tx/{HEX}", ["transaction"]),
        (f"https://tronscan.org/#/transaction/{HEX}", ["transaction"]),
        (f"my private key is {HEX}", ["secret"]),
        (f"我的私钥是 0x{HEX}", ["secret"]),
        (f"{ITS_ADDRESS} {KEY_ONE}", ["secret", "address"]),
        (ITS_ADDRESS, ["address"]),
        (f"{ITS_ADDRESS} sent 0x{HEX}", ["address", "transaction"]),
        (TRON, ["address"]),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", ["address"]),
        ("1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH", ["address"]),
        (base58.b58encode(bytes(range(1, 65))).decode(), ["transaction"]),
        (base58.b58encode(bytes(range(1, 33))).decode(), ["address"]),
        ("rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh", ["address"]),
        ("\u200b0x" + HEX[:20] + "\u200b" + HEX[20:], ["transaction"]),
    ],
)
def test_what_a_text_names(text: str, expected: list[str]) -> None:
    assert sorted(kinds(text)) == sorted(expected)


def test_a_named_network_decides_a_bare_number() -> None:
    assert kinds(HEX, network=BOOK.networks["bitcoin"]) == ["transaction"]
    with pytest.raises(BadRef, match="other_network"):
        kinds(TRON, network=BOOK.networks["bitcoin"])


def test_a_key_whose_address_is_known_is_a_key_whatever_it_is_called() -> None:
    known = frozenset({ITS_ADDRESS})

    assert kinds(f"tx hash {KEY_ONE}", known=known) == ["secret"]
    assert kinds("0x" + KEY_ONE, known=known) == ["secret"]


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "empty"), (" \0 ", "empty"), ("hello", "nothing_found"), ("0x12", "nothing_found"),
     (ITS_ADDRESS.replace("E", "e", 1), "mistyped"), (TRON[:-1] + "x", "mistyped")],
)  # fmt: skip
def test_what_cannot_be_diagnosed(text: str, code: str) -> None:
    with pytest.raises(BadRef) as refused:
        kinds(text)
    assert refused.value.code == code


def test_addresses_of_a_known_key() -> None:
    # Source: the first private key of secp256k1, in every wallet's test vectors.
    found = addresses.derived(KEY_ONE)

    assert ITS_ADDRESS.lower() in found
    assert "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4" in found
    assert "TMVQGm1qAQYVdetCeGRRkTWYYrLXuHK2HC" in found


def test_no_possible_key_ever_reaches_a_node(diagnoser_for: Callable[..., Diagnoser]) -> None:
    with recorded(lambda _path, _body: {"result": None}) as server:
        endpoints = [(name, server.url) for name in ("ethereum", "bitcoin", "tron", "solana")]
        diagnoser = diagnoser_for(*endpoints)
        secret = base58.b58encode(bytes.fromhex(HEX)).decode()
        pair = (
            bytes.fromhex(KEY_ONE)
            + addresses.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(KEY_ONE))
            .public_key()
            .public_bytes_raw()
        )
        for text in (
            HEX,
            f"help {HEX} stuck",
            f"private key 0x{HEX}",
            f"{ITS_ADDRESS} {KEY_ONE}",
            base58.b58encode(pair).decode(),
            "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ",
        ):
            diagnoser.diagnose_now(text)
        said = str(server.asked).lower()

    assert HEX not in said
    assert KEY_ONE not in said
    assert secret.lower() not in said
    assert "5hue" not in said
    assert base58.b58encode(pair).decode().lower() not in said


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        find_refs(text, BOOK, GUARD)
    except BadRef as refused:
        assert refused.code in {"empty", "nothing_found", "mistyped"}  # noqa: PT017 - one of four


@given(st.binary(max_size=40))
def test_bech32_and_base58_take_any_letters(raw: bytes) -> None:
    text = base58.b58encode(raw).decode()
    addresses.is_tron(text)
    addresses.segwit_prefix("bc1" + text.lower())


def test_networks_are_data(tmp_path: Any) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        '[ethereum]\nrpc = ["https://${MY_NODE}/v1", "https://plain.example"]\n'
        '[linea]\nname = "Linea"\nfamily = "evm"\nchain_id = 59144\ncoin = "ETH"\n'
        "[dogecoin]\nenabled = false\n"
    )

    book = load_book(file, {})
    with_key = load_book(tmp_path, {"MY_NODE": "secret.example"})

    assert [spec.url for spec in book.networks["ethereum"].endpoints] == ["https://plain.example"]
    assert with_key.networks["ethereum"].endpoints[0].url == "https://secret.example/v1"
    assert "secret" not in repr(with_key.networks["ethereum"])
    assert book.find("evm:59144").name == "Linea"
    assert "dogecoin" not in book.networks


@pytest.mark.parametrize(
    "text",
    ["not toml", "[x]\nfamily = 'evm'", "[ethereum]\nchain_id = 'one'", "[ethereum]\ntypo = 1",
     "[ethereum]\nrpc = ['ftp://x']", "[ethereum]\nchain_id = -1", "ethereum = 3",
     "[services]\nx = 1",
     "[services.x]\nconfirmations = { bitcoin = 'six' }", "[tokens.x]\na = 1"],
)  # fmt: skip
def test_wrong_data_is_refused_with_its_place(tmp_path: Any, text: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)

    with pytest.raises(NetworksError):
        load_book(file, {})


def test_packaged_addresses_have_no_typing_error(book: Book) -> None:
    tables = [*book.tokens.values(), book.spenders, book.delegates]
    evm = [at for table in tables for at in table.values() if at.startswith("0x")]

    assert len(evm) > 20
    assert [at for at in evm if addresses.to_checksum(at) != at] == []


def test_an_unknown_network_is_no_network(book: Book) -> None:
    for name in ("moon", "evm:", "evm:x", "evm:" + "9" * 30):
        with pytest.raises(NetworksError):
            book.find(name)
