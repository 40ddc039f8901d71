"""Every verdict from recorded facts, without a chain, and that each has a plan and words."""

from dataclasses import replace
from typing import Any

import pytest
from django.utils import translation

from walletdesk.chain import plans
from walletdesk.chain.networks import Book, Service, load_book
from walletdesk.chain.plans import CHOSEN_BY_FACTS, PLANS, RETRIES
from walletdesk.chain.rules import decide, message
from walletdesk.chain.rules.common import Context
from walletdesk.chain.types import Facts, Finding, Kind, Ref, Verdict
from walletdesk.web.common.diagnosis import steps, summaries
from walletdesk.web.common.diagnosis.told import summary

A, B = "0x" + "1" * 40, "0x" + "2" * 40
GWEI = 10**9
BASE = load_book(environ={})
BOOK = replace(
    BASE,
    services={
        "x": Service("x", "X", {"ethereum": 20}, frozenset({B}), frozenset({"ethereum", "tron"})),
        "y": Service("y", "Y", {}, frozenset({"0x" + "3" * 40}), frozenset({"bsc"})),
        "m": Service("m", "M", addresses=frozenset({"TM"}), memo=True),
        "b": Service("b", "Bridge", addresses=frozenset({"0x" + "4" * 40}), bridge=True),
    },
)
WAITS: dict[str, Any] = {
    "found": True, "waiting": True, "nonce": 7, "account_nonce": 7, "pending_nonce": 8,
    "balance": 10**18, "gas_limit": 21000, "max_fee": 30 * GWEI, "base_fee": 10 * GWEI, "value": 1,
}  # fmt: skip
MINED: dict[str, Any] = {
    "found": True, "waiting": False, "status": 1, "confirmations": 64, "sender": A, "recipient": B,
    "value": 10**18, "method": "", "block": 5,
}  # fmt: skip
FAILED = {**MINED, "status": 0, "gas_used": 50_000, "gas_limit": 60_000}
USDT = str(BASE.tokens["ethereum"]["USDT"])


def transfer(**fields: Any) -> dict[str, Any]:
    usual = {"token": USDT.lower(), "from": A, "to": "0x" + "5" * 40, "value": 5, "decimals": 6,
             "symbol": "USDT", "official": "USDT", "nft": False}  # fmt: skip
    return {**usual, **fields}


EVM_TRANSACTIONS: list[tuple[str, dict[str, Any]]] = [
    ("pending", WAITS),
    ("underpriced", {**WAITS, "max_fee": 9 * GWEI}),
    ("underpriced", {**WAITS, "usual_price": 60 * GWEI}),
    ("nonce_gap", {**WAITS, "nonce": 9}),
    ("nonce_gap", {**WAITS, "nonce": 9, "pending_nonce": 10}),
    ("insufficient_fee_coin", {**WAITS, "balance": 5}),
    ("replaced", {**WAITS, "account_nonce": 8}),
    ("replaced", {"found": False, "nonce": 7, "account_nonce": 8}),
    ("dropped", {"found": False, "nonce": 7, "account_nonce": 7}),
    ("out_of_gas", {**FAILED, "gas_used": 60_000}),
    ("out_of_gas", {**FAILED, "gas_used": 59_000, "enough_with_more_gas": True}),
    ("reverted", {**FAILED, "refusal": {"form": "panic", "class": "contract_fault", "text": "x"}}),
    ("reverted", {**FAILED, "enough_with_more_gas": True}),
    ("unconfirmed_deposit", {**MINED, "confirmations": 19}),
    ("confirmed", MINED),
    ("confirmed", {**MINED, "confirmations": 20}),
    ("unsupported_by_service", {**MINED, "recipient": "0x" + "3" * 40}),
    ("bridge_in_progress", {**MINED, "recipient": "0x" + "4" * 40}),
    ("sent_to_burn_address", {**MINED, "recipient": "0x" + "0" * 40}),
    ("sent_to_token_contract", {**MINED, "transfers": [transfer(to=USDT.lower())]}),
    ("token_not_shown", {**MINED, "transfers": [transfer()], "receiver_balance": 5}),
    ("fake_token", {**MINED, "transfers": [transfer(token=A, official="", symbol="U$DT")]}),
    ("poisoning_attempt", {**MINED, "sender": B, "transfers": [transfer(value=0)]}),
    ("confirmed", {**MINED, "sender": B, "transfers": [transfer(value=0), transfer()]}),
    ("address_poisoning", {**MINED, "paid_look_alikes": [A]}),
    ("unlimited_approval", {**MINED, "approvals": [{"unlimited": True, "spender": A}]}),
    ("confirmed", {**MINED, "approvals": [{"unlimited": True, "spender_name": "Permit2"}]}),
    ("dust", {**MINED, "value": 5}),
]  # fmt: skip
EVM_ACCOUNTS: list[tuple[str, dict[str, Any]]] = [
    ("nothing_wrong", {"balance": 10**18}),
    ("eip7702_sweeper", {"balance": 0, "delegate": A, "delegate_name": ""}),
    ("nothing_wrong", {"balance": 1, "delegate": A, "delegate_name": "MetaMask Delegator"}),
    ("unlimited_approval", {"balance": 1, "approvals": [{"unlimited": True, "form": "permit2"}]}),
    ("poisoning_attempt", {"look_alikes": [{"look_alike": A, "genuine": B}]}),
    ("pending", {"account_nonce": 3, "pending_nonce": 5}),
    ("insufficient_fee_coin", {"balance": 5, "usual_price": GWEI, "tokens": [transfer()]}),
    ("fake_token", {"balance": 10**18, "received_unknown": [{"symbol": "USDC", "token": A}]}),
    ("dust", {"balance": 10**18, "received_unknown": [{"symbol": "Claim at x.io", "token": A}]}),
    ("nothing_wrong", {"balance": 10**18, "received_unknown": [{"symbol": "PEPE", "token": A}]}),
    ("nothing_wrong", {"balance": 10**18, "received_unknown": [{"symbol": "USDC.e", "token": A}]}),
    ("token_not_shown", {"balance": 10**18, "usual_price": GWEI, "tokens": [transfer()]}),
    ("cannot_tell", {}),
]
BITCOIN: list[tuple[str, dict[str, Any]]] = [
    ("pending", {"waiting": True, "fee_rate": 20.0, "usual_rate": 20.5}),
    ("underpriced", {"waiting": True, "fee_rate": 2.0, "usual_rate": 20.0, "replaceable": True}),
    ("underpriced", {"waiting": True, "fee_rate": 1.0, "least_rate": 1.0}),
    ("stuck_behind_parent",
     {"waiting": True, "fee_rate": 30.0, "usual_rate": 20.0, "ancestors": 1,
      "ancestor_rate": 15.0}),
    ("replaced", {"found": False, "coins_spent_otherwise": True}),
    ("dropped", {"found": False, "coins_spent_otherwise": False}),
    ("unconfirmed_deposit", {"waiting": False, "confirmations": 2}),
    ("dust", {"waiting": False, "confirmations": 9, "outputs": [{"value": 546}]}),
    ("confirmed", {"waiting": False, "confirmations": 9, "outputs": [{"value": 54_600}]}),
    ("confirmed",
     {"waiting": False, "confirmations": 9, "outputs": [{"value": 546}, {"value": 54_600}]}),
]  # fmt: skip
TRON: list[tuple[str, dict[str, Any]]] = [
    ("pending", {"waiting": True}),
    ("tron_out_of_energy", {"result": "OUT_OF_ENERGY"}),
    ("tron_no_bandwidth", {"result": "BANDWITH_ERROR"}),
    ("reverted", {"result": "TRANSFER_FAILED"}),
    ("missing_memo", {"result": "SUCCESS", "recipient": "TM", "memo": "", "confirmations": 99}),
    ("confirmed", {"result": "SUCCESS", "recipient": "TM", "memo": "5", "confirmations": 99}),
    ("unconfirmed_deposit", {"result": "SUCCESS", "confirmations": 3, "recipient": "TX"}),
    ("dust", {"result": "SUCCESS", "confirmations": 99, "value": 1}),
]
SOLANA: list[tuple[str, dict[str, Any]]] = [
    ("solana_expired", {"found": False}),
    ("solana_rent", {"failed": True, "error": "InsufficientFundsForRent"}),
    ("insufficient_fee_coin", {"failed": True, "error": "InsufficientFundsForFee"}),
    ("reverted", {"failed": True, "error": "Custom", "custom": 6001}),
    ("confirmed", {"failed": False, "confirmations": 32}),
    ("unconfirmed_deposit", {"failed": False, "confirmations": 5}),
]
CASES = [
    *((("ethereum", Kind.TRANSACTION), *case) for case in EVM_TRANSACTIONS),
    *((("ethereum", Kind.ADDRESS), *case) for case in EVM_ACCOUNTS),
    *((("bitcoin", Kind.TRANSACTION), *case) for case in BITCOIN),
    *((("tron", Kind.TRANSACTION), *case) for case in TRON),
    *((("solana", Kind.TRANSACTION), *case) for case in SOLANA),
]


@pytest.mark.parametrize(("where", "verdict", "facts"), CASES)
def test_a_verdict_from_recorded_facts(
    where: tuple[str, Kind], verdict: str, facts: dict[str, Any]
) -> None:
    network, kind = where
    context = Context(BOOK.networks[network], BOOK)

    found = decide(kind, Facts.of(network, **facts), context)[0]

    assert found.verdict == verdict
    with translation.override("en"):
        said = summary(found)
    assert "%(" not in said
    assert "None" not in said
    assert set(found.steps) <= set(steps.STEPS)


def test_every_code_has_a_plan_and_words() -> None:
    assert set(PLANS) == set(Verdict)
    assert set(summaries.SUMMARIES) == set(Verdict)
    chosen = {code for plan in PLANS.values() for code in plan.steps} | set(CHOSEN_BY_FACTS)
    assert chosen == set(steps.STEPS)
    assert {code for plan in PLANS.values() for code in plan.never} == set(steps.NEVER)
    assert {plan.by for plan in PLANS.values()} - {""} == set(steps.THIRD_PARTIES)
    assert set(summaries.REASONS) == {*RETRIES, "unknown"}
    for plan in PLANS.values():
        assert (plan.recoverable == plans.Recoverable.BY_THIRD_PARTY) == bool(plan.by)


def test_every_verdict_can_be_said_without_any_field() -> None:
    for verdict in Verdict:
        assert "%(" not in summary(Finding(verdict))


def test_money_on_another_network() -> None:
    found = {
        "ethereum": Facts.of("ethereum", balance=0, account_nonce=5),
        "bsc": Facts.of("bsc", balance=7, account_nonce=0),
    }

    named = message.funds_elsewhere(found, BOOK, named="ethereum")
    guessed = message.funds_elsewhere(found, BOOK, named=None)

    assert named is not None
    assert (named.verdict, named.confidence) == ("wrong_network", "certain")
    assert guessed is not None
    assert guessed.confidence == "likely"
    assert message.funds_elsewhere(found, BOOK, named="bsc") is None
    unknown = Facts("ethereum")
    unknown.miss("balance", "eth_getBalance", "refused")
    assert message.funds_elsewhere({**found, "ethereum": unknown}, BOOK, named="ethereum") is None


def test_two_addresses_that_look_alike() -> None:
    genuine, bait = "0xabcd" + "1" * 32 + "9876", "0xabcd" + "2" * 32 + "9876"
    ref = Ref(Kind.ADDRESS, bait)

    assert message.look_alike_pair(ref, frozenset({genuine})) is not None
    assert message.look_alike_pair(ref, frozenset({bait, B})) is None


def test_a_known_spender_is_no_finding_and_the_book_knows_it(book: Book) -> None:
    assert "Permit2" in book.spenders
    assert book.official("ethereum", USDT.lower()) == "USDT"
    assert book.official("ethereum", A) == ""


def test_tokens_that_leave_without_their_owners_signature() -> None:
    """A permission that was used: told only of an address that is the customer's."""
    facts = Facts.of("ethereum", **{**MINED, "sender": B, "transfers": [transfer()]})
    network = BOOK.networks["ethereum"]
    mine = Context(network, BOOK, frozenset({A}))
    [first, *_] = decide(Kind.TRANSACTION, facts, mine)
    assert first.verdict == Verdict.TAKEN_BY_SPENDER
    assert first.fields["victim"] == A
    router = replace(BOOK, spenders={"Router": B})
    others = (
        Context(network, BOOK, frozenset()),
        Context(network, BOOK, frozenset({A, B})),
        Context(network, router, frozenset({A})),
        Context(network, BOOK, frozenset({A, "0x" + "5" * 40})),
    )
    for context in others:
        found = decide(Kind.TRANSACTION, facts, context)
        assert Verdict.TAKEN_BY_SPENDER not in [finding.verdict for finding in found]
