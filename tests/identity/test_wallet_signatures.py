"""Sign-in with a wallet's signature: once, for exactly the text that we asked for."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import Cast
from tests.identity.test_signing_in import wrote
from tests.identity.wallets import Phone, PlainWallet, WalletServer
from walletdesk.contacts.actions.identity_keys import change_policy
from walletdesk.contacts.models import Contact
from walletdesk.contacts.queries import identity_of
from walletdesk.contacts.types import ProofOfWork
from walletdesk.contacts.wallet import (
    BadAddress,
    ContractWallet,
    WrongSignature,
    check_signature,
    checksum_address,
)
from walletdesk.conversations.models import Conversation
from walletdesk.kit import clock

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
# From EIP-55.
CHECKSUMMED = [
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
    "0xde709f2102306220921060314715629080e2fb77",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
]


@pytest.mark.parametrize("address", CHECKSUMMED)
def test_capitals_of_addresses(address: str) -> None:
    assert checksum_address(address.lower()) == address
    assert checksum_address("0x" + address[2:].upper()) == address
    assert checksum_address(address) == address


@pytest.mark.parametrize(
    "address", ["", "0x", "0x" + "g" * 40, "52908400098527886e0f7030069857d2e4169ee7",
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", "0x" + "0" * 41, "0x" + "٠" * 40]
)  # fmt: skip
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(BadAddress):
        checksum_address(address)


def test_a_known_signature() -> None:
    """From the documents of web3.js: eth.accounts.sign("Some data", …)."""
    check_signature(
        "Some data",
        "0xb91467e570a6466aa9e9876cbcd013baba02900b8979d43fe208a4a4f339f5fd"
        "6007e74cd82e037b800186422fc2da167c747ef045e5d18a5f5d4300f8e1a0291c",
        "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23",
    )


@pytest.fixture
def brand(cast: Cast) -> Any:
    change_policy(
        brand=cast.brand,
        membership=cast.owner,
        wallet_sign_in=True,
        chains=[1, 56],
        proof_of_work=ProofOfWork.OFF,
    )
    return cast.brand


def asked(phone: Phone, wallet: PlainWallet, chain: int = 1) -> str:
    got = phone.post("wallet/challenge", {"address": wallet.address, "chain": chain})
    assert got.status_code == 200, got.json()
    return str(got.json()["message"])


@pytest.mark.django_db
def test_the_message_says_what_it_is(brand: Any) -> None:
    wallet = PlainWallet()
    lines = asked(Phone().starts(brand), wallet).split("\n")
    origin = settings.WALLETDESK.base_url
    host = origin.partition("://")[2]
    assert lines[0] == f"{host} wants you to sign in with your Ethereum account:"
    assert lines[1] == checksum_address(wallet.address)
    assert "moves no money" in lines[3]
    assert lines[5:8] == [f"URI: {origin}", "Version: 1", "Chain ID: 1"]
    assert lines[8].startswith("Nonce: ")
    assert len(lines[8]) >= 15
    assert [line.partition(":")[0] for line in lines[9:]] == ["Issued At", "Expiration Time"]


@pytest.mark.django_db
def test_an_address_has_its_own_history(brand: Any) -> None:
    wallet = PlainWallet()
    phone = wrote(Phone().starts(brand), "Written before signing")
    phone.takes(
        phone.post("wallet/verify", {"signature": wallet.personal_sign(asked(phone, wallet))})
    )
    assert phone.history() == ["Written before signing"]
    owner = Conversation.objects.get(ref=phone.conversation).contact
    assert identity_of(owner).addresses == (f"eip155:1:{checksum_address(wallet.address)}",)

    laptop = Phone().starts(brand)
    laptop.takes(
        laptop.post("wallet/verify", {"signature": wallet.personal_sign(asked(laptop, wallet))})
    )
    assert laptop.history() == ["Written before signing"]

    other = PlainWallet()
    laptop.takes(
        laptop.post("wallet/verify", {"signature": other.personal_sign(asked(laptop, other))})
    )
    assert laptop.history() == [], "another address: a clean session"
    assert laptop.history(phone.conversation) == 404


@pytest.mark.django_db
def test_an_address_and_a_user_are_never_merged(brand: Any) -> None:
    server, wallet = WalletServer.with_secret(brand), PlainWallet()
    phone = wrote(Phone().starts(brand).signs_in(server, "ana"), "Ana's matter")
    anas = phone.conversation
    phone.takes(
        phone.post("wallet/verify", {"signature": wallet.personal_sign(asked(phone, wallet))})
    )
    assert phone.history() == []
    assert phone.history(anas) == 404


@pytest.mark.django_db
def test_a_question_is_answered_once(brand: Any) -> None:
    wallet, phone = PlainWallet(), Phone().starts(brand)
    before = Phone(phone.token)
    signature = {"signature": wallet.personal_sign(asked(phone, wallet))}
    phone.takes(phone.post("wallet/verify", signature))
    assert phone.post("wallet/verify", signature).status_code == 401
    assert before.post("wallet/verify", signature).status_code == 401
    assert Phone().starts(brand).post("wallet/verify", signature).status_code == 401


@pytest.mark.django_db
def test_a_wrong_answer_uses_the_question_up(brand: Any) -> None:
    wallet, phone = PlainWallet(), Phone().starts(brand)
    message = asked(phone, wallet)
    wrong = PlainWallet().personal_sign(message)
    assert phone.post("wallet/verify", {"signature": wrong}).json()["code"] == "wrong_signature"
    right = {"signature": wallet.personal_sign(message)}
    assert phone.post("wallet/verify", right).status_code == 401
    assert not Contact.objects.filter(verified_at__isnull=False).exists()


@pytest.mark.django_db
def test_too_late(brand: Any) -> None:
    wallet, phone = PlainWallet(), Phone().starts(brand)
    signature = {"signature": wallet.personal_sign(asked(phone, wallet))}
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        assert phone.post("wallet/verify", signature).status_code == 401


@pytest.mark.django_db
def test_a_new_question_replaces_the_old(brand: Any) -> None:
    wallet, phone = PlainWallet(), Phone().starts(brand)
    old = wallet.personal_sign(asked(phone, wallet))
    asked(phone, wallet)
    assert phone.post("wallet/verify", {"signature": old}).status_code == 401


@pytest.mark.django_db
def test_a_page_of_another_origin_cannot_ask(brand: Any) -> None:
    phone, body = Phone().starts(brand), {"address": PlainWallet().address, "chain": 1}
    evil = phone.post("wallet/challenge", body, Origin="https://evil.example")
    assert evil.status_code == 403
    own = phone.post("wallet/challenge", body, Origin=settings.WALLETDESK.base_url)
    assert own.status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"address": "0x", "chain": 1}, 400),
        ({"address": CHECKSUMMED[0], "chain": 5}, 400),
        ({"address": CHECKSUMMED[0], "chain": 0}, 400),
        ({"address": CHECKSUMMED[0], "chain": 2**63}, 400),
        ({"address": CHECKSUMMED[0], "chain": "1"}, 400),
        ({"address": CHECKSUMMED[0], "chain": 1, "statement": "Transfer all"}, 400),
    ],
)
def test_strange_questions(brand: Any, body: Any, status: int) -> None:
    assert Phone().starts(brand).post("wallet/challenge", body).status_code == status


@pytest.mark.django_db
def test_off_by_default(cast: Cast) -> None:
    body = {"address": CHECKSUMMED[0], "chain": 1}
    got = Phone().starts(cast.brand).post("wallet/challenge", body)
    assert (got.status_code, got.json()["code"]) == (403, "wallet_sign_in_off")


def high_s(signature: str) -> str:
    raw = bytes.fromhex(signature[2:])
    flipped = ORDER - int.from_bytes(raw[32:64])
    return "0x" + (raw[:32] + flipped.to_bytes(32) + bytes([55 - raw[64]])).hex()


def test_malleable_copies_are_refused() -> None:
    wallet = PlainWallet()
    signature = wallet.personal_sign("hello")
    check_signature("hello", signature, wallet.address)
    with pytest.raises(WrongSignature):
        check_signature("hello", high_s(signature), wallet.address)


def test_other_prefixes_are_refused() -> None:
    """A signature of a transaction or of typed data is not one of this message."""
    wallet = PlainWallet()
    for prefix in (b"", b"\x19\x01", b"\x18Bitcoin Signed Message:\n"):
        with pytest.raises(WrongSignature):
            check_signature("hello", wallet.personal_sign("hello", prefix=prefix), wallet.address)


@pytest.mark.parametrize("length", [66, 130, 1_000])
def test_contract_wallets_are_told_apart(length: int) -> None:
    with pytest.raises(ContractWallet):
        check_signature("hello", "0x" + "ab" * length, CHECKSUMMED[0])


@pytest.mark.parametrize(
    "signature",
    ["", "0x", "0x0", "hello", "0x" + "zz" * 65, "0x" + "00" * 65, "0x" + "ff" * 65, "00" * 65,
     "0x" + "ab" * 9_000],
)  # fmt: skip
def test_what_is_no_signature(signature: str) -> None:
    with pytest.raises(WrongSignature):
        check_signature("hello", signature, CHECKSUMMED[0])


@given(st.binary(min_size=65, max_size=65))
def test_any_bytes_are_refused(raw: bytes) -> None:
    with pytest.raises(WrongSignature):
        check_signature("hello", "0x" + raw.hex(), CHECKSUMMED[0])
