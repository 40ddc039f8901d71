"""A real uvicorn on a loopback port around an edge with a site in memory."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

from tests.kit.live.client import Client
from tests.kit.live.fakes import PATIENCE, FakeSite
from walletdesk.kit.live.edge import Edge
from walletdesk.kit.live.limits import Limits


class Running:
    """An edge that serves, and how to reach it."""

    def __init__(self, site: FakeSite, edge: Edge, server: uvicorn.Server, port: int) -> None:
        self.site = site
        self.edge = edge
        self.server = server
        self.port = port
        self.client = Client(port)

    async def until(self, condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Wait for something to become true, else fail."""
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - any condition, without a hook in the code
                await asyncio.sleep(0.005)


@asynccontextmanager
async def serving(
    site: FakeSite | None = None, *, send_buffer: int | None = None, **limits: Any
) -> AsyncIterator[Running]:
    """Serve an edge; limits are given by name."""
    site = site or FakeSite()
    edge = Edge(
        authorise=site.authorise,
        read=site.read,
        submit=site.submit,
        bus=site.bus,
        cookie="desk",
        limits=Limits(**limits),
    )
    listener = socket.create_server(("127.0.0.1", 0))
    if send_buffer is not None:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
    config = uvicorn.Config(
        edge, http="httptools", lifespan="off", log_level="error", access_log=False
    )
    server = uvicorn.Server(config)
    await edge.start()
    serve = asyncio.create_task(server._serve([listener]))  # noqa: SLF001 - without signal handlers
    running = Running(site, edge, server, listener.getsockname()[1])
    try:
        yield running
    finally:
        await running.client.close()
        await edge.stop()
        server.should_exit = True
        await serve
