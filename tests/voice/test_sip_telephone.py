"""An agent's browser as a telephone of a real Asterisk: JsSIP, DTLS-SRTP, tones both ways."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.ports import free_port
from tests.voice import engine as engines
from tests.voice.callers import calling, pause, press, say
from tests.voice.desk import FakeDesk
from tests.voice.engine import Engine
from tests.voice.test_browsers import browsers, hears
from tests.voice.tones import channels, share
from walletdesk.integrations.asterisk.accounts import sip_account
from walletdesk.integrations.asterisk.driver import AsteriskDriver
from walletdesk.voice import types as t
from walletdesk.web.security import CONTENT_SECURITY_POLICY, with_telephone

pytestmark = pytest.mark.long

AGENT = 7
STATIC = Path(__file__).parents[2] / "src/walletdesk/web/static"
ANSWER = """async (account) => {
  const { SipLine } = await import("/desk/sip-telephone.js");
  const sound = await navigator.mediaDevices.getUserMedia({ audio: true });
  window.heard = [];
  window.line = new SipLine({ sound, on: (item) => heard.push(item.t), quality: () => {} });
  await line.open(account);
}"""


class _Pages(SimpleHTTPRequestHandler):
    """Our own scripts under our own policy, and an empty page."""

    policy = ""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", self.policy)
        super().end_headers()

    def do_GET(self) -> None:
        if self.path == "/":
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>telephone</title>")
        else:
            super().do_GET()

    def log_message(self, *_given: object) -> None:
        """Say nothing."""


@contextmanager
def pages(wss: str) -> Iterator[str]:
    policy = with_telephone(CONTENT_SECURITY_POLICY.format(ancestors="'none'"), wss)
    handler = type("Pages", (_Pages,), {"policy": policy})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(STATIC)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def hotline(_call: str, event: t.Event) -> list[t.Command]:
    """Hold, the agent, the rating."""
    match event:
        case t.Incoming():
            return [t.Answer()]
        case t.Answered():
            return [t.Record("talk"), t.Hold(), t.Connect("agent", AGENT)]
        case t.LegLeft():
            return [t.StopRecording("talk"), t.Play((), t.Collect(1, 15))]
        case t.Digits():
            return [t.Hangup()]
    return []


def test_an_agent_in_the_browser(tmp_path: Path) -> None:
    if why := engines.available():
        pytest.skip(why)
    with engines.engine(tmp_path, [AGENT], free_port()) as engine, pages(engine.config.wss) as url:
        asyncio.run(_talk(engine, url, tmp_path))


async def _talk(engine: Engine, url: str, folder: Path) -> None:
    desk = FakeDesk()
    desk.flow = hotline
    desk.driver = AsteriskDriver(engine.config)
    await desk.driver.start(desk)
    await desk.driver.calls()
    script = say(folder, 440, 60) + pause(9_000) + press("4", last=True)
    async with browsers(folder, 880) as (page,):
        await page.goto(url)
        with calling(engine, script, hangs_up=False) as caller:
            await desk.until(lambda: any(desk.heard.values()))
            await page.evaluate(ANSWER, sip_account(engine.config, AGENT))
            call = next(iter(desk.heard))
            await desk.until(lambda: t.LegAnswered("agent") in desk.heard[call])
            await hears(page, 440)
            await asyncio.sleep(1.5)  # is recorded
            await page.evaluate("line.hangUp()")
            await desk.until(lambda: t.LegLeft("agent") in desk.heard[call])
            await desk.until(lambda: t.HungUp("us") in desk.heard[call])
            assert await asyncio.to_thread(caller.wait) == 0
        assert await page.evaluate("heard") == ["joined", "gone"]
    assert any(isinstance(e, t.Digits) and e.keys == "4" for e in desk.heard[call])
    said, listened = channels(desk.kept[call, "talk"])
    assert share(said[-8_000:], 440) > 0.9
    assert share(listened[-8_000:], 880) > 0.5
    await desk.driver.stop()
