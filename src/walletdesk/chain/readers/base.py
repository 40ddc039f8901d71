"""What every reader has, and how it is used."""

from dataclasses import dataclass
from typing import Protocol

from walletdesk.chain.memory import Memory
from walletdesk.chain.networks import Book, Network
from walletdesk.chain.transport import Transport
from walletdesk.chain.types import Facts


class Reader(Protocol):
    """Reads one network. Raises `Unreachable` when no address of it answers."""

    async def transaction(self, transaction: str) -> Facts | None:
        """Return what is known of a transaction; None when this network never heard of it."""

    async def address(self, address: str) -> Facts | None:
        """Return what is known of an address; None when this network cannot have it."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a reader works with."""

    transport: Transport
    network: Network
    book: Book
    memory: Memory
