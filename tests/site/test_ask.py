"""`walletdesk ask` against a small desk that speaks the public chat protocol."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from walletdesk.site import cli

SOURCE = {"title": "Pending transfers", "url": "http://127.0.0.1/help/aurora/en/pending/"}


def bot(seq: int, **data: Any) -> dict[str, Any]:
    text = "It is on its way."
    return {"seq": seq, "kind": "message", "author": "bot", "text": text, "data": data}


CUSTOMER = {"seq": 1, "kind": "message", "author": "customer", "text": "Where?", "data": {}}
HAND_OVER = {"seq": 3, "kind": "handed_over", "author": "system", "text": "", "data": {}}


class Desk(ThreadingHTTPServer):
    """Answers polls with one batch after the other, then with nothing until the time is up."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.batches: list[list[dict[str, Any]]] = []
        self.seen: list[Any] = []
        self.refuse_with = 0
        self.stopped = Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Desk

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen.append((self.path, self.headers.get("Authorization"), body))
        if self.server.refuse_with:
            self.answer(self.server.refuse_with, {"code": "refused"})
        elif self.path == "/chat/v1/sessions":
            self.answer(201, {"token": "t0ken", "conversation": "c1", "cursor": 0})
        else:
            self.answer(200, {"conversation": "c1", "seq": 1})

    def do_GET(self) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        self.server.seen.append(("poll", query))
        events = self.server.batches.pop(0) if self.server.batches else []
        if not events:
            self.server.stopped.wait(int(query["wait"]))
        feeds = [{"t": query["topics"], "c": 9, "e": events}]
        self.answer(200, {"feeds": feeds if events else []})

    def answer(self, status: int, body: Any) -> None:
        text = json.dumps(body).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)
        except OSError:  # the command did not wait for it
            return

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture
def desk() -> Iterator[Desk]:
    with Desk() as desk:
        thread = threading.Thread(target=desk.serve_forever, args=(0.02,))
        thread.start()
        yield desk
        desk.stopped.set()
        desk.shutdown()
        thread.join()


def ask(
    desk: Desk, capsys: pytest.CaptureFixture[str], *options: str
) -> tuple[int, dict[str, Any]]:
    code = cli.main(["ask", "Where?", "--url", desk.url, "--json", *options])
    return code, json.loads(capsys.readouterr().out)


def test_prints_the_reply_its_source_and_the_hand_over(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.batches = [[CUSTOMER], [bot(2, sources=[SOURCE]), HAND_OVER]]
    code, outcome = ask(desk, capsys, "--lang", "en")
    assert code == 0
    assert outcome.pop("seconds") < 5
    assert outcome == {
        "conversation": "c1",
        "reply": "It is on its way.",
        "source": SOURCE["url"],
        "handed_over": True,
    }
    opening, message, *polls = desk.seen
    assert opening[2] == {"brand": None, "language": "en"}
    assert message[1] == "Bearer t0ken"
    assert message[2]["conversation"] == "c1"
    assert [poll[1]["after"] for poll in polls] == ["0", "1"]
    assert polls[0][1]["topics"] == "conversation:c1"


def test_waits_a_moment_for_a_hand_over_that_does_not_come(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.batches = [[bot(2)]]
    code, outcome = ask(desk, capsys)
    assert (code, outcome["source"], outcome["handed_over"]) == (0, None, False)
    assert outcome["seconds"] < 1.5


def test_without_a_reply_the_code_is_one(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    code, outcome = ask(desk, capsys, "--wait", "0.3")
    assert (code, outcome["reply"]) == (1, None)


@pytest.mark.parametrize(("status", "way_out"), [(429, "Wait a minute"), (404, "--url")])
def test_a_refusal_is_one_sentence(
    desk: Desk, capsys: pytest.CaptureFixture[str], status: int, way_out: str
) -> None:
    desk.refuse_with = status
    assert cli.main(["ask", "Where?", "--url", desk.url]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert f"HTTP {status}" in said
    assert way_out in said
