"""Networks, services and known contracts as data: the packaged files, then the operator's.

A file of the operator names what differs. Every wrong value is told with its file and its table.
"""

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit

from walletdesk.chain import addresses
from walletdesk.chain.types import Family

DIALECTS: Final = ("core", "esplora")
_ENV: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_ID: Final = re.compile(r"[a-z0-9][a-z0-9:_-]{0,39}")
_FIELDS: Final = {
    "name": str, "family": str, "chain_id": int, "coin": str, "decimals": int,
    "block_seconds": int, "confirmations": int, "rpc": list, "indexer": str, "explorers": list,
    "segwit": list, "versions": list, "log_range": int, "per_second": int, "seconds": int,
    "enabled": bool,
}  # fmt: skip


class NetworksError(Exception):
    """The networks' files cannot be used; the text says which, where and why."""


class UnknownNetwork(NetworksError):
    """No network has this name; `shown` is the name."""

    def __init__(self, shown: str) -> None:
        super().__init__(f"{shown!r} is no known network.")
        self.shown = shown


@dataclass(frozen=True, slots=True)
class EndpointSpec:
    """One address of a node. `dialect` tells Bitcoin Core from Esplora; empty elsewhere.

    `judged`: it was not the operator who wrote it, so it may lead to public addresses only.
    """

    url: str = field(repr=False)
    dialect: str = ""
    judged: bool = False

    @property
    def host(self) -> str:
        """Return where it leads, without what may be a key or a password."""
        parts = urlsplit(self.url)
        return f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname or ""


@dataclass(frozen=True, slots=True)
class Network:
    """One network and how it is asked. Times in seconds, amounts in the smallest unit."""

    id: str
    name: str
    family: Family
    coin: str
    decimals: int = 18
    chain_id: int | None = None
    block_seconds: int = 12
    confirmations: int = 12
    endpoints: tuple[EndpointSpec, ...] = ()
    indexer: str = field(default="", repr=False)
    explorers: tuple[str, ...] = ()
    segwit: tuple[str, ...] = ()
    versions: tuple[int, ...] = ()
    log_range: int = 5000
    per_second: int = 20
    seconds: int = 2

    def link(self, kind: str, text: str) -> str:
        """Return the address of a reference at this network's first explorer, or nothing."""
        mark = "{tx}" if kind == "transaction" else "{address}"
        return next((e.replace(mark, text) for e in self.explorers if mark in e), "")


@dataclass(frozen=True, slots=True)
class Service:
    """An exchange, a bridge or another service, as far as it is known."""

    id: str
    name: str
    confirmations: Mapping[str, int] = field(default_factory=dict)
    addresses: frozenset[str] = frozenset()
    networks: frozenset[str] = frozenset()
    memo: bool = False
    bridge: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """All of the data: what can be asked, and what is known beforehand."""

    networks: Mapping[str, Network]
    services: Mapping[str, Service] = field(default_factory=dict)
    tokens: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    spenders: Mapping[str, str] = field(default_factory=dict)
    delegates: Mapping[str, str] = field(default_factory=dict)

    def service_at(self, address: str) -> Service | None:
        """Return whose address this is, if that is known."""
        known = _plain(address)
        return next((s for s in self.services.values() if known in s.addresses), None)

    def official(self, network: str, contract: str) -> str:
        """Return the symbol under which a token contract is known; empty when it is not."""
        known = _plain(contract)
        return next(
            (symbol for symbol, at in self.tokens.get(network, {}).items() if _plain(at) == known),
            "",
        )

    def limited(self, overrides: Sequence[tuple[str, str]]) -> Self:
        """Return the book with only these networks, asked at these addresses alone.

        Raises NetworksError for a network that neither the files nor `evm:<chain id>` name.
        """
        chosen: dict[str, Network] = {}
        for name, url in overrides:
            network = self.find(name)
            spec = endpoint(url, network.family)
            known = chosen.get(network.id)
            before = known.endpoints if known else ()
            # Whoever names an address answers for it: its chain id is told, not compared.
            chosen[network.id] = replace(
                network, endpoints=(*before, spec), indexer="", chain_id=None
            )
        return replace(self, networks=chosen)

    def find(self, name: str) -> Network:
        """Return a network by its id or as `evm:<chain id>`, which also makes an unknown one.

        Raises NetworksError.
        """
        low = name.strip().lower()
        if low in self.networks:
            return self.networks[low]
        match = re.fullmatch(r"evm:([0-9]{1,18})", low)
        if match is None:
            raise UnknownNetwork(name[:40])
        number = int(match.group(1))
        for network in self.networks.values():
            if network.chain_id == number:
                return network
        return Network(low, f"EVM {number}", Family.EVM, "ETH", chain_id=number)


def load_book(operators: Path | None = None, environ: Mapping[str, str] | None = None) -> Book:
    """Return the packaged data, overlaid with the operator's file or folder of .toml files.

    Raises NetworksError.
    """
    tables: dict[str, Any] = {}
    for name in ("networks", "services", "contracts"):
        _overlay(tables, _packaged(name))
    for path in _files(operators):
        try:
            _overlay(tables, tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise NetworksError(f"{path}: {error}") from error
    known = {"services", "tokens", "spenders", "delegates"}
    environ = os.environ if environ is None else environ
    networks = {
        name: _network(name, table, environ)
        for name, table in tables.items()
        if name not in known and not (isinstance(table, dict) and table.get("enabled") is False)
    }
    services = _table(tables, "services")
    return Book(
        networks=networks,
        services={name: _service(name, table) for name, table in services.items()},
        tokens={name: _texts(name, table) for name, table in _table(tables, "tokens").items()},
        spenders=_texts("spenders", tables.get("spenders", {})),
        delegates=_texts("delegates", tables.get("delegates", {})),
    )


@cache
def _packaged(name: str) -> dict[str, Any]:
    file = resources.files("walletdesk.chain") / "data" / f"{name}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def packaged_reverts() -> list[dict[str, Any]]:
    """Return the classes of refusals, as `data/reverts.toml` lists them."""
    return list(_packaged("reverts")["reason"])


def _files(operators: Path | None) -> Sequence[Path]:
    if operators is None:
        return ()
    if operators.is_dir():
        return sorted(operators.glob("*.toml"))
    if not operators.exists():
        raise NetworksError(f"{operators}: there is no such file or folder.")
    return (operators,)


def _overlay(base: dict[str, Any], more: Mapping[str, Any]) -> None:
    for name, value in more.items():
        if isinstance(value, dict):
            below = base.get(name)
            copy = dict(below) if isinstance(below, dict) else {}
            _overlay(copy, value)
            base[name] = copy
        else:
            base[name] = value


def _table(tables: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = tables.get(name, {})
    if not isinstance(value, dict):
        raise NetworksError(f"[{name}] is no table.")
    return value


def _texts(name: str, table: Any) -> dict[str, str]:
    if not isinstance(table, dict) or not all(isinstance(v, str) for v in table.values()):
        raise NetworksError(f"[{name}] holds something that is no text.")
    return dict(table)


def _network(name: str, table: Any, environ: Mapping[str, str]) -> Network:
    if not _ID.fullmatch(name) or not isinstance(table, dict):
        raise NetworksError(f"[{name}] is no network: give small letters and a table.")
    for key, value in table.items():
        wanted = _FIELDS.get(key)
        if wanted is None:
            raise NetworksError(f"[{name}] has an unknown value {key!r}.")
        if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
            raise NetworksError(f"[{name}] {key} must be of type {wanted.__name__}.")
        if isinstance(value, int) and not 0 <= value < 2**63:
            raise NetworksError(f"[{name}] {key} is out of range.")
    try:
        family = Family(table["family"])
        title = table["name"]
        coin = table["coin"]
    except KeyError as error:
        raise NetworksError(f"[{name}] lacks {error.args[0]!r}.") from error
    except ValueError as error:
        raise NetworksError(f"[{name}] {error}") from error
    if family is Family.EVM and not table.get("chain_id"):
        raise NetworksError(f"[{name}] lacks 'chain_id'.")
    numbers = {
        key: table[key]
        for key in ("decimals", "chain_id", "block_seconds", "confirmations", "log_range",
                    "per_second", "seconds")
        if key in table
    }  # fmt: skip
    return Network(
        id=name, name=title, family=family, coin=coin, **numbers,
        endpoints=tuple(
            endpoint(url, family) for url in _filled(table.get("rpc", []), environ)
        ),
        indexer=next(iter(_filled([table.get("indexer", "")], environ)), ""),
        explorers=tuple(map(str, table.get("explorers", []))),
        segwit=tuple(map(str, table.get("segwit", []))),
        versions=tuple(v for v in table.get("versions", []) if isinstance(v, int)),
    )  # fmt: skip


def _filled(urls: Sequence[Any], environ: Mapping[str, str]) -> list[str]:
    """Return the addresses whose ${NAME} are all set; the others are as good as missing."""
    found = []
    for url in map(str, urls):
        names = _ENV.findall(url)
        if url and all(environ.get(name) for name in names):
            found.append(_ENV.sub(lambda match: environ[match.group(1)], url))
    return found


def endpoint(url: str, family: Family) -> EndpointSpec:
    """Return an address of a node as it is asked. Raises NetworksError."""
    scheme, plus, rest = url.partition("+")
    dialect = scheme if plus and scheme in DIALECTS else ""
    address = rest if dialect else url
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError as error:
        raise NetworksError("An address of a node cannot be read.") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or not address.isascii():
        raise NetworksError("An address of a node must start with http:// or https://.")
    if family is Family.BITCOIN and not dialect:
        dialect = "esplora" if "/api" in parts.path else "core"
    return EndpointSpec(address, dialect)


def _service(name: str, table: Any) -> Service:
    if not isinstance(table, dict):
        raise NetworksError(f"[services.{name}] is no table.")
    needs = table.get("confirmations", {})
    if not isinstance(needs, dict) or not all(type(v) is int for v in needs.values()):
        raise NetworksError(f"[services.{name}] confirmations must be whole numbers by network.")
    return Service(
        id=name,
        name=str(table.get("name", name)),
        confirmations=needs,
        addresses=frozenset(_plain(str(a)) for a in table.get("addresses", [])),
        networks=frozenset(map(str, table.get("networks", []))),
        memo=table.get("memo") is True,
        bridge=table.get("bridge") is True,
    )


def _plain(address: str) -> str:
    """Return the form in which addresses are compared: EVM ones in lower case."""
    return address.lower() if addresses.EVM_ADDRESS.fullmatch(address) else address
