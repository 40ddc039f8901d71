"""A server on loopback that answers as nodes were recorded to, and keeps what it was asked."""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[str, Any], Any]
"""Takes a path and a body (None for GET), returns what is sent: JSON, or bytes as they are."""


class Recorded:
    """The server's address, and the bodies and paths that came in."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[tuple[str, Any]] = []


@contextlib.contextmanager
def recorded(answer: Answer) -> Iterator[Recorded]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    found = Recorded(f"http://127.0.0.1:{server.server_address[1]}")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            self.reply(json.loads(self.rfile.read(length)))

        def do_GET(self) -> None:
            self.reply(None)

        def reply(self, body: Any) -> None:
            found.asked.append((self.path, body))
            said = answer(self.path, body)
            content = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(404 if said is None else 200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(content)

        def log_message(self, *_arguments: Any) -> None:
            return

    server.RequestHandlerClass = Handler
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def rpc(methods: dict[str, Any]) -> Answer:
    """Answer JSON-RPC: a value, or a function of the parameters, per method."""

    def answer(_path: str, body: Any) -> Any:
        said = methods.get(body["method"], {"error": {"code": -32601, "message": "no method"}})
        if callable(said):
            said = said(body["params"])
        if isinstance(said, dict) and set(said) == {"error"}:
            return {"jsonrpc": "2.0", "id": body["id"], **said}
        return {"jsonrpc": "2.0", "id": body["id"], "result": said}

    return answer
