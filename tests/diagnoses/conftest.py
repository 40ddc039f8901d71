"""Look-ups as the worker makes them, on a chain that the test holds in its hand."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.cast import Cast, Customer
from tests.chain.recorded import recorded
from walletdesk.chain.networks import Book, load_book
from walletdesk.conversations.diagnoses import looking
from walletdesk.conversations.diagnoses.models import Diagnosis, Watch
from walletdesk.conversations.diagnoses.port import Port
from walletdesk.kit.outbox.actions import handle_next
from walletdesk.site.chain_guard import WordGuard
from walletdesk.web.common.diagnosis.chat import ChatWords

SENDER = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8"
OTHER = "0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc"
HASH = "0x" + "5e" * 32
GWEI = 10**9


@dataclass
class Chain:
    """An EVM node of which the test says what it knows."""

    url: str = ""
    transactions: dict[str, dict[str, Any]] = field(default_factory=dict)
    receipts: dict[str, dict[str, Any]] = field(default_factory=dict)
    block: int = 100
    count: int = 7
    code: dict[str, str] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def send(self, name: str = HASH, nonce: int = 7, value: int = 10**18) -> None:
        """Put a transaction into the pool."""
        self.transactions[name] = {
            "hash": name, "from": SENDER, "to": OTHER, "nonce": hex(nonce), "value": hex(value),
            "gas": hex(21_000), "gasPrice": hex(30 * GWEI), "input": "0x", "type": "0x0",
            "blockNumber": None,
        }  # fmt: skip

    def mine(self, name: str = HASH, *, deep: int = 40) -> None:
        """Put it into a block, so many blocks ago."""
        self.receipts[name] = {
            "transactionHash": name, "blockNumber": hex(self.block), "status": "0x1",
            "gasUsed": hex(21_000), "effectiveGasPrice": hex(30 * GWEI), "logs": [],
        }  # fmt: skip
        self.transactions[name]["blockNumber"] = hex(self.block)
        self.block += deep
        self.count = 8

    def answer(self, _path: str, body: Any) -> Any:
        return [self._one(row) for row in body] if isinstance(body, list) else self._one(body)

    def _one(self, row: dict[str, Any]) -> dict[str, Any]:
        self.calls.append(row["method"])
        return {"jsonrpc": "2.0", "id": row["id"], "result": self._result(row)}

    def _result(self, row: dict[str, Any]) -> Any:
        first = row["params"][0] if row["params"] else None
        block = {"number": hex(self.block), "baseFeePerGas": hex(10 * GWEI), "timestamp": "0x6720"}
        known: dict[str, Any] = {
            "eth_chainId": "0x1",
            "eth_blockNumber": hex(self.block),
            "eth_getBlockByNumber": block,
            "eth_getTransactionByHash": self.transactions.get(first) if first else None,
            "eth_getTransactionReceipt": self.receipts.get(first) if first else None,
            "eth_getTransactionCount": hex(self.count),
            "eth_getBalance": hex(10**19),
            "eth_getCode": self.code.get(str(first).lower(), "0x"),
            "eth_gasPrice": hex(11 * GWEI),
            "eth_maxPriorityFeePerGas": hex(GWEI),
            "eth_getLogs": [],
            "eth_call": "0x",
        }
        return known.get(row["method"])


@pytest.fixture
def chain() -> Iterator[Chain]:
    """Have the desk ask this chain alone, under the name of Ethereum."""
    held = Chain()
    with recorded(held.answer) as server:
        held.url = server.url
        use(load_book(environ={}).limited([("ethereum", server.url)]))
        yield held
    use(load_book(environ={}))


def use(book: Book) -> None:
    Port.use(book=lambda: book, guard=WordGuard(), words=ChatWords())


def answers(cast: Cast, customer: Customer, text: str) -> int:
    """Have a customer write and the bot react, up to where the worker's job begins."""
    del cast
    customer.write(text)
    drain()
    return customer.now().last_customer_seq


def work() -> None:
    """Do what the worker would: every look that is asked for, then the news."""
    for row in Diagnosis.objects.filter(state="asked"):
        looking.look(row.pk)
    drain()


def drain() -> None:
    """Handle every event that waits."""
    while handle_next():
        pass


def look_again(watch: Watch) -> None:
    """Have a watch be due, and do its job."""
    Watch.objects.filter(pk=watch.pk).update(next_at=watch.created_at)
    looking.look_again(watch.pk)
