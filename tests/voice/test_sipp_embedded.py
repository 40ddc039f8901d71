"""sipp as the caller, digits by RFC 4733, and no engine: an agent's browser, a recording, a rating.

sipp is that of Debian's packages which the tests of Asterisk unpack (`tests/voice/engine.py`).
"""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import uvloop

from tests.installation import Installation
from tests.voice import engine as engines
from tests.voice.callers import calling, pause, press, say
from tests.voice.desk import FakeDesk
from tests.voice.parties import channels_of, pitch_of, running, sip_config
from tests.voice.test_browsers import AGENT, browsers, hears
from tests.voice.tones import from_mu_law, tone, wav
from walletdesk.integrations.embedded_voice.driver import EmbeddedDriver
from walletdesk.voice import types as v
from walletdesk.voice.tokens import leg_token, read_leg_token

pytestmark = pytest.mark.long

CALLS = 20
HELLO = (v.Said("Press 2", ("hello",)),)


@dataclass
class Place:
    """Where sipp calls."""

    folder: Path
    sip_port: int


@dataclass
class Ear:
    """The port that a caller's sound is sent to: what the caller hears."""

    line: socket.socket
    heard: bytearray = field(default_factory=bytearray)

    @property
    def port(self) -> int:
        return int(self.line.getsockname()[1])

    def listen(self) -> None:
        data = self.line.recv(2_048)
        if data[1] & 0x7F == 0:
            self.heard += data[12:]

    def pitch(self) -> float:
        return pitch_of(from_mu_law(bytes(self.heard[-4_000:])))


@contextmanager
def ear() -> Iterator[Ear]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        line.setblocking(False)
        here = Ear(line)
        loop = asyncio.get_running_loop()
        loop.add_reader(line, here.listen)
        yield here
        loop.remove_reader(line)


async def listens(ear: Ear, pitch: float) -> None:
    async with asyncio.timeout(60):
        while ear.pitch() != pitch:  # noqa: ASYNC110 - sound tells of itself
            await asyncio.sleep(0.05)


@pytest.fixture(autouse=True)
def sipp() -> None:
    if why := engines.available():
        pytest.skip(why)


def test_a_caller_and_an_agent_in_the_browser(installation: Installation, tmp_path: Path) -> None:
    uvloop.run(_story(installation, tmp_path))


async def _story(desk: Installation, folder: Path) -> None:
    key = (desk.data / "secret.key").read_text().strip()
    media = sip_config(folder)
    config = replace(media, mark=desk.data / "voice-media.json", loopback=True)
    assert config.sip is not None
    place = Place(folder, config.sip.port)
    script = say(folder, 440, 90) + pause(1_500) + press("2") + pause(20_000)
    script += press("5", last=True)
    async with (
        running(config, read_token=partial(read_leg_token, key=key)) as flow,
        browsers(folder, 880) as (agent,),
    ):
        flow.sounds["hello"] = wav(tone(600, 4))
        await agent.goto(f"{desk.url}/widget/aurora/")
        address = await agent.evaluate("document.querySelector('script[type=module]').src")
        address = address.replace("widget/widget.js", "common/line.js")
        with ear() as hearing, calling(place, script, hangs_up=False, ear=hearing.port) as caller:
            assert (await flow.next(v.Incoming)).caller == "+15550100"
            await flow.do(v.Answer())
            await flow.next(v.Answered)
            await flow.do(v.Play(HELLO, collect=v.Collect(seconds=20)))
            await listens(hearing, 600)
            assert (await flow.next(v.Digits)).keys == "2"
            await flow.do(v.Record("call"))
            await flow.do(v.Hold())
            await flow.do(v.Connect("a", membership=7))
            await agent.evaluate(AGENT, [address, leg_token("agent", "7", key=key)])
            await flow.next(v.LegAnswered)
            await hears(agent, 440)
            await listens(hearing, 880)
            await flow.do(v.StopRecording("call"))
            await flow.next(v.Recorded)
            await agent.evaluate("line.hangUp()")
            await flow.next(v.LegLeft)
            await flow.do(v.Play(HELLO, collect=v.Collect(seconds=60)))
            assert (await flow.next(v.Digits)).keys == "5"
            await flow.do(v.Hangup())
            assert await asyncio.to_thread(caller.wait) == 0
        left, right = channels_of(flow.kept["call"])
        assert (pitch_of(left), pitch_of(right)) == (440.0, 880.0)


def test_many_callers_and_all_their_digits(tmp_path: Path) -> None:
    uvloop.run(_many(tmp_path))


async def _many(folder: Path) -> None:
    """Each presses 2 at the menu and 5 while on hold; nothing is lost, nothing heard twice."""

    def flow(_call: str, event: v.Event) -> list[v.Command]:
        match event:
            case v.Incoming():
                return [v.Answer()]
            case v.Answered():
                return [v.Play(HELLO, collect=v.Collect(seconds=30))]
            case v.Digits(keys="2"):
                return [v.Record("talk"), v.Hold()]
            case v.Digits(keys="5"):
                return [v.Hangup()]
        return []

    config = sip_config(folder)
    assert config.sip is not None
    desk = FakeDesk({"hello": wav(tone(600, 4))})
    desk.flow = flow
    driver = desk.driver = EmbeddedDriver(config)
    await driver.start(desk)
    script = say(folder, 440, 60) + pause(1_000) + press("2") + pause(4_000)
    script += press("5", last=True)
    with calling(Place(folder, config.sip.port), script, calls=CALLS, hangs_up=False) as callers:
        assert await asyncio.to_thread(callers.wait) == 0
    await desk.until(lambda: len(desk.kept) == CALLS)
    await driver.stop()
    digits = [[e.keys for e in heard if isinstance(e, v.Digits)] for heard in desk.heard.values()]
    assert digits == [["2", "5"]] * CALLS
    for recording in desk.kept.values():
        said = np.asarray(channels_of(recording)[0])
        assert pitch_of(said[8_000:16_000]) == 440.0
