"""Lanes: customers wait for customers, agents do not wait for them, health waits for nobody."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Sized
from contextlib import asynccontextmanager
from itertools import islice

import pytest
import uvicorn
import uvloop

from tests.kit.live.client import Client
from tests.kit.live.fakes import PATIENCE
from walletdesk.kit.lanes import Lane, Lanes
from walletdesk.kit.live.wire import Message, Receive, Scope, Send, answer


class Desk:
    """An application that works for a while and notes how many it serves at once."""

    def __init__(self) -> None:
        self.seconds = 0.3
        self.running = {"customer": 0, "agent": 0, "none": 0}
        self.most = dict(self.running)
        self.bodies: list[int] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.big = b""
        self.waiting: Sized = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        lane = classify(scope["path"]) or "none"
        self.running[lane] += 1
        self.most[lane] = max(self.most[lane], self.running[lane])
        try:
            size, more = 0, True
            while more:
                message: Message = await receive()
                if message["type"] == "http.disconnect":
                    return
                size += len(message.get("body", b""))
                more = message.get("more_body", False)
            self.bodies.append(size)
            await asyncio.sleep(self.seconds)
            if lane == "customer":
                await self.gate.wait()
            if not self.big:
                await answer(send, 200, b"{}")
                return
            await send({"type": "http.response.start", "status": 200, "headers": []})
            for _ in range(5):
                await send({"type": "http.response.body", "body": self.big, "more_body": True})
            await send({"type": "http.response.body"})
        finally:
            self.running[lane] -= 1


def classify(path: str) -> str | None:
    return {"/chat": "customer", "/desk": "agent"}.get(path)


async def until(true: Callable[[], bool]) -> None:
    """Wait until something is true."""
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - any condition
            await asyncio.sleep(0.005)


@asynccontextmanager
async def desk(**customer: float) -> AsyncIterator[tuple[Desk, Client]]:
    app = Desk()
    plan = {"places": 2, "queue": 4, "wait": 0.1} | customer
    lanes = [Lane("customer", **plan), Lane("agent", places=2)]  # type: ignore[arg-type]
    laned = Lanes(
        app,
        lanes=lanes,
        classify=classify,
        busy_page=lambda _scope: (b"text/plain; charset=utf-8", "请稍候".encode()),
    )
    app.waiting = laned._queues["customer"]._waiting  # noqa: SLF001 - nothing outside tells
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)
    config = uvicorn.Config(laned, lifespan="off", log_level="critical", access_log=False)
    server = uvicorn.Server(config)
    serve = asyncio.create_task(server._serve([listener]))  # noqa: SLF001 - no signal handlers
    client = Client(listener.getsockname()[1])
    try:
        yield app, client
    finally:
        await client.close()
        server.should_exit = True
        await serve


def test_customers_never_starve_agents_or_health() -> None:
    async def story() -> None:
        async with desk() as (app, client):
            app.seconds = 0
            app.gate.clear()
            flood = [asyncio.create_task(client.get("/chat")) for _ in range(40)]
            for each in islice(asyncio.as_completed(flood), 38):
                await each
            done, stuck = await asyncio.wait(flood, timeout=0)
            others = await asyncio.gather(
                *[client.get("/desk") for _ in range(4)], *[client.get("/healthz") for _ in "ab"]
            )
            assert {other.status for other in others} == {200}
            assert {each.result().status for each in done} == {503}
            refused = next(iter(done)).result()
            assert (refused.json(), refused.headers["retry-after"]) == ({"code": "busy"}, "1")
            app.gate.set()
            assert [(await each).status for each in stuck] == [200, 200]
            assert app.most["customer"] == 2

    uvloop.run(story())


def test_who_waits_is_served_in_turn_and_a_page_gets_a_page() -> None:
    async def story() -> None:
        async with desk(places=1, wait=30.0) as (app, client):
            app.seconds = 0
            app.gate.clear()
            flood = [asyncio.create_task(client.get("/chat")) for _ in range(5)]
            await until(lambda: len(app.waiting) == 4)
            page = await client.get("/chat", {"Accept": "text/html,*/*"})
            assert (page.status, page.body.decode()) == (503, "请稍候")
            app.gate.set()
            assert {(await each).status for each in flood} == {200}
            assert app.most["customer"] == 1

    uvloop.run(story())


def test_a_waiter_that_was_cancelled_gives_its_place_to_the_next() -> None:
    async def story() -> None:
        app = Desk()
        app.seconds = 0
        app.gate.clear()
        laned = Lanes(app, lanes=[Lane("customer", places=1)], classify=classify)
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request"}

        async def send(message: Message) -> None:
            sent.append(message)

        scope = {"type": "http", "path": "/chat", "headers": []}
        tasks = [asyncio.ensure_future(laned(dict(scope), receive, send)) for _ in range(4)]
        await until(lambda: app.running["customer"] == 1)
        tasks[1].cancel()
        tasks[0].cancel()
        app.gate.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert [message.get("status") for message in sent][::2] == [200, 200]
        await laned(dict(scope), receive, send)
        assert len(sent) == 6

    uvloop.run(story())


def test_a_dawdling_body_takes_no_place() -> None:
    async def story() -> None:
        async with desk(body_seconds=0.4) as (app, client):
            app.seconds = 0
            head = client.head("POST", "/chat", {"Content-Length": "10"})
            slow = [asyncio.create_task(client.raw(head + b"x")) for _ in range(10)]
            await asyncio.sleep(0.1)
            assert (await client.post(b"whole", target="/chat")).status == 200
            assert app.bodies == [5]
            assert {(await each).status for each in slow} == {408}

    uvloop.run(story())


def test_a_large_body_passes_whole_or_ends_in_time() -> None:
    async def story() -> None:
        async with desk(body_seconds=0.4) as (app, client):
            app.seconds = 0
            head = client.head("POST", "/chat", {"Content-Length": "500000"})
            _, writer = await client.connect()
            writer.write(head + b"x" * 100_000)
            await until(lambda: app.running["customer"] == 1)
            await until(lambda: app.running["customer"] == 0)
            assert app.bodies == []
        async with desk() as (app, client):
            app.seconds = 0
            assert (await client.post(b"x" * 500_000, target="/chat")).status == 200
            assert app.bodies == [500_000]

    uvloop.run(story())


def test_a_client_that_does_not_read_gives_its_place_back() -> None:
    async def story() -> None:
        async with desk(write_seconds=0.2, places=1) as (app, client):
            app.seconds = 0
            app.big = b"x" * 1_000_000
            _, writer = await client.connect(receive_buffer=4096)
            writer.write(client.head("GET", "/chat"))
            await until(lambda: app.running["customer"] == 1)
            await until(lambda: app.running["customer"] == 0)
            app.big = b""
            assert (await client.get("/chat")).status == 200

    uvloop.run(story())


@pytest.mark.parametrize("kind", ["lifespan", "websocket"])
def test_other_protocols_pass(kind: str) -> None:
    async def story() -> None:
        seen: list[str] = []

        async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
            seen.append(scope["type"])

        async def nothing(*_: object) -> Message:
            return {}

        await Lanes(app, lanes=[], classify=classify)({"type": kind}, nothing, nothing)  # type: ignore[arg-type]
        assert seen == [kind]

    uvloop.run(story())
