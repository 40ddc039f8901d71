"""Which nodes a brand asks: the operator's data with its owner's choices, read anew each time.

Reading them each time is how every running process takes up a change: a look takes seconds.
"""

import msgspec

from walletdesk.chain.choices import Choice, chosen
from walletdesk.chain.networks import Book, Network
from walletdesk.contacts.vault import derived_key
from walletdesk.conversations.diagnoses.models import NetworkChoice
from walletdesk.conversations.diagnoses.port import Port
from walletdesk.kit.errors import NotFound
from walletdesk.kit.seal import CannotOpen, open_sealed, seal
from walletdesk.kit.shapes import decode

_PURPOSE = "network choices"


def book_of(brand_id: int) -> Book:
    """Return the networks as this brand asks them. Raises NetworksError."""
    rows = choices_of(brand_id)
    return chosen(Port.book(), {name: open_choice(row) for name, row in rows.items()})


def operators_networks() -> list[Network]:
    """Return the networks that the operator's data has, in its order. Raises NetworksError."""
    return list(Port.book().networks.values())


def operators_network(name: str) -> Network:
    """Return one of them. Raises NotFound."""
    found = Port.book().networks.get(name)
    if found is None:
        raise NotFound
    return found


def choices_of(brand_id: int) -> dict[str, NetworkChoice]:
    """Return the rows of a brand, by network."""
    return {row.network: row for row in NetworkChoice.objects.filter(brand_id=brand_id)}


def open_choice(row: NetworkChoice | None) -> Choice:
    """Return what was chosen; the operator's data when nothing was, or it cannot be read."""
    if row is None:
        return Choice()
    return _opened(row, row.choice)


def choice_before(row: NetworkChoice) -> Choice:
    """Return what stood there before the last change."""
    return _opened(row, row.before)


def sealed_choice(choice: Choice, *, brand_id: int, network: str) -> bytes:
    """Return a choice sealed for its row."""
    plain = msgspec.json.encode(choice)
    return seal(derived_key(_PURPOSE), plain, f"network-choice|{brand_id}|{network}")


def _opened(row: NetworkChoice, sealed: "bytes | memoryview[int]") -> Choice:
    about = f"network-choice|{row.brand_id}|{row.network}"
    try:
        plain = open_sealed(derived_key(_PURPOSE), bytes(sealed), about)
    except CannotOpen:
        return Choice()
    return decode(plain, Choice)
