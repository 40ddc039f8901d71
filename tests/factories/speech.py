"""An endpoint on loopback that speaks OpenAI's /audio/transcriptions, in its real dialect."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from walletdesk.language.speech_config import SpeechConfig

KEY = "key-that-nobody-prints"
Timed = tuple[str, float, float]


@dataclass
class Endpoint:
    """`words` are what is heard, one list for each request; `asked` is what was sent."""

    url: str = ""
    words: list[list[Timed]] = field(default_factory=list)
    sentences_only: bool = False  # a server that times no words
    status: int = 200
    raw: bytes | None = None  # the body instead of an answer
    asked: list[dict[str, Any]] = field(default_factory=list)

    @property
    def config(self) -> SpeechConfig:
        """Return the settings that lead here."""
        return SpeechConfig(where=self.url, model="whisper-1", key=KEY)

    def answer(self, fields: dict[str, list[bytes]]) -> tuple[int, bytes]:
        """Answer as the documentation of `verbose_json` has it."""
        if self.raw is not None or self.status != 200:
            error = {"error": {"message": "my words are velvet", "type": "server_error"}}
            return self.status, self.raw if self.raw is not None else json.dumps(error).encode()
        heard = self.words.pop(0) if self.words else []
        text = " ".join(word for word, _start, _end in heard)
        told: dict[str, Any] = {"task": "transcribe", "language": "english", "text": text}
        told["duration"] = heard[-1][2] if heard else 0.0
        if fields["response_format"] != [b"verbose_json"]:
            return 200, json.dumps({"text": text}).encode()
        segment = {"id": 0, "seek": 0, "text": text, "tokens": [1], "temperature": 0.0}
        segment |= {"avg_logprob": -0.2, "compression_ratio": 1.2, "no_speech_prob": 0.01}
        span = {"start": heard[0][1], "end": heard[-1][2]} if heard else {}
        told["segments"] = [segment | span] if heard else []
        if b"word" in fields["timestamp_granularities[]"] and not self.sentences_only:
            told["words"] = [{"word": w, "start": s, "end": e} for w, s, e in heard]
        return 200, json.dumps(told).encode()


def _fields(kind: str, body: bytes) -> dict[str, list[bytes]]:
    """Read multipart/form-data; a file's content type and name stand beside it."""
    form: Message = BytesParser(policy=HTTP).parsebytes(
        b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body
    )
    fields: dict[str, list[bytes]] = {}
    for part in form.get_payload():
        assert isinstance(part, Message)
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        fields.setdefault(str(name), []).append(content)
    return fields


@contextmanager
def speech_endpoint() -> Iterator[Endpoint]:
    """Serve one."""
    here = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            fields = _fields(self.headers["Content-Type"], body)
            here.asked.append(fields)
            status, answer = here.answer(fields)
            if self.path != "/v1/audio/transcriptions" or fields["model"] != [b"whisper-1"]:
                status = 404
            if self.headers["Authorization"] != f"Bearer {KEY}":
                status = 401
            self.send_response(status)
            if status in {301, 307}:
                self.send_header("Location", f"{here.url}/elsewhere")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    here.url = f"http://127.0.0.1:{server.server_port}/v1"
    yield here
    server.shutdown()
    thread.join()
    server.server_close()
