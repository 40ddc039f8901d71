"""Shapes of numbers and addresses, the table topic → fields, numbers, and where a ticket stands."""

import json
import re
import secrets
from pathlib import Path

import base58
import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from walletdesk.conversations.tickets.networks import EVM, guess
from walletdesk.conversations.tickets.rules import (
    ALWAYS,
    FIELDS,
    fields_of,
    number_in,
    number_of,
    spoken,
    step_of,
    topics_offered,
)
from walletdesk.conversations.tickets.types import Network, Shape, Step
from walletdesk.conversations.types import Author, Status
from walletdesk.language.topics import TOPICS
from walletdesk.web.common import ticket_words

HASH = "5e" * 32
TRON_ADDRESS = base58.b58encode_check(b"\x41" + b"\x07" * 20).decode()
BITCOIN_ADDRESS = base58.b58encode_check(b"\x00" + b"\x07" * 20).decode()
SOLANA_ADDRESS = base58.b58encode(b"\x07" * 32).decode()
SOLANA_SIGNATURE = base58.b58encode(b"\xf7" * 64).decode()
BITCOIN = (Network.BITCOIN,)


@pytest.mark.parametrize(
    ("text", "shape", "networks", "undecided"),
    [
        ("0x" + HASH, Shape.TRANSACTION, EVM, True),
        (HASH, Shape.TRANSACTION, (*BITCOIN, Network.TRON, Network.ETHEREUM), True),
        (HASH.upper(), Shape.TRANSACTION, (*BITCOIN, Network.TRON, Network.ETHEREUM), True),
        ("0x" + "5e" * 20, Shape.ADDRESS, EVM, False),
        (BITCOIN_ADDRESS, Shape.ADDRESS, BITCOIN, False),
        ("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", Shape.ADDRESS, BITCOIN, False),
        (TRON_ADDRESS, Shape.ADDRESS, (Network.TRON,), False),
        (SOLANA_ADDRESS, Shape.ADDRESS, (Network.SOLANA,), False),
        (SOLANA_SIGNATURE, Shape.TRANSACTION, (Network.SOLANA,), True),
        (f"https://etherscan.io/tx/0x{HASH}", Shape.TRANSACTION, (Network.ETHEREUM,), False),
        (f"https://tronscan.org/#/transaction/{HASH}", Shape.TRANSACTION, (Network.TRON,), False),
        (f"https://evil.example/tx/{HASH}", Shape.TRANSACTION, None, True),
        ("0x" + "5e" * 31, Shape.UNKNOWN, (), False),
        ("TX of yesterday", Shape.UNKNOWN, (), False),
        ("https://[", Shape.UNKNOWN, (), False),
        ("", Shape.UNKNOWN, (), False),
    ],
)
def test_a_network_is_guessed_by_shape(
    text: str, shape: Shape, networks: tuple[Network, ...] | None, undecided: bool
) -> None:
    found = guess(f"  {text} ")
    assert (found.shape, found.undecided) == (shape, undecided)
    if networks is not None:
        assert found.networks == networks


@given(st.text(max_size=300))
def test_no_text_breaks_the_guess(text: str) -> None:
    assert guess(text).text or not text.strip()


@given(st.binary(min_size=64, max_size=64))
def test_a_solana_key_pair_is_never_taken_for_decided(pair: bytes) -> None:
    text = base58.b58encode(pair).decode()
    assert guess(text).undecided or len(text) > 90 or len(text) < 25


def test_the_page_knows_the_same_shapes() -> None:
    script = Path(settings.STATIC_FOLDER) / "portal" / "shapes.js"
    shapes = re.findall(r"\[/(\^.*?\$)/(i?), (EVM|\[[^\]]*\])(, true)?\]", script.read_text())
    assert len(shapes) == 8
    for text in ("0x" + HASH, HASH, "0x" + "5e" * 20, BITCOIN_ADDRESS, TRON_ADDRESS, SOLANA_ADDRESS,
                 SOLANA_SIGNATURE):  # fmt: skip
        pattern, _flag, networks, undecided = next(
            row for row in shapes if re.fullmatch(row[0], text, re.IGNORECASE if row[1] else 0)
        )
        named = [str(n) for n in EVM] if networks == "EVM" else json.loads(networks)
        assert (named, bool(undecided)) == (
            [str(n) for n in guess(text).networks],
            guess(text).undecided,
        ), pattern


def test_the_table_of_fields_holds_together() -> None:
    offered = [code for codes in topics_offered().values() for code in codes]
    assert set(offered) <= set(TOPICS)
    assert set(offered) == set(ticket_words.TOPICS)
    assert set(FIELDS) == set(ticket_words.FIELDS)
    used = {spec.code for topic in offered for spec in fields_of(topic)}
    assert used == set(FIELDS)
    for topic in offered:
        codes = [spec.code for spec in fields_of(topic)]
        assert set(ALWAYS) <= set(codes)
        assert len(codes) <= 10, topic  # only what this topic needs
    assert "reference" not in {spec.code for spec in fields_of("app_crash")}
    assert topics_offered(("complaint", "other")).get("talk") is None


def test_a_number_can_be_said_and_typed() -> None:
    for _time in range(200):
        number = number_of(secrets.randbits(64))
        assert re.fullmatch(r"[2-9A-HJ-NP-TV-Z]{6}", number)
        assert number_in(f" {spoken(number).lower()} ") == number
    assert spoken("K7M2QD") == "K7M-2QD"
    assert number_in("K7M-2Q") is None


@pytest.mark.parametrize(
    ("status", "last", "person", "answered", "step"),
    [
        (Status.QUEUED, Author.CUSTOMER, False, False, Step.RECEIVED),
        (Status.OPEN, Author.CUSTOMER, True, False, Step.IN_WORK),
        (Status.OPEN, Author.AGENT, True, True, Step.YOUR_TURN),
        (Status.OPEN, Author.CUSTOMER, True, True, Step.ANSWERED),
        (Status.SNOOZED, Author.AGENT, True, True, Step.YOUR_TURN),
        (Status.RESOLVED, Author.AGENT, True, True, Step.SOLVED),
    ],
)
def test_steps(status: Status, last: Author, person: bool, answered: bool, step: Step) -> None:
    assert step_of(status, last, has_person=person, answered=answered) is step
