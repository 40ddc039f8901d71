"""How a browser and the media process speak: three JSON requests over our own server.

`site/voice_forward.py` hands `/voice/media/…` on to this process, on loopback, with a secret that
only processes of this installation can read. A page opens a line with a short-lived token, asks
for news again and again (a long poll: it survives lost connections by itself), and acts.
"""

import asyncio
import contextlib
import hmac
import logging
import secrets
import socket
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
import uvicorn
from msgspec import Meta, Struct

from walletdesk.integrations.embedded_voice.line import Line
from walletdesk.integrations.embedded_voice.mark import Mark, write_mark
from walletdesk.kit.live.limits import Limits
from walletdesk.kit.live.wire import (
    GoneError,
    Receive,
    RefusedError,
    Scope,
    Send,
    answer,
    answer_refusal,
    check_json_request,
    header,
    read_body,
)
from walletdesk.kit.shapes import decode

log = logging.getLogger(__name__)

POLL_SECONDS: Final = 20.0  # below the 30 s that proxies allow a silent request
LIMITS: Final = Limits(body_bytes=64 * 1024)  # an offer has 3 to 10 kB
PREFIX: Final = "/voice/media/"

Ident = Annotated[str, Meta(max_length=64)]


class _Open(Struct, forbid_unknown_fields=True):
    token: Annotated[str, Meta(max_length=600)]


class _News(Struct, forbid_unknown_fields=True):
    line: Ident
    after: Annotated[int, Meta(ge=0, le=100_000)]


class _Act(Struct, forbid_unknown_fields=True):
    line: Ident
    do: Literal["offer", "keys", "bye", "no_sound"]
    sdp: Annotated[str, Meta(max_length=40_000)] = ""
    keys: Annotated[str, Meta(max_length=32)] = ""


class _Sound(Struct, forbid_unknown_fields=True):
    line: Ident
    sound: Annotated[str, Meta(max_length=200)]


class Signalling:
    """The requests. `opened(token)` returns a new line or raises RefusedError."""

    def __init__(
        self,
        lines: dict[str, Line],
        opened: Callable[[str], Awaitable[dict[str, Any]]],
        sound: Callable[[str], Awaitable[bytes]],
    ) -> None:
        self.secret = secrets.token_urlsafe(32)
        self._lines = lines
        self._opened = opened
        self._read_sound = sound

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            kind, body = await self._answered(scope, receive)
        except RefusedError as refused:
            await answer_refusal(send, refused)
        except (msgspec.ValidationError, msgspec.DecodeError, UnicodeError):
            await answer_refusal(send, RefusedError(400, "bad_json"))
        except GoneError:
            return
        except Exception:
            log.exception("a request of a browser failed")
            await answer_refusal(send, RefusedError(500, "failed"))
        else:
            await answer(send, 200, body, kind=kind)

    async def _answered(self, scope: Scope, receive: Receive) -> tuple[bytes, bytes]:
        given = header(scope, b"x-walletdesk-media") or b""
        if not hmac.compare_digest(given, self.secret.encode()):
            raise RefusedError(404, "no_such_page")
        work = getattr(self, "_" + scope["path"].removeprefix(PREFIX), None)
        if scope["path"].removeprefix(PREFIX) not in {"open", "news", "act", "sound"} or not work:
            raise RefusedError(404, "no_such_page")
        if scope["method"] != "POST":
            raise RefusedError(405, "method", allow="POST")
        check_json_request(scope)
        result = await work(await read_body(receive, LIMITS))
        if isinstance(result, bytes):
            return b"audio/wav", result
        return b"application/json", msgspec.json.encode(result)

    async def _open(self, body: bytes) -> dict[str, Any]:
        return await self._opened(decode(body, _Open).token)

    async def _news(self, body: bytes) -> dict[str, Any]:
        asked = decode(body, _News)
        return {"news": await self._line(asked.line).news(asked.after, POLL_SECONDS)}

    async def _act(self, body: bytes) -> dict[str, Any]:
        asked = decode(body, _Act)
        line = self._line(asked.line)
        if line.closed:
            raise RefusedError(410, "over")
        if asked.do == "offer":
            try:
                return {"sdp": await line.take_offer(asked.sdp)}
            except ValueError as error:
                raise RefusedError(400, "bad_offer") from error
        if asked.do == "keys":
            line.press(asked.keys)
        else:
            await line.leave("caller" if asked.do == "bye" else "failed")
        return {}

    async def _sound(self, body: bytes) -> bytes:
        asked = decode(body, _Sound)
        self._line(asked.line)
        try:
            return await self._read_sound(asked.sound)
        except KeyError as error:
            raise RefusedError(404, "no_such_page") from error

    def _line(self, ident: str) -> Line:
        line = self._lines.get(ident)
        if line is None:
            raise RefusedError(404, "no_such_line")
        return line


class _Quiet(uvicorn.Server):
    """A server inside another program, which keeps its own signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Listener:
    """Serves the signalling on a free port of loopback, and leaves a mark where it is."""

    def __init__(self, signalling: Signalling, mark: Path) -> None:
        self._signalling = signalling
        self._mark = mark
        self.listening = asyncio.Event()
        config = uvicorn.Config(
            self._signalling, log_config=None, access_log=False, lifespan="off", ws="none"
        )
        self._server = _Quiet(config)

    async def serve(self) -> None:
        """Serve until `stop`."""
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        mark = Mark(listening.getsockname()[1], self._signalling.secret)
        write_mark(self._mark, mark)
        self.listening.set()
        try:
            await self._server.serve([listening])
        finally:
            self._mark.unlink(missing_ok=True)

    def stop(self) -> None:
        """End."""
        self._server.should_exit = True
        self._server.force_exit = True
