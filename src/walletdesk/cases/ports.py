"""The outside world of security cases: who reads chains, and the wallet's own back end.

What stands behind both is put in at the composition root (`use_chain`, `use_wallet`).
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from walletdesk.cases.types import Answer, Order, Seen

log = logging.getLogger("walletdesk.cases")


class WalletRefused(Exception):
    """The back end did not do it. `code` is stable.

    `permanent` means that asking again is pointless; else the same order is sent again later.
    """

    def __init__(self, code: str, *, permanent: bool) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent


class WalletBackend(Protocol):
    """What the wallet's own back end can do. Every call asks the network."""

    name: str

    def carry_out(self, order: Order) -> Answer:
        """Do what an order says. The same key again has no second effect. Raises WalletRefused."""


class Console:
    """For a desk without a connected wallet: the log tells what to do, a person does it."""

    name = "console"

    def carry_out(self, order: Order) -> Answer:
        """Write the order into the log, without the account, and say that a person has to do it."""
        log.warning("no wallet back end: %s of case %s is up to you", order.kind, order.case)
        return Answer(by_hand=True)


@dataclass(frozen=True, slots=True)
class Named:
    """A reference in a text: "transaction" or "address", and its usual spelling."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What a reading brought, and the networks that did not answer."""

    seen: tuple[Seen, ...] = ()
    silent: tuple[str, ...] = ()


class ChainReader(Protocol):
    """Who finds references in texts and reads them from the networks."""

    def names(self, text: str) -> list[Named]:
        """Return what a text names: no network is asked, no secret is returned."""

    def read(self, references: Sequence[str], known: Sequence[str], brand_id: int) -> ChainReport:
        """Ask the brand's networks about each. `known` are the customer's own addresses."""


class NoChain:
    """Knows no network."""

    def names(self, text: str) -> list[Named]:
        """Find nothing."""
        del text
        return []

    def read(self, references: Sequence[str], known: Sequence[str], brand_id: int) -> ChainReport:
        """Read nothing."""
        del references, known, brand_id
        return ChainReport()


_wallets: list[WalletBackend] = [Console()]
_chains: list[ChainReader] = [NoChain()]


def use_wallet(backend: WalletBackend) -> WalletBackend:
    """Reach the wallet by this from now on; return what stood there before."""
    before = _wallets[0]
    _wallets[:] = [backend]
    return before


def wallet() -> WalletBackend:
    """Return the wallet's back end."""
    return _wallets[0]


def use_chain(reader: ChainReader) -> ChainReader:
    """Read chains by this from now on; return what stood there before."""
    before = _chains[0]
    _chains[:] = [reader]
    return before


def chain() -> ChainReader:
    """Return who reads chains."""
    return _chains[0]
