"""TRON's HTTP interface (tronprotocol/protocol, documentation-en): transactions and accounts."""

import asyncio
from collections.abc import Sequence
from typing import Final

from walletdesk.chain import abi, foreign
from walletdesk.chain.addresses import tron_from_hex, tron_to_hex
from walletdesk.chain.readers.base import Desk
from walletdesk.chain.readers.parts import block_time
from walletdesk.chain.transport import Unreachable
from walletdesk.chain.types import Facts, Json

_TX: Final = "/wallet/gettransactionbyid"
_INFO: Final = "/wallet/gettransactioninfobyid"
_SOLID: Final = "/walletsolidity/gettransactioninfobyid"
_ACCOUNT: Final = "/wallet/getaccount"
_RESOURCE: Final = "/wallet/getaccountresource"
_CALL: Final = "/wallet/triggerconstantcontract"
_NOW: Final = "/wallet/getnowblock"


class TronReader:
    """Reads transactions and accounts of one TRON network."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def _post(self, path: str, body: dict[str, Json]) -> dict[str, Json]:
        answer = await self._desk.transport.post(self._desk.network, path, body)
        if not isinstance(answer, dict):
            raise Unreachable("malformed")
        return answer

    async def _soft(
        self, facts: Facts, name: str, path: str, body: dict[str, Json]
    ) -> dict[str, Json]:
        try:
            return await self._post(path, body)
        except Unreachable as error:
            facts.miss(name, path, str(error))
            return {}

    async def transaction(self, transaction: str) -> Facts | None:
        """Return what is known of a transaction, None when nothing is. Raises Unreachable."""
        facts = Facts(self._desk.network.id)
        asked: dict[str, Json] = {"value": transaction}
        found, info, now, solid = await asyncio.gather(
            self._post(_TX, asked),
            self._soft(facts, "result", _INFO, asked),
            self._soft(facts, "latest_block", _NOW, {}),
            self._soft(facts, "irreversible", _SOLID, asked),
        )
        if not found:
            return None
        if foreign.as_text(found.get("txID")).lower() != transaction:
            raise Unreachable("malformed")
        header = foreign.as_dict(foreign.as_dict(now.get("block_header")).get("raw_data"))
        latest = foreign.as_int(header.get("number"))
        facts.put("latest_block", latest, _NOW, latest)
        facts.put("found", value=True, call=_TX, block=latest)
        self._take(facts, found)
        missed = facts.fact("result")
        if missed is not None:
            raise Unreachable(missed.unknown)  # it may be mined: an empty answer says that it waits
        block = foreign.as_int(info.get("blockNumber"))
        if block is None:
            facts.put("waiting", value=True, call=_INFO, block=latest)
        else:
            self._mined(facts, found, info, block)
            facts.put("irreversible", bool(solid.get("id")), _SOLID, latest)
        if facts.text("sender"):
            await self._resources(facts, facts.text("sender"))
        return facts

    def _take(self, facts: Facts, found: dict[str, Json]) -> None:
        raw = foreign.as_dict(found.get("raw_data"))
        contracts = foreign.as_list(raw.get("contract"), 1)
        contract = foreign.as_dict(contracts[0] if contracts else None)
        value = foreign.as_dict(foreign.as_dict(contract.get("parameter")).get("value"))
        facts.put("type", foreign.as_text(contract.get("type")), _TX)
        for name, key in (
            ("sender", "owner_address"),
            ("recipient", "to_address"),
            ("contract", "contract_address"),
        ):
            address = _address(value.get(key))
            if address:
                facts.put(name, address, _TX)
        amount = foreign.as_int(value.get("amount"))
        if amount is not None and facts.text("type") == "TransferContract":
            facts.put("value", amount, _TX)
        for name, key in (("fee_limit", "fee_limit"), ("expires", "expiration")):
            number = foreign.as_int(raw.get(key))
            if number is not None:
                facts.put(name, number, _TX)
        memo = foreign.data("0x" + str(raw.get("data", "")), 2000)
        facts.put(
            "memo",
            foreign.as_text((memo or b"").decode("utf-8", "replace"), 100),
            _TX,
            foreign=True,
        )

    def _mined(
        self, facts: Facts, found: dict[str, Json], info: dict[str, Json], block: int
    ) -> None:
        receipt = foreign.as_dict(info.get("receipt"))
        returned = foreign.as_list(found.get("ret"), 1)
        told = foreign.as_dict(returned[0] if returned else None).get("contractRet")
        # A plain transfer has no result in its receipt; what `ret` says counts.
        result = foreign.as_text(receipt.get("result") or told) or "SUCCESS"
        facts.put("waiting", value=False, call=_INFO, block=block)
        facts.put("block", block, _INFO, block)
        facts.put("result", "SUCCESS" if result == "DEFAULT" else result, _INFO, block)
        latest = facts.number("latest_block")
        if latest is not None:
            facts.put("confirmations", max(latest - block + 1, 1), _NOW, latest)
        stamp = foreign.as_int(info.get("blockTimeStamp"))
        block_time(facts, None if stamp is None else stamp // 1000, _INFO, block)
        for name, value in (
            ("energy_used", receipt.get("energy_usage_total")),
            ("energy_fee", receipt.get("energy_fee")),
            ("bandwidth_fee", receipt.get("net_fee")),
            ("fee_paid", info.get("fee")),
        ):
            number = foreign.as_int(value)
            if number is not None:
                facts.put(name, number, _INFO, block)
        answers = foreign.as_list(info.get("contractResult"), 1)
        raw = foreign.data("0x" + str(answers[0] if answers else ""))
        if facts.text("result") == "REVERT":
            refusal = abi.refusal(raw or b"")
            facts.put("refusal", refusal, _INFO, block, foreign=refusal["form"] == "error")
        facts.put("transfers", self._transfers(info), _INFO, block)

    def _transfers(self, info: dict[str, Json]) -> list[Json]:
        found: list[Json] = []
        for log in map(foreign.as_dict, foreign.as_list(info.get("log"), 50)):
            topics = ["0x" + foreign.as_text(t, 64) for t in foreign.as_list(log.get("topics"), 4)]
            if len(topics) != 3 or topics[0] != abi.TRANSFER:
                continue
            token = _address("41" + foreign.as_text(log.get("address"), 42)[-40:])
            value = abi.number("0x" + foreign.as_text(log.get("data"), 200))
            symbol = self._desk.book.official(self._desk.network.id, token)
            found.append(
                {
                    "token": token, "symbol": symbol, "official": symbol, "value": value,
                    "decimals": 6 if symbol == "USDT" else None,
                    "from": tron_from_hex("41" + topics[1][-40:]),
                    "to": tron_from_hex("41" + topics[2][-40:]),
                }
            )  # fmt: skip
        return found

    async def _resources(self, facts: Facts, address: str) -> None:
        account: dict[str, Json] = {"address": address, "visible": True}
        found = await self._soft(facts, "energy_left", _RESOURCE, account)
        if not found:
            return
        for name, pairs in (
            ("energy_left", (("EnergyLimit", "EnergyUsed"),)),
            ("bandwidth_left", (("freeNetLimit", "freeNetUsed"), ("NetLimit", "NetUsed"))),
        ):
            left = sum(
                max((foreign.as_int(found.get(a)) or 0) - (foreign.as_int(found.get(b)) or 0), 0)
                for a, b in pairs
            )
            facts.put(name, left, _RESOURCE)

    async def address(self, address: str) -> Facts:
        """Return what is known of an account: activity, permissions, resources, tokens.

        Raises Unreachable.
        """
        facts = Facts(self._desk.network.id)
        found = await self._post(_ACCOUNT, {"address": address, "visible": True})
        facts.put("address", address, "asked")
        # An empty object is the answer for an address that has never been used; an error is not.
        if found and not found.get("address"):
            raise Unreachable("malformed")
        facts.put("activated", bool(found), _ACCOUNT)
        if facts.false("activated"):
            return facts
        facts.put("balance", foreign.as_int(found.get("balance")) or 0, _ACCOUNT)
        owner = foreign.as_dict(found.get("owner_permission"))
        if owner:
            self._permission(facts, owner, address)
        active = [foreign.as_dict(p) for p in foreign.as_list(found.get("active_permission"), 8)]
        strangers = {key for p in active for key, _weight in _keys(p) if key != address}
        facts.put("active_strangers", [*sorted(strangers)], _ACCOUNT)
        await asyncio.gather(self._resources(facts, address), self._tokens(facts, address))
        return facts

    def _permission(self, facts: Facts, owner: dict[str, Json], address: str) -> None:
        keys = _keys(owner)
        threshold = foreign.as_int(owner.get("threshold")) or 1
        own = sum(weight for key, weight in keys if key == address)
        facts.put("own_weight", own, _ACCOUNT)
        facts.put("threshold", threshold, _ACCOUNT)
        facts.put("owner_keys", [key for key, _weight in keys], _ACCOUNT)

    async def _tokens(self, facts: Facts, address: str) -> None:
        rows: list[Json] = []
        for symbol, contract in self._desk.book.tokens.get(self._desk.network.id, {}).items():
            asked: dict[str, Json] = {
                "owner_address": address, "contract_address": contract, "visible": True,
                "function_selector": "balanceOf(address)",
                "parameter": tron_to_hex(address)[2:].rjust(64, "0"),
            }  # fmt: skip
            answer = await self._soft(facts, "tokens", _CALL, asked)
            results = foreign.as_list(answer.get("constant_result"), 1)
            value = abi.number("0x" + str(results[0] if results else ""))
            if value:
                rows.append(
                    {"token": contract, "symbol": symbol, "official": symbol, "value": value,
                     "decimals": 6 if symbol == "USDT" else None}
                )  # fmt: skip
        facts.put("tokens", rows, _CALL)


def _address(value: Json) -> str:
    text = foreign.as_text(value, 64)
    return text if text.startswith("T") else tron_from_hex(text)


def _keys(permission: dict[str, Json]) -> Sequence[tuple[str, int]]:
    rows = map(foreign.as_dict, foreign.as_list(permission.get("keys"), 10))
    return [(_address(row.get("address")), foreign.as_int(row.get("weight")) or 0) for row in rows]
