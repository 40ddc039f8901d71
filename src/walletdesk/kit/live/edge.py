"""The ASGI application behind `/live/`: messages up, events down.

`POST /live/messages` records, `GET /live/stream` and `GET /live/poll` show. A topic that may not be
seen and one that does not exist get the same answer.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import msgspec

from walletdesk.kit.live.bus import Bus
from walletdesk.kit.live.coalesce import Coalescer, OverloadedError
from walletdesk.kit.live.limits import Limits
from walletdesk.kit.live.listeners import Poll, Stream
from walletdesk.kit.live.register import Register
from walletdesk.kit.live.rooms import Rooms
from walletdesk.kit.live.types import (
    Authorise,
    Credential,
    Envelope,
    Feed,
    LiveEvent,
    Read,
    Reply,
    Signal,
    Submit,
)
from walletdesk.kit.live.wire import (
    App,
    GoneError,
    Receive,
    RefusedError,
    Scope,
    Send,
    Wish,
    answer,
    answer_refusal,
    bearer,
    bearer_or_cookie,
    check_json_request,
    client_address,
    parse_wish,
    read_body,
)
from walletdesk.kit.shapes import decode

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

_RIGHT_ROUNDS: Final = 3
_CLOSE_SECONDS: Final = 10
_AGAIN_SECONDS: Final = 0.03

logger = logging.getLogger(__name__)


class Edge:
    """The live edge of one server process.

    The site awaits `start()` before the first request and `stop()` after the last, and calls
    `begin_shutdown()` as soon as the process is asked to end: streams are requests in progress, a
    server waits for them. `cookie` names the cookie that a browser's stream may present; posting
    takes a bearer token only, which no foreign page can make a browser send.
    """

    def __init__(  # noqa: PLR0913 - the composition root hands over every port by name
        self,
        *,
        authorise: Authorise,
        read: Read,
        submit: Submit,
        bus: Bus,
        cookie: str,
        limits: Limits | None = None,
        release: Callable[[], object] | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._bus = bus
        self._cookie = cookie
        size, waiting = self._limits.batch, self._limits.waiting
        self._authorise: Coalescer[tuple[Credential, str], Feed | None] = Coalescer(
            authorise, max_batch=size, name="authorise", max_waiting=waiting, release=release
        )
        self._read: Coalescer[tuple[Feed, int], Sequence[LiveEvent]] = Coalescer(
            _read_once(read), max_batch=size, name="read", max_waiting=waiting, release=release
        )
        self._submit: Coalescer[Envelope, Reply] = Coalescer(
            submit, max_batch=size, name="submit", max_waiting=waiting, release=release
        )
        self._rooms = Rooms(self._read.submit, self._limits)
        self._register = Register(self._authorise.submit, self._limits)
        self._routes: dict[str, tuple[str, App]] = {
            "/live/messages": ("POST", self._post),
            "/live/stream": ("GET", self._stream),
            "/live/poll": ("GET", self._poll),
        }
        self._tasks: list[asyncio.Task[None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def open_streams(self) -> int:
        """How many streams and polls are connected."""
        return len(self._register)

    @property
    def open_rooms(self) -> int:
        """How many feeds are followed."""
        return len(self._rooms)

    async def start(self) -> None:
        """Listen to the bus and start the heartbeats."""
        self._loop = asyncio.get_running_loop()
        on_gap = self._on_gap
        self._tasks = [
            asyncio.create_task(
                self._bus.run(self._rooms.wake, self._register.revoke, on_gap, self._on_signal),
                name="live-bus",
            ),
            asyncio.create_task(self._register.turn(), name="live-heartbeats"),
        ]
        for task in self._tasks:
            task.add_done_callback(_log_death)

    def begin_shutdown(self) -> None:
        """End all streams within a second and refuse new ones; from any thread or signal handler.

        Posting goes on until `stop()`.
        """
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._register.end_all, "shutdown")

    async def stop(self) -> None:
        """Record what was accepted, end the streams, stop."""
        self._register.end_all("shutdown")
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await asyncio.gather(
                    self._submit.close(), self._read.close(), self._authorise.close()
                )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; the site routes every path under `/live/` here."""
        try:
            handler = self._route(scope)
            await handler(scope, receive, send)
        except RefusedError as refused:
            await answer_refusal(send, refused)
        except GoneError:
            return

    def _route(self, scope: Scope) -> App:
        found = self._routes.get(scope["path"])
        if found is None:
            raise RefusedError(404, "no_such_page")
        if scope["method"] != found[0]:
            raise RefusedError(405, "method", allow=found[0])
        return found[1]

    async def _post(self, scope: Scope, receive: Receive, send: Send) -> None:
        credential = bearer(scope)
        if credential is None:
            raise RefusedError(401, "no_credential")
        check_json_request(scope)
        body = await read_body(receive, self._limits)
        envelope = Envelope(credential, body, client_address(scope))
        [reply] = await self._ask(self._submit, envelope)
        until = asyncio.get_running_loop().time() + self._limits.passing_seconds
        while reply.passing and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(_AGAIN_SECONDS)
            [reply] = await self._ask(self._submit, envelope)
        wait = reply.retry_after
        extra = () if wait is None else ((b"retry-after", b"%d" % wait),)
        await answer(send, reply.status, reply.body, extra)

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        credential, wish = self._wish(scope)
        address = client_address(scope)
        with self._register.place(address):
            feeds = await self._rights(credential, wish)
            stream = Stream(self._rooms, credential, address, self._limits, receive, send)
            stream.enter(feeds, wish)
            try:
                with self._register.membership(stream):
                    await stream.run()
            finally:
                stream.leave()

    async def _poll(self, scope: Scope, receive: Receive, send: Send) -> None:
        credential, wish = self._wish(scope)
        address = client_address(scope)
        with self._register.place(address):
            feeds = await self._rights(credential, wish)
            poll = Poll(self._rooms, credential, address, receive)
            poll.enter(feeds, wish)
            try:
                with self._register.membership(poll):
                    found = await poll.run(wish.wait)
            except RefusedError:
                raise
            except Exception as error:
                logger.exception("live read failed")
                raise RefusedError(503, "unavailable", retry_after=2) from error
            finally:
                poll.leave()
        await answer(send, 200, found)

    def _wish(self, scope: Scope) -> tuple[Credential, Wish]:
        credential = bearer_or_cookie(scope, self._cookie)
        if credential is None:
            raise RefusedError(401, "no_credential")
        return credential, parse_wish(scope, self._limits)

    async def _rights(self, credential: Credential, wish: Wish) -> list[Feed]:
        """Return a feed for every topic; 404 when one is refused.

        A right that is revoked between the check and the entry in the register would be missed, so
        the check is repeated when anything was revoked meanwhile.
        """
        for _ in range(_RIGHT_ROUNDS):
            before = self._register.revocations
            answers = await self._ask(
                self._authorise, *[(credential, topic) for topic in wish.topics]
            )
            feeds = [feed for feed in answers if feed is not None]
            if len(feeds) < len(wish.topics):
                raise RefusedError(404, "no_such_topic")
            if before == self._register.revocations:
                return feeds
        raise RefusedError(503, "busy", retry_after=1)

    def _on_gap(self) -> None:
        self._rooms.wake_all()
        self._register.recheck_all()

    def _on_signal(self, payload: str) -> None:
        try:
            self._rooms.signal(decode(payload, Signal))
        except msgspec.MsgspecError:
            logger.warning("a signal that cannot be read was dropped")

    async def _ask(self, coalescer: Coalescer[_Item, _Result], *items: _Item) -> list[_Result]:
        """Return a port's answers; RefusedError 503 when it fails, is full or takes too long.

        What was accepted is done all the same: a client that repeats its message is recognised.
        """
        late: asyncio.TimerHandle | None = None
        try:
            waiting = [coalescer.submit(item) for item in items]
            # asyncio.timeout would cost each message more than its decoding does
            late = asyncio.get_running_loop().call_later(
                self._limits.answer_seconds, _give_up, waiting
            )
            return [await each for each in waiting]
        except OverloadedError as error:
            raise RefusedError(503, "busy", retry_after=2) from error
        except TimeoutError as error:
            raise RefusedError(503, "unavailable", retry_after=5) from error
        except Exception as error:
            logger.exception("a port of the live edge failed")
            raise RefusedError(503, "unavailable", retry_after=2) from error
        finally:
            if late is not None:
                late.cancel()


def _give_up(waiting: "list[asyncio.Future[_Result]]") -> None:
    for each in waiting:
        if not each.done():
            each.set_exception(TimeoutError())


def _read_once(read: Read) -> Read:
    """Ask only once for the same feed and cursor within a batch."""

    def read_distinct(wanted: Sequence[tuple[Feed, int]]) -> Sequence[Sequence[LiveEvent]]:
        distinct = {(feed.key, cursor): (feed, cursor) for feed, cursor in wanted}
        pages = dict(zip(distinct, read(list(distinct.values())), strict=True))
        return [pages[feed.key, cursor] for feed, cursor in wanted]

    return read_distinct


def _log_death(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.critical("%s died", task.get_name(), exc_info=error)
