"""The Bitcoin family, asked through Bitcoin Core's RPC or an Esplora server."""

from typing import Protocol

from walletdesk.chain.readers.base import Desk
from walletdesk.chain.readers.core import CoreNode
from walletdesk.chain.readers.esplora import EsploraNode
from walletdesk.chain.transport import Unreachable
from walletdesk.chain.types import Facts, Sighting
from walletdesk.kit import clock


class _Node(Protocol):
    async def transaction(self, facts: Facts, transaction: str) -> bool: ...

    async def address(self, facts: Facts, address: str) -> None: ...

    async def spender(self, spent: str) -> str | None: ...


class BitcoinReader:
    """Asks the addresses of one network in order, whichever interface each of them has."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        dialects = dict.fromkeys(spec.dialect for spec in desk.network.endpoints)
        self._nodes: list[_Node] = [
            CoreNode(desk) if dialect == "core" else EsploraNode(desk) for dialect in dialects
        ]

    async def transaction(self, transaction: str) -> Facts | None:
        """Return what is known of a transaction, None when nothing is. Raises Unreachable."""
        silence = Unreachable("unreachable")
        for node in self._nodes:
            facts = Facts(self._desk.network.id)
            try:
                found = await node.transaction(facts, transaction)
            except Unreachable as error:
                silence = error
                continue
            if not found:
                return await self._vanished(facts, node, transaction)
            inputs = tuple(str(row["spent"]) for row in facts.rows("inputs"))
            sighting = Sighting(inputs=inputs, seen_at=clock.now())
            self._desk.memory.remember(self._desk.network.id, transaction, sighting)
            return facts
        raise silence

    async def address(self, address: str) -> Facts | None:
        """Return what is known of an address. Raises Unreachable."""
        silence = Unreachable("unreachable")
        for node in self._nodes:
            facts = Facts(self._desk.network.id)
            facts.put("address", address, "asked")
            try:
                await node.address(facts, address)
            except Unreachable as error:
                silence = error
                continue
            return facts
        raise silence

    async def _vanished(self, facts: Facts, node: _Node, transaction: str) -> Facts | None:
        """Look at the coins that a forgotten transaction spent: gone means it was replaced."""
        seen = self._desk.memory.recall(self._desk.network.id, transaction)
        if seen is None or not seen.inputs:
            return None
        facts.put("found", value=False, call="first sight")
        if seen.seen_at is not None:
            facts.put("first_seen", int(seen.seen_at.timestamp()), "first sight")
        for spent in seen.inputs[:5]:
            try:
                by = await node.spender(spent)
            except Unreachable:
                facts.miss("coins_spent_otherwise", "outspend", "unreachable")
                return facts
            if by is not None:
                if by == transaction or (not by and facts.fact("confirmed") is not None):
                    raise Unreachable("unsupported")  # it may be mined, and be what spent them
                facts.put("coins_spent_otherwise", value=True, call="outspend")
                if by:
                    facts.put("replacement", by, "outspend")
                return facts
        facts.put("coins_spent_otherwise", value=False, call="outspend")
        return facts
