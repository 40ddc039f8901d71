"""A raw HTTP client: it can be slow, rude and wrong, and it reads event streams."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tests.kit.live.fakes import PATIENCE


@dataclass(slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes = b""

    def json(self) -> Any:
        return msgspec.json.decode(self.body)


@dataclass(slots=True)
class Frame:
    """One block of an event stream."""

    event: str = "message"
    id: str | None = None
    data: bytes = b""
    retry: int | None = None
    comment: bytes | None = None

    def json(self) -> Any:
        return msgspec.json.decode(self.data)


@dataclass(slots=True)
class OpenStream:
    answer: Answer
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    frames: list[Frame] = field(default_factory=list)
    ended: bool = False
    _buffer: bytes = b""

    async def frame(self, seconds: float = PATIENCE) -> Frame:
        """Read the next frame; raises EOFError at the end of the stream."""
        async with asyncio.timeout(seconds):
            while b"\n\n" not in self._buffer:
                self._buffer += await self._chunk()
        block, _, self._buffer = self._buffer.partition(b"\n\n")
        frame = parse_frame(block)
        self.frames.append(frame)
        return frame

    async def events(self, count: int, seconds: float = PATIENCE) -> list[dict[str, Any]]:
        """Read until `count` events have come, over all topics, in order."""
        found: list[dict[str, Any]] = []
        while len(found) < count:
            frame = await self.frame(seconds)
            if frame.event == "message" and frame.data:
                found += frame.json()["e"]
        return found

    async def to_end(self, seconds: float = PATIENCE) -> list[Frame]:
        """Read to the end of the stream; returns what came."""
        frames: list[Frame] = []
        try:
            while True:
                frames.append(await self.frame(seconds))
        except EOFError:
            return frames

    async def _chunk(self) -> bytes:
        try:
            size = int((await self.reader.readline()).strip() or b"-1", 16)
            if size <= 0:
                self.ended = size == 0
                raise EOFError
            chunk = await self.reader.readexactly(size)
            await self.reader.readexactly(2)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise EOFError from error
        return chunk

    async def close(self) -> None:
        self.writer.transport.abort()
        await asyncio.sleep(0)


def parse_frame(block: bytes) -> Frame:
    frame = Frame()
    for line in block.split(b"\n"):
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        match name:
            case b"":
                frame.comment = value
            case b"event":
                frame.event = value.decode()
            case b"id":
                frame.id = value.decode()
            case b"data":
                frame.data += value
            case b"retry":
                frame.retry = int(value)
            case _:
                raise AssertionError(f"not an event stream: {line!r}")
    return frame


class Client:
    def __init__(self, port: int, token: str | None = "ann") -> None:  # noqa: S107 - a made-up name
        self.port = port
        self.token = token
        self._writers: list[asyncio.StreamWriter] = []

    def named(self, token: str | None) -> "Client":
        """Return a client of the same server with another token."""
        other = Client(self.port, token)
        other._writers = self._writers
        return other

    async def close(self) -> None:
        """Drop every connection that a story left open, so that a failure stays readable."""
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.sleep(0)

    def head(self, method: str, target: str, headers: dict[str, str] | None = None) -> bytes:
        fields = {"Host": "desk.test"}
        if self.token:
            fields["Authorization"] = f"Bearer {self.token}"
        fields |= headers or {}
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        return f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode("latin-1")

    async def connect(
        self, receive_buffer: int | None = None
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        sock = socket.socket()
        sock.setblocking(False)
        if receive_buffer is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", self.port))
        reader, writer = await asyncio.open_connection(sock=sock, limit=4096)
        self._writers.append(writer)
        return reader, writer

    async def raw(self, data: bytes, seconds: float = PATIENCE) -> Answer:
        """Send bytes, read one answer."""
        reader, writer = await self.connect()
        try:
            writer.write(data)
            async with asyncio.timeout(seconds):
                return await read_answer(reader)
        finally:
            writer.transport.abort()

    async def get(self, target: str, headers: dict[str, str] | None = None) -> Answer:
        return await self.raw(self.head("GET", target, headers))

    async def post(
        self, body: bytes, headers: dict[str, str] | None = None, target: str = "/live/messages"
    ) -> Answer:
        fields = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        return await self.raw(self.head("POST", target, fields | (headers or {})) + body)

    async def open(
        self,
        topics: str,
        after: str | None = None,
        *,
        last_id: str | None = None,
        receive_buffer: int | None = None,
    ) -> OpenStream:
        """Open a stream and read its ready frame."""
        query = f"topics={topics}" + ("" if after is None else f"&after={after}")
        headers = {} if last_id is None else {"Last-Event-ID": last_id}
        reader, writer = await self.connect(receive_buffer)
        writer.write(self.head("GET", f"/live/stream?{query}", headers))
        stream = OpenStream(await read_head(reader), reader, writer)
        if stream.answer.status == 200:
            assert (await stream.frame()).retry is not None
            assert (await stream.frame()).event == "ready"
        return stream

    @asynccontextmanager
    async def stream(self, topics: str, after: str | None = None) -> AsyncIterator[OpenStream]:
        stream = await self.open(topics, after)
        assert stream.answer.status == 200
        try:
            yield stream
        finally:
            await stream.close()


async def read_head(reader: asyncio.StreamReader) -> Answer:
    async with asyncio.timeout(PATIENCE):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pairs = [line.partition(":") for line in head[1:] if line]
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    return Answer(int(head[0].split()[1]), headers)


async def read_answer(reader: asyncio.StreamReader) -> Answer:
    answer = await read_head(reader)
    answer.body = await reader.readexactly(int(answer.headers.get("content-length", "0")))
    return answer
