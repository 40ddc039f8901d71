"""Asking addresses that strangers or authors wrote down, without being led into our own network.

Each name is resolved here and the connection goes to the very address that was judged, so that a
name which answers differently the second time (DNS rebinding) gains nothing. Redirects are followed
by hand and judged anew. No cookies, no credentials, no proxies of the environment.

Source of the rules: OWASP, Server-Side Request Forgery Prevention; RFC 6890 (special addresses).
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

REDIRECTS = 5
SECONDS = 10.0  # to connect, and again to answer
PORTS = frozenset({80, 443})
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_GET_INSTEAD = frozenset(
    {400, 403, 404, 405, 406, 410, 429, 500, 501, 503}
)  # of servers without HEAD
_REDIRECT = frozenset({301, 302, 303, 307, 308})


class ForbiddenAddress(Exception):
    """It leads to an address that is not public, a port that is not the web's, or is no address."""


class NoAnswer(Exception):
    """No such host, no connection, no time left, or no HTTP."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The last answer: its status, and the address that gave it after all redirects."""

    status: int
    url: str


def is_public(address: Address) -> bool:
    """Tell whether an address is one of the public internet, whatever it is wrapped in."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast


class _Backend(httpcore.SyncBackend):
    """Connects to judged addresses only."""

    def __init__(self, allowed: Callable[[Address], bool]) -> None:
        self.allowed = allowed

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        last: Exception | None = None
        for address in judged(host, port, self.allowed):
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last or httpcore.ConnectError("no address")


def judged(host: str, port: int, allowed: Callable[[Address], bool]) -> list[str]:
    """Return the addresses of a host. Raises ForbiddenAddress when any of them is not allowed.

    One forbidden address among public ones is a trick, not a mistake.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(str(error)) from error
    return _all_allowed(host, found, allowed)


def _all_allowed(host: str, found: Iterable[Any], allowed: Callable[[Address], bool]) -> list[str]:
    addresses = list(dict.fromkeys(str(row[4][0]).partition("%")[0] for row in found))
    if not all(allowed(ipaddress.ip_address(address)) for address in addresses):
        raise ForbiddenAddress(host)
    return addresses


class JudgingBackend(httpcore.AnyIOBackend):
    """The same for asynchronous clients. Names are looked up by the running loop."""

    def __init__(self, allowed: Callable[[Address], bool] = is_public) -> None:
        self.allowed = allowed

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            async with asyncio.timeout(timeout):
                loop = asyncio.get_running_loop()
                found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(host) from error
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(str(error)) from error
        last: Exception | None = None
        for address in _all_allowed(host, found, self.allowed):
            try:
                return await super().connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last or httpcore.ConnectError("no address")


def judging_pool(allowed: Callable[[Address], bool]) -> httpcore.ConnectionPool:
    """Return a pool that connects to addresses only which `allowed` has judged. One at a time.

    Requests through it raise ForbiddenAddress. It follows no redirects.
    """
    return httpcore.ConnectionPool(
        ssl_context=ssl.create_default_context(),
        max_connections=1,
        max_keepalive_connections=0,
        network_backend=_Backend(allowed),
    )


class SafeClient:
    """Asks whether pages are there. Nothing of their content is kept, and hardly any is read."""

    def __init__(
        self,
        *,
        allowed: Callable[[Address], bool] = is_public,
        ports: frozenset[int] | None = PORTS,
        seconds: float = SECONDS,
        agent: str = "walletdesk-link-checker",
    ) -> None:
        self.ports = ports
        self.headers = [("User-Agent", agent), ("Accept", "*/*"), ("Accept-Encoding", "identity")]
        self.timeout = dict.fromkeys(("connect", "read", "write", "pool"), seconds)
        self.pool = judging_pool(allowed)

    def close(self) -> None:
        """Let go of every connection."""
        self.pool.close()

    def look(self, url: str) -> Answer:
        """Return what a page answers, after at most REDIRECTS redirects.

        Raises ForbiddenAddress, NoAnswer.
        """
        for _ in range(REDIRECTS + 1):
            status, location = self._ask("HEAD", url)
            if status in _GET_INSTEAD:
                status, location = self._ask("GET", url)
            if status not in _REDIRECT or not location:
                return Answer(status, url)
            try:
                url = urljoin(url, location)
            except ValueError as error:
                raise ForbiddenAddress(location[:200]) from error
        raise NoAnswer("too many redirects")

    def _ask(self, method: str, url: str) -> tuple[int, str]:
        self._judge(url)
        try:
            with self.pool.stream(
                method, _ascii(url), headers=self.headers, extensions={"timeout": self.timeout}
            ) as answer:
                location = next(
                    (value for name, value in answer.headers if name.lower() == b"location"), b""
                )
                return answer.status, location.decode("latin-1")
        except ForbiddenAddress:
            raise
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise NoAnswer(type(error).__name__) from error
        except (ValueError, UnicodeError, OSError) as error:
            raise NoAnswer(type(error).__name__) from error

    def _judge(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
        except ValueError as error:
            raise ForbiddenAddress(url[:200]) from error
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ForbiddenAddress(url[:200])
        if parts.username is not None or parts.password is not None:
            raise ForbiddenAddress(url[:200])
        if self.ports is not None and port not in self.ports:
            raise ForbiddenAddress(url[:200])


def _ascii(url: str) -> str:
    """Return an address as it goes over the line: the host in IDNA, the rest percent-encoded."""
    parts = urlsplit(url)
    host = (parts.hostname or "").encode("idna").decode() if parts.hostname else ""
    host = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port else ""
    whole = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    path = "".join(
        char if char.isascii() and char.isprintable() and char != " " else _encoded(char)
        for char in whole
    )
    return f"{parts.scheme}://{host}{port}{path}"


def _encoded(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogatepass"))
