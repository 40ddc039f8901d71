"""What we ask of a provider: a call out, and the sound of a recording; here on loopback."""

import base64
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.cast import Cast
from tests.voice.fakes import FakeCall
from tests.voice.test_story import to_queue
from tests.voice.tones import tone, wav
from walletdesk.conversations.actions.staff import claim_conversation
from walletdesk.integrations.cpaas.config import NAME, CpaasConfig
from walletdesk.integrations.cpaas.fetching import NoSound, dial_due, fetch_recording
from walletdesk.voice.actions.calling import call_back_due
from walletdesk.voice.actions.flow import take_event
from walletdesk.voice.models import Call, Callback, Line, Recording
from walletdesk.voice.queries import recording_wav
from walletdesk.voice.types import Answered, Incoming

pytestmark = pytest.mark.django_db
SOUND = wav(tone(440, 1))
TOKEN = "Basic " + base64.b64encode(b"AC1:provider-secret").decode()


@dataclass
class Rest:
    """The provider's interface; `status` is what it answers to who is known."""

    url: str = ""
    status: int = 200
    calls: list[dict[str, list[str]]] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)


@pytest.fixture
def rest(settings: Any) -> Iterator[Rest]:
    here = Rest()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            here.calls.append(parse_qs(body))
            right = self.path == "/2010-04-01/Accounts/AC1/Calls.json"
            self.say(201 if right and here.status == 200 else here.status, b"{}")

        def do_GET(self) -> None:
            here.fetched.append(self.path)
            self.say(here.status, SOUND)

        def say(self, status: int, body: bytes) -> None:
            known = self.headers["Authorization"] == TOKEN
            self.send_response(status if known else 401)
            if status == 302:
                self.send_header("Location", "http://169.254.169.254/latest")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    here.url = f"http://127.0.0.1:{server.server_port}"
    settings.WALLETDESK = replace(
        settings.WALLETDESK,
        voice=("cpaas",),
        cpaas=CpaasConfig("AC1", "provider-secret", "+34911234567", "sip:a@pbx", here.url),
    )
    yield here
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def call(hotline: Line) -> str:
    """A call of the provider's that has been answered."""
    for event in (Incoming("+34600111222", FakeCall().called), Answered()):
        take_event(driver=NAME, name="CA1", event=event)
    return "CA1"


def test_a_recording_is_fetched_once_it_is_there(rest: Rest, call: str) -> None:
    place = f"{rest.url}/2010-04-01/Accounts/AC1/Recordings/RE1"
    rest.status = 404
    with pytest.raises(NoSound):
        fetch_recording(call=call, recording="talk-RE1", url=place, seconds=1.0)
    rest.status = 200
    for _twice in range(2):
        fetch_recording(call=call, recording="talk-RE1", url=place, seconds=1.0)
    assert recording_wav(Recording.objects.get()) == SOUND
    assert rest.fetched[0] == "/2010-04-01/Accounts/AC1/Recordings/RE1.wav"


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "",
        "{}.evil.example/x",
        "{}@evil.example/x",
    ],
)
def test_a_recording_elsewhere_is_not_fetched(rest: Rest, call: str, url: str) -> None:
    fetch_recording(call=call, recording="talk", url=url.format(rest.url), seconds=1.0)
    assert rest.fetched == []
    assert not Recording.objects.exists()


def test_a_provider_that_sends_us_elsewhere_is_not_followed(rest: Rest, call: str) -> None:
    rest.status = 302
    with pytest.raises(NoSound):
        fetch_recording(call=call, recording="talk", url=f"{rest.url}/x", seconds=1.0)
    assert len(rest.fetched) == 1


@pytest.mark.parametrize("status", [200, 401, 500])
def test_a_call_out_is_asked_for_once(rest: Rest, cast: Cast, hotline: Line, status: int) -> None:
    """With the number, our addresses and the account; a refusal is a call that failed."""
    call = FakeCall()
    to_queue(call)
    for key in ("2", "1"):
        call.press(key)
    call.listen()
    call.hang_up()
    claim_conversation(conversation=call.row().conversation, membership=cast.agent)  # type: ignore[arg-type]
    Callback.objects.update(driver=NAME)
    call_back_due()
    rest.status = status
    dial_due()
    dial_due()
    [form] = rest.calls
    assert form["To"] == ["+34600111222"]
    assert form["From"] == ["+34911234567"]
    assert "/hooks/voice/out?call=out-" in form["Url"][0]
    out = Call.objects.get(out=True)
    assert (out.ended_at is None) is (status == 200)
