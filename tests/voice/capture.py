"""Captures what passes between the driver and a real Asterisk, for tests without one.

`python -m tests.voice.capture` writes tests/captured/asterisk/talk.jsonl anew: requests with their
answers, and events, in their order. Ids and numbers are those of the test; sounds are left out.
"""

import asyncio
import json
import tempfile
from pathlib import Path
from typing import Any

import httpx

from tests.ports import free_port
from tests.voice import engine as engines
from tests.voice.callers import calling, pause, press, say, telephone
from tests.voice.desk import FakeDesk
from tests.voice.stories import SOUNDS, hotline
from walletdesk.integrations.asterisk import ari as wire
from walletdesk.integrations.asterisk.driver import AsteriskDriver
from walletdesk.voice import types as t

CAPTURED = Path(__file__).parents[1] / "captured/asterisk/talk.jsonl"


class Tap(httpx.AsyncBaseTransport):
    """Passes requests on and notes them."""

    def __init__(self, lines: list[dict[str, Any]]) -> None:
        self._lines = lines
        self._below = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        line: dict[str, Any] = {
            "ask": [request.method, request.url.raw_path.decode()],
            "body": json.loads(request.content or "null"),
        }
        self._lines.append(line)  # before what it brings about
        response = await self._below.handle_async_request(request)
        content = await response.aread()
        line["status"] = response.status_code
        if content and response.headers["content-type"].startswith("application/json"):
            line["answer"] = json.loads(content)
        return httpx.Response(response.status_code, headers=response.headers, content=content)


async def _story(engine: engines.Engine, trunk: int) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    desk = FakeDesk(SOUNDS)
    desk.flow = hotline
    desk.driver = driver = AsteriskDriver(engine.config)
    client = driver._ari  # noqa: SLF001 - the tap goes where the requests leave
    client._http._transport = Tap(lines)  # noqa: SLF001 - as above
    handed = wire._hand_over  # noqa: SLF001 - and where the events come

    def noting(frame: str | bytes, take: Any) -> None:
        event = json.loads(frame)
        if event["type"] != "ChannelVarset":
            lines.append({"event": event})
        handed(frame, take)

    wire._hand_over = noting  # noqa: SLF001 - as above
    await driver.start(desk)
    await driver.calls()
    script = say(engine.folder, 440, 40) + pause(800) + press("2") + pause(4000)
    with (
        telephone(engine, trunk, say(engine.folder, 880, 40)),
        calling(engine, script + press("5", last=True), hangs_up=False) as caller,
    ):
        await desk.until(lambda: any(t.LegAnswered("agent") in e for e in desk.heard.values()))
        await asyncio.sleep(1)
        await desk.do(next(iter(desk.heard)), t.Disconnect("agent"))
        await asyncio.to_thread(caller.wait)
    await asyncio.sleep(1)
    await driver.stop()
    return lines


def main() -> None:
    """Capture."""
    if why := engines.available():
        raise SystemExit(why)
    folder, trunk = Path(tempfile.mkdtemp()), free_port()
    with engines.engine(folder, [], trunk) as engine:
        lines = asyncio.run(_story(engine, trunk))
    text = "".join(json.dumps(line) + "\n" for line in lines)
    CAPTURED.write_text(text.replace(str(folder / "sounds"), "@sounds@"))


if __name__ == "__main__":
    main()
