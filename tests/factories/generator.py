"""A model on loopback that speaks OpenAI's /chat/completions and says what a test tells it."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from walletdesk.language.openai_generator import OpenAiGenerator

KEY = "key-that-nobody-prints"


@dataclass
class Endpoint:
    """`says(asked)` returns the pieces of the answer; `asked` holds what was sent, word by word."""

    says: Callable[[dict[str, Any]], Iterable[str]] = lambda _asked: ["NO_ANSWER"]
    status: int = 200
    raw: bytes | None = None  # the body instead of a stream of pieces
    finishes: bool = True
    asked: list[str] = field(default_factory=list)
    generator: OpenAiGenerator | None = None
    url: str = ""

    def body(self, asked: dict[str, Any]) -> Iterator[bytes]:
        if self.raw is not None:
            yield self.raw
            return
        for piece in self.says(asked):
            event = {"choices": [{"delta": {"content": piece}, "finish_reason": None}]}
            yield f"data: {json.dumps(event)}\n\n".encode()
        if self.finishes:
            yield b": kept alive\n\ndata: [DONE]\n\n"


@contextmanager
def endpoint() -> Iterator[Endpoint]:
    """Serve one, and hand out a generator that asks it."""
    here = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            here.asked.append(text)
            right = self.path == "/v1/chat/completions"
            right = right and self.headers["Authorization"] == f"Bearer {KEY}"
            self.send_response(here.status if right else 401)
            self.end_headers()
            for part in here.body(json.loads(text)):
                self.wfile.write(part)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    here.url = f"http://127.0.0.1:{server.server_port}/v1/"
    here.generator = OpenAiGenerator(base_url=here.url, model="m", api_key=KEY)
    yield here
    here.generator.close()
    server.shutdown()
    thread.join()
    server.server_close()
