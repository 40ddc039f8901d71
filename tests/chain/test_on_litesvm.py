"""What happens to people on Solana, made to happen in its runtime, and what they are told."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from solders.pubkey import Pubkey

from tests.chain.solana_node import SOL, Cluster, cluster
from walletdesk.chain.running import Diagnoser
from walletdesk.chain.types import Diagnosis

Ask = Callable[[str], Diagnosis]


@pytest.fixture(scope="module")
def place() -> Iterator[tuple[Cluster, str]]:
    with cluster() as found:
        yield found


@pytest.fixture
def chain(place: tuple[Cluster, str]) -> Cluster:
    return place[0]


@pytest.fixture
def ask(place: tuple[Cluster, str], diagnoser_for: Callable[..., Diagnoser]) -> Ask:
    diagnoser = diagnoser_for(("solana", place[1]))
    return lambda text: diagnoser.diagnose_now(text)[0]


def test_a_transfer_until_it_is_final(chain: Cluster, ask: Ask) -> None:
    me, friend = chain.person(), Pubkey.new_unique()
    sent = chain.pays(me, friend, SOL // 10)
    chain.passes(3)

    assert ask(sent).verdict == "unconfirmed_deposit"
    chain.passes(40)
    found = ask(sent)

    assert found.verdict == "confirmed"
    assert found.evidence["sender"] == str(me.pubkey())
    assert found.finding.fields["recipient"] == str(friend)


def test_too_little_to_open_an_account(chain: Cluster, ask: Ask) -> None:
    sent = chain.pays(chain.person(), Pubkey.new_unique(), 1000)
    chain.passes(40)
    assert ask(sent).verdict == "solana_rent"


def test_more_than_there_is(chain: Cluster, ask: Ask) -> None:
    sent = chain.pays(chain.person(), Pubkey.new_unique(), 5 * SOL)
    chain.passes(40)
    found = ask(sent)
    assert found.verdict == "insufficient_fee_coin"
    assert found.facts.number("custom") == 1
    assert any("insufficient lamports" in str(line) for line in found.facts.rows("logs") or
               found.facts.value("logs"))  # fmt: skip


@pytest.mark.parametrize("why", ["an old blockhash", "a payer without an account"])
def test_what_never_lands(chain: Cluster, ask: Ask, why: str) -> None:
    old = chain.svm.latest_blockhash()
    chain.svm.expire_blockhash()
    if why == "an old blockhash":
        sent = chain.pays(chain.person(), Pubkey.new_unique(), SOL // 2, old)
    else:
        sent = chain.pays(chain.person(0), Pubkey.new_unique(), SOL // 2)
    first = ask(sent)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=3), tick=True):  # noqa: TID251 - travels from now
        later = ask(sent)
    assert (first.verdict, first.finding.confidence) == ("solana_expired", "possible")
    assert (later.verdict, later.finding.confidence) == ("solana_expired", "likely")


def test_tokens_that_arrive(chain: Cluster, ask: Ask) -> None:
    me = chain.person()
    mine, theirs = chain.holds(me.pubkey(), 9_000_000), chain.holds(Pubkey.new_unique(), 0)
    sent = chain.pays_tokens(me, mine, theirs, 2_500_000)
    chain.passes(40)
    found = ask(sent)
    assert found.verdict == "confirmed"
    amount = {"value": 2_500_000, "decimals": 6, "symbol": "USDC"}
    assert found.finding.fields["amount"] == amount


@pytest.mark.parametrize(
    ("target", "amount", "reason", "said"),
    [("there", 9_000_001, "token_balance", "Custom 0x1"),
     ("missing", 5, "unknown", "InvalidAccountData")],
)  # fmt: skip
def test_tokens_that_do_not(
    chain: Cluster, ask: Ask, target: str, amount: int, reason: str, said: str
) -> None:
    """More than there is, or to an account of the token that nobody opened."""
    me = chain.person()
    mine = chain.holds(me.pubkey(), 9_000_000)
    other = Pubkey.new_unique()
    sent = chain.pays_tokens(
        me, mine, chain.holds(other, 0) if target == "there" else other, amount
    )
    chain.passes(40)
    found = ask(sent)
    assert found.verdict == "reverted"
    assert (found.finding.fields["reason"], found.finding.fields["said"]) == (reason, said)


def test_a_stranger_may_take_the_tokens(chain: Cluster, ask: Ask) -> None:
    me, thief = chain.person(), Pubkey.new_unique()
    mine = chain.holds(me.pubkey(), 7_000_000)
    assert ask(str(me.pubkey())).verdict == "nothing_wrong"
    chain.approves(me, mine, thief, 2**64 - 1)
    found = ask(str(me.pubkey()))
    assert found.verdict == "unlimited_approval"
    assert found.finding.fields["symbol"] == "USDC"
    assert found.finding.fields["spender"] == str(thief)


def test_accounts_that_lack_coin(chain: Cluster, ask: Ask) -> None:
    poor, old = Pubkey.new_unique(), Pubkey.new_unique()
    chain.holds(poor, 3_000_000)
    chain.leaves_with(old, 5000)
    assert ask(str(poor)).verdict == "insufficient_fee_coin"
    assert ask(str(old)).verdict == "solana_rent"
