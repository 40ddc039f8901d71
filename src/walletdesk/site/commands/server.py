"""`walletdesk _server`: uvicorn on a socket that the supervisor opened."""

from __future__ import annotations

import importlib
import os
import socket
import sys
from typing import TYPE_CHECKING

import uvicorn

from walletdesk.kit.children import watch_parent
from walletdesk.kit.interpreter import settle
from walletdesk.site.config import ensure_secret_key, load_config

if TYPE_CHECKING:
    from types import FrameType

    from walletdesk.site.config import Config

# Above the idle time of common proxies (60 s), so that the proxy is the one who closes.
KEEP_ALIVE_SECONDS = 75
SHUTDOWN_SECONDS = 5
APPLICATION = "walletdesk.site.asgi"


class Server(uvicorn.Server):
    """Ends the live streams before uvicorn waits for open requests, which they are."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve: all that serves is loaded."""
        settle()
        await super().startup(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """React to SIGTERM and SIGINT."""
        importlib.import_module(APPLICATION).begin_shutdown()
        super().handle_exit(sig, frame)


def run(descriptor: int, *, when_told: bool = False) -> int:
    """Serve until SIGTERM; `descriptor` is a listening socket that this process inherited.

    With `when_told` everything is loaded at once and then waits for a line on stdin; the end of
    stdin without a line means that nobody wants it.
    """
    watch_parent()
    ensure_secret_key(load_config(os.environ))
    if when_told:
        importlib.import_module(APPLICATION)
        if not sys.stdin.readline():
            return 0
    with socket.socket(fileno=descriptor) as listener:
        Server(_settings(load_config(os.environ))).run(sockets=[listener])
    return 0


def _settings(config: Config) -> uvicorn.Config:
    return uvicorn.Config(
        f"{APPLICATION}:application",
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        interface="asgi3",
        log_config=None,  # Django's logging is the one in force
        access_log=False,
        server_header=False,
        proxy_headers=bool(config.trusted_proxies),
        forwarded_allow_ips=list(config.trusted_proxies) or None,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        backlog=2048,
    )
