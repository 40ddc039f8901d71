"""Transactions of EVM chains: what a node knows of one, and what it does not."""

import asyncio
from datetime import UTC, datetime

from walletdesk.chain import abi, foreign
from walletdesk.chain.addresses import to_checksum
from walletdesk.chain.readers.base import Desk
from walletdesk.chain.readers.evm_account import EvmAccounts
from walletdesk.chain.readers.evm_calls import EvmCalls, read_approvals, read_transfers
from walletdesk.chain.similar import alike
from walletdesk.chain.transport import Refused, Unreachable
from walletdesk.chain.types import Facts, Json, Sighting
from walletdesk.kit import clock

_TX = "eth_getTransactionByHash"
_RECEIPT = "eth_getTransactionReceipt"
_MOST_GAS = 16_000_000  # EIP-7825: no transaction may have much more


class EvmReader:
    """Reads transactions and accounts of one EVM chain."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._node = EvmCalls(desk)
        self._accounts = EvmAccounts(self._node)

    async def address(self, address: str) -> Facts:
        """Return what is known of an account. Raises Unreachable."""
        return await self._accounts.read(address)

    async def transaction(self, transaction: str) -> Facts | None:
        """Return what is known of a transaction, None when nothing is. Raises Unreachable."""
        facts = Facts(self._desk.network.id)
        try:
            answer, _latest = await asyncio.gather(
                self._node.rpc(_TX, transaction), self._node.latest(facts)
            )
        except Refused as error:
            raise Unreachable("refused") from error
        found = foreign.as_dict(answer)
        if not found:
            return await self._vanished(facts, transaction)
        sender = foreign.address(found.get("from"))
        nonce = foreign.quantity(found.get("nonce"))
        if foreign.hash32(found.get("hash")) != transaction or not sender or nonce is None:
            raise Unreachable("malformed")
        sighting = Sighting(sender, nonce, seen_at=clock.now())
        self._desk.memory.remember(self._desk.network.id, transaction, sighting)
        self._take(facts, found, sender, nonce)
        receipt = foreign.as_dict(await self._node.soft(facts, "status", _RECEIPT, transaction))
        if foreign.quantity(receipt.get("blockNumber")) is None:
            if foreign.quantity(found.get("blockNumber")) is not None:
                raise Unreachable("unsupported")  # it is mined, but not told how it went
            await self._waiting(facts, sender)
        else:
            await self._mined(facts, found, receipt)
        return facts

    async def _vanished(self, facts: Facts, transaction: str) -> Facts | None:
        seen = self._desk.memory.recall(self._desk.network.id, transaction)
        if seen is None or not seen.sender:
            return None
        facts.put("found", value=False, call=_TX, block=facts.number("latest_block"))
        facts.put("sender", to_checksum(seen.sender), "first sight")
        facts.put("nonce", seen.nonce, "first sight")
        if seen.seen_at is not None:
            facts.put("first_seen", int(seen.seen_at.timestamp()), "first sight")
        await self._node.number(
            facts, "account_nonce", "eth_getTransactionCount", seen.sender, "latest"
        )
        return facts

    def _take(self, facts: Facts, found: dict[str, Json], sender: str, nonce: int) -> None:
        facts.put("found", value=True, call=_TX, block=facts.number("latest_block"))
        facts.put("sender", to_checksum(sender), _TX)
        facts.put("nonce", nonce, _TX)
        recipient = foreign.address(found.get("to"))
        if recipient:
            facts.put("recipient", to_checksum(recipient), _TX)
        limit = foreign.quantity(found.get("gas"))
        price = foreign.quantity(found.get("maxFeePerGas"))
        price = foreign.quantity(found.get("gasPrice")) if price is None else price
        for name, value in (
            ("value", foreign.quantity(found.get("value"))),
            ("gas_limit", limit),
            ("max_fee", price),
        ):
            if value is None:
                facts.miss(name, _TX, "malformed")
            else:
                facts.put(name, value, _TX)
        sent = foreign.data(found.get("input", found.get("data")))
        if sent is not None:
            facts.put("method", "0x" + sent[:4].hex() if len(sent) >= 4 else "", _TX)

    async def _waiting(self, facts: Facts, sender: str) -> None:
        facts.put("waiting", value=True, call=_RECEIPT, block=facts.number("latest_block"))
        count = "eth_getTransactionCount"
        await asyncio.gather(
            self._node.number(facts, "account_nonce", count, sender, "latest"),
            self._node.number(facts, "pending_nonce", count, sender, "pending"),
            self._node.number(facts, "balance", "eth_getBalance", sender, "latest"),
            self._node.number(facts, "usual_price", "eth_gasPrice"),
        )

    async def _mined(self, facts: Facts, found: dict[str, Json], receipt: dict[str, Json]) -> None:
        block = foreign.quantity(receipt.get("blockNumber")) or 0
        facts.put("waiting", value=False, call=_RECEIPT, block=block)
        facts.put("block", block, _RECEIPT, block)
        latest = facts.number("latest_block") or 0
        facts.put("confirmations", max(latest - block + 1, 1), "eth_getBlockByNumber", latest)
        for name, key in (
            ("status", "status"),
            ("gas_used", "gasUsed"),
            ("price", "effectiveGasPrice"),
        ):
            value = foreign.quantity(receipt.get(key))
            if value is None:
                facts.miss(name, _RECEIPT, "malformed")
            else:
                facts.put(name, value, _RECEIPT, block)
        used, price = facts.number("gas_used"), facts.number("price")
        if used is not None and price is not None:
            facts.put("fee_paid", used * price, _RECEIPT, block)
        await self._time(facts, block)
        if facts.number("status") == 0:
            await self._replay(facts, found, block)
        else:
            await self._effects(facts, receipt, block)

    async def _time(self, facts: Facts, block: int) -> None:
        method = "eth_getBlockByNumber"
        answer = foreign.as_dict(await self._node.soft(facts, "time", method, hex(block), False))
        stamp = foreign.quantity(answer.get("timestamp"))
        if stamp is not None and stamp < 10**11:
            moment = datetime.fromtimestamp(stamp, UTC)
            facts.put("time", moment.isoformat(), method, block)

    async def _replay(self, facts: Facts, found: dict[str, Json], block: int) -> None:
        """Run a failed transaction again on the state before its block, and with more gas."""
        wanted: dict[str, Json] = {
            key: found[key] for key in ("from", "to", "value") if found.get(key) is not None
        }
        wanted["data"] = found.get("input", found.get("data"))
        before = hex(max(block - 1, 0))
        limit = facts.number("gas_limit") or 0
        call = f"eth_call at {max(block - 1, 0)}"
        # Without a price the balance is not compared: the fee is not what is asked about.
        first = await self._outcome({**wanted, "gas": hex(limit)}, before)
        more = await self._outcome({**wanted, "gas": hex(max(_MOST_GAS, limit))}, before)
        if first is None and more is None:
            facts.miss("refusal", call, "unreachable")
            return
        if isinstance(more, bytes) or more is None:
            refusal = abi.refusal(more or (first if isinstance(first, bytes) else b""))
            foreign_text = refusal["form"] == "error"
            facts.put("refusal", refusal, call, block, foreign=foreign_text)
        facts.put("enough_with_more_gas", more == "ok", call, block)

    async def _outcome(self, wanted: dict[str, Json], block: str) -> bytes | str | None:
        """Return "ok", the bytes of a refusal (perhaps none), or None when it cannot be known."""
        try:
            await self._node.rpc("eth_call", wanted, block)
        except Refused as error:
            raw = abi.refusal_data(error.data)
            if raw:
                return raw
            low = error.message.lower()
            refused = "revert" in low or "gas" in low or "invalid" in low or "opcode" in low
            return b"" if refused else None
        except Unreachable:
            return None
        return "ok"

    async def _effects(self, facts: Facts, receipt: dict[str, Json], block: int) -> None:
        transfers = read_transfers(receipt.get("logs"))
        approvals = [
            row for row in read_approvals(receipt.get("logs"))
            if row["owner"] == facts.text("sender").lower()
        ]  # fmt: skip
        tokens = await self._node.tokens([str(row["token"]) for row in (*transfers, *approvals)])
        for row in (*transfers, *approvals):
            row.update(tokens.get(str(row["token"]), {}))
        sender = facts.text("sender")
        for row in approvals[:4]:
            await self._node.live_approval(row, sender)
            row["spender_name"] = self._node.spender(str(row["spender"]))
        if transfers:
            facts.put("transfers", [*transfers[:20]], _RECEIPT, block, foreign=True)
            await self._arrival(facts, transfers[-1])
            await self._paid_before(facts, transfers[-1], block)
        if approvals:
            facts.put("approvals", [*approvals], "eth_call allowance", facts.number("latest_block"))
        recipient = facts.text("recipient")
        if recipient:
            code = await self._node.soft(
                facts, "recipient_is_contract", "eth_getCode", recipient, "latest"
            )
            raw = foreign.data(code, 100_000)
            if raw is not None:
                facts.put(
                    "recipient_is_contract", bool(raw), "eth_getCode", facts.number("latest_block")
                )

    async def _arrival(self, facts: Facts, row: dict[str, Json]) -> None:
        if row["nft"] is False:
            held = await self._node.balance_of(str(row["token"]), str(row["to"]))
            if held is not None:
                latest = facts.number("latest_block")
                facts.put("receiver_balance", held, "eth_call balanceOf", latest)

    async def _paid_before(self, facts: Facts, row: dict[str, Json], block: int) -> None:
        """Record addresses that this sender paid earlier and that look like the receiver."""
        if row["from"] != facts.text("sender").lower():
            return
        span: dict[str, Json] = {
            "fromBlock": hex(max(block - self._desk.network.log_range, 0)),
            "toBlock": hex(max(block - 1, 0)),
            "topics": [abi.TRANSFER, "0x" + abi.word(str(row["from"]))],
        }
        logs = await self._node.soft(facts, "paid_look_alikes", "eth_getLogs", span)
        if logs is None:
            return
        paid = {
            str(r["to"]) for r in read_transfers(logs) if r["value"] and r["from"] == row["from"]
        }
        similar = sorted(to_checksum(a) for a in paid if alike(a, str(row["to"])))
        facts.put("paid_look_alikes", [*similar], "eth_getLogs", block)
