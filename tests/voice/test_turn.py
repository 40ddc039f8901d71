"""A call whose sound goes through a TURN server (coturn), as where networks let nothing else by."""

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import uvloop

from tests.installation import Installation
from tests.ports import free_port
from tests.voice.parties import running
from tests.voice.test_browsers import AGENT, browsers, hears
from walletdesk.integrations.embedded_voice import checking
from walletdesk.integrations.embedded_voice.config import MediaConfig
from walletdesk.voice import types as v
from walletdesk.voice.findings import ERROR, OK
from walletdesk.voice.ice import IceServer
from walletdesk.voice.tokens import leg_token, read_leg_token

pytestmark = pytest.mark.long

# The browser may use nothing but the relay that the server named.
RELAY_ONLY = """
const Direct = RTCPeerConnection;
window.RTCPeerConnection = class extends Direct {
  constructor(given) {
    super({ ...given, iceTransportPolicy: "relay" });
    window.peers = [...(window.peers ?? []), this];
  }
};
"""
PAIR = """async () => {
  for (const each of (await peers.at(-1).getStats()).values())
    if (each.type === "candidate-pair" && each.nominated)
      return (await peers.at(-1).getStats()).get(each.localCandidateId).candidateType;
}"""


@pytest.fixture
def turn(tmp_path: Path) -> Iterator[IceServer]:
    program = shutil.which("turnserver")
    if program is None:
        pytest.skip("coturn is not installed: apt-get install coturn")
    port = free_port()
    options = {
        "listening-ip": "127.0.0.1",
        "relay-ip": "127.0.0.1",
        "listening-port": port,
        "realm": "desk.example",
        "user": "us:secret",
        "pidfile": tmp_path / "pid",
        "userdb": tmp_path / "db",
        "log-file": "stdout",
    }
    flags = ["--lt-cred-mech", "--no-tls", "--no-dtls", "--no-cli", "--allow-loopback-peers"]
    command = [program, "-n", *flags, *(f"--{name}={value}" for name, value in options.items())]
    with (
        (tmp_path / "log").open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=log, cwd=tmp_path) as process,
    ):
        yield IceServer(f"turn:127.0.0.1:{port}", "us", "secret")
        process.terminate()


def test_the_check_asks_it_for_a_relay(turn: IceServer) -> None:
    async def story() -> None:
        async with asyncio.timeout(60):
            while (await checking._way(turn)).level != OK:  # noqa: ASYNC110, SLF001 - it starts
                await asyncio.sleep(0.2)
        wrong = await checking._way(replace(turn, secret="another"))  # noqa: SLF001 - as above
        assert wrong.level == ERROR

    uvloop.run(story())


def test_a_call_through_the_relay(
    installation: Installation, turn: IceServer, tmp_path: Path
) -> None:
    uvloop.run(_story(installation, turn, tmp_path))


async def _story(place: Installation, turn: IceServer, folder: Path) -> None:
    key = (place.data / "secret.key").read_text().strip()
    config = MediaConfig(place.data / "voice-media.json", ice=(turn,), loopback=True)
    async with (
        running(config, read_token=partial(read_leg_token, key=key)) as flow,
        browsers(folder, 440, 880) as (caller, agent),
    ):
        for page in (caller, agent):
            await page.add_init_script(RELAY_ONLY)
        await caller.goto(f"{place.url}/widget/aurora/?language=en")
        script = await caller.evaluate("document.querySelector('script[type=module]').src")
        await caller.get_by_role("button", name="Call us").click()
        await flow.next(v.Incoming)
        await flow.do(v.Answer())
        await flow.next(v.Answered)
        await agent.goto(f"{place.url}/widget/aurora/")
        await flow.do(v.Connect("a", membership=7))
        address = script.replace("widget/widget.js", "common/line.js")
        await agent.evaluate(AGENT, [address, leg_token("agent", "7", key=key)])
        await flow.next(v.LegAnswered)
        await hears(agent, 440)
        await hears(caller, 880)
        assert await caller.evaluate(PAIR) == "relay"
        await flow.do(v.Hangup())
        await flow.next(v.HungUp)
