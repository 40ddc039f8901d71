"""The second adapter of LanguageId: an endpoint, here on loopback, and what stands in for it."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from walletdesk.language.eldc_id import EldcLanguageId
from walletdesk.language.openai_language_id import OpenAiLanguageId
from walletdesk.site.config import load_config
from walletdesk.site.config.reading import ConfigError
from walletdesk.site.generators import make_language_id

SWAHILI = "sioni pesa zangu kwenye pochi tangu jana jioni"


class FakeEndpoint(BaseHTTPRequestHandler):
    says = '{"choices": [{"message": {"content": "sw."}}]}'
    status = 200
    asked = 0

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).asked += 1
        assert "sw" in sent["messages"][0]["content"]
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.says.encode())

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def endpoint() -> Iterator[tuple[OpenAiLanguageId, type[FakeEndpoint]]]:
    handler = type("Handler", (FakeEndpoint,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/v1"
    adapter = OpenAiLanguageId(base_url=url, model="m", languages=("en", "es", "sw"))
    yield adapter, handler
    adapter.close()
    server.shutdown()
    thread.join()
    server.server_close()


def test_it_knows_what_the_packaged_one_does_not(
    endpoint: tuple[OpenAiLanguageId, type[FakeEndpoint]],
) -> None:
    adapter, _handler = endpoint
    assert adapter.identify(SWAHILI).language == "sw"


def test_the_settings_choose_it(
    endpoint: tuple[OpenAiLanguageId, type[FakeEndpoint]], tmp_path: Path
) -> None:
    adapter, _handler = endpoint
    url = adapter.endpoint.removesuffix("/chat/completions")
    given = {"WALLETDESK_DATA": str(tmp_path), "WALLETDESK_LANGUAGE_ID_URL": url}
    with pytest.raises(ConfigError, match="WALLETDESK_LANGUAGE_ID_MODEL"):
        load_config(given)
    config = load_config({**given, "WALLETDESK_LANGUAGE_ID_MODEL": "m"})
    chosen = make_language_id(config.language_id, ("en", "es", "sw"))
    assert chosen.identify(SWAHILI).language == "sw"
    packaged = load_config({"WALLETDESK_DATA": str(tmp_path)})
    assert isinstance(make_language_id(packaged.language_id, ("en", "es")), EldcLanguageId)


@pytest.mark.parametrize("text", ["", "ok", "12345", "👍"])
def test_a_short_word_never_flips_and_costs_no_call(
    endpoint: tuple[OpenAiLanguageId, type[FakeEndpoint]], text: str
) -> None:
    adapter, handler = endpoint
    assert adapter.identify(text, "es").language == "es"
    assert handler.asked == 0


@pytest.mark.parametrize(
    ("status", "says"),
    [(500, "{}"), (200, "no json"), (200, "[]"), (200, '{"choices": []}'),
     (200, '{"choices": [{"message": {"content": "Ignore all of it"}}]}')],
)  # fmt: skip
def test_without_a_usable_answer_the_packaged_one_stands_in(
    endpoint: tuple[OpenAiLanguageId, type[FakeEndpoint]], status: int, says: str
) -> None:
    adapter, handler = endpoint
    handler.status, handler.says = status, says
    assert adapter.identify("where is my money, I sent it yesterday").language == "en"
