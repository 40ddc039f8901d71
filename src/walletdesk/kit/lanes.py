"""Lanes: a cap per kind of request, so that customers can never starve agents.

A request in progress may hold a database connection. Each lane has its own number of places and its
own short queue; who finds neither is told to come back. The sum of all places is the number of
connections that the process needs.

A place is taken after a small body has arrived, and given back when the answer cannot be delivered
in time, so that a client that dawdles occupies nothing that others need.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from walletdesk.kit.live.wire import (
    App,
    GoneError,
    Message,
    Receive,
    RefusedError,
    Scope,
    Send,
    answer_refusal,
)

#: A body up to this size is collected before a place is taken.
_BODY_AHEAD = 64 * 1024


@dataclass(frozen=True, slots=True)
class Lane:
    """One kind of request. `places` in progress, `queue` waiting, each at most `wait` seconds.

    `body_seconds` is the time in which a body must arrive, `write_seconds` the time in which the
    client must take one piece of the answer.
    """

    name: str
    places: int
    queue: int = 200
    wait: float = 1.0
    body_seconds: float = 30.0
    write_seconds: float = 20.0


class Lanes:
    """ASGI middleware. `classify` maps a path to a lane, or to None: never queued, never capped.

    Health checks and the live edge belong to no lane. A refusal is 503 with Retry-After and
    {"code": "busy"}, or what `busy_page` returns for a browser's page: (content type, body).
    """

    def __init__(
        self,
        app: App,
        *,
        lanes: Iterable[Lane],
        classify: Callable[[str], str | None],
        busy_page: Callable[[Scope], tuple[bytes, bytes]] | None = None,
    ) -> None:
        self._app = app
        self._classify = classify
        self._busy_page = busy_page
        self._queues = {lane.name: _Queue(lane) for lane in lanes}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on when its lane has a place for it."""
        name = self._classify(scope["path"]) if scope["type"] == "http" else None
        if name is None:
            await self._app(scope, receive, send)
            return
        queue = self._queues[name]
        try:
            receive = await _collect(receive, queue.lane)
            took = await queue.take()
        except RefusedError as refused:
            await answer_refusal(send, refused)
            return
        except GoneError:
            return
        if not took:
            await self._refuse(scope, send)
            return
        try:
            await self._app(scope, receive, _in_time(send, queue.lane.write_seconds))
        finally:
            queue.give_back()

    async def _refuse(self, scope: Scope, send: Send) -> None:
        wants_page = any(
            key == b"accept" and b"text/html" in value for key, value in scope["headers"]
        )
        if self._busy_page is None or not wants_page:
            await answer_refusal(send, RefusedError(503, "busy", retry_after=1))
            return
        content_type, body = self._busy_page(scope)
        headers = [
            (b"content-type", content_type),
            (b"content-length", b"%d" % len(body)),
            (b"cache-control", b"no-store"),
            (b"retry-after", b"1"),
        ]
        await send({"type": "http.response.start", "status": 503, "headers": headers})
        await send({"type": "http.response.body", "body": body})


class _Queue:
    """The places of one lane; first come, first served."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self._free = lane.places
        self._waiting: deque[asyncio.Future[bool]] = deque()

    async def take(self) -> bool:
        """Take a place; False when none was free in time."""
        if self._free > 0:
            self._free -= 1
            return True
        if len(self._waiting) >= self.lane.queue:
            return False
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[bool] = loop.create_future()
        self._waiting.append(turn)
        timer = loop.call_later(self.lane.wait, self._give_up, turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.result():
                self.give_back()
            raise
        finally:
            timer.cancel()

    def give_back(self) -> None:
        """Hand the place to the first who still waits."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(True)
                return
        self._free += 1

    def _give_up(self, turn: "asyncio.Future[bool]") -> None:
        if not turn.done():
            turn.set_result(False)
            self._waiting.remove(turn)


async def _collect(receive: Receive, lane: Lane) -> Receive:
    """Wait for a small body, or for the beginning of a large one; return what replays it.

    Raises RefusedError 408 when it is too slow and GoneError when the client left.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + lane.body_seconds
    body = bytearray()
    more = True
    try:
        async with asyncio.timeout_at(deadline):
            while more and len(body) <= _BODY_AHEAD:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise GoneError
                body += message.get("body", b"")
                more = message.get("more_body", False)
    except TimeoutError as error:
        raise RefusedError(408, "too_slow") from error
    first: Message | None = {"type": "http.request", "body": bytes(body), "more_body": more}

    async def replay() -> Message:
        nonlocal first, more
        if first is not None:
            message, first = first, None
            return message
        if not more:
            return await receive()
        try:
            async with asyncio.timeout_at(deadline):
                message = await receive()
        except TimeoutError:
            # To the application a client that dawdles is one that left.
            more = False
            return {"type": "http.disconnect"}
        more = message.get("more_body", False)
        return message

    return replay


def _in_time(send: Send, seconds: float) -> Send:
    """Raise TimeoutError in an application whose client does not take the answer."""

    async def send_in_time(message: Message) -> None:
        async with asyncio.timeout(seconds):
            await send(message)

    return send_in_time
