"""Bitcoin's family on a real node: litecoind in regression-test mode has Bitcoin Core's code."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from tests.chain.nodes import Litecoin
from walletdesk.chain.running import Diagnoser
from walletdesk.chain.types import Diagnosis


@pytest.fixture
def ask(litecoin: Litecoin, diagnoser_for: Callable[..., Diagnoser]) -> Callable[..., Diagnosis]:
    diagnoser = diagnoser_for(("litecoin", litecoin.url))

    def one(text: str) -> Diagnosis:
        return diagnoser.diagnose_now(text, network="litecoin")[0]

    return one


def pay(node: Litecoin, amount: str, rate: float | None = None, *, replaceable: bool = True) -> str:
    """Send coins at a rate in litoshi per virtual byte."""
    options: dict[str, object] = {"replaceable": replaceable}
    if rate is not None:
        options["feeRate"] = f"{Decimal(str(rate)) / 100_000:f}"
    to = node.rpc("getnewaddress")
    raw = node.rpc("createrawtransaction", [], {to: amount}, 0, replaceable)
    funded = node.rpc("fundrawtransaction", raw, options)["hex"]
    signed = node.rpc("signrawtransactionwithwallet", funded)["hex"]
    return str(node.rpc("sendrawtransaction", signed))


def replace_by_fee(node: Litecoin, transaction: str) -> str:
    """Send the same coins again, to one new address, with a fee nobody overlooks."""
    spent = node.rpc("getrawtransaction", transaction, True)["vin"]
    inputs = [{"txid": row["txid"], "vout": row["vout"], "sequence": 0xFFFFFFFD} for row in spent]
    worth = sum(
        Decimal(str(node.rpc("getrawtransaction", row["txid"], True)["vout"][row["vout"]]["value"]))
        for row in spent
    )
    outputs = {node.rpc("getnewaddress"): f"{worth - Decimal('0.001'):f}"}
    raw = node.rpc("createrawtransaction", inputs, outputs)
    signed = node.rpc("signrawtransactionwithwallet", raw)["hex"]
    return str(node.rpc("sendrawtransaction", signed))


def test_the_life_of_a_bitcoin_like_transaction(
    litecoin: Litecoin, ask: Callable[..., Diagnosis]
) -> None:
    litecoin.mine(110)

    # Cheap, and may be replaced: raise the fee.
    cheap = pay(litecoin, "1.0", 1)
    waiting = ask(cheap)
    assert waiting.verdict == "underpriced"
    assert waiting.steps[0] == "bump_fee_rbf"
    assert waiting.facts.rate("fee_rate") == pytest.approx(1, abs=0.1)

    # Its owner raised the fee: the first one vanishes from the node.
    raised = replace_by_fee(litecoin, cheap)
    assert ask(cheap).verdict == "replaced"
    assert ask(raised).verdict in {"pending", "underpriced"}

    # Enough: waits, arrives, is deep enough.
    good = pay(litecoin, "2.0", 50)
    assert ask(good).verdict == "pending"
    litecoin.mine(1)
    arrived = ask(good)
    assert arrived.verdict == "unconfirmed_deposit"
    assert arrived.finding.fields["have"] == 1
    litecoin.mine(5)
    assert ask(good).verdict == "confirmed"

    # May not be replaced: only its receiver can pull it through.
    firm = pay(litecoin, "1.5", 1, replaceable=False)
    assert ask(firm).steps[0] == "spend_output_cpfp"


def test_a_child_that_waits_for_its_parent(
    litecoin: Litecoin, ask: Callable[..., Diagnosis]
) -> None:
    litecoin.mine(110)
    parent = pay(litecoin, "1.0", 1)
    details = litecoin.rpc("getrawtransaction", parent, True)
    out = max(details["vout"], key=lambda row: row["value"])
    back = litecoin.rpc("getnewaddress")
    left = Decimal(str(out["value"])) - Decimal("0.0002")
    raw = litecoin.rpc(
        "createrawtransaction", [{"txid": parent, "vout": out["n"]}], {back: f"{left:f}"}
    )
    signed = litecoin.rpc("signrawtransactionwithwallet", raw)["hex"]
    child = litecoin.rpc("sendrawtransaction", signed)

    found = ask(child)

    assert found.facts.number("ancestors") == 1
    assert found.verdict in {"pending", "stuck_behind_parent"}
    litecoin.mine(1)


def test_what_a_node_without_index_cannot_know_is_said(
    litecoin: Litecoin, ask: Callable[..., Diagnosis]
) -> None:
    found = ask(litecoin.rpc("getnewaddress"))

    assert found.verdict == "cannot_tell"
    unknown = found.facts.fact("balance")
    assert unknown is not None
    assert unknown.unknown == "no_index"
    assert ask("ab" * 32).verdict == "not_found"
