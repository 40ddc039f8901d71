"""Bitcoin Core's RPC (also Litecoin Core's and Dogecoin Core's).

Source: the help of Bitcoin Core 0.21 to 30. Amounts become satoshi, fee rates satoshi per virtual
byte. Without `-txindex` a node knows the waiting transactions and unspent outputs only.
"""

import asyncio
from typing import Final

from walletdesk.chain import foreign
from walletdesk.chain.readers.base import Desk
from walletdesk.chain.readers.parts import block_time
from walletdesk.chain.transport import Refused, Unreachable
from walletdesk.chain.types import Facts, Json

_RAW: Final = "getrawtransaction"
_ENTRY: Final = "getmempoolentry"
_FINAL_SEQUENCE: Final = 0xFFFFFFFE  # BIP-125: anything lower says that it may be replaced
_TARGET: Final = 6
_NOT_FOUND: Final = -5


class CoreNode:
    """One node of the family."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def _rpc(self, method: str, *params: Json) -> Json:
        # A plain node wants the version that Bitcoin Core documents; an unknown key does no harm.
        body: Json = {"jsonrpc": "1.0", "id": 1, "method": method, "params": list(params)}
        answer = await self._desk.transport.post(self._desk.network, "", body, "core")
        document = foreign.as_dict(answer)
        fault = foreign.as_dict(document.get("error"))
        if fault:
            code = fault.get("code")
            number = code if isinstance(code, int) and not isinstance(code, bool) else None
            raise Refused(number, foreign.as_text(fault.get("message"), 200))
        if "result" not in document:
            raise Unreachable("malformed")
        return document["result"]

    async def _soft(self, facts: Facts, name: str, method: str, *params: Json) -> Json:
        try:
            return await self._rpc(method, *params)
        except Refused:
            facts.miss(name, method, "refused")
        except Unreachable as error:
            facts.miss(name, method, str(error))
        return None

    async def transaction(self, facts: Facts, transaction: str) -> bool:
        """Fill in the facts; False when the node does not know it. Raises Unreachable."""
        try:
            tip = foreign.as_int(await self._rpc("getblockcount"))
        except Refused as error:
            raise Unreachable("refused") from error
        facts.put("latest_block", tip, "getblockcount", tip)
        try:
            found = foreign.as_dict(await self._rpc(_RAW, transaction, True))
        except Refused as refused:
            if refused.code != _NOT_FOUND:
                raise Unreachable("refused") from refused
            return await self._unspent(
                facts, transaction, without_index="txindex" in refused.message
            )
        if foreign.as_text(found.get("txid")) != transaction:
            raise Unreachable("malformed")
        facts.put("found", value=True, call=_RAW, block=tip)
        self._take(facts, found)
        confirmations = foreign.as_int(found.get("confirmations")) or 0
        if confirmations:
            self._mined(facts, found, confirmations)
        else:
            await self._waiting(facts, transaction)
        return True

    async def _unspent(self, facts: Facts, transaction: str, *, without_index: bool) -> bool:
        """Find a confirmed transaction by an output that is still unspent."""
        if not without_index:
            return False
        for number in range(4):
            out = foreign.as_dict(
                await self._soft(facts, "output", "gettxout", transaction, number)
            )
            confirmations = foreign.as_int(out.get("confirmations"))
            if confirmations:
                facts.put("found", value=True, call="gettxout", block=facts.number("latest_block"))
                facts.put("waiting", value=False, call="gettxout")
                facts.put("confirmations", confirmations, "gettxout", facts.number("latest_block"))
                facts.put("outputs", [_output(out, number)], "gettxout")
                return True
        facts.miss("confirmed", _RAW, "no_index")
        return False

    def _take(self, facts: Facts, found: dict[str, Json]) -> None:
        inputs: list[Json] = []
        replaceable = False
        for row in map(foreign.as_dict, foreign.as_list(found.get("vin"), 200)):
            spent = foreign.as_text(row.get("txid"), 64)
            if spent:
                inputs.append({"spent": f"{spent}:{foreign.as_int(row.get('vout')) or 0}"})
                sequence = foreign.as_int(row.get("sequence"))
                replaceable = replaceable or (sequence is not None and sequence < _FINAL_SEQUENCE)
        facts.put("inputs", inputs[:50], _RAW)
        facts.put("replaceable", replaceable, _RAW)
        outputs = foreign.as_list(found.get("vout"), 200)
        rows: list[Json] = [_output(foreign.as_dict(o), at) for at, o in enumerate(outputs)]
        facts.put("outputs", rows[:50], _RAW)
        size = foreign.as_int(found.get("vsize"))
        if size:
            facts.put("vsize", size, _RAW)

    def _mined(self, facts: Facts, found: dict[str, Json], confirmations: int) -> None:
        tip = facts.number("latest_block")
        facts.put("waiting", value=False, call=_RAW, block=tip)
        facts.put("confirmations", confirmations, _RAW, tip)
        if tip is not None:
            facts.put("block", tip - confirmations + 1, _RAW, tip)
        block_time(facts, foreign.as_int(found.get("blocktime")), _RAW)

    async def _waiting(self, facts: Facts, transaction: str) -> None:
        facts.put("waiting", value=True, call=_RAW, block=facts.number("latest_block"))
        entry, estimate, pool = await asyncio.gather(
            self._soft(facts, "fee", _ENTRY, transaction),
            self._soft(facts, "usual_rate", "estimatesmartfee", _TARGET),
            self._soft(facts, "least_rate", "getmempoolinfo"),
        )
        self._entry(facts, foreign.as_dict(entry))
        usual = _rate(foreign.as_dict(estimate).get("feerate"))
        if usual:
            facts.put("usual_rate", usual, "estimatesmartfee")
        else:
            facts.miss("usual_rate", "estimatesmartfee", "not_enough_data")
        info = foreign.as_dict(pool)
        least = max(_rate(info.get("mempoolminfee")) or 0, _rate(info.get("minrelaytxfee")) or 0)
        if least:
            facts.put("least_rate", least, "getmempoolinfo")

    def _entry(self, facts: Facts, entry: dict[str, Json]) -> None:
        if not entry:
            return
        fees = foreign.as_dict(entry.get("fees"))
        fee, size = foreign.coins(fees.get("base")), foreign.as_int(entry.get("vsize"))
        if fee is not None and size:
            facts.put("fee", fee, _ENTRY)
            facts.put("vsize", size, _ENTRY)
            facts.put("fee_rate", round(fee / size, 3), _ENTRY)
        count = foreign.as_int(entry.get("ancestorcount"))
        total, bytes_ = (
            foreign.coins(fees.get("ancestor")),
            foreign.as_int(entry.get("ancestorsize")),
        )
        if count and total is not None and bytes_:
            facts.put("ancestors", count - 1, _ENTRY)
            facts.put("ancestor_rate", round(total / bytes_, 3), _ENTRY)
        replaceable = entry.get("bip125-replaceable")
        if isinstance(replaceable, bool):
            facts.put("replaceable", replaceable, _ENTRY)
        entered = foreign.as_int(entry.get("time"))
        if entered:
            facts.put("first_seen", entered, _ENTRY)

    async def spender(self, spent: str) -> str | None:
        """Return "" when a coin is spent (by whom is not known here), None when it is not."""
        transaction, _colon, number = spent.partition(":")
        try:
            found = await self._rpc("gettxout", transaction, int(number or 0), True)
        except (Refused, ValueError) as error:
            raise Unreachable("refused") from error
        return None if found is not None else ""

    async def address(self, facts: Facts, address: str) -> None:
        """Say what a node without an index of addresses cannot know. Raises Unreachable."""
        try:
            answer = foreign.as_dict(await self._rpc("validateaddress", address))
        except Refused as error:
            raise Unreachable("refused") from error
        facts.put("valid", answer.get("isvalid") is True, "validateaddress")
        facts.miss("balance", "validateaddress", "no_index")


def _rate(value: Json) -> float | None:
    """Return satoshi per virtual byte from coins per 1,000 of them."""
    number = foreign.coins(value)
    return None if number is None else round(number / 1000, 3)


def _output(row: dict[str, Json], at: int) -> dict[str, Json]:
    script = foreign.as_dict(row.get("scriptPubKey"))
    several = foreign.as_list(script.get("addresses"), 1)  # before version 22
    address = script.get("address") or (several[0] if several else None)
    return {
        "n": at,
        "address": foreign.as_text(address, 100),
        "value": foreign.coins(row.get("value")),
    }
