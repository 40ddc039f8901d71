"""What a brand's owner chose for a network: on or off, addresses before the operator's, bounds.

Owners are not the operator: their addresses are https, read no environment, and may lead to public
addresses only. A node inside of the operator's network is named in the operator's file. Pure.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlsplit

from walletdesk.chain.networks import Book, EndpointSpec, Network, NetworksError, endpoint
from walletdesk.chain.types import Family
from walletdesk.kit.safe_http import is_public

MOST_NODES: Final = 10
NODE_LENGTH: Final = 500
SECONDS: Final = range(1, 6)  # a diagnosis takes five seconds in all
PER_SECOND: Final = range(1, 101)
_INSIDE: Final = (".localhost", ".local", ".internal", ".lan", ".home.arpa")


@dataclass(frozen=True, slots=True)
class Choice:
    """One network as an owner wants it. `nodes` are asked first, in order; with `only` alone.

    None leaves a bound as the operator's data has it.
    """

    enabled: bool = True
    nodes: tuple[str, ...] = field(default=(), repr=False)
    only: bool = False
    seconds: int | None = None
    per_second: int | None = None


def chosen_node(url: str, family: Family) -> EndpointSpec:
    """Return an address that an owner may name.

    Raises NetworksError with a code: "node" is none, "inside" leads into a private network.
    """
    if len(url) > NODE_LENGTH or "${" in url or not url.isprintable() or " " in url:
        raise NetworksError("node")
    try:
        spec = endpoint(url, family)
    except NetworksError:
        raise NetworksError("node") from None
    parts = urlsplit(spec.url)
    if parts.scheme != "https":
        raise NetworksError("node")
    if _inside(parts.hostname or ""):
        raise NetworksError("inside")
    return replace(spec, judged=True)


def _inside(host: str) -> bool:
    try:
        return not is_public(ipaddress.ip_address(host))
    except ValueError:  # a name; where it leads is judged again with each connection
        return "." not in host or host.rstrip(".").endswith(_INSIDE)


def applied(network: Network, choice: Choice) -> Network:
    """Return a network as it is asked with this choice. Raises NetworksError."""
    own = tuple(chosen_node(url, network.family) for url in choice.nodes)
    return replace(
        network,
        endpoints=own if choice.only else (*own, *network.endpoints),
        indexer="" if choice.only else network.indexer,
        seconds=choice.seconds or network.seconds,
        per_second=choice.per_second or network.per_second,
    )


def chosen(book: Book, choices: Mapping[str, Choice]) -> Book:
    """Return the book with these choices; networks that are off are left out."""
    networks = {
        name: applied(network, choices[name]) if name in choices else network
        for name, network in book.networks.items()
        if name not in choices or choices[name].enabled
    }
    return replace(book, networks=networks)
