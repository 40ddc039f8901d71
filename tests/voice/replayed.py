"""An Asterisk that is a capture played again: real HTTP and a real WebSocket on loopback.

A request gets the answer that it got; an event comes as soon as every request that came before it
has come again. So the driver must ask what it asked then.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn

from tests.voice.capture import CAPTURED
from tests.voice.tones import tone, wav

TONES = {"in": 440, "out": 880}


@dataclass
class Replay:
    """The capture, and how far it has been played."""

    sounds: Path
    token: str
    lines: list[dict[str, Any]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    cut: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        text = CAPTURED.read_text().replace("@sounds@", str(self.sounds))
        self.lines = [json.loads(line) for line in text.splitlines()]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one connection (ASGI 3)."""
        known = dict(scope.get("headers", ())).get(b"authorization", b"").decode() == self.token
        if scope["type"] == "http":
            await self._answer(scope, receive, send, known=known)
        elif scope["type"] == "websocket":
            await receive()
            if known:
                await send({"type": "websocket.accept"})
                await self._events(send)
            await send({"type": "websocket.close", "code": 1008})

    async def _answer(self, scope: Any, receive: Any, send: Any, *, known: bool) -> None:
        body = b""
        while True:
            part = await receive()
            body += part.get("body", b"")
            if not part.get("more_body"):
                break
        address = scope["raw_path"].decode() + ("?" if scope["query_string"] else "")
        asked = [scope["method"], address + scope["query_string"].decode()]
        found = self._find(asked, json.loads(body or b"null")) if known else {"status": 401}
        content = json.dumps(found["answer"]).encode() if "answer" in found else b""
        if address.endswith("/file") and found["status"] == 200:
            content = wav(tone(TONES[address.split("~")[-1].removesuffix("/file")], 1.0))
        headers = [(b"content-length", str(len(content)).encode())]
        if found["status"] == 204:
            headers = []
        await send({"type": "http.response.start", "status": found["status"], "headers": headers})
        await send({"type": "http.response.body", "body": content})
        self.moved.set()

    def _find(self, asked: list[str], body: Any) -> dict[str, Any]:
        for line in self.lines:
            if line.get("ask") == asked and line["body"] == body and not line.get("done"):
                line["done"] = True
                return line
        self.unknown.append(f"{asked} {body}")
        return {"status": 404}

    async def _events(self, send: Any) -> None:
        for line in self.lines:
            while "ask" in line and not line.get("done"):
                self.moved.clear()
                await self.moved.wait()
            if "event" in line and not line.get("done"):
                line["done"] = True
                await send({"type": "websocket.send", "text": json.dumps(line["event"])})
        await self.cut.wait()


class _Quiet(uvicorn.Server):
    """Leaves the process's signals alone."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(app: Replay, port: int) -> AsyncIterator[None]:
    """Serve it as long as the block lasts."""
    config = uvicorn.Config(
        app, "127.0.0.1", port, log_level="error", ws="websockets-sansio", lifespan="off"
    )
    server = _Quiet(config)
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn offers no event
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        app.cut.set()
        server.should_exit = server.force_exit = True
        await running
