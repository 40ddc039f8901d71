"""Calls of Ethereum's JSON-RPC that transactions and accounts share.

Source: the execution-apis specification. What a node refuses or does not offer is recorded as
unknown; only silence is raised.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

from walletdesk.chain import abi, foreign
from walletdesk.chain.addresses import to_checksum
from walletdesk.chain.readers.base import Desk
from walletdesk.chain.transport import Refused, Unreachable
from walletdesk.chain.types import Facts, Json

MOST_TOKENS: Final = 8
MOST_LOGS: Final = 400
_APPROVALS: Final = (abi.APPROVAL, abi.APPROVAL_FOR_ALL)  # no set: a topic may be any JSON
DELEGATION: Final = "0xef0100"  # EIP-7702: this and 20 bytes of address are an account's code


class EvmCalls:
    """One network's node, with answers checked as they come in."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.network = desk.network

    async def rpc(self, method: str, *params: Json) -> Json:
        """Return the result of a call. Raises Unreachable or Refused."""
        return await self.desk.transport.rpc(self.network, method, params)

    async def soft(self, facts: Facts, name: str, method: str, *params: Json) -> Json:
        """Return the result, or None after recording under `name` why it is unknown."""
        try:
            return await self.rpc(method, *params)
        except Refused:
            facts.miss(name, method, "refused")
        except Unreachable as error:
            facts.miss(name, method, str(error) or "unreachable")
        return None

    async def number(self, facts: Facts, name: str, method: str, *params: Json) -> int | None:
        """Record a number under `name` and return it."""
        found = foreign.quantity(await self.soft(facts, name, method, *params))
        if found is None:
            facts.miss(name, method, "malformed")
        else:
            facts.put(name, found, method, facts.number("latest_block"))
        return found

    async def latest(self, facts: Facts) -> None:
        """Record the newest block: its number, time and base fee. Raises Unreachable."""
        await self.check_chain(facts)
        method = "eth_getBlockByNumber"
        try:
            block = foreign.as_dict(await self.rpc(method, "latest", False))
        except Refused as error:
            raise Unreachable("refused") from error
        number = foreign.quantity(block.get("number"))
        if number is None:
            raise Unreachable("malformed")
        facts.put("latest_block", number, method, number)
        for name, key in (("base_fee", "baseFeePerGas"), ("latest_time", "timestamp")):
            value = foreign.quantity(block.get(key))
            if value is not None:
                facts.put(name, value, method, number)

    async def check_chain(self, facts: Facts) -> None:
        """Record the chain id; a node of another chain counts as silent. Raises Unreachable."""
        try:
            chain = foreign.quantity(await self.rpc("eth_chainId"))
        except Refused as error:
            raise Unreachable("refused") from error
        if self.network.chain_id is not None and chain != self.network.chain_id:
            raise Unreachable("other_chain")
        facts.put("chain_id", chain, "eth_chainId")

    async def view(self, to: str, data: str, block: str = "latest") -> Json:
        """Return what a contract answers; None when it refuses or the node is silent."""
        try:
            return await self.rpc("eth_call", {"to": to, "data": data}, block)
        except (Refused, Unreachable):
            return None

    async def token(self, contract: str) -> dict[str, Json]:
        """Return what a token says of itself, and the symbol under which it is known for certain.

        `symbol` is text of whoever wrote the contract.
        """
        symbol, decimals = await asyncio.gather(
            self.view(contract, abi.SYMBOL), self.view(contract, abi.DECIMALS)
        )
        places = abi.number(decimals)
        return {
            "token": to_checksum(contract),
            "symbol": abi.text(symbol),
            "decimals": places if places is not None and places <= 77 else None,
            "official": self.desk.book.official(self.network.id, contract),
        }

    async def tokens(self, contracts: Sequence[str]) -> dict[str, dict[str, Json]]:
        """Return `token` of each contract, at most `MOST_TOKENS` different ones."""
        chosen = list(dict.fromkeys(contracts))[:MOST_TOKENS]
        found = await asyncio.gather(*map(self.token, chosen))
        return dict(zip(chosen, found, strict=True))

    async def balance_of(self, contract: str, owner: str) -> int | None:
        """Return how much of a token an account holds."""
        return abi.number(await self.view(contract, abi.call(abi.BALANCE_OF, owner)))

    async def live_approval(self, row: dict[str, Json], owner: str) -> None:
        """Add to an approval what it is worth now: `live`, and `unlimited`."""
        token, spender = foreign.as_text(row["token"]), foreign.as_text(row["spender"])
        if row["form"] == "all":
            data = abi.call(abi.APPROVED_FOR_ALL, owner, spender)
            live = abi.number(await self.view(token, data))
            row["unlimited"] = live == 1
        else:
            live = abi.number(await self.view(token, abi.call(abi.ALLOWANCE, owner, spender)))
            row["unlimited"] = live is not None and live >= abi.UNLIMITED
        row["live"] = live

    def spender(self, address: str) -> str:
        """Return the name of a spender that is known for good reasons."""
        return next(
            (name for name, at in self.desk.book.spenders.items() if at.lower() == address.lower()),
            "",
        )


def read_transfers(logs: Json) -> list[dict[str, Json]]:
    """Return the token transfers among log entries: token, from, to, value, tx, block.

    A transfer of one NFT has a fourth topic and carries the value 1 and `nft`.
    """
    found: list[dict[str, Json]] = []
    for log in foreign.as_list(logs, MOST_LOGS):
        entry = foreign.as_dict(log)
        topics = foreign.as_list(entry.get("topics"), 4)
        token = foreign.address(entry.get("address"))
        if len(topics) < 3 or topics[0] != abi.TRANSFER or not token:
            continue
        nft = len(topics) == 4
        value = 1 if nft else abi.number(entry.get("data"))
        found.append(
            {
                "token": token,
                "from": abi.topic_address(topics[1]),
                "to": abi.topic_address(topics[2]),
                "value": value,
                "nft": nft,
                "tx": foreign.hash32(entry.get("transactionHash")),
                "block": foreign.quantity(entry.get("blockNumber")),
            }
        )
    return [row for row in found if row["from"] and row["to"] and row["value"] is not None]


def read_approvals(logs: Json) -> list[dict[str, Json]]:
    """Return the approvals among log entries: token, owner, spender, form (amount or all)."""
    found: dict[tuple[str, str, str], dict[str, Json]] = {}
    for log in foreign.as_list(logs, MOST_LOGS):
        entry = foreign.as_dict(log)
        topics = foreign.as_list(entry.get("topics"), 4)
        token = foreign.address(entry.get("address"))
        if len(topics) != 3 or topics[0] not in _APPROVALS or not token:
            continue
        owner, spender = abi.topic_address(topics[1]), abi.topic_address(topics[2])
        if not owner or not spender:
            continue
        form = "all" if topics[0] == abi.APPROVAL_FOR_ALL else "amount"
        found[token, owner, spender] = {
            "token": token, "owner": owner, "spender": spender, "form": form,
        }  # fmt: skip
    return list(found.values())
