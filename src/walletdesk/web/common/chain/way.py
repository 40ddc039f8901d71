"""The way of the money as a small picture: places and what moved between them, top to bottom.

The numbers are units of the drawing, 300 wide, so that it fits a phone and a panel.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from walletdesk.chain.types import Diagnosis, Facts, Json, Kind
from walletdesk.web.common.diagnosis import figures

WIDTH: Final = 300
_BOX: Final = 46
_GAP: Final = 54
_MOST_LEGS: Final = 4


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody who had the money. `y`: top of the box; `name` who that is, as far as is known."""

    y: int
    name: str
    address: str

    @property
    def name_y(self) -> int:
        """Return the base line of the name."""
        return self.y + 18

    @property
    def address_y(self) -> int:
        """Return the base line of the address."""
        return self.y + 36


@dataclass(frozen=True, slots=True)
class Move:
    """What went from one place to the next; `done` is false while it waits or when it failed."""

    y: int
    amount: str
    done: bool

    @property
    def end(self) -> int:
        """Return where the arrow ends."""
        return self.y + _GAP - 2

    @property
    def tip(self) -> int:
        """Return where the arrow's wings begin."""
        return self.end - 7

    @property
    def text_y(self) -> int:
        """Return the base line of the amount."""
        return self.y + _GAP // 2 + 4


@dataclass(frozen=True, slots=True)
class Way:
    """The picture: its height, what stands in it, and the same as one sentence each."""

    height: int
    places: tuple[Place, ...]
    moves: tuple[Move, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Leg:
    sender: str
    receiver: str
    amount: str


def way_of(found: Diagnosis) -> Way | None:
    """Return the money's way in a transaction, None where nothing is known to have moved."""
    if found.ref.kind is not Kind.TRANSACTION:
        return None
    legs = [leg for leg in _legs(found) if leg.receiver][:_MOST_LEGS]
    if not legs:
        return None
    done = found.facts.number("confirmations") is not None and not found.facts.true("failed")
    names = _names(found)
    places: list[Place] = []
    moves: list[Move] = []
    y = 1
    before = None
    for leg in legs:
        if leg.sender != before:
            places.append(_place(y, leg.sender, names))
            y += _BOX
        moves.append(Move(y, leg.amount, done))
        y += _GAP
        places.append(_place(y, leg.receiver, names))
        y += _BOX
        before = leg.receiver
    said = tuple(_sentence(leg, names, done=done) for leg in legs)
    return Way(y + 1, tuple(places), tuple(moves), said)


def _legs(found: Diagnosis) -> Iterator[_Leg]:
    facts = found.facts
    sender = facts.text("sender")
    rows = facts.rows("transfers")
    for row in rows:
        yield _Leg(str(row.get("from") or sender), str(row.get("to") or ""), _token(row))
    coin = _coin(found)
    if not rows and facts.text("recipient"):
        yield _Leg(sender, facts.text("recipient"), coin)
    if not rows and not facts.text("recipient"):
        yield from _outputs(facts, sender, coin)


def _outputs(facts: Facts, sender: str, coin: str) -> Iterator[_Leg]:
    for row in facts.rows("outputs"):
        address = row.get("address")
        if isinstance(address, str) and address:
            yield _Leg(sender, address, coin if len(facts.rows("outputs")) == 1 else "")


def _token(row: dict[str, Json]) -> str:
    return figures.amount(
        {
            "value": row.get("value"),
            "decimals": row.get("decimals"),
            "symbol": row.get("official") or row.get("symbol"),
        }
    )


def _coin(found: Diagnosis) -> str:
    sent = found.evidence.get("amount") or found.finding.fields.get("amount")
    return figures.amount(sent) if isinstance(sent, dict) else ""


def _names(found: Diagnosis) -> dict[str, str]:
    names = {found.facts.text("sender").lower(): _("Sender")}
    service = found.finding.fields.get("service")
    if isinstance(service, str) and service:
        names[found.facts.text("recipient").lower()] = service
    look_alike = found.finding.fields.get("look_alike")
    if isinstance(look_alike, str):
        names[look_alike.lower()] = _("Look-alike")
    return {address: name for address, name in names.items() if address}


def _place(y: int, address: str, names: dict[str, str]) -> Place:
    known = names.get(address.lower(), "")
    shown = figures.short(address) if address else _("not known")
    return Place(y, known or (_("Receiver") if address else _("Sender")), shown)


def _sentence(leg: _Leg, names: dict[str, str], *, done: bool) -> str:
    fields = {
        "amount": leg.amount or _("the amount"),
        "sender": figures.short(leg.sender) if leg.sender else _("Sender"),
        "receiver": names.get(leg.receiver.lower(), figures.short(leg.receiver)),
    }
    if done:
        return _("%(amount)s went from %(sender)s to %(receiver)s.") % fields
    return _("%(amount)s has not moved from %(sender)s to %(receiver)s.") % fields
