"""Hands `/voice/media/…` on to the media process, so that browsers speak to our origin only."""

import asyncio
from pathlib import Path

import httpx

from walletdesk.integrations.embedded_voice.mark import is_wanted, read_mark
from walletdesk.kit.live.limits import Limits
from walletdesk.kit.live.wire import (
    GoneError,
    Receive,
    RefusedError,
    Scope,
    Send,
    answer,
    answer_refusal,
    header,
    read_body,
)

PREFIX = "/voice/media/"
LIMITS = Limits(body_bytes=64 * 1024)  # an offer has 3 to 10 kB
REQUESTS = 1_000  # long polls of 500 pages, and what they do meanwhile
SECONDS = 30.0  # longer than a long poll
OPEN = f"{PREFIX}open"
STARTS_SECONDS = 20.0  # until a media process that waited for a call listens; pages ask again
LOOK_SECONDS = 0.2
UNAVAILABLE = RefusedError(503, "unavailable", retry_after=5)


class VoiceForward:
    """An application for POST requests; `mark` is the file that says where the process listens."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark
        self._client: httpx.AsyncClient | None = None
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await read_body(receive, LIMITS)
            status, kind, content = await self._handed_on(scope, body)
        except RefusedError as refused:
            await answer_refusal(send, refused)
        except GoneError:
            return
        else:
            await answer(send, status, content, kind=kind)

    async def _handed_on(self, scope: Scope, body: bytes) -> tuple[int, bytes, bytes]:
        if self._open >= REQUESTS:
            raise UNAVAILABLE
        self._client = self._client or httpx.AsyncClient(
            timeout=SECONDS, trust_env=False, limits=httpx.Limits(max_connections=REQUESTS)
        )
        waits = STARTS_SECONDS if scope["path"] == OPEN else 0.0
        self._open += 1
        try:
            said = await self._asked(self._client, scope, body, waits)
        except httpx.HTTPError as error:
            raise UNAVAILABLE from error
        finally:
            self._open -= 1
        kind = said.headers.get("Content-Type", "application/json").encode("latin-1")
        return said.status_code, kind, said.content

    async def _asked(
        self, client: httpx.AsyncClient, scope: Scope, body: bytes, waits: float
    ) -> httpx.Response:
        """Ask the media process; whoever opens a line waits until it has started."""
        kind = (header(scope, b"content-type") or b"").decode("latin-1")
        until = asyncio.get_running_loop().time() + waits
        while True:
            mark = await asyncio.to_thread(read_mark, self._mark)
            late = asyncio.get_running_loop().time() >= until
            if mark is not None:
                url = httpx.URL(scheme="http", host="127.0.0.1", port=mark.port, path=scope["path"])
                headers = {"X-Walletdesk-Media": mark.secret, "Content-Type": kind}
                try:
                    return await client.request(scope["method"], url, content=body, headers=headers)
                except httpx.ConnectError:
                    if late:
                        raise
            if late or not await asyncio.to_thread(is_wanted, self._mark):
                raise UNAVAILABLE
            await asyncio.sleep(LOOK_SECONDS)

    async def stop(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()
