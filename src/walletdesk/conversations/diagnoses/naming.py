"""What a stored message names. Asks nobody."""

from walletdesk.chain.refs import BadRef, find_refs
from walletdesk.chain.types import Kind, Ref
from walletdesk.conversations.diagnoses.port import Port

_ASKABLE = frozenset({Kind.TRANSACTION, Kind.ADDRESS})
_SHORTEST = 25  # no hash and no address is shorter: most messages end here


def refs_in(text: str) -> tuple[Ref, ...]:
    """Return the transactions and addresses that a text names, without what may be a key."""
    if not any(len(word) >= _SHORTEST for word in text.split()):
        return ()
    try:
        found = find_refs(text, Port.book(), Port.guard())
    except BadRef:
        return ()
    return tuple(ref for ref in found if ref.kind in _ASKABLE)


def network_of(ref: Ref) -> str:
    """Return the name of the one network that a reference belongs to, empty when there are more."""
    book = Port.book()
    if ref.network and ref.network in book.networks:
        return book.networks[ref.network].name
    fitting = [
        network.name
        for network in book.networks.values()
        if network.family in ref.families and (not ref.networks or network.id in ref.networks)
    ]
    return fitting[0] if len(fitting) == 1 else ""
