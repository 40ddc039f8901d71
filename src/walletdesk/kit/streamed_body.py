"""Bodies of uploads go to the view as they arrive.

Django's ASGI handler collects a body first, and writes a large one to a temporary file. What
people send may not reach a disk before the guard has seen it, so here Django gets an empty body at
once, and the view takes the real one off the line, piece by piece, in its own thread.
"""

import asyncio
from collections.abc import Iterator

from django.http import HttpRequest

from walletdesk.kit.blobs.types import PIECE
from walletdesk.kit.errors import BadInput
from walletdesk.kit.live.wire import App, Message, Receive, Scope, Send

_KEY = "walletdesk.body"
_PATIENCE = 300.0  # seconds; the lane's own limit comes first


class BodyLost(BadInput):
    """The sender left, was too slow, or sent another length than announced."""


class StreamedBody:
    """ASGI middleware around Django: see the module."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on without its body, which `body_of` finds again."""
        body = _Body(receive, asyncio.get_running_loop())
        await self._app({**scope, _KEY: body}, body.for_django, send)


class _Body:
    def __init__(self, receive: Receive, loop: asyncio.AbstractEventLoop) -> None:
        self._receive = receive
        self._loop = loop
        self._told = False

    async def for_django(self) -> Message:
        if not self._told:
            self._told = True
            return {"type": "http.request", "body": b"", "more_body": False}
        # Django waits here for the sender to leave; the view hears of that by itself.
        await asyncio.Event().wait()
        raise AssertionError("an event that nobody sets")

    def pieces(self) -> Iterator[bytes]:
        more = True
        while more:
            asked = asyncio.run_coroutine_threadsafe(_next(self._receive), self._loop)
            message = asked.result(_PATIENCE)
            if message["type"] != "http.request":
                raise BodyLost(body="lost")
            yield message.get("body", b"")
            more = message.get("more_body", False)


async def _next(receive: Receive) -> Message:
    return await receive()


def body_of(request: HttpRequest, length: int) -> Iterator[bytes]:
    """Yield a request's body of exactly `length` bytes, as it arrives. Raises BodyLost.

    Works behind StreamedBody, and where Django itself holds the stream.
    """
    body = getattr(request, "scope", {}).get(_KEY)
    pieces = body.pieces() if body is not None else iter(lambda: request.read(PIECE), b"")
    taken = 0
    for piece in pieces:
        taken += len(piece)
        if taken > length:
            raise BodyLost(body="too long")
        if piece:
            yield piece
    if taken != length:
        raise BodyLost(body="too short")
