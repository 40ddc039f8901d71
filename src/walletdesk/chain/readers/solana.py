"""Solana's JSON-RPC: signatures, failures, rent, token accounts and their delegates."""

import asyncio
from typing import Final

from walletdesk.chain import foreign
from walletdesk.chain.readers.base import Desk
from walletdesk.chain.readers.parts import block_time
from walletdesk.chain.transport import Refused, Unreachable
from walletdesk.chain.types import Facts, Json, Sighting
from walletdesk.kit import clock

_STATUS: Final = "getSignatureStatuses"
_TX: Final = "getTransaction"
_TOKENS: Final = "getTokenAccountsByOwner"
_PROGRAM: Final = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"
_FINALISED: Final = 32


class SolanaReader:
    """Reads transactions and accounts of one Solana cluster."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def _rpc(self, method: str, *params: Json) -> Json:
        return await self._desk.transport.rpc(self._desk.network, method, params)

    async def _soft(self, facts: Facts, name: str, method: str, *params: Json) -> Json:
        try:
            return await self._rpc(method, *params)
        except Refused:
            facts.miss(name, method, "refused")
        except Unreachable as error:
            facts.miss(name, method, str(error))
        return None

    async def transaction(self, transaction: str) -> Facts | None:
        """Return what is known of a signature. Raises Unreachable.

        A signature that never landed is a finding too, since no other network has this form.
        """
        facts = Facts(self._desk.network.id)
        options: dict[str, Json] = {"searchTransactionHistory": True}
        try:
            answer = foreign.as_dict(await self._rpc(_STATUS, [transaction], options))
        except Refused as error:
            raise Unreachable("refused") from error
        if not isinstance(answer.get("value"), list):
            raise Unreachable("malformed")
        slot = foreign.as_int(foreign.as_dict(answer.get("context")).get("slot"))
        facts.put("latest_block", slot, _STATUS, slot)
        status = foreign.as_dict((foreign.as_list(answer["value"], 1) or [None])[0])
        if not status:
            self._not_landed(facts, transaction)
            return facts
        facts.put("found", value=True, call=_STATUS, block=slot)
        facts.put("waiting", value=False, call=_STATUS, block=slot)
        landed = foreign.as_int(status.get("slot"))
        if landed is not None:
            facts.put("block", landed, _STATUS, landed)
        final = status.get("confirmationStatus") == "finalized" or (
            "confirmations" in status and status["confirmations"] is None
        )
        confirmed = foreign.as_int(status.get("confirmations")) or 0
        facts.put("confirmations", _FINALISED if final else confirmed, _STATUS, slot)
        self._error(facts, status.get("err"), _STATUS)
        await self._details(facts, transaction)
        return facts

    def _not_landed(self, facts: Facts, transaction: str) -> None:
        seen = self._desk.memory.recall(self._desk.network.id, transaction)
        facts.put("found", value=False, call=_STATUS, block=facts.number("latest_block"))
        moment = clock.now()
        if seen is not None and seen.seen_at is not None:
            facts.put("first_seen", int(seen.seen_at.timestamp()), "first sight")
            facts.put("asked_for", int((moment - seen.seen_at).total_seconds()), "first sight")
        else:
            self._desk.memory.remember(self._desk.network.id, transaction, Sighting(seen_at=moment))

    def _error(self, facts: Facts, error: Json, call: str) -> None:
        """Record the failure as a name and, for a program's own error, its number and place."""
        if error is None:
            facts.put("failed", value=False, call=call)
            return
        facts.put("failed", value=True, call=call)
        name, detail = error, None
        if isinstance(error, dict) and error:
            name, detail = next(iter(error.items()))
        if name == "InstructionError":
            place = foreign.as_list(detail, 2)
            inner = place[1] if len(place) == 2 else None
            if isinstance(inner, dict) and "Custom" in inner:
                facts.put("custom", foreign.as_int(inner["Custom"]), call)
                inner = "Custom"
            elif isinstance(inner, dict):
                inner = next(iter(inner), "")
            name = foreign.as_text(inner, 60) or "InstructionError"
        facts.put("error", foreign.as_text(name, 60) or "unknown", call)

    async def _details(self, facts: Facts, transaction: str) -> None:
        options: dict[str, Json] = {
            "encoding": "jsonParsed",
            "maxSupportedTransactionVersion": 0,
            "commitment": "confirmed",
        }
        found = foreign.as_dict(await self._soft(facts, "fee_paid", _TX, transaction, options))
        if not found:
            facts.miss("fee_paid", _TX, "unknown")
            return
        meta = foreign.as_dict(found.get("meta"))
        self._error(facts, meta.get("err"), _TX)
        block_time(facts, foreign.as_int(found.get("blockTime")), _TX, facts.number("block"))
        fee = foreign.as_int(meta.get("fee"))
        if fee is not None:
            facts.put("fee_paid", fee, _TX, facts.number("block"))
        logs = [
            foreign.as_text(line, 200) for line in foreign.as_list(meta.get("logMessages"), 200)
        ]
        facts.put("logs", [*logs[-12:]], _TX, facts.number("block"), foreign=True)
        message = foreign.as_dict(foreign.as_dict(found.get("transaction")).get("message"))
        keys = [self._key(key) for key in foreign.as_list(message.get("accountKeys"), 100)]
        if keys and keys[0]:
            facts.put("sender", keys[0], _TX)
        self._instructions(facts, message)

    @staticmethod
    def _key(key: Json) -> str:
        return foreign.as_text(key.get("pubkey") if isinstance(key, dict) else key, 44)

    def _instructions(self, facts: Facts, message: dict[str, Json]) -> None:
        facts.put("memo", "", _TX)
        for row in map(foreign.as_dict, foreign.as_list(message.get("instructions"), 50)):
            program, parsed = row.get("program"), row.get("parsed")
            if program == "spl-memo":
                facts.put("memo", foreign.as_text(parsed, 100), _TX, foreign=True)
            detail = foreign.as_dict(parsed)
            info = foreign.as_dict(detail.get("info"))
            if program == "system" and detail.get("type") == "transfer":
                facts.put("recipient", foreign.as_text(info.get("destination"), 44), _TX)
                facts.put("value", foreign.as_int(info.get("lamports")), _TX)
            if program == "spl-token" and "ransfer" in foreign.as_text(detail.get("type")):
                facts.put("recipient", foreign.as_text(info.get("destination"), 44), _TX)
                mint = foreign.as_text(info.get("mint"), 44)
                facts.put("token", mint, _TX)
                amount = foreign.as_dict(info.get("tokenAmount"))
                raw = foreign.as_text(amount.get("amount") or info.get("amount"), 30)
                symbol = self._desk.book.official(self._desk.network.id, mint)
                facts.put("transfers", [
                    {"token": mint, "symbol": symbol, "official": symbol,
                     "decimals": foreign.as_int(amount.get("decimals")),
                     "value": int(raw) if raw.isascii() and raw.isdecimal() else None,
                     "to": facts.text("recipient")},
                ], _TX)  # fmt: skip

    async def address(self, address: str) -> Facts:
        """Return what is known of an account. Raises Unreachable."""
        facts = Facts(self._desk.network.id)
        facts.put("address", address, "asked")
        try:
            answer = foreign.as_dict(await self._rpc("getBalance", address))
        except Refused as error:
            raise Unreachable("refused") from error
        slot = foreign.as_int(foreign.as_dict(answer.get("context")).get("slot"))
        balance = foreign.as_int(answer.get("value"))
        if balance is None:
            raise Unreachable("malformed")
        facts.put("latest_block", slot, "getBalance", slot)
        facts.put("balance", balance, "getBalance", slot)
        parsed: dict[str, Json] = {"encoding": "jsonParsed"}
        rent, tokens = await asyncio.gather(
            self._soft(facts, "rent", "getMinimumBalanceForRentExemption", 0),
            self._soft(facts, "tokens", _TOKENS, address, {"programId": _PROGRAM}, parsed),
        )
        least = foreign.as_int(rent)
        if least is not None:
            facts.put("rent", least, "getMinimumBalanceForRentExemption", slot)
        self._accounts(facts, foreign.as_dict(tokens), slot, address)
        return facts

    def _accounts(
        self, facts: Facts, answer: dict[str, Json], slot: int | None, owner: str
    ) -> None:
        held: list[Json] = []
        lent: list[Json] = []
        for row in map(foreign.as_dict, foreign.as_list(answer.get("value"), 100)):
            account = foreign.as_dict(foreign.as_dict(row.get("account")).get("data"))
            info = foreign.as_dict(foreign.as_dict(account.get("parsed")).get("info"))
            amount = foreign.as_dict(info.get("tokenAmount"))
            raw = foreign.as_text(amount.get("amount"), 30)
            mint = foreign.as_text(info.get("mint"), 44)
            symbol = self._desk.book.official(self._desk.network.id, mint)
            fields: dict[str, Json] = {
                "token": mint, "symbol": symbol, "official": symbol,
                "decimals": foreign.as_int(amount.get("decimals")),
                "value": int(raw) if raw.isascii() and raw.isdecimal() else 0,
            }  # fmt: skip
            if fields["value"]:
                held.append(fields)
            delegate = foreign.as_text(info.get("delegate"), 44)
            closer = foreign.as_text(info.get("closeAuthority"), 44)
            if delegate or (closer and closer != owner):
                form = "delegate" if delegate else "close"
                lent.append(
                    {
                        **fields,
                        "spender": delegate or closer,
                        "spender_name": "",
                        "form": form,
                        "unlimited": True,
                    }
                )
        if "value" in answer:
            facts.put("tokens", held, _TOKENS, slot)
            facts.put("approvals", lent, _TOKENS, slot)
