"""The client process of the sockets benchmark: many event streams, some of which also post."""

import asyncio
import contextlib
import json
import random
import sys
import time
import uuid
from collections import Counter

import httptools
import uvloop
from harness import percentile

OPENING_AT_ONCE = 200
ANSWER_SECONDS = 20.0
PATIENCE_SECONDS = 120.0
EVENTS_SECONDS = 15.0


class Stream(asyncio.Protocol):
    """One connection of a follower; tells it of frames and of the end."""

    def __init__(self, follower: "Follower") -> None:
        self.follower = follower
        self.parser = httptools.HttpResponseParser(self)
        self.rest = b""
        self.status = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        transport.write(self.follower.request())

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_headers_complete(self) -> None:
        self.status = self.parser.get_status_code()

    def on_body(self, body: bytes) -> None:
        if self.status == 200:
            *frames, self.rest = (self.rest + body).split(b"\n\n")
            for frame in frames:
                self.follower.frame(frame)

    def on_message_complete(self) -> None:
        self.transport.close()

    def connection_lost(self, _error: Exception | None) -> None:
        self.follower.lost()


class Follower:
    """A customer's browser: follows one conversation, comes back by cursor after a loss."""

    def __init__(self, load: "Load", token: str, ref: str) -> None:
        self.load = load
        self.token = token
        self.ref = ref
        self.cursor = "0"
        self.ready = False
        self.retry_ms = 1000
        self.failures = 0
        self.seen: Counter[str] = Counter()
        self.doubled = 0
        self.last_seq = 0
        self.transport: asyncio.BaseTransport | None = None

    def request(self) -> bytes:
        return (
            f"GET /live/stream?topics=conversation:{self.ref}&after=0 HTTP/1.1\r\n"
            f"Host: x\r\nAuthorization: Bearer {self.token}\r\nLast-Event-ID: {self.cursor}\r\n\r\n"
        ).encode()

    def frame(self, frame: bytes) -> None:
        for line in frame.split(b"\n"):
            name, _, value = line.partition(b": ")
            if name == b"id":
                self.cursor = value.decode()
            elif name == b"retry":
                self.retry_ms = int(value)
            elif name == b"event" and value == b"ready":
                self.ready, self.failures = True, 0
                self.load.here(self)
            elif name == b"data" and value.startswith(b'{"t"'):
                self.events(json.loads(value)["e"])

    def events(self, events: list[dict]) -> None:
        for event in events:
            if event["seq"] <= self.last_seq:
                self.doubled += 1
            self.last_seq = event["seq"]
            if event.get("client_id"):
                self.seen[event["client_id"]] += 1

    def lost(self) -> None:
        self.ready = False
        wait = self.retry_ms / 1000
        if self.failures:  # the widget's own back-off: doubled, spread, at most 8 s
            wait = min(8.0, 0.5 * 2**self.failures) * random.uniform(0.5, 1)
        self.failures += 1
        asyncio.get_running_loop().call_later(wait, self.start)

    def start(self) -> None:
        task = asyncio.ensure_future(self.connect())
        self.load.tasks.add(task)
        task.add_done_callback(self.load.tasks.discard)

    async def connect(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                self.transport, _ = await loop.create_connection(
                    lambda: Stream(self), "127.0.0.1", self.load.port
                )
        except (OSError, TimeoutError):
            self.lost()
            return
        loop.call_later(ANSWER_SECONDS, self.give_up, self.transport)

    def give_up(self, transport: asyncio.BaseTransport) -> None:
        if not self.ready and transport is self.transport:
            transport.abort()


class Load:
    """All followers, the sample that posts, and a probe of the server's health."""

    def __init__(self, task: dict) -> None:
        self.port = task["port"]
        self.followers = [Follower(self, token, ref) for token, ref in task["customers"]]
        self.sample = random.sample(self.followers, task["sample"])
        self.sent: dict[str, Follower] = {}
        self.tasks: set[asyncio.Task] = set()
        self.away = set(self.followers)
        self.all_here = asyncio.Event()
        self.health: list[float] = []

    def here(self, follower: Follower) -> None:
        self.away.discard(follower)
        if not self.away:
            self.all_here.set()

    async def open_all(self) -> float:
        began = time.monotonic()
        for start in range(0, len(self.followers), OPENING_AT_ONCE):
            for follower in self.followers[start : start + OPENING_AT_ONCE]:
                follower.start()
            await asyncio.sleep(0.1)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.all_here.wait()
        return time.monotonic() - began

    async def post_round(self, spread: float) -> None:
        """Let each of the sample post one message, within `spread` seconds."""
        await asyncio.gather(*(self.post(follower, spread) for follower in self.sample))

    async def post(self, follower: Follower, spread: float) -> None:
        client_id = str(uuid.uuid4())
        text = "My transfer has been pending for two hours, what can I do?"
        body = json.dumps({"conversation": follower.ref, "id": client_id, "text": text}).encode()
        request = (
            b"POST /live/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Authorization: Bearer %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
            % (follower.token.encode(), len(body), body)
        )
        await asyncio.sleep(random.uniform(0, spread))
        while await self.ask(request) != 200:  # noqa: ASYNC110 - it asks the server
            await asyncio.sleep(random.uniform(0.3, 1.0))
        self.sent[client_id] = follower

    async def ask(self, request: bytes) -> int:
        """Return the status, or 0 when there was none."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                try:
                    writer.write(request)
                    return int((await reader.readline())[9:12] or b"0")
                finally:
                    writer.close()
        except (OSError, TimeoutError):
            return 0

    async def probe(self) -> None:
        """Ask for the server's health again and again; only answers count."""
        request = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        answered = False
        while True:
            began = time.monotonic()
            status = await self.ask(request)
            if status == 200 and answered:
                self.health.append(time.monotonic() - began)
            answered = answered or status == 200
            await asyncio.sleep(0.1)

    async def survive(self, killed: float) -> dict:
        probe = asyncio.create_task(self.probe())
        posting = asyncio.create_task(self.post_round(2.0))
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.all_here.wait()
            back = time.monotonic() - killed
            await posting
            await self.post_round(1.0)
        probe.cancel()
        until = time.monotonic() + EVENTS_SECONDS
        while self.missed() and time.monotonic() < until:  # noqa: ASYNC110 - a deadline
            await asyncio.sleep(0.1)
        return {
            "back_seconds": back,
            "acknowledged": len(self.sent),
            "missed": self.missed(),
            "doubled": sum(follower.doubled for follower in self.followers)
            + sum(follower.seen[each] > 1 for each, follower in self.sent.items()),
            "health_p95_ms": 1000 * percentile(self.health, 0.95),
        }

    def missed(self) -> int:
        return sum(not follower.seen[each] for each, follower in self.sent.items())


async def main() -> None:
    loop = asyncio.get_running_loop()
    load = Load(json.loads(await loop.run_in_executor(None, sys.stdin.readline)))
    opened = await load.open_all()
    await load.post_round(1.0)
    print(json.dumps({"open_seconds": opened}), flush=True)
    load.all_here.clear()
    load.away = set(load.followers)
    line = await loop.run_in_executor(None, sys.stdin.readline)
    if line:
        print(json.dumps(await load.survive(json.loads(line)["killed"])), flush=True)
        await loop.run_in_executor(None, sys.stdin.readline)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        uvloop.run(main())
