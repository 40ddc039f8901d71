"""One contract for every embedder: the packaged one and an endpoint (here on loopback)."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from walletdesk.language.openai_embedder import OpenAiEmbedder
from walletdesk.language.types import Embedder, EmbedderUnavailable
from walletdesk.language.use_embedder import UseEmbedder

USE = UseEmbedder()


class FakeEndpoint(BaseHTTPRequestHandler):
    """Speaks OpenAI's /embeddings and hands out USE vectors, not normalised, in reverse order."""

    fault = ""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers["Authorization"] != "Bearer key" or any(not t for t in asked["input"]):
            self.answer(400, {})
        elif self.fault == "500":
            self.answer(500, {"error": asked["input"]})
        elif self.fault == "garbage":
            self.answer(200, {"data": [{"index": 0}]})
        else:
            rows = USE.embed(asked["input"]) * 3
            rows = rows[:, :100] if self.fault == "short" else rows
            rows = rows * np.nan if self.fault == "nan" else rows
            data = [{"index": i, "embedding": row.tolist()} for i, row in enumerate(rows)]
            self.answer(200, {"data": data[::-1]})

    def answer(self, status: int, body: object) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def endpoint() -> Iterator[tuple[OpenAiEmbedder, type[FakeEndpoint]]]:
    handler = type("Handler", (FakeEndpoint,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    embedder = OpenAiEmbedder(
        base_url=f"http://127.0.0.1:{server.server_port}/v1/",
        model="m",
        dimensions=512,
        api_key="key",
    )
    yield embedder, handler
    embedder.close()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=["packaged", "endpoint"])
def embedder(
    request: pytest.FixtureRequest, endpoint: tuple[OpenAiEmbedder, type[FakeEndpoint]]
) -> Embedder:
    return USE if request.param == "packaged" else endpoint[0]


def test_rows_are_unit_vectors_in_order(embedder: Embedder) -> None:
    texts = ["我的转账卡住了", "my transfer is stuck", "", "I like bananas", "\ud800x" * 25_000] + [
        "a"
    ] * 70
    rows = embedder.embed(texts)
    assert rows.shape == (75, embedder.dimensions)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-3)
    assert rows[0] @ rows[1] > rows[0] @ rows[3] + 0.2
    assert np.allclose(rows[5], rows[74], atol=1e-5)


def test_no_texts_no_rows(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, 512)


@pytest.mark.parametrize("fault", ["500", "garbage", "short", "nan"])
def test_a_bad_answer_is_one_error_without_the_text(
    endpoint: tuple[OpenAiEmbedder, type[FakeEndpoint]], fault: str
) -> None:
    embedder, handler = endpoint
    handler.fault = fault
    with pytest.raises(EmbedderUnavailable) as caught:
        embedder.embed(["what the customer wrote"])
    assert "customer" not in str(caught.value)


def test_an_endpoint_that_is_gone() -> None:
    gone = OpenAiEmbedder(base_url="http://127.0.0.1:9/v1", model="m", dimensions=512)
    with pytest.raises(EmbedderUnavailable):
        gone.embed(["text"])
    gone.close()


def test_several_threads_get_their_own_rows() -> None:
    texts = [f"question number {i}" for i in range(4)]
    expected = USE.embed(texts)
    got: dict[int, np.ndarray] = {}

    def ask(i: int) -> None:
        got[i] = USE.embed([texts[i]])[0]

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.allclose(got[i], expected[i], atol=1e-5) for i in range(4))
