"""Nodes may lie, and strangers write names and memos: nothing of it crashes or passes as more."""

import asyncio
import json
import threading
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import base58
import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.chain.recorded import recorded, rpc
from walletdesk.chain import abi, foreign
from walletdesk.chain.diagnose import Setup, diagnose
from walletdesk.chain.networks import load_book
from walletdesk.chain.running import Diagnoser
from walletdesk.chain.transport import MOST_BYTES, Transport
from walletdesk.chain.types import Diagnosis
from walletdesk.site.chain_guard import WordGuard
from walletdesk.site.commands.diagnose import as_json
from walletdesk.web.common.diagnosis import figures

HASH = "ab" * 32
ADDRESS = "0x" + "5a" * 20
TRON = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
SIGNATURE = base58.b58encode(bytes(range(1, 65))).decode()
BOOK = load_book(environ={})
WORDS = [
    "result",
    "error",
    "data",
    "code",
    "message",
    "hash",
    "from",
    "to",
    "nonce",
    "gas",
    "gasPrice",
    "maxFeePerGas",
    "value",
    "input",
    "status",
    "gasUsed",
    "logs",
    "topics",
    "address",
    "blockNumber",
    "number",
    "timestamp",
    "baseFeePerGas",
    "effectiveGasPrice",
    "txid",
    "vin",
    "vout",
    "confirmations",
    "vsize",
    "scriptPubKey",
    "sequence",
    "fees",
    "base",
    "ancestor",
    "ancestorcount",
    "fee",
    "weight",
    "txID",
    "ret",
    "contractRet",
    "raw_data",
    "contract",
    "parameter",
    "owner_address",
    "receipt",
    "contractResult",
    "log",
    "balance",
    "owner_permission",
    "keys",
    "threshold",
    "weight",
    "active_permission",
    "context",
    "slot",
    "err",
    "meta",
    "logMessages",
    "transaction",
    "instructions",
    "parsed",
    "info",
    "tokenAmount",
    "delegate",
    "6",
]
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**300), 2**300),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(["0x", "0x1", "0x" + HASH, HASH, ADDRESS, SIGNATURE, TRON, "0x" + "f" * 80,
                     abi.TRANSFER, abi.APPROVAL, "0x" + "0" * 24 + "5a" * 20, "SUCCESS", "REVERT"]),
)  # fmt: skip
JSON = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(WORDS), inner, max_size=8)
    ),
    max_leaves=25,
)
CASES = (
    ("ethereum", "0x" + HASH),
    ("ethereum", ADDRESS),
    ("bitcoin", HASH),
    ("tron", HASH),
    ("tron", TRON),
    ("solana", SIGNATURE),
)


def reply(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> httpx.Response:
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))


def answered(
    network: str, text: str, handler: Callable[[httpx.Request], httpx.Response]
) -> Diagnosis:
    url = "esplora+http://node.test/api" if network == "bitcoin" else "http://node.test"
    book = BOOK.limited([(network, url)])

    async def run() -> Diagnosis:
        client = httpx.AsyncClient(transport=httpx.MockTransport(handler))
        async with Transport(client) as transport:
            setup = Setup(book, WordGuard(), transport, deadline=5)
            return (await diagnose(text, setup, network=network))[0]

    return asyncio.run(run())


@pytest.mark.parametrize(("network", "text"), CASES)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_json_is_survived(network: str, text: str, data: st.DataObject) -> None:
    usual = {"eth_chainId": "0x1", "eth_getBlockByNumber": {"number": "0x10"}, "getblockcount": 9}
    plausible = {
        "hash": "0x" + HASH, "from": ADDRESS, "nonce": "0x1", "txid": HASH, "txID": HASH,
    }  # fmt: skip

    def handler(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content) if request.content else {}
        said = data.draw(JSON)
        if isinstance(said, dict) and data.draw(st.booleans()):
            said = {**said, **plausible}
        if "method" in body:
            said = {"result": usual.get(body["method"], said)}
        return reply(json.dumps(said).encode())

    found = answered(network, text, handler)
    shown = as_json(found)

    assert json.dumps(shown, allow_nan=False)
    assert not [c for c in shown["summary"] if unicodedata.category(c) in {"Cc", "Cf"}]
    assert len(shown["summary"]) < 600


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<html>", b"\xff\xfe", b"[" * 200_000, b'{"result": ' + b"9" * 5000 + b"}",
        b'{"result": NaN}', b'{"result": 1e999}', b"null", b"[]", b'"x"',
        b'{"result": "' + b"a" * (MOST_BYTES + 10) + b'"}',
        b'{"error": {"code": "x", "message": 5}}',
    ],
)  # fmt: skip
@pytest.mark.parametrize(("network", "text"), CASES)
def test_rubbish_is_no_answer(network: str, text: str, body: bytes) -> None:
    found = answered(network, text, lambda _request: reply(body))

    assert found.verdict in {"unreachable", "not_found"}


@pytest.mark.parametrize("status", [301, 302, 400, 401, 429, 500, 503])
def test_refusals_and_redirects_are_not_followed(status: int) -> None:
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return reply(b"", status, {"Location": "http://169.254.169.254/latest"})

    found = answered("ethereum", "0x" + HASH, handler)

    assert found.verdict == "unreachable"
    assert set(asked) == {"node.test"}


@pytest.mark.parametrize(
    "name",
    ["USDT <script>alert(1)</script>", "Visit claim-usdt.com", "\u202eTDSU", "$ https://x.io",
     "A\nB\0",
     "%(spender)s %s %d", "A" * 5000, "领取空投 t.me/x"],
)  # fmt: skip
def test_names_that_strangers_chose(name: str) -> None:
    cleaned = foreign.as_text(name, foreign.NAME_LENGTH)
    shown = figures.foreign_name(cleaned)

    assert len(cleaned) <= foreign.NAME_LENGTH
    assert not [c for c in cleaned if unicodedata.category(c) in {"Cc", "Cf"}]
    for bait in ("<", ".com", "://", "t.me", "%"):
        assert bait not in shown


def test_a_token_with_a_link_for_a_name(diagnoser_for: Callable[..., Diagnoser]) -> None:
    name = b"Visit claim-usdt.com"
    said = "0x" + abi.word(32) + abi.word(len(name)) + name.hex().ljust(64, "0")
    token = "0x" + "7e" * 20
    log = {
        "address": token,
        "topics": [abi.TRANSFER, "0x" + abi.word("0x" + "11" * 20), "0x" + abi.word(ADDRESS)],
        "data": "0x" + abi.word(5), "transactionHash": "0x" + HASH, "blockNumber": "0x5",
    }  # fmt: skip
    answers: dict[str, Any] = {
        "eth_chainId": "0x1", "eth_getBlockByNumber": {"number": "0x10"}, "eth_getBalance": "0x0",
        "eth_getTransactionCount": "0x0", "eth_gasPrice": "0x0", "eth_getCode": "0x",
        "eth_getLogs": lambda params: [log] if len(params[0]["topics"]) == 3 else [],
        "eth_call": lambda params: said if params[0]["data"] == abi.SYMBOL else "0x" + abi.word(6),
    }  # fmt: skip
    with recorded(rpc(answers)) as server:
        found = diagnoser_for(("ethereum", server.url)).diagnose_now(ADDRESS)[0]

    shown = as_json(found)
    assert "claim-usdt" not in shown["summary"]
    assert any(fact.get("untrusted") for fact in shown["facts"])


def test_a_dead_address_is_passed_over_and_left_alone(
    diagnoser_for: Callable[..., Diagnoser],
) -> None:
    with recorded(rpc({"eth_chainId": "0x1", "eth_getBlockByNumber": {"number": "0x10"},
                       "eth_getTransactionByHash": None})) as server:  # fmt: skip
        diagnoser = diagnoser_for(("ethereum", "http://127.0.0.1:9"), ("ethereum", server.url))
        found = diagnoser.diagnose_now("0x" + HASH)[0]

    assert found.verdict == "not_found"


def test_networks_are_asked_all_at_once_and_the_same_question_once() -> None:
    """Each answers only when the other has been asked too."""
    both = threading.Barrier(2)
    known = {"eth_blockNumber": "0x10", "eth_getBlockByNumber": {"number": "0x10"}}

    def met(chain: str) -> Any:
        def answer(_params: Any) -> str:
            both.wait(60)
            return chain

        return answer

    with (
        recorded(
            rpc({**known, "eth_chainId": met("0x1"), "eth_getTransactionByHash": None})
        ) as one,
        recorded(
            rpc({**known, "eth_chainId": met("0x38"), "eth_getTransactionByHash": None})
        ) as two,
    ):
        data = BOOK.limited([("ethereum", one.url), ("bsc", two.url)])
        patient = {name: replace(each, seconds=60) for name, each in data.networks.items()}
        data = replace(data, networks=patient)
        found = Diagnoser(data, WordGuard(), deadline=60).diagnose_now("0x" + HASH)[0]

    assert set(found.asked) == {"ethereum", "bsc"}
    for server in (one, two):
        asked = [json.dumps([body["method"], body["params"]]) for _path, body in server.asked]
        assert len(asked) == len(set(asked))


def test_an_address_that_was_asked_too_often_is_passed_over(
    diagnoser_for: Callable[..., Diagnoser],
) -> None:
    limit = {"error": {"code": -32005, "message": "limit exceeded"}}
    known = {"eth_chainId": "0x1", "eth_getBlockByNumber": {"number": "0x10"},
             "eth_getTransactionByHash": None}  # fmt: skip
    with recorded(rpc(dict.fromkeys(known, limit))) as tired, recorded(rpc(known)) as fresh:
        diagnoser = diagnoser_for(("ethereum", tired.url), ("ethereum", fresh.url))
        found = diagnoser.diagnose_now("0x" + HASH)[0]

    assert found.verdict == "not_found"
    assert tired.asked


@pytest.mark.parametrize("receipt", [{"error": {"code": -32000, "message": "busy"}}, None])
def test_a_mined_transaction_without_its_receipt_does_not_wait(
    diagnoser_for: Callable[..., Diagnoser], receipt: Any
) -> None:
    """A receipt that cannot be read is no sign that another transaction took the number."""
    sent = {"hash": "0x" + HASH, "from": ADDRESS, "nonce": "0x1", "blockNumber": "0x5"}
    answers: dict[str, Any] = {
        "eth_chainId": "0x1", "eth_getBlockByNumber": {"number": "0x10"}, "eth_getBalance": "0x1",
        "eth_getTransactionCount": "0x2", "eth_gasPrice": "0x1", "eth_getTransactionByHash": sent,
        "eth_getTransactionReceipt": receipt,
    }  # fmt: skip
    with recorded(rpc(answers)) as server:
        found = diagnoser_for(("ethereum", server.url)).diagnose_now("0x" + HASH)[0]

    assert found.verdict == "unreachable"
