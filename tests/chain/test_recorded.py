"""TRON, Solana and Esplora as they answer: shapes of their documentation, values of the cases."""

from collections.abc import Callable
from typing import Any

import base58
import pytest

from tests.chain.recorded import recorded, rpc
from walletdesk.chain import abi
from walletdesk.chain.addresses import tron_to_hex
from walletdesk.chain.networks import load_book
from walletdesk.chain.running import Diagnoser
from walletdesk.chain.types import Diagnosis

USDT = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
ME = base58.b58encode_check(b"\x41" + b"\x01" * 20).decode()
THIEF = base58.b58encode_check(b"\x41" + b"\x02" * 20).decode()
HASH = "5c" * 32
Make = Callable[..., Diagnoser]


def tron(**answers: Any) -> Callable[[str, Any], Any]:
    """Answer TRON's paths: `/wallet/getaccount` is the keyword `getaccount`."""
    usual: dict[str, Any] = {
        "getnowblock": {"block_header": {"raw_data": {"number": 70_000_100}}},
        "getaccountresource": {"freeNetLimit": 600, "freeNetUsed": 10},
        "triggerconstantcontract": {"result": {"result": True}, "constant_result": ["0" * 64]},
    }
    return lambda path, _body: {**usual, **answers}.get(path.rsplit("/", 1)[-1], {})


def call(result: str, **info: Any) -> dict[str, Any]:
    """A call of the USDT contract, as gettransactionbyid and gettransactioninfobyid show it."""
    value = {
        "owner_address": tron_to_hex(ME),
        "contract_address": tron_to_hex(USDT),
        "data": "a9059cbb",
    }
    return {
        "gettransactionbyid": {
            "ret": [{"contractRet": result}],
            "txID": HASH,
            "raw_data": {
                "contract": [{"type": "TriggerSmartContract", "parameter": {"value": value}}],
                "fee_limit": 10_000_000,
                "expiration": 1_790_000_000_000,
            },
        },
        "gettransactioninfobyid": {
            "id": HASH,
            "blockNumber": 70_000_000,
            "blockTimeStamp": 1_790_000_000_000,
            "fee": 9_900_000,
            "receipt": {"result": result, "energy_usage_total": 47_142, "energy_fee": 9_900_000},
            **info,
        },
    }


def ask(make: Make, answers: dict[str, Any], text: str) -> Diagnosis:
    with recorded(tron(**answers)) as server:
        return make(("tron", server.url)).diagnose_now(text, network="tron")[0]


def test_tron_out_of_energy(diagnoser_for: Make) -> None:
    found = ask(diagnoser_for, call("OUT_OF_ENERGY"), HASH)

    assert found.verdict == "tron_out_of_energy"
    assert found.evidence["sender"] == ME
    assert found.facts.number("energy_used") == 47_142


def test_tron_without_its_result_is_not_said_to_wait(diagnoser_for: Make) -> None:
    answers = {**call("OUT_OF_ENERGY"), "gettransactioninfobyid": b"busy"}

    assert ask(diagnoser_for, answers, HASH).verdict == "unreachable"


def test_tron_revert_with_its_reason(diagnoser_for: Make) -> None:
    said = b"transfer amount exceeds balance"
    payload = "08c379a0" + abi.word(32) + abi.word(len(said)) + said.hex().ljust(64, "0")

    found = ask(diagnoser_for, call("REVERT", contractResult=[payload]), HASH)

    assert found.verdict == "reverted"
    assert found.finding.fields["reason"] == "token_balance"


def test_tron_success_is_told_with_what_arrived(diagnoser_for: Make) -> None:
    log = {
        "address": tron_to_hex(USDT)[2:],
        "topics": [abi.TRANSFER[2:], "0" * 24 + "01" * 20, "0" * 24 + "02" * 20],
        "data": abi.word(2_500_000),
    }

    found = ask(diagnoser_for, call("SUCCESS", log=[log]), HASH)

    assert found.verdict == "confirmed"
    assert found.finding.fields["amount"] == {"value": 2_500_000, "decimals": 6, "symbol": "USDT"}
    assert found.finding.fields["recipient"] == THIEF


def account(**fields: Any) -> dict[str, Any]:
    keys = [{"address": tron_to_hex(ME), "weight": 1}]
    usual = {
        "address": ME,
        "balance": 50_000_000,
        "owner_permission": {"threshold": 1, "keys": keys},
    }
    return {"getaccount": {**usual, **fields}}


def test_tron_accounts(diagnoser_for: Make) -> None:
    stolen = {
        "threshold": 2,
        "keys": [{"address": ME, "weight": 1}, {"address": THIEF, "weight": 2}],
    }
    hijacked = ask(diagnoser_for, account(owner_permission=stolen), ME)
    assert hijacked.verdict == "tron_permission_hijack"
    assert hijacked.finding.fields["controller"] == THIEF
    assert hijacked.plan.ending == "person_now"

    assert ask(diagnoser_for, {"getaccount": {}}, ME).verdict == "tron_not_activated"
    used_up = {"getaccountresource": {"freeNetLimit": 600, "freeNetUsed": 590}}
    assert ask(diagnoser_for, {**account(balance=10), **used_up}, ME).verdict == "tron_no_bandwidth"
    held = {"triggerconstantcontract": {"constant_result": [abi.word(5_000_000)]}}
    assert ask(diagnoser_for, {**account(balance=0), **held}, ME).verdict == "insufficient_fee_coin"
    assert ask(diagnoser_for, account(), ME).verdict == "nothing_wrong"


def test_tron_deposit_without_memo(diagnoser_for: Make, tmp_path: Any) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(f'[services.x]\nname = "X"\nmemo = true\naddresses = ["{THIEF}"]\n')
    value = {
        "owner_address": tron_to_hex(ME),
        "to_address": tron_to_hex(THIEF),
        "amount": 5_000_000,
    }
    answers = call("SUCCESS")
    contract = {"type": "TransferContract", "parameter": {"value": value}}
    answers["gettransactionbyid"]["raw_data"] = {"contract": [contract]}
    with recorded(tron(**answers)) as server:
        make = diagnoser_for(("tron", server.url), book=load_book(file, {}))
        found = make.diagnose_now(f"https://tronscan.org/#/transaction/{HASH}")[0]
        answers["gettransactionbyid"]["raw_data"]["data"] = b"user 77".hex()
        with_memo = make.diagnose_now(f"https://tronscan.org/#/transaction/{HASH}")[0]

    assert found.verdict == "missing_memo"
    assert found.plan.by == "service"
    assert with_memo.verdict == "confirmed"
    assert with_memo.facts.text("memo") == "user 77"


SIGNATURE = base58.b58encode(bytes(range(1, 65))).decode()
WALLET = base58.b58encode(bytes(range(1, 33))).decode()


def landed(error: Any, logs: list[str]) -> dict[str, Any]:
    keys = [{"pubkey": WALLET, "signer": True}]
    return {
        "getSignatureStatuses": {
            "context": {"slot": 300},
            "value": [
                {"slot": 200, "confirmations": None, "err": error,
                 "confirmationStatus": "finalized"}
            ],
        },
        "getTransaction": {
            "slot": 200,
            "blockTime": 1_790_000_000,
            "meta": {"err": error, "fee": 5000, "logMessages": logs},
            "transaction": {"message": {"accountKeys": keys, "instructions": []}},
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    ("error", "logs", "verdict"),
    [
        ({"InstructionError": [2, {"Custom": 6001}]}, ["Slippage tolerance exceeded"], "reverted"),
        ("BlockhashNotFound", [], "solana_expired"),
    ],
)  # fmt: skip
def test_solana_programs_of_others(
    diagnoser_for: Make, error: Any, logs: list[str], verdict: str
) -> None:
    with recorded(rpc(landed(error, logs))) as server:
        found = diagnoser_for(("solana", server.url)).diagnose_now(SIGNATURE)[0]

    assert found.verdict == verdict
    if verdict == "reverted":
        assert found.finding.fields["reason"] == "slippage"


def esplora(rate: float, usual: float, *, parent_waits: bool = False) -> dict[str, Any]:
    parent = "aa" * 32
    return {
        f"/api/tx/{HASH}": {
            "txid": HASH, "fee": round(rate * 140), "weight": 560, "status": {"confirmed": False},
            "vin": [{"txid": parent, "vout": 1, "sequence": 0xFFFFFFFD, "prevout": {}}],
            "vout": [{"scriptpubkey_address": "bc1q", "value": 100_000}],
        },
        f"/api/tx/{parent}": {
            "txid": parent, "fee": 140, "weight": 560, "status": {"confirmed": not parent_waits},
        },
        "/api/fee-estimates": {"6": usual},
        "/api/blocks/tip/height": 900_000,
        f"/api/tx/{parent}/outspend/1": {"spent": True, "txid": "bb" * 32},
    }  # fmt: skip


def test_bitcoin_through_esplora(diagnoser_for: Make) -> None:
    pages = esplora(2, 20)
    with recorded(lambda path, _body: pages.get(path)) as server:
        diagnoser = diagnoser_for(("bitcoin", f"esplora+{server.url}/api"))
        ask_it: Callable[[], Diagnosis] = lambda: diagnoser.diagnose_now(f"tx hash {HASH}")[0]  # noqa: E731
        low = ask_it()
        assert (low.verdict, low.steps[0]) == ("underpriced", "bump_fee_rbf")
        pages.update(esplora(30, 20, parent_waits=True))
        assert ask_it().verdict == "stuck_behind_parent"
        pages.update(esplora(30, 20))
        assert ask_it().verdict == "pending"
        del pages[f"/api/tx/{HASH}"]
        gone = ask_it()

    assert gone.verdict == "replaced"
    assert gone.finding.fields["replacement"] == "bb" * 32


def test_bitcoin_that_spent_its_own_coins_was_not_replaced(diagnoser_for: Make) -> None:
    """One server behind the address has not heard of the block that another one speaks of."""
    pages = esplora(30, 20)
    with recorded(lambda path, _body: pages.get(path)) as server:
        diagnoser = diagnoser_for(("bitcoin", f"esplora+{server.url}/api"))
        ask_it: Callable[[], Diagnosis] = lambda: diagnoser.diagnose_now(f"tx hash {HASH}")[0]  # noqa: E731
        assert ask_it().verdict == "pending"
        del pages[f"/api/tx/{HASH}"]
        pages[f"/api/tx/{'aa' * 32}/outspend/1"] = {"spent": True, "txid": HASH}
        assert ask_it().verdict == "unreachable"


def test_a_bitcoin_node_without_index_does_not_take_a_spent_payment_for_replaced(
    diagnoser_for: Make,
) -> None:
    """It was mined and its receivers have passed the coins on: such a node forgets it whole."""
    waiting = {
        "txid": HASH, "vsize": 140, "vin": [{"txid": "aa" * 32, "vout": 1}],
        "vout": [{"value": 0.001, "n": 0}],
    }  # fmt: skip
    answers: dict[str, Any] = {"getblockcount": 900_000, "getrawtransaction": waiting}
    with recorded(rpc(answers)) as server:
        diagnoser = diagnoser_for(("bitcoin", server.url))
        ask_it: Callable[[], Diagnosis] = lambda: diagnoser.diagnose_now(f"tx hash {HASH}")[0]  # noqa: E731
        assert ask_it().verdict == "pending"
        said = "No such mempool transaction. Use -txindex or provide a block hash"
        answers["getrawtransaction"] = {"error": {"code": -5, "message": said}}
        answers["gettxout"] = None
        assert ask_it().verdict == "unreachable"
