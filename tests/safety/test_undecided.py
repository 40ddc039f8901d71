"""64-hex numbers: keys by the addresses they open, hashes by context, the rest masked and asked."""

import base58
import pytest
from coincurve import PrivateKey
from Crypto.Hash import keccak
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.safety.test_keys import NUMBER
from tests.safety.test_phrases import play
from walletdesk.safety.guard import check

MASK = "⟦secret:undecided_key⟧"
# BIP-32/84 vectors of "abandon … about": m/84'/0'/0'/0/0
SEGWIT_KEY = "4604b4b710fe91f584fff084e1a9159fe4f8408fff380596a604948474ce4fa3"
SEGWIT = "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu"


def addresses(digits: str) -> dict[str, str]:
    key = bytes.fromhex(digits)
    public = PrivateKey(key).public_key.format(compressed=False)
    account = keccak.new(digest_bits=256, data=public[1:]).digest()[-20:]
    solana = Ed25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw()
    return {
        "evm": "0x" + account.hex(),
        "tron": base58.b58encode_check(b"\x41" + account).decode(),
        "solana": base58.b58encode(solana).decode(),
    }


@pytest.mark.parametrize("text", [NUMBER, f"{NUMBER} ???", f"看看这个 {NUMBER}", f"hola {NUMBER}"])
def test_an_undecided_number_is_masked_and_asked_about(text: str) -> None:
    checked = check(text)
    assert str(checked.safe) == text.replace(NUMBER, MASK)
    assert checked.undecided
    assert not checked.secret
    assert not checked.opens_wallet
    assert (checked.masked, checked.kinds) == (("undecided_key",), ())
    assert checked.materials == ()


@pytest.mark.parametrize(
    "text",
    [
        f"my transfer has not arrived: {NUMBER}",
        f"转账没到账 {NUMBER}",
        f"mi depósito no llegó {NUMBER}",
        f'{{"stateRoot": "{NUMBER}"}}',
        f"digest={NUMBER}",
        f"0:{NUMBER}",
        f"0x{NUMBER}",
        "0" * 24 + NUMBER[24:],
    ],
)
def test_where_it_stands_makes_it_a_hash(text: str) -> None:
    assert str(check(text).safe) == text


@pytest.mark.parametrize("text", [f"I want to import 0x{NUMBER}", f'{{"wallet": "{NUMBER}"}}'])
def test_opening_a_wallet_puts_it_in_doubt(text: str) -> None:
    assert check(text).undecided


@pytest.mark.parametrize("chain", ["evm", "tron", "solana"])
def test_a_number_that_opens_a_known_address_is_a_key(chain: str) -> None:
    address = addresses(NUMBER)[chain]
    text = f"the tx hash is 0x{NUMBER}"
    assert check(text).findings == ()
    assert check(text, known=[address]).kinds == ("private_key",)
    assert check(text, [f"I have {address}"]).kinds == ("private_key",)
    assert check(f"{text} of {address}").kinds == ("private_key",)
    assert check(text, known=[addresses("11" * 32)[chain]]).findings == ()


def test_a_segwit_address_and_hostile_addresses() -> None:
    assert check(f"hash {SEGWIT_KEY}", known=[SEGWIT]).kinds == ("private_key",)
    strange = ["bc1q", "0x", "1" * 40, "bc1" + "q" * 50, "", "ffff" * 30]
    assert check(f"hash {'f' * 64} hash {'0' * 64}", known=strange).findings == ()


@pytest.mark.parametrize(
    ("messages", "last"),
    [
        (["my USDT transfer is missing", NUMBER], NUMBER),
        (["here is the hash", "sec", NUMBER], NUMBER),
        (["hello", NUMBER], MASK),
        (["my private key:", NUMBER], "⟦secret:private_key⟧"),
    ],
)
def test_the_conversation_decides(messages: list[str], last: str) -> None:
    kept, _alarm_at = play(messages)
    assert kept[-1] == last


def test_a_masked_number_that_turns_out_to_be_a_key() -> None:
    kept, alarm_at = play(["hello", NUMBER, "that was my private key"])
    assert kept == ["hello", "⟦secret:private_key⟧", "that was my private key"]
    assert alarm_at == 2


@pytest.mark.parametrize(
    ("text", "opens"),
    [(f"private key {NUMBER}", True), ("the verification code is 482913", False), ("hi", False)],
)
def test_what_takes_funds_is_told_from_what_is_renewed(text: str, *, opens: bool) -> None:
    assert check(text).opens_wallet is opens
