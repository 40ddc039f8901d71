"""Esplora servers (Blockstream/esplora API.md): transactions, addresses and who spent what."""

import asyncio
from typing import Final

from walletdesk.chain import foreign
from walletdesk.chain.readers.base import Desk
from walletdesk.chain.readers.parts import block_time
from walletdesk.chain.transport import Refused, Unreachable
from walletdesk.chain.types import Facts, Json

_FINAL_SEQUENCE: Final = 0xFFFFFFFE
_MOST_PARENTS: Final = 4


class EsploraNode:
    """One server of one network."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def _get(self, path: str) -> Json:
        return await self._desk.transport.get(self._desk.network, path, "esplora")

    async def _soft(self, facts: Facts, name: str, path: str) -> Json:
        try:
            return await self._get(path)
        except Refused:
            facts.miss(name, path, "refused")
        except Unreachable as error:
            facts.miss(name, path, str(error))
        return None

    async def transaction(self, facts: Facts, transaction: str) -> bool:
        """Fill in the facts; False when the server does not know it. Raises Unreachable."""
        path = f"/tx/{transaction}"
        tip = foreign.as_int(await self._soft(facts, "latest_block", "/blocks/tip/height"))
        if tip is not None:
            facts.put("latest_block", tip, "/blocks/tip/height", tip)
        try:
            found = foreign.as_dict(await self._get(path))
        except Refused:
            return False
        if foreign.as_text(found.get("txid")) != transaction:
            raise Unreachable("malformed")
        facts.put("found", value=True, call=path, block=tip)
        self._take(facts, found, path)
        status = foreign.as_dict(found.get("status"))
        height = foreign.as_int(status.get("block_height"))
        if status.get("confirmed") is True and height is not None:
            facts.put("waiting", value=False, call=path, block=height)
            facts.put("block", height, path, height)
            block_time(facts, foreign.as_int(status.get("block_time")), path, height)
            if tip is not None:
                facts.put("confirmations", max(tip - height + 1, 1), "/blocks/tip/height", tip)
        else:
            await self._waiting(facts)
        return True

    def _take(self, facts: Facts, found: dict[str, Json], path: str) -> None:
        inputs: list[Json] = []
        replaceable = False
        for row in map(foreign.as_dict, foreign.as_list(found.get("vin"), 200)):
            before = foreign.as_dict(row.get("prevout"))
            spent = f"{foreign.as_text(row.get('txid'), 64)}:{foreign.as_int(row.get('vout')) or 0}"
            address = foreign.as_text(before.get("scriptpubkey_address"), 100)
            inputs.append({"spent": spent, "address": address})
            sequence = foreign.as_int(row.get("sequence"))
            replaceable = replaceable or (sequence is not None and sequence < _FINAL_SEQUENCE)
        facts.put("inputs", inputs[:50], path)
        facts.put("replaceable", replaceable, path)
        outputs: list[Json] = [
            {
                "n": at,
                "address": foreign.as_text(row.get("scriptpubkey_address"), 100),
                "value": foreign.as_int(row.get("value")),
            }
            for at, row in enumerate(map(foreign.as_dict, foreign.as_list(found.get("vout"), 200)))
        ]
        facts.put("outputs", outputs[:50], path)
        fee, weight = foreign.as_int(found.get("fee")), foreign.as_int(found.get("weight"))
        if fee is not None and weight:
            size = -(-weight // 4)
            facts.put("fee", fee, path)
            facts.put("vsize", size, path)
            facts.put("fee_rate", round(fee / size, 3), path)

    async def _waiting(self, facts: Facts) -> None:
        facts.put("waiting", value=True, call="/tx", block=facts.number("latest_block"))
        answer = foreign.as_dict(await self._soft(facts, "usual_rate", "/fee-estimates"))
        usual = foreign.as_rate(answer.get("6"))
        if usual:
            facts.put("usual_rate", round(usual, 3), "/fee-estimates")
        parents = [str(row["spent"]).partition(":")[0] for row in facts.rows("inputs")]
        found = await asyncio.gather(
            *(self._soft(facts, "ancestors", f"/tx/{p}") for p in parents[:_MOST_PARENTS])
        )
        fees, sizes, count = facts.number("fee") or 0, facts.number("vsize") or 0, 0
        for parent in map(foreign.as_dict, found):
            if foreign.as_dict(parent.get("status")).get("confirmed") is not False:
                continue
            count += 1
            fees += foreign.as_int(parent.get("fee")) or 0
            sizes += -(-(foreign.as_int(parent.get("weight")) or 0) // 4)
        facts.put("ancestors", count, "/tx")
        if sizes:
            facts.put("ancestor_rate", round(fees / sizes, 3), "/tx")

    async def spender(self, spent: str) -> str | None:
        """Return which transaction spent a coin, "" when only that it is spent, None when not."""
        transaction, _colon, number = spent.partition(":")
        try:
            answer = foreign.as_dict(await self._get(f"/tx/{transaction}/outspend/{number}"))
        except Refused as error:
            raise Unreachable("refused") from error
        if answer.get("spent") is not True:
            return None
        return foreign.as_text(answer.get("txid"), 64)

    async def address(self, facts: Facts, address: str) -> None:
        """Fill in balance, what waits, and small gifts. Raises Unreachable."""
        path = f"/address/{address}"
        try:
            found = foreign.as_dict(await self._get(path))
        except Refused as error:
            raise Unreachable("refused") from error
        for name, key in (("balance", "chain_stats"), ("waiting_balance", "mempool_stats")):
            stats = foreign.as_dict(found.get(key))
            funded = foreign.as_int(stats.get("funded_txo_sum"))
            spent = foreign.as_int(stats.get("spent_txo_sum"))
            if funded is None or spent is None:
                facts.miss(name, path, "malformed")
            else:
                facts.put(name, funded - spent, path)
                facts.put(f"{name}_count", foreign.as_int(stats.get("tx_count")) or 0, path)
        coins = foreign.as_list(await self._soft(facts, "small_coins", f"{path}/utxo"), 500)
        values = [foreign.as_int(foreign.as_dict(coin).get("value")) for coin in coins]
        facts.put(
            "small_coins", sum(1 for v in values if v is not None and v <= 1000), f"{path}/utxo"
        )
