"""Accounts of EVM chains: coins, tokens, approvals, delegation, and what strangers sent."""

import asyncio
from collections.abc import Sequence
from typing import Final

from walletdesk.chain import abi, foreign
from walletdesk.chain.addresses import to_checksum
from walletdesk.chain.readers.evm_calls import (
    DELEGATION,
    EvmCalls,
    read_approvals,
    read_transfers,
)
from walletdesk.chain.similar import alike
from walletdesk.chain.transport import Unreachable
from walletdesk.chain.types import Facts, Json

_MOST_APPROVALS: Final = 12
_MOST_STRANGERS: Final = 6
_MOST_INDEXED: Final = 200  # log entries of a kind, the newest


class EvmAccounts:
    """Reads accounts of one EVM chain."""

    def __init__(self, node: EvmCalls) -> None:
        self._node = node

    async def read(self, address: str) -> Facts:
        """Return the facts of an account. Raises Unreachable."""
        node, count = self._node, "eth_getTransactionCount"
        facts = Facts(node.network.id)
        await node.latest(facts)
        facts.put("address", to_checksum(address), "asked")
        await asyncio.gather(
            node.number(facts, "balance", "eth_getBalance", address, "latest"),
            node.number(facts, "account_nonce", count, address, "latest"),
            node.number(facts, "pending_nonce", count, address, "pending"),
            node.number(facts, "usual_price", "eth_gasPrice"),
            self._code(facts, address),
            self._tokens(facts, address),
            self._approvals(facts, address),
        )
        return facts

    async def _code(self, facts: Facts, address: str) -> None:
        answer = await self._node.soft(facts, "is_contract", "eth_getCode", address, "latest")
        code = foreign.data(answer, 100_000)
        if code is None:
            return
        latest = facts.number("latest_block")
        plain = "0x" + code.hex()
        delegated = plain.startswith(DELEGATION) and len(code) == 23
        facts.put("is_contract", bool(code) and not delegated, "eth_getCode", latest)
        if delegated:
            delegate = to_checksum("0x" + plain[-40:])
            known = {at.lower(): name for name, at in self._node.desk.book.delegates.items()}
            facts.put("delegate", delegate, "eth_getCode", latest)
            facts.put("delegate_name", known.get(delegate.lower(), ""), "delegates")

    async def _tokens(self, facts: Facts, address: str) -> None:
        """Record what came in and what is held: known tokens, and those that logs tell of."""
        moved = await self._moved(facts, address)
        known = self._node.desk.book.tokens.get(self._node.network.id, {})
        contracts = [*(at.lower() for at in known.values()), *(str(row["token"]) for row in moved)]
        tokens = await self._node.tokens(contracts)
        held = await asyncio.gather(*(self._node.balance_of(at, address) for at in tokens))
        rows: list[Json] = [
            {**tokens[at], "value": value} for at, value in zip(tokens, held, strict=True) if value
        ]
        facts.put("tokens", rows, "eth_call balanceOf", facts.number("latest_block"), foreign=True)
        for row in moved:
            row.update(tokens.get(str(row["token"]), {}))
        await self._strangers(facts, address, moved)

    async def _moved(self, facts: Facts, address: str) -> list[dict[str, Json]]:
        """Return transfers from and to this account, as far back as the network lets us look."""
        if self._node.network.indexer:
            try:
                return await self._indexed(address)
            except Unreachable:
                facts.miss("indexer", "account tokentx", "unreachable")
        mine = "0x" + abi.word(address)
        outgoing, incoming = await asyncio.gather(
            self._logs(facts, "outgoing", [abi.TRANSFER, mine]),
            self._logs(facts, "incoming", [abi.TRANSFER, None, mine]),
        )
        return [*read_transfers(outgoing), *read_transfers(incoming)]

    async def _logs(self, facts: Facts, name: str, topics: list[Json]) -> Json:
        latest = facts.number("latest_block") or 0
        first = hex(max(latest - self._node.network.log_range, 0))
        span: dict[str, Json] = {"fromBlock": first, "toBlock": "latest", "topics": topics}
        found = await self._node.soft(facts, name, "eth_getLogs", span)
        return found[-200:] if isinstance(found, list) else []

    async def _logs_of_all_times(
        self, facts: Facts, name: str, events: Sequence[Json], rest: Sequence[Json]
    ) -> Json:
        """Return log entries as far back as an indexer knows, else those of the last blocks."""
        if self._node.network.indexer:
            try:
                kinds = await asyncio.gather(*(self._indexed_logs([e, *rest]) for e in events))
            except Unreachable:
                facts.miss("indexer", "logs getLogs", "unreachable")
            else:
                return [row for rows in kinds for row in rows]
        return await self._logs(facts, name, [list(events), *rest])

    async def _indexed_logs(self, topics: Sequence[Json]) -> list[Json]:
        query = {
            "module": "logs", "action": "getLogs", "fromBlock": "0", "toBlock": "latest",
            "page": "1", "offset": "1000", "topic0_1_opr": "and",
            **{f"topic{at}": str(topic) for at, topic in enumerate(topics)},
        }  # fmt: skip
        found = await self._node.desk.transport.indexer(self._node.network, query)
        rows = [foreign.as_dict(row) for row in found[-_MOST_INDEXED:]]
        for row in rows:  # Blockscout fills the four places with null
            row["topics"] = [topic for topic in foreign.as_list(row.get("topics"), 4) if topic]
        return list(rows)

    async def _indexed(self, address: str) -> list[dict[str, Json]]:
        query = {
            "module": "account", "action": "tokentx", "address": address,
            "page": "1", "offset": "100", "sort": "desc",
        }  # fmt: skip
        rows = await self._node.desk.transport.indexer(self._node.network, query)
        found: list[dict[str, Json]] = []
        for row in map(foreign.as_dict, rows):
            value = foreign.as_text(row.get("value"), 80)
            fields: dict[str, Json] = {
                "token": foreign.address(row.get("contractAddress")),
                "from": foreign.address(row.get("from")),
                "to": foreign.address(row.get("to")),
                "value": int(value) if value.isascii() and value.isdecimal() else None,
                "nft": False,
                "tx": foreign.hash32(row.get("hash")),
            }
            if all(fields[key] not in {None, ""} for key in ("token", "from", "to", "value")):
                found.append(fields)
        return found

    async def _strangers(
        self, facts: Facts, address: str, moved: Sequence[dict[str, Json]]
    ) -> None:
        """Record traps in the history: zero-value transfers by others, and look-alikes."""
        mine = address.lower()
        paid = {str(r["to"]) for r in moved if r["from"] == mine and r["value"]}
        forged: list[Json] = []
        for row in [r for r in moved if r["from"] == mine and r["value"] == 0][:_MOST_STRANGERS]:
            found = foreign.as_dict(
                await self._node.soft(facts, "forged", "eth_getTransactionByHash", row["tx"])
            )
            signer = foreign.address(found.get("from"))
            if signer and signer != mine:
                forged.append({**row, "signer": to_checksum(signer)})
        facts.put("forged", forged, "eth_getTransactionByHash", foreign=True)
        others = {str(r["from"]) for r in moved} | {str(r["to"]) for r in moved if not r["value"]}
        similar: list[Json] = [
            {"look_alike": to_checksum(other), "genuine": to_checksum(real)}
            for other in sorted(others - paid)
            for real in sorted(paid)
            if alike(other, real)
        ]
        facts.put("look_alikes", similar[:10], "eth_getLogs")
        received: list[Json] = [r for r in moved if r["to"] == mine and not r.get("official")]
        facts.put("received_unknown", received[:10], "eth_getLogs", foreign=True)

    async def _approvals(self, facts: Facts, address: str) -> None:
        """Record live approvals: those that logs tell of, and of known tokens to known spenders."""
        mine = "0x" + abi.word(address)
        given: list[Json] = [abi.APPROVAL, abi.APPROVAL_FOR_ALL]
        logs = await self._logs_of_all_times(facts, "approvals", given, [mine])
        rows = read_approvals(logs)[-_MOST_APPROVALS:]
        tokens = await self._node.tokens([str(row["token"]) for row in rows])
        for row in rows:
            row.update(tokens.get(str(row["token"]), {}))
            row["spender_name"] = self._node.spender(str(row["spender"]))
        await asyncio.gather(*(self._node.live_approval(row, address) for row in rows))
        rows += await self._permit2(facts, address, rows)
        live: list[Json] = [row for row in rows if row["live"]]
        facts.put(
            "approvals", live, "eth_call allowance", facts.number("latest_block"), foreign=True
        )

    async def _permit2(
        self, facts: Facts, address: str, rows: Sequence[dict[str, Json]]
    ) -> list[dict[str, Json]]:
        """Return what Permit2 lets others take, from its own Approval and Permit events."""
        permit2 = self._node.desk.book.spenders.get("Permit2", "").lower()
        if not permit2 or not any(str(row["spender"]).lower() == permit2 for row in rows):
            return []
        mine = "0x" + abi.word(address)
        events: list[Json] = [
            abi.topic("Approval(address,address,address,uint160,uint48)"),
            abi.topic("Permit(address,address,address,uint160,uint48,uint48)"),
        ]
        found: list[dict[str, Json]] = []
        logs = await self._logs_of_all_times(facts, "permit2", events, [mine])
        for log in foreign.as_list(logs, 50):
            topics = foreign.as_list(foreign.as_dict(log).get("topics"), 4)
            if len(topics) < 4 or foreign.address(foreign.as_dict(log).get("address")) != permit2:
                continue
            token, spender = abi.topic_address(topics[2]), abi.topic_address(topics[3])
            if not token or not spender:
                continue
            data = abi.call(abi.PERMIT2_ALLOWANCE, address, token, spender)
            live = abi.number(await self._node.view(permit2, data))
            found.append(
                {
                    **await self._node.token(token), "owner": address, "spender": spender,
                    "form": "permit2", "live": live, "spender_name": self._node.spender(spender),
                    "unlimited": live is not None and live >= abi.PERMIT2_UNLIMITED,
                }
            )  # fmt: skip
        return found[:_MOST_APPROVALS]
