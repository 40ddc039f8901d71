"""`walletdesk voice check`: what it says of each driver, what it leaves behind, how it ends."""

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.voice.parties import running, sip_config, telephones
from walletdesk.conversations.models import Conversation
from walletdesk.integrations.cpaas.checking import check_provider
from walletdesk.integrations.cpaas.config import CpaasConfig
from walletdesk.integrations.embedded_voice import checking
from walletdesk.integrations.embedded_voice.config import MediaConfig
from walletdesk.site.commands.voice import check
from walletdesk.voice.findings import ERROR, OK, WARNING, Finding
from walletdesk.voice.ice import IceServer
from walletdesk.voice.models import Call, CallCommand, Line

Told = list[dict[str, str]]


@pytest.fixture
def told(settings: Any, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, Told]]:
    """Run the check with other settings; return how it ended and what it said."""

    def run(**changed: Any) -> tuple[int, Told]:
        settings.WALLETDESK = replace(settings.WALLETDESK, **changed)
        ended = check(as_json=True)
        return ended, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


def words(found: Told, level: str = "") -> str:
    return "\n".join(each["message"] for each in found if level in ("", each["level"]))


@pytest.mark.django_db
def test_it_tells_what_is_missing_calls_itself_and_keeps_nothing(
    hotline: Line, told: Callable[..., tuple[int, Told]]
) -> None:
    before = Conversation.objects.count()
    ended, found = told(voice=())
    assert ended == 0, "what is missing is no fault"
    missing = words(found, WARNING)
    assert "Calls are switched off" in missing
    assert "prompts in en have no sound" in missing
    assert f"{hotline.inbox}: called itself once" in words(found, OK)
    assert not Call.objects.exists()
    assert not CallCommand.objects.exists()
    assert Conversation.objects.count() == before


@pytest.mark.django_db
def test_the_embedded_driver_calls_itself_with_sound(
    hotline: Line, told: Callable[..., tuple[int, Told]], tmp_path: Path
) -> None:
    ended, found = told(voice=("embedded",), media=MediaConfig(tmp_path / "mark"))
    assert ended == 0
    assert "No TURN server" in words(found, WARNING)
    assert "The media process sleeps" in words(found, OK), "nobody has called yet"
    assert "embedded: It called itself once: a tone was heard, a key came back" in words(found, OK)


@pytest.mark.django_db
def test_what_is_set_and_does_not_work_is_a_fault(
    hotline: Line, told: Callable[..., tuple[int, Told]], tmp_path: Path
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as closed:
        closed.bind(("127.0.0.1", 0))  # and does not listen
        port = closed.getsockname()[1]
        turn = IceServer(f"turn:127.0.0.1:{port}?transport=tcp", "user", "secret-of-turn")
        ended, found = told(voice=("embedded",), media=MediaConfig(tmp_path / "mark", ice=(turn,)))
    assert ended == 1
    assert "does not relay sound" in words(found, ERROR)
    assert "secret-of-turn" not in json.dumps(found)


async def _all(found: AsyncIterator[Finding]) -> list[Finding]:
    return [each async for each in found]


def test_a_running_media_process_and_its_trunk(tmp_path: Path) -> None:
    asyncio.run(_line(tmp_path))


async def _line(folder: Path) -> None:
    async with telephones(440.0) as (trunk,):
        config = sip_config(folder, trunk=trunk.udp.local_addr)
        async with running(config):
            found = await _all(checking.check_media(config))
        assert {each.level for each in found} <= {OK, WARNING}
        text = "\n".join(each.message for each in found)
        assert "The media process answers" in text
        assert "this machine only" in text
        assert "The trunk 127.0.0.1" in text
        (folder / "voice-media.json").write_text('{"port": 9, "secret": "x"}')
        dead = await _all(checking.check_media(replace(config, sip=None)))
        assert dead[0].level == ERROR


def test_a_line_that_everybody_may_call_is_a_fault(tmp_path: Path) -> None:
    import ipaddress  # noqa: PLC0415 - of this test only

    config = sip_config(tmp_path)
    assert config.sip is not None
    everybody = (ipaddress.ip_network("0.0.0.0/0"),)
    open_to_all = replace(config, sip=replace(config.sip, host="192.0.2.1", allow=everybody))
    found = asyncio.run(_all(checking.check_media(open_to_all)))
    assert any(each.level == ERROR and "for everybody" in each.message for each in found)


@contextmanager
def provider(status: int) -> Iterator[str]:
    """Be the provider's interface: it knows one account."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            right = self.path == "/2010-04-01/Accounts/AC1.json"
            self.send_response(status if right else 404)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("status", [200, 401])
def test_a_provider_asks_us_signed_and_knows_the_account(
    live_server: Any, settings: Any, status: int
) -> None:
    with provider(status) as url:
        config = CpaasConfig("AC1", "secret", "+34911234567", "sip:a{membership}@pbx", url)
        settings.WALLETDESK = replace(
            settings.WALLETDESK, voice=("cpaas",), cpaas=config, base_url=live_server.url
        )
        reachable, asked, account = check_provider(config, live_server.url)
        wrong = replace(config, secret="another")
        _, refused, _ = check_provider(wrong, live_server.url)
    assert (reachable.level, asked.level, refused.level) == (WARNING, OK, ERROR)
    assert account.level == (OK if status == 200 else ERROR)
    assert not Call.objects.exists()


def test_a_provider_that_cannot_be_asked(settings: Any) -> None:
    config = CpaasConfig("AC1", "secret", url="http://127.0.0.1:9")
    settings.WALLETDESK = replace(settings.WALLETDESK, base_url="http://desk.example.com:9")
    reachable, *_rest = check_provider(config, "http://desk.example.com:9")
    assert reachable.level == ERROR, "not encrypted"
    settings.WALLETDESK = replace(settings.WALLETDESK, base_url="https://127.0.0.1:9")
    _, asked, account = check_provider(config, "https://127.0.0.1:9")
    assert (asked.level, account.level) == (ERROR, ERROR)
