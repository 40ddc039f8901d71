"""What happens to people on an EVM chain, made to happen on anvil, and what they are told."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.chain.nodes import Evm, anvil
from tests.chain.recorded import recorded
from walletdesk.chain import abi
from walletdesk.chain.networks import Book, Service
from walletdesk.chain.running import Diagnoser
from walletdesk.chain.types import Diagnosis

UNLIMITED = 2**256 - 1
NETWORK = "evm:31337"
PERMIT2 = "0x000000000022D473030F116dDEE9F6B43aC78BA3"
PERMIT2_CODE = (
    "0x60003560e01c63927da10514602157"  # asked for an allowance?
    "606035604035602035600035604060" "00a400"  # no: the event whose four topics were sent
    "5b600160a01b600190036000526001602052600160405260606000f3"  # yes: 2**160 - 1
)  # fmt: skip
"""As much of Permit2 as a reader sees: whom it lets take, and its events."""
Ask = Callable[..., Diagnosis]


@pytest.fixture
def diagnoser(chain: Evm, diagnoser_for: Callable[..., Diagnoser]) -> Diagnoser:
    return diagnoser_for((NETWORK, chain.url))


@pytest.fixture
def ask(diagnoser: Diagnoser) -> Ask:
    return lambda text, **options: diagnoser.diagnose_now(text, **options)[0]


@pytest.fixture
def held(chain: Evm) -> Iterator[Evm]:
    """A chain that mines only when told to."""
    chain.rpc("evm_setAutomine", False)
    yield chain
    chain.rpc("anvil_dropAllTransactions")
    chain.rpc("evm_setAutomine", True)


def told(diagnosis: Diagnosis) -> str:
    return diagnosis.verdict.value


def look_alike(address: str) -> str:
    return address[:6] + "77" * 16 + address[-4:]


def test_a_deposit_from_its_first_block_to_the_last_it_needs(chain: Evm, ask: Ask) -> None:
    me, exchange = chain.accounts[:2]
    sent = chain.send(me, exchange, value=10**18)

    first = ask(sent)
    assert told(first) == "unconfirmed_deposit"
    assert first.finding.fields["have"] == 1
    assert first.plan.watch

    chain.rpc("anvil_mine", hex(12))
    done = ask(f"Where is my deposit? {sent}")
    assert told(done) == "confirmed"
    assert done.evidence["sender"] == me
    assert done.evidence["recipient"] == exchange
    assert all(fact.call for fact in done.facts)


def test_tokens_that_a_wallet_does_not_show(chain: Evm, ask: Ask) -> None:
    me, friend = chain.accounts[:2]
    token = chain.deploy(me, "AUR")
    sent = chain.call(me, token, "transfer(address,uint256)", friend, 1_500_000)
    chain.rpc("anvil_mine", hex(12))

    found = ask(sent)

    assert told(found) == "token_not_shown"
    assert found.finding.fields["amount"] == {"value": 1_500_000, "decimals": 6, "symbol": "AUR"}
    assert "token_not_shown" in [f.verdict.value for f in (found.finding, *found.also)]


@pytest.mark.parametrize(
    ("signature", "values", "verdict", "reason"),
    [
        ("fill(uint256)", (50,), "out_of_gas", None),
        ("transfer(address,uint256)", ("0x" + "22" * 20, 5), "reverted", "token_balance"),
        ("transferFrom(address,address,uint256)", ("0x" + "11" * 20, "0x" + "22" * 20, 5),
         "reverted", "allowance"),
        ("divide(uint256)", (0,), "reverted", "contract_fault"),
        ("swap()", (), "reverted", "slippage"),
    ],
)  # fmt: skip
def test_why_a_transaction_failed(
    chain: Evm, ask: Ask, signature: str, values: tuple[Any, ...], verdict: str, reason: str | None
) -> None:
    owner, poor = chain.accounts[0], chain.accounts[3]
    token = chain.deploy(owner, "AUR")
    sent = chain.call(poor, token, signature, *values, gas=100_000)

    found = ask(sent)

    assert told(found) == verdict
    if reason is not None:
        assert found.finding.fields["reason"] == reason
        assert found.steps[0] == f"retry_{reason}"


def test_approvals_without_limit_until_they_are_taken_back(chain: Evm, ask: Ask) -> None:
    me, thief = chain.accounts[4:6]
    token = chain.deploy(me, "AUR")
    approved = chain.call(me, token, "approve(address,uint256)", thief, UNLIMITED)

    assert told(ask(approved)) == "unlimited_approval"
    by_address = ask(me)
    assert told(by_address) == "unlimited_approval"
    assert str(by_address.finding.fields["spender"]).lower() == thief.lower()
    assert by_address.plan.ending == "person_now"

    chain.call(me, token, "approve(address,uint256)", thief, 0)
    chain.call(me, token, "setApprovalForAll(address,bool)", thief, 1)
    assert ask(me).finding.fields["form"] == "all"
    chain.call(me, token, "setApprovalForAll(address,bool)", thief, 0)
    chain.rpc("anvil_mine", "0x1")
    assert told(ask(me)) != "unlimited_approval"


def test_a_permission_inside_of_permit2_leaves_the_wallets_own_approval_harmless(
    chain: Evm, ask: Ask
) -> None:
    thief, me = chain.accounts[5], chain.accounts[9]
    chain.rpc("anvil_setCode", PERMIT2, PERMIT2_CODE)
    token = chain.deploy(me, "AUR")
    chain.call(me, token, "approve(address,uint256)", PERMIT2, UNLIMITED)
    event = "Approval(address,address,address,uint160,uint48)"
    topics = [abi.topic(event)[2:], *map(abi.word, (me, token, thief))]
    chain.send(me, PERMIT2, data="0x" + "".join(topics))

    found = ask(me)

    assert told(found) == "unlimited_approval"
    assert found.finding.fields["form"] == "permit2"
    assert str(found.finding.fields["spender"]).lower() == thief.lower()


@pytest.mark.parametrize("flavour", ["etherscan", "blockscout"])
def test_an_approval_before_the_blocks_that_a_node_tells_of(
    chain: Evm, book: Book, diagnoser_for: Callable[..., Diagnoser], flavour: str
) -> None:
    """An indexer knows it; without one nothing is claimed."""
    me, thief = chain.accounts[8:10]
    token = chain.deploy(me, "AUR")
    approved = chain.call(me, token, "approve(address,uint256)", thief, UNLIMITED)
    chain.rpc("anvil_mine", hex(40))
    logs = chain.rpc("eth_getTransactionReceipt", approved)["logs"]
    if flavour == "blockscout":
        logs = [{**log, "topics": [*log["topics"], None]} for log in logs]
    none = {"status": "0", "message": "No transactions found", "result": []}

    def answer(path: str, _body: Any) -> Any:
        asked = dict(parse_qsl(urlsplit(path).query))
        if asked.get("apikey") != "k1":
            return {"status": "0", "message": "NOTOK", "result": "Missing/Invalid API Key"}
        known = asked["action"] == "getLogs" and asked["topic0"] == abi.APPROVAL
        known = known and asked["topic1"] == "0x" + abi.word(me)
        return {"status": "1", "message": "OK", "result": logs} if known else none

    def told_by(indexer: str) -> Diagnosis:
        data = book.limited([(NETWORK, chain.url)])
        network = replace(data.networks[NETWORK], indexer=indexer, log_range=5)
        data = replace(data, networks={NETWORK: network})
        return diagnoser_for(book=data).diagnose_now(me)[0]

    with recorded(answer) as server:
        assert told(told_by("")) != "unlimited_approval"
        found = told_by(f"{server.url}/api?apikey=k1")
        assert told(found) == "unlimited_approval"
        assert str(found.finding.fields["spender"]).lower() == thief.lower()
        assert not [fact.name for fact in found.facts if fact.name == "indexer"]
        refused = told_by(f"{server.url}/api?apikey=k2")
        assert [fact.unknown for fact in refused.facts if fact.name == "indexer"]


def test_a_permission_that_somebody_used(chain: Evm, ask: Ask) -> None:
    me, thief = chain.accounts[4:6]
    token = chain.deploy(me, "AUR")
    chain.call(me, token, "approve(address,uint256)", thief, 5_000_000)
    taken = chain.call(thief, token, "transferFrom(address,address,uint256)", me, thief, 5_000_000)
    chain.rpc("anvil_mine", hex(12))

    found = ask(taken, known=frozenset({me.lower()}))

    assert told(found) == "taken_by_spender"
    assert str(found.finding.fields["victim"]).lower() == me.lower()
    assert found.plan.ending == "person_now"
    assert told(ask(taken)) != "taken_by_spender"  # of a stranger's address nobody says so


def test_next_to_nothing_and_tokens_that_call_to_a_page(chain: Evm, ask: Ask) -> None:
    stranger = chain.accounts[8]
    me = "0x" + "7d" * 20
    crumbs = chain.send(stranger, me, value=10**9)
    chain.rpc("anvil_mine", hex(12))
    assert told(ask(crumbs)) == "dust"

    bait = chain.deploy(stranger, "visit claim.example")
    chain.call(stranger, bait, "transfer(address,uint256)", me, 10**6)
    mine = ask(me)
    assert "dust" in [f.verdict.value for f in (mine.finding, *mine.also)]


def test_bait_in_the_history_and_falling_for_it(chain: Evm, ask: Ask) -> None:
    me, friend, thief = chain.accounts[6:9]
    token = chain.deploy(me, "AUR")
    chain.call(me, token, "transfer(address,uint256)", friend, 10**6)
    bait = chain.call(
        thief, token, "transferFrom(address,address,uint256)", me, look_alike(friend), 0
    )

    assert told(ask(bait)) == "poisoning_attempt"
    mine = ask(me)
    assert "poisoning_attempt" in [f.verdict.value for f in (mine.finding, *mine.also)]

    lost = chain.call(me, token, "transfer(address,uint256)", look_alike(friend), 10**6)
    found = ask(lost)
    assert told(found) == "address_poisoning"
    assert found.finding.fields["genuine"] == friend
    assert found.plan.recoverable == "no"


def test_a_coin_sent_to_a_look_alike_of_an_address_in_the_same_message(
    chain: Evm, ask: Ask
) -> None:
    me, friend = chain.accounts[:2]
    sent = chain.send(me, look_alike(friend), value=10**18)

    assert told(ask(f"I wanted to pay {friend} but {sent}")) == "address_poisoning"


def test_imitated_tokens(chain: Evm, ask: Ask) -> None:
    me, victim = chain.accounts[:2]
    fake = chain.deploy(me, "USDТ")  # the last letter is Cyrillic
    sent = chain.call(me, fake, "transfer(address,uint256)", victim, 10**6)

    found = ask(sent)

    assert told(found) == "fake_token"
    assert found.finding.fields["imitates"] == "USDT"


def test_an_account_with_a_sweeper_in_it(chain: Evm, ask: Ask) -> None:
    victim = "0x" + "5a" * 20
    chain.rpc("anvil_setCode", victim, "0xef0100" + "99" * 20)

    found = ask(victim)

    assert told(found) == "eip7702_sweeper"
    assert str(found.finding.fields["delegate"]).lower() == "0x" + "99" * 20


def test_tokens_sent_to_their_own_contract_and_to_nobody(chain: Evm, ask: Ask) -> None:
    me = chain.accounts[0]
    token = chain.deploy(me, "AUR")

    own = chain.call(me, token, "transfer(address,uint256)", token, 10**6)
    assert told(ask(own)) == "sent_to_token_contract"
    burnt = chain.send(me, "0x000000000000000000000000000000000000dEaD", value=10**18)
    assert told(ask(burnt)) == "sent_to_burn_address"


def test_what_services_take_is_data(
    chain: Evm, book: Book, diagnoser_for: Callable[..., Diagnoser]
) -> None:
    me, exchange, bridge = chain.accounts[:3]
    services = {
        "x": Service("x", "X Exchange", {}, frozenset({exchange.lower()}), frozenset({"bsc"})),
        "b": Service("b", "B Bridge", addresses=frozenset({bridge.lower()}), bridge=True),
    }
    diagnoser = diagnoser_for((NETWORK, chain.url), book=replace(book, services=services))
    wrong = chain.send(me, exchange, value=10**18)
    bridged = chain.send(me, bridge, value=10**18)

    found = diagnoser.diagnose_now(wrong)[0]
    assert told(found) == "unsupported_by_service"
    assert found.plan.ending == "somebody_else"
    assert found.evidence["service"] == "X Exchange"
    assert told(diagnoser.diagnose_now(bridged)[0]) == "bridge_in_progress"


def test_waiting_behind_another_and_being_replaced(held: Evm, ask: Ask) -> None:
    me, friend = held.accounts[2:4]
    nonce = int(held.rpc("eth_getTransactionCount", me, "latest"), 16)
    fee = {"maxFeePerGas": 10**11, "maxPriorityFeePerGas": 10**9}
    first = held.send(me, friend, value=1, nonce=nonce, **fee)
    gapped = held.send(me, friend, value=2, nonce=nonce + 2, **fee)

    assert told(ask(first)) == "pending"
    behind = ask(gapped)
    assert told(behind) == "nonce_gap"
    assert behind.finding.fields["missing"]
    assert behind.finding.fields["lowest"] == nonce
    mine = ask(me)
    assert told(mine) == "pending"

    dearer = {"maxFeePerGas": 10**12, "maxPriorityFeePerGas": 10**11}
    held.send(me, me, value=0, nonce=nonce, **dearer)
    held.rpc("anvil_mine", "0x1")
    gone = ask(first)
    assert told(gone) == "replaced"
    assert gone.evidence["sender"] == me


def test_dropped_and_without_money_for_the_fee(held: Evm, ask: Ask) -> None:
    me, friend = held.accounts[5:7]
    fee = {"maxFeePerGas": 10**11, "maxPriorityFeePerGas": 10**9}
    sent = held.send(me, friend, value=10**18, **fee)
    before = held.rpc("eth_getBalance", me, "latest")
    held.rpc("anvil_setBalance", me, hex(10**17))
    assert told(ask(sent)) == "insufficient_fee_coin"
    held.rpc("anvil_setBalance", me, before)

    held.rpc("anvil_dropTransaction", sent)
    assert told(ask(sent)) == "dropped"


def test_money_on_another_network_than_the_one_asked_for(
    chain: Evm, diagnoser_for: Callable[..., Diagnoser]
) -> None:
    somebody = "0x" + "6b" * 20
    with anvil(31400) as other:
        other.rpc("anvil_setBalance", somebody, hex(10**18))
        sent = other.send(other.accounts[0], other.accounts[1], value=10**18)
        diagnoser = diagnoser_for((NETWORK, chain.url), ("evm:31400", other.url))

        by_address = diagnoser.diagnose_now(somebody, network=NETWORK)[0]
        by_hash = diagnoser.diagnose_now(sent, network=NETWORK)[0]

    assert told(by_address) == "wrong_network"
    assert by_address.finding.fields["found"] == "EVM 31400"
    assert told(by_hash) == "wrong_network"
    assert by_hash.network == "evm:31400"


def test_a_reorganisation_is_no_lie(held: Evm, ask: Ask) -> None:
    sent = "0x" + "ab" * 32

    found = ask(sent)

    assert told(found) == "not_found"
    assert found.finding.confidence == "likely"
