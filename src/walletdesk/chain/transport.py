"""How nodes are asked: plain JSON over HTTP, several addresses a network, never without bounds.

An address that fails is left alone for a while and the next one is asked. Answers are read up to
5 MB, redirects are not followed, proxies of the environment are not used. Addresses come from the
operator's data, so private ones are allowed (S23), or from a brand's owner, and then each
connection is judged (`kit.safe_http`); never from what a customer wrote.
"""

import asyncio
import json
import ssl
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from typing import Final, Self

import httpcore
import httpx

from walletdesk.chain.foreign import Malformed, as_dict, as_text, parse
from walletdesk.chain.networks import EndpointSpec, Network
from walletdesk.chain.types import Json
from walletdesk.kit.safe_http import ForbiddenAddress, JudgingBackend

MOST_BYTES: Final = 5_000_000
CONNECT_SECONDS: Final = 1.5
REST_SECONDS: Final = 30.0  # how long an address that failed is left alone
CACHE_SECONDS: Final = 3.0
MOST_ROWS: Final = 1000  # of an indexer, its own limit
CACHE_ENTRIES: Final = 2000
# Without compression a small answer cannot swell in memory before it is counted.
_HEADERS: Final = {
    "User-Agent": "walletdesk",
    "Accept": "application/json",
    "Accept-Encoding": "identity",
}
_FAILURES: Final = (
    httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, UnicodeError, ForbiddenAddress,
)  # fmt: skip


@cache
def _tls() -> ssl.SSLContext:
    """Return the one context of this process: reading the certificates takes longer than asking."""
    return httpx.create_ssl_context(trust_env=False)


class _Judged(httpx.AsyncHTTPTransport):
    """Connects to public addresses only."""

    def __init__(self) -> None:
        super().__init__(verify=_tls(), trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=_tls(), max_connections=30, network_backend=JudgingBackend()
        )


class Unreachable(Exception):
    """No address of the network gave an answer that can be used; the cause is the last failure."""


class Refused(Exception):
    """The node understood and answered with an error of its own."""

    def __init__(self, code: int | None, message: str, data: Json = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data


class _Endpoint:
    def __init__(self, spec: EndpointSpec, network: Network) -> None:
        self.spec = spec
        self.timeout = _timeout(max(network.seconds, 1))
        self._gap = 1 / max(network.per_second, 1)
        self._free_at = 0.0
        self.resting_until = 0.0

    async def turn(self) -> None:
        """Wait until one more call is within this address's rate."""
        now = time.monotonic()
        start = max(now, self._free_at)
        self._free_at = start + self._gap
        # A second's worth may go at once: a diagnosis is a burst of a few calls.
        if start - now > 1:
            await asyncio.sleep(start - now - 1)


class Transport:
    """The open connections of one process. Use it as `async with`, within one event loop."""

    def __init__(self, client: httpx.AsyncClient | None = None) -> None:
        self._client = client or httpx.AsyncClient(
            headers=_HEADERS,
            verify=_tls(),
            trust_env=False,
            follow_redirects=False,
            limits=httpx.Limits(max_connections=60, max_keepalive_connections=30),
        )
        self._opened = [self._client]
        self._endpoints: dict[tuple[str, str], _Endpoint] = {}
        self._cache: OrderedDict[tuple[str, str], tuple[float, Json]] = OrderedDict()
        self._under_way: dict[tuple[str, str], asyncio.Future[Json]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        rest = list(self._under_way.values())
        for running in rest:
            running.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        for client in self._opened:
            await client.aclose()

    @cached_property
    def _judging(self) -> httpx.AsyncClient:
        """Return the client for addresses that must be public: most never need it."""
        client = httpx.AsyncClient(transport=_Judged(), headers=_HEADERS, follow_redirects=False)
        self._opened.append(client)
        return client

    def dialect(self, network: Network) -> str:
        """Return the dialect of the address that would be asked now."""
        return next(iter(self._alive(network))).spec.dialect if network.endpoints else ""

    async def rpc(self, network: Network, method: str, params: Sequence[Json] = ()) -> Json:
        """Return the result of one JSON-RPC call.

        Raises Unreachable, or Refused when the node answers with an error.
        """
        body: Json = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}
        answer = as_dict(await self.post(network, "", body))
        error = answer.get("error")
        if error is not None:
            fault = as_dict(error)
            message = as_text(fault.get("message") if fault else error, 300)
            code = fault.get("code")
            number = code if isinstance(code, int) and not isinstance(code, bool) else None
            raise Refused(number, message, fault.get("data"))
        if "result" not in answer:
            raise Unreachable("malformed")
        return answer["result"]

    async def post(self, network: Network, path: str, body: Json, dialect: str = "") -> Json:
        """Return the JSON that an address of the network answers with. Raises Unreachable."""
        return await self._once(network, path, body, dialect)

    async def get(self, network: Network, path: str, dialect: str = "") -> Json:
        """Return the JSON, or the bare text, behind a path. Raises Unreachable or Refused."""
        return await self._once(network, path, None, dialect)

    async def indexer(self, network: Network, query: Mapping[str, str]) -> list[Json]:
        """Return the rows of an Etherscan-like interface. Raises Unreachable.

        What stands in the query of its address (a key, a chain id) goes along.
        """
        spec = EndpointSpec(network.indexer)
        endpoint = self._endpoint(network, spec)
        try:
            answer = as_dict(await self._try(endpoint, "", None, dict(query)))
        except (*_FAILURES, Malformed, Refused) as error:
            raise Unreachable(type(error).__name__) from error
        result = answer.get("result")
        if not isinstance(result, list):  # a sentence; status 0 with a list: there are none
            raise Unreachable("refused")
        return result[:MOST_ROWS]

    async def _once(self, network: Network, path: str, body: Json, dialect: str) -> Json:
        """Ask once, however many want to know at the same time or shortly after."""
        key = (network.id, json.dumps([path, body, dialect], sort_keys=True))
        kept = self._cache.get(key)
        if kept is not None and time.monotonic() - kept[0] < CACHE_SECONDS:
            return kept[1]
        running = self._under_way.get(key)
        if running is None:
            running = asyncio.ensure_future(self._first_answer(network, path, body, dialect))
            self._under_way[key] = running
            running.add_done_callback(lambda done: self._settle(key, done))
        return await asyncio.shield(running)

    def _settle(self, key: tuple[str, str], done: asyncio.Future[Json]) -> None:
        self._under_way.pop(key, None)
        if not done.cancelled() and done.exception() is None:
            self._cache[key] = (time.monotonic(), done.result())
            while len(self._cache) > CACHE_ENTRIES:
                self._cache.popitem(last=False)

    async def _first_answer(self, network: Network, path: str, body: Json, dialect: str) -> Json:
        reason, last = "unreachable", None
        for endpoint in self._alive(network):
            if dialect and endpoint.spec.dialect != dialect:
                continue
            try:
                return await self._try(endpoint, path, body)
            except Malformed:
                reason = "malformed"
            except _FAILURES as error:
                last = error
                endpoint.resting_until = time.monotonic() + REST_SECONDS
        raise Unreachable(reason) from last

    def _endpoint(self, network: Network, spec: EndpointSpec) -> _Endpoint:
        key = (network.id, spec.url)
        if key not in self._endpoints:
            self._endpoints[key] = _Endpoint(spec, network)
        return self._endpoints[key]

    def _alive(self, network: Network) -> list[_Endpoint]:
        """Return the addresses in order, those that failed lately last."""
        now = time.monotonic()
        found = [self._endpoint(network, spec) for spec in network.endpoints]
        return sorted(found, key=lambda endpoint: endpoint.resting_until > now)

    async def _try(
        self, endpoint: _Endpoint, path: str, body: Json, query: dict[str, str] | None = None
    ) -> Json:
        await endpoint.turn()
        url = endpoint.spec.url.rstrip("/") + path if path else endpoint.spec.url
        method = "GET" if body is None else "POST"
        asked = httpx.URL(url).copy_merge_params(query or {})
        client = self._judging if endpoint.spec.judged else self._client
        async with client.stream(method, asked, json=body, timeout=endpoint.timeout) as answer:
            content = bytearray()
            async for piece in answer.aiter_raw():
                content += piece
                if len(content) > MOST_BYTES:
                    raise Malformed
        if answer.status_code == 404 and body is None:
            raise Refused(404, "not found")
        # Bitcoin Core and some others send a JSON error with status 404 or 500.
        if answer.status_code >= 300 and not _json_error(content):
            raise httpx.HTTPStatusError("refused", request=answer.request, response=answer)
        found = parse(bytes(content))
        if _limited(found):
            raise httpx.HTTPStatusError("limited", request=answer.request, response=answer)
        return found


def _timeout(seconds: float) -> httpx.Timeout:
    return httpx.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS))


def _limited(answer: Json) -> bool:
    """Tell whether a node was asked too often (EIP-1474, and codes of providers)."""
    code = as_dict(as_dict(answer).get("error")).get("code")
    return isinstance(code, int) and code in {-32005, -32016, -32029, 429}


def _json_error(content: bytearray) -> bool:
    return content.lstrip()[:1] == b"{" and b'"error"' in content[:2000]
