"""The real server, as a process of its own: uvicorn, edge, lanes and Django on a loopback port."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from tests.kit.live.client import Answer, Client
from walletdesk.accounts.models import User
from walletdesk.accounts.sessions import SessionStore

PATIENCE = 90.0
COMMAND = (sys.executable, "-P", "-m", "walletdesk.site.cli", "_server")


@dataclass
class Server:
    """A running server and how to reach it. `output` is all it ever wrote, its log included."""

    port: int
    data: Path
    output: Path
    process: "subprocess.Popen[bytes]"
    clients: list[httpx.Client] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def browser(self, user: User | None = None, token: str | None = None) -> httpx.Client:
        """Return a client that keeps cookies: nobody's, a member of staff's, or a customer's."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        cookies = {} if user is None else {settings.SESSION_COOKIE_NAME: session_of(user)}
        client = httpx.Client(base_url=self.url, headers=headers, cookies=cookies, timeout=PATIENCE)
        self.clients.append(client)
        return client

    def raw(self, token: str | None = None) -> Client:
        """Return a client that speaks HTTP by hand: it can be rude, and it reads streams."""
        return Client(self.port, token)

    def said(self) -> str:
        return self.output.read_text(errors="replace")


def session_of(user: User) -> str:
    """Sign a member of staff in and return the value of the session's cookie."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


@contextmanager
def serve(database_url: str, folder: Path, **environ: str) -> Iterator[Server]:
    """Start a server on a database, wait until it answers, and stop it at the end."""
    data = folder / "data"
    data.mkdir(parents=True)
    output = folder / "server.log"
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    keys = Path(os.environ["WALLETDESK_DATA"]) / "keys" / "master.keys"  # of the test database
    given = {k: v for k, v in os.environ.items() if not k.startswith("WALLETDESK_")}
    with output.open("wb") as log:
        process = subprocess.Popen(
            [*COMMAND, "--fd", str(listener.fileno())],
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=[listener.fileno()],
            env={
                **given,
                "WALLETDESK_DATA": str(data),
                "WALLETDESK_SECRET_KEY": settings.SECRET_KEY,
                "WALLETDESK_KEY_FILE": str(keys),
                "WALLETDESK_URL": f"http://127.0.0.1:{port}",
                "DATABASE_URL": database_url,
                **environ,
            },
        )
    listener.close()
    server = Server(port, data, output, process)
    try:
        _wait(server)
        yield server
    finally:
        for client in server.clients:
            client.close()
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def _wait(server: Server) -> None:
    end = time.monotonic() + PATIENCE
    pause = threading.Event()
    while time.monotonic() < end and server.process.poll() is None:
        try:
            if httpx.get(f"{server.url}/healthz", timeout=PATIENCE).status_code == 200:
                return
        except httpx.TransportError:
            pause.wait(0.05)
    raise AssertionError(f"the server does not answer:\n{server.said()}")


@pytest.fixture(scope="session")
def server(django_db_setup: None, tmp_path_factory: Any) -> Iterator[Server]:
    """One server for all tests that need one; use it with `django_db(transaction=True)`."""
    database_url = str(settings.WALLETDESK.database_url)
    with serve(database_url, tmp_path_factory.mktemp("server")) as running:
        yield running


def headers_of(answer: Answer | httpx.Response) -> dict[str, str]:
    """Return an answer's headers in lower case, without those that differ from one to the next."""
    changing = {"date", "server", "set-cookie", "content-length"}
    pairs = {name.lower(): value for name, value in answer.headers.items()}
    return {name: value for name, value in pairs.items() if name not in changing}
