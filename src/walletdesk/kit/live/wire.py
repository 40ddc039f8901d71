"""HTTP at the edge: reading requests defensively, answering with small JSON documents."""

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs

import msgspec

from walletdesk.kit.live.limits import Limits
from walletdesk.kit.live.types import Credential

# As narrow in and as wide out as Django's handler declares it, so that the two fit together.
Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_TOPIC = re.compile(r"[a-z]+:[A-Za-z0-9_-]{1,64}")
_CURSOR = re.compile(r"[0-9]{1,19}")
_BEARER = re.compile(rb"[Bb]earer +([A-Za-z0-9._~+/=-]{1,512})")
_COOKIE_VALUE = re.compile(r'[^\s;,"\\\x00-\x20\x7f-\xff]{1,512}')
_MAX_CURSOR = 2**63 - 1
_MAX_QUERY = 2048
_DRAIN_BYTES = 256 * 1024


class RefusedError(Exception):
    """A request that is answered with `status` and {"code": code}; codes are not for people."""

    def __init__(
        self, status: int, code: str, *, retry_after: int | None = None, allow: str | None = None
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.retry_after = retry_after
        self.allow = allow


class GoneError(Exception):
    """The client closed the connection while it was being read; there is nobody to answer."""


def header(scope: Scope, name: bytes) -> bytes | None:
    """Return the only value of a header, or None; repeated headers raise RefusedError 400."""
    found: bytes | None = None
    for key, value in scope["headers"]:
        if key == name:
            if found is not None:
                raise RefusedError(400, "repeated_header")
            found = value
    return found


def bearer(scope: Scope) -> Credential | None:
    """Return the token of the Authorization header (RFC 6750), unverified."""
    match = _BEARER.fullmatch(header(scope, b"authorization") or b"")
    return Credential("bearer", match[1].decode("ascii")) if match else None


def bearer_or_cookie(scope: Scope, cookie: str) -> Credential | None:
    """Return the bearer token, else the named cookie, unverified."""
    if header(scope, b"authorization") is not None:
        return bearer(scope)
    # HTTP/2 proxies may split the cookie header (RFC 9113 section 8.2.3).
    lines = [value.decode("latin-1") for key, value in scope["headers"] if key == b"cookie"]
    for pair in "; ".join(lines).split(";"):
        name, _, value = pair.partition("=")
        value = value.strip()
        if name.strip() == cookie and _COOKIE_VALUE.fullmatch(value):
            return Credential("cookie", value)
    return None


def client_address(scope: Scope) -> str:
    """Return the peer's IP, or an empty string on a socket without one."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def address_group(address: str) -> str:
    """Return what an address cap counts: an IPv4 address, or the /64 that an IPv6 user owns."""
    if ":" not in address:
        return address
    try:
        parsed = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(parsed) >> 64 << 64, 64)))


class Wish(msgspec.Struct, frozen=True):
    """What a stream or poll request asks for; `wait` in seconds."""

    topics: tuple[str, ...]
    after: tuple[int, ...]
    wait: float


def parse_wish(scope: Scope, limits: Limits) -> Wish:
    """Parse topics, cursors (Last-Event-ID before `after`, absent means 0) and wait; else 400."""
    raw = bytes(scope.get("query_string", b""))
    if len(raw) > _MAX_QUERY:
        raise RefusedError(400, "bad_query")
    try:
        query = parse_qs(raw.decode("ascii"), keep_blank_values=True, max_num_fields=10)
    except ValueError as error:
        raise RefusedError(400, "bad_query") from error
    topics = tuple(_one(query, "topics", "").split(","))
    if len(topics) > limits.topics or not all(_TOPIC.fullmatch(topic) for topic in topics):
        raise RefusedError(400, "bad_topics")
    if len(set(topics)) != len(topics):
        raise RefusedError(400, "repeated_topic")
    resumed = (header(scope, b"last-event-id") or b"").decode("latin-1")
    after = _cursors(resumed or _one(query, "after", ",".join("0" * len(topics))))
    if len(after) != len(topics):
        raise RefusedError(400, "bad_cursor")
    wait = _one(query, "wait", "20")
    if not re.fullmatch(r"[0-9]{1,4}", wait):
        raise RefusedError(400, "bad_wait")
    return Wish(topics, after, min(float(wait), limits.poll_wait))


def _one(query: dict[str, list[str]], name: str, default: str) -> str:
    values = query.get(name, [default])
    if len(values) != 1:
        raise RefusedError(400, "bad_query")
    return values[0]


def _cursors(text: str) -> tuple[int, ...]:
    parts = text.split(",")
    if not all(_CURSOR.fullmatch(part) for part in parts):
        raise RefusedError(400, "bad_cursor")
    cursors = tuple(int(part) for part in parts)
    if max(cursors) > _MAX_CURSOR:
        raise RefusedError(400, "bad_cursor")
    return cursors


def check_json_request(scope: Scope) -> None:
    """Refuse, with 415, a body that is encoded or does not call itself JSON."""
    if (header(scope, b"content-encoding") or b"identity").strip().lower() != b"identity":
        raise RefusedError(415, "content_encoding")
    media_type = (header(scope, b"content-type") or b"").partition(b";")[0].strip().lower()
    if media_type != b"application/json":
        raise RefusedError(415, "content_type")


async def read_body(receive: Receive, limits: Limits) -> bytes:
    """Read a body of at most `body_bytes` (else 413) within `body_seconds` (else 408)."""
    body = bytearray()
    more = True
    try:
        async with asyncio.timeout(limits.body_seconds):
            while more and len(body) <= limits.body_bytes:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise GoneError
                body += message.get("body", b"")
                more = message.get("more_body", False)
    except TimeoutError as error:
        raise RefusedError(408, "too_slow") from error
    if len(body) > limits.body_bytes:
        await _drain(receive, more=more)
        raise RefusedError(413, "too_large")
    return bytes(body)


async def _drain(receive: Receive, *, more: bool) -> None:
    """Take a little more off the line: a peer that is still writing could not read the answer."""
    taken = 0
    try:
        async with asyncio.timeout(1):
            while more and taken < _DRAIN_BYTES:
                message = await receive()
                taken += len(message.get("body", b""))
                more = message["type"] == "http.request" and message.get("more_body", False)
    except TimeoutError:
        return


async def answer(
    send: Send,
    status: int,
    body: bytes,
    extra: Iterable[tuple[bytes, bytes]] = (),
    kind: bytes = b"application/json",
) -> None:
    """Send a complete response, JSON unless it is another `kind`, that no cache keeps."""
    headers = [
        (b"content-type", kind),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        *extra,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def answer_refusal(send: Send, refused: RefusedError) -> None:
    """Answer with the refusal's status, code and headers."""
    extra: list[tuple[bytes, bytes]] = []
    if refused.retry_after is not None:
        extra.append((b"retry-after", b"%d" % refused.retry_after))
    if refused.allow is not None:
        extra.append((b"allow", refused.allow.encode("ascii")))
    if refused.status == 401:
        extra.append((b"www-authenticate", b"Bearer"))
    if refused.status in {408, 413}:
        extra.append((b"connection", b"close"))  # the rest of the body is not wanted
    await answer(send, refused.status, msgspec.json.encode({"code": refused.code}), extra)


def abort_connection(send: Send) -> bool:
    """Drop the connection without waiting for its buffer; False when the server offers no way.

    ASGI can only close politely, which waits for ever for a peer that has stopped reading. Both
    HTTP protocols of uvicorn keep the transport on the object whose `send` this is.
    """
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    abort = getattr(transport, "abort", None)
    if abort is None:
        return False
    abort()
    return True


def detect_dead_peer(send: Send, seconds: float) -> None:
    """Let the kernel drop a peer that acknowledges nothing for this long (TCP_USER_TIMEOUT).

    Without it a telephone that lost its network keeps its stream, and its place under the caps,
    until the stream's own end.
    """
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    found = transport.get_extra_info("socket") if transport is not None else None
    if found is not None and found.family in {socket.AF_INET, socket.AF_INET6}:
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(seconds * 1000))
