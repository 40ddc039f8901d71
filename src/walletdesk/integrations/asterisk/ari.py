"""Asterisk's REST interface: requests by plain HTTP, events by one WebSocket.

https://docs.asterisk.org/Asterisk_22_Documentation/API_Documentation/Asterisk_REST_Interface/
"""

import asyncio
import base64
import contextlib
import logging
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final
from urllib.parse import quote

import httpx
import msgspec
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake, WebSocketException

from walletdesk.integrations.asterisk.types import APP, AsteriskConfig
from walletdesk.kit.shapes import decode

Event = dict[str, Any]

_TIMEOUT: Final = httpx.Timeout(10.0, connect=3.0)
_FIRST_PAUSE: Final = 0.25  # seconds until the next attempt to connect; doubles
_LONGEST_PAUSE: Final = 8.0
_MOST_EVENT: Final = 1 << 20  # bytes of one event
_log = logging.getLogger("walletdesk.asterisk")


class Refused(Exception):
    """Asterisk answered with an error: `status` as in HTTP; 404 is a channel that is gone."""

    def __init__(self, status: int, what: str) -> None:
        super().__init__(f"Asterisk answered {status} to {what}")
        self.status = status


class Unreachable(Exception):
    """Asterisk does not answer."""


class Ari:
    """One Asterisk. Events come by `follow`; requests may be made at any time."""

    def __init__(self, config: AsteriskConfig) -> None:
        self._url = config.url.rstrip("/")
        # One connection for each request in flight is more than Asterisk's HTTP server likes.
        limits = httpx.Limits(max_connections=16, max_keepalive_connections=16)
        self._http = httpx.AsyncClient(
            base_url=f"{self._url}/ari",
            auth=(APP, config.secret),
            timeout=_TIMEOUT,
            limits=limits,
            trust_env=False,
        )
        token = base64.b64encode(f"{APP}:{config.secret}".encode()).decode()
        self._authorization = {"Authorization": f"Basic {token}"}

    @property
    def media(self) -> str:
        """Where the sound of channels is, under their connection ids."""
        return f"{self._url.replace('http', 'ws', 1)}/media"

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def ask(self, method: str, *path: str, values: Mapping[str, str] | None = None) -> Any:
        """Send one request and return its JSON, None when it has none.

        Raises Refused, or Unreachable.
        """
        answer = await self._send(method, path, values)
        return answer.json() if answer.content else None

    async def file(self, name: str) -> bytes:
        """Return a stored recording. Raises Refused, or Unreachable."""
        return (await self._send("GET", ("recordings", "stored", name, "file"))).content

    async def _send(
        self, method: str, path: tuple[str, ...], values: Mapping[str, str] | None = None
    ) -> httpx.Response:
        address = "/" + "/".join(quote(part, safe="") for part in path)
        # In the body where Asterisk reads one: addresses come into logs, keys and numbers must not.
        sent: Any = {"json": values} if method == "POST" else {"params": values}
        try:
            answer = await self._http.request(method, address, **sent)
        except httpx.HTTPError as error:
            raise Unreachable(type(error).__name__) from None
        if answer.is_error:
            raise Refused(answer.status_code, f"{method} {path[0]} {path[-1]}")
        return answer

    async def quietly(
        self, method: str, *path: str, values: Mapping[str, str] | None = None
    ) -> bool:
        """Send a request whose object may be gone already; tell whether it was done."""
        try:
            await self.ask(method, *path, values=values)
        except Refused:
            return False
        return True

    async def follow(
        self,
        connected: Callable[[], Coroutine[Any, Any, None]],
        take: Callable[[Event], None],
        *,
        app: str = APP,
    ) -> None:
        """Hand over each event, for ever; `connected` runs after each connection, beside it."""
        pause = _FIRST_PAUSE
        address = f"{self._url.replace('http', 'ws', 1)}/ari/events?app={app}&subscribeAll=false"
        while True:
            with contextlib.suppress(OSError, WebSocketException, InvalidHandshake, TimeoutError):
                async with connect(
                    address,
                    additional_headers=self._authorization,
                    max_size=_MOST_EVENT,
                    proxy=None,
                ) as socket:
                    pause = _FIRST_PAUSE
                    async with asyncio.TaskGroup() as group:
                        begun = group.create_task(connected())
                        async for frame in socket:
                            _hand_over(frame, take)
                        begun.cancel()
            _log.warning("asterisk: not connected; next attempt in %.2f s", pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)


def _hand_over(frame: str | bytes, take: Callable[[Event], None]) -> None:
    try:
        event = decode(frame, dict[str, Any])
    except msgspec.DecodeError:
        _log.warning("asterisk: an event is no JSON object")
        return
    try:
        take(event)
    except (KeyError, TypeError, ValueError, AttributeError):
        # Nothing of its content is logged: events carry digits and numbers.
        _log.warning("asterisk: event %s has not the documented form", str(event.get("type"))[:40])
