"""Trying a node: does it answer, for which chain, and how high is it? One call or two."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import httpx

from walletdesk.chain import foreign
from walletdesk.chain.networks import EndpointSpec, Network
from walletdesk.chain.running import run
from walletdesk.chain.transport import Refused, Transport, Unreachable
from walletdesk.chain.types import Family, Json
from walletdesk.kit.safe_http import ForbiddenAddress

SECONDS: Final = 6.0  # for all of them together


@dataclass(frozen=True, slots=True)
class Probe:
    """What came of it. `trouble` is a stable code, empty when the node can be used."""

    spec: EndpointSpec
    trouble: str = ""
    status: int = 0
    chain: str = ""
    height: int | None = None
    milliseconds: int = 0


def probe_now(network: Network) -> list[Probe]:
    """Try each address of a network, all at once; return them in order. Never raises."""

    async def all_of_them() -> Sequence[Probe]:
        tries = (_bounded(network, spec) for spec in network.endpoints)
        return await asyncio.gather(*tries)

    return list(run(all_of_them()))


async def _bounded(network: Network, spec: EndpointSpec) -> Probe:
    begun = time.monotonic()
    alone = replace(network, endpoints=(spec,), indexer="")
    try:
        # A transport of its own: what another address said is not this one's answer.
        async with asyncio.timeout(SECONDS), Transport() as transport:
            chain, height = await _ask(transport, alone)
    except (Unreachable, Refused, TimeoutError) as error:
        return _failed(spec, error)
    took = round((time.monotonic() - begun) * 1000)
    if network.chain_id is not None and chain != str(network.chain_id):
        return Probe(spec, "wrong_chain", chain=chain, height=height, milliseconds=took)
    trouble = "" if height is not None else "malformed"
    return Probe(spec, trouble, chain=chain, height=height, milliseconds=took)


def _failed(spec: EndpointSpec, error: Exception) -> Probe:
    cause = error.__cause__
    if isinstance(cause, httpx.HTTPStatusError):
        return Probe(spec, "status", cause.response.status_code)
    if isinstance(cause, ForbiddenAddress):
        return Probe(spec, "inside")
    if isinstance(error, Refused):
        return Probe(spec, "refused")
    if isinstance(error, TimeoutError) or isinstance(cause, httpx.TimeoutException):
        return Probe(spec, "timeout")
    return Probe(spec, "malformed" if str(error) == "malformed" else "unreachable")


async def _ask(transport: Transport, network: Network) -> tuple[str, int | None]:
    """Return which chain a node says it serves, and how high it is."""
    if network.family is Family.EVM:
        chain = foreign.quantity(await transport.rpc(network, "eth_chainId"))
        height = foreign.quantity(await transport.rpc(network, "eth_blockNumber"))
        return str(chain or ""), height
    if network.family is Family.SOLANA:
        return "", foreign.as_int(await transport.rpc(network, "getBlockHeight"))
    if network.family is Family.TRON:
        return "", _tron_height(await transport.post(network, "/wallet/getnowblock", {}))
    if transport.dialect(network) == "esplora":
        return "", foreign.as_int(await transport.get(network, "/blocks/tip/height"))
    told = foreign.as_dict(await transport.rpc(network, "getblockchaininfo"))
    return foreign.as_text(told.get("chain"), 20), foreign.as_int(told.get("blocks"))


def _tron_height(answer: Json) -> int | None:
    header = foreign.as_dict(foreign.as_dict(answer).get("block_header"))
    return foreign.as_int(foreign.as_dict(header.get("raw_data")).get("number"))
