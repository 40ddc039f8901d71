"""The driver on a real Asterisk, with real callers: SIP, RTP, RFC 4733 digits."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiosipua import Registration, SipDigestAuth
from aiosipua.registration import RegistrationState

from tests.ports import free_port
from tests.voice import engine as engines
from tests.voice.callers import Sipp, calling, pause, press, say, telephone
from tests.voice.desk import FakeDesk
from tests.voice.engine import ROOT, Engine
from tests.voice.parties import Flow, Telephone, switchboard, telephones
from tests.voice.stories import SOUNDS, hotline
from tests.voice.test_three import three
from tests.voice.tones import channels, from_mu_law, mu_law, share
from tools.asterisk_example import EXAMPLE, FOLDER
from walletdesk.integrations.asterisk.ari import Ari
from walletdesk.integrations.asterisk.checking import check_engine
from walletdesk.integrations.asterisk.driver import AsteriskDriver
from walletdesk.integrations.asterisk.media import sound_of
from walletdesk.voice import types as t

pytestmark = pytest.mark.long

TRUNK = free_port()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    if why := engines.available():
        pytest.skip(why)
    with engines.engine(tmp_path_factory.mktemp("asterisk"), [7], TRUNK) as running:
        yield running


def run(engine: Engine, story: Callable[[FakeDesk], Coroutine[Any, Any, None]]) -> None:
    """Tell a story with a driver that follows the engine."""

    async def told() -> None:
        desk = FakeDesk(SOUNDS)
        desk.driver = AsteriskDriver(engine.config)
        await desk.driver.start(desk)
        await desk.driver.calls()
        try:
            await story(desk)
        finally:
            await desk.driver.stop()

    asyncio.run(told())


def heard(desk: FakeDesk, event: t.Event) -> Callable[[], bool]:
    """Tell whether any call has this event."""
    return lambda: any(event in events for events in desk.heard.values())


def over(desk: FakeDesk, number: int = 1) -> Callable[[], bool]:
    """Tell whether so many calls are over."""
    return lambda: (
        sum(any(isinstance(e, t.HungUp) for e in events) for events in desk.heard.values())
        >= number
    )


def test_menu_hold_talk_recording_and_rating(engine: Engine) -> None:
    async def story(desk: FakeDesk) -> None:
        desk.flow = hotline
        script = (
            say(engine.folder, 440, 40)
            + pause(800)
            + press("2")
            + pause(5000)
            + press("5", last=True)
        )
        with (
            telephone(engine, TRUNK, say(engine.folder, 880, 40)),
            calling(engine, script, hangs_up=False) as caller,
        ):
            await desk.until(heard(desk, t.LegAnswered("agent")))
            call = next(iter(desk.heard))
            await asyncio.sleep(2.5)  # they talk
            await desk.do(call, t.Disconnect("agent"))
            await desk.until(over(desk))
            assert await asyncio.to_thread(caller.wait) == 0
        assert t.Digits("5", command=desk.numbers[call] - 1) in desk.heard[call]
        assert desk.heard[call][0] == t.Incoming("+15550100", "4000")
        assert desk.heard[call][-1] == t.HungUp("us")
        said, listened = channels(desk.kept[call, "talk"])
        assert share(said[8_000:16_000], 440) > 0.9
        assert share(listened[8_000:16_000], 880) > 0.9
        assert engine.recordings() == [], "nothing plain stays with Asterisk"

    run(engine, story)


def test_listening_whispering_holding_and_consulting(engine: Engine) -> None:
    """Who hears whom is read from the bridges: a supervisor listens, whispers, then joins."""

    def flow(_call: str, event: t.Event) -> list[t.Command]:
        match event:
            case t.Incoming():
                return [t.Answer()]
            case t.Answered():
                return [
                    t.Connect("agent", number="100"),
                    t.Connect("chief", mode="listen", number="200"),
                ]
        return []

    async def story(desk: FakeDesk) -> None:
        desk.flow = flow
        with (
            telephone(engine, TRUNK, say(engine.folder, 880, 60)),
            calling(engine, say(engine.folder, 440, 60), hangs_up=False) as caller,
        ):
            await desk.until(
                lambda: (
                    heard(desk, t.LegAnswered("chief"))() and heard(desk, t.LegAnswered("agent"))()
                )
            )
            call = next(iter(desk.heard))
            bridge = engine.cli(f"bridge show {call}~bridge")
            assert bridge.count("Channel:") == 3, bridge
            await desk.do(call, t.SetMode("chief", "whisper"))
            bridge = engine.cli(f"bridge show {call}~bridge")
            assert bridge.count("Channel:") == 2, bridge
            room = engine.cli(f"bridge show {call}~leg~chief~room")
            assert room.count("Channel:") == 2
            assert "Snoop/" in room
            await desk.do(call, t.SetMode("chief", "talk"))
            await desk.do(call, t.SetMode("caller", "held"))
            bridge = engine.cli(f"bridge show {call}~bridge")
            assert bridge.count("Channel:") == 2, "agent and chief consult"
            await desk.do(call, t.SetMode("caller", "talk"))
            await desk.do(call, t.SetMode("agent", "held"))
            bridge = engine.cli(f"bridge show {call}~bridge")
            assert bridge.count("Channel:") == 2, "chief and caller talk"
            await desk.do(call, t.Hangup())
            await desk.until(over(desk))
            assert await asyncio.to_thread(caller.wait) == 0
        assert not [e for e in desk.heard[call] if isinstance(e, t.Failed)]
        assert "0 active channels" in engine.cli("core show channels")

    run(engine, story)


def test_three_hear_each_other_as_the_modes_say(engine: Engine) -> None:
    """With sound: a supervisor listens, whispers, joins; the agents consult; a transfer."""
    asyncio.run(_three(engine))


async def _three(engine: Engine) -> None:
    async with telephones(880.0, 620.0, 440.0, port=TRUNK) as (agent, chief, caller):
        switchboard(agent, {"+49100": agent, "+49200": chief})
        flow = Flow()
        flow.driver = AsteriskDriver(engine.config)
        await flow.driver.start(flow)
        await flow.driver.calls()
        calling = asyncio.create_task(caller.call(("127.0.0.1", engine.sip_port), "4000"))
        await flow.next(t.Incoming)
        await flow.do(t.Answer())
        await flow.next(t.Answered)
        await calling
        await flow.do(t.Connect("agent", number="+49100"))
        assert (await flow.next(t.LegAnswered)).leg == "agent"
        await flow.do(t.Connect("chief", mode="listen", number="+49200"))
        assert (await flow.next(t.LegAnswered)).leg == "chief"
        await three(flow, caller, agent, chief)
        await flow.do(t.Hangup())
        while not isinstance(await flow.next(t.LegLeft | t.HungUp), t.HungUp):
            continue  # who was still there leaves first
        await flow.driver.stop()


def test_an_agents_own_sip_telephone(engine: Engine) -> None:
    """It registers with its password, is rung, and both hear each other; a wrong one may not."""
    asyncio.run(_own_telephone(engine))


async def _own_telephone(engine: Engine) -> None:
    place = ("127.0.0.1", engine.sip_port)
    async with telephones(440.0, 880.0, 620.0) as (caller, agent, thief):
        assert await registered(thief, place, "telephone-7", "a-guess") is RegistrationState.FAILED
        password = engine.config.agent_password(7)
        state = await registered(agent, place, "telephone-7", password)
        assert state is RegistrationState.REGISTERED
        flow = Flow()
        flow.driver = AsteriskDriver(engine.config)
        await flow.driver.start(flow)
        await flow.driver.calls()
        # From the telephone's own address, which is the trunk's too: it may call nobody.
        calling = asyncio.create_task(caller.call(place, "4000"))
        await flow.next(t.Incoming)
        await flow.do(t.Answer())
        await flow.next(t.Answered)
        await calling
        await flow.do(t.Connect("agent", membership=7))
        await flow.next(t.LegAnswered)
        await caller.hears_only(880.0)
        await agent.hears_only(440.0)
        agent.hang_up()
        await flow.next(t.LegLeft)
        await flow.do(t.Hangup())
        await flow.next(t.HungUp)
        await flow.driver.stop()


async def registered(
    phone: Telephone, place: tuple[str, int], name: str, password: str
) -> RegistrationState:
    """Register a telephone and return what became of it."""
    entry = Registration(
        phone.client, f"sip:{name}@127.0.0.1", place, auth=SipDigestAuth(name, password)
    )
    entry.register()
    async with asyncio.timeout(30):
        while entry.state is RegistrationState.REGISTERING:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.05)
    return entry.state


def test_sound_reaches_python_and_comes_back(engine: Engine) -> None:
    """A channel that is a WebSocket: Python hears the caller, and the caller hears Python."""

    def flow(_call: str, event: t.Event) -> list[t.Command]:
        return [t.Answer()] if isinstance(event, t.Incoming) else []

    async def story(desk: FakeDesk) -> None:
        desk.flow = flow
        ari = Ari(engine.config)
        with calling(engine, say(engine.folder, 440, 30), hangs_up=False) as caller:
            await desk.until(heard(desk, t.Answered()))
            call = next(iter(desk.heard))
            await desk.do(call, t.Record("talk"))
            await ari.ask("POST", "bridges", "ear", values={"type": "mixing"})
            await ari.ask("POST", "bridges", "ear", "addChannel", values={"channel": call})
            got = b""
            async with sound_of(ari, "ear", "ear-1") as sound, asyncio.timeout(20):
                await sound.say(mu_law(880, 1.5))
                async for frame in sound.heard():
                    got += frame
                    if len(got) > 16_000:
                        break
            await desk.do(call, t.StopRecording("talk"))
            await desk.until(lambda: (call, "talk") in desk.kept)
            await desk.do(call, t.Hangup())
            await desk.until(over(desk))
            assert await asyncio.to_thread(caller.wait) == 0
        await ari.close()
        assert share(from_mu_law(got[-8_000:]), 440) > 0.9
        assert share(channels(desk.kept[call, "talk"])[1][:10_000], 880) > 0.9

    run(engine, story)


def test_call_back(engine: Engine) -> None:
    """A number that answers, one that is busy, and one that nobody may dial."""

    async def story(desk: FakeDesk) -> None:
        with telephone(engine, TRUNK, ""):
            await desk.do("back-1", t.Dial("+15550123"))
            await desk.until(heard(desk, t.Answered()))
            await desk.do("back-1", t.Hangup())
            await desk.until(over(desk))
        with telephone(engine, TRUNK, "", answer="486 Busy Here"):
            await desk.do("back-2", t.Dial("+15550124"))
            await desk.until(over(desk, 2))
        await desk.do("back-3", t.Dial("15550124@elsewhere"))
        await desk.until(lambda: bool(desk.heard["back-3"]))
        assert desk.heard["back-1"] == [t.Answered(), t.HungUp("us")]
        assert desk.heard["back-2"] == [t.HungUp("busy")]
        assert desk.heard["back-3"] == [t.Failed(1, "no_dial")]

    run(engine, story)


def test_a_message_while_we_are_down(engine: Engine) -> None:
    """Without us the dialplan takes a message; we tell of it when we are back."""
    with calling(engine, say(engine.folder, 440, 20) + pause(3000)) as caller:
        assert caller.wait() == 0

    async def story(desk: FakeDesk) -> None:
        await desk.until(over(desk))
        ((call, events),) = desk.heard.items()
        assert events[0] == t.Incoming("+15550100", "4000")
        assert isinstance(events[1], t.Recorded)
        assert events[1].name == "message-down"
        assert events[2:] == [t.HungUp("caller")]
        (voice,) = channels(desk.kept[call, "message-down"])
        assert share(voice, 440) > 0.9
        while engine.recordings():  # noqa: ASYNC110 - no event tells of it
            await asyncio.sleep(0.05)

    run(engine, story)


def test_killed_with_20_callers_on_hold(engine: Engine) -> None:
    """kill -9 with 20 callers on hold: they keep the hold sound, and all 20 finish."""
    with calling_when_ready(engine, 20) as (waiting, holding):
        held: set[str] = set()
        while len(held) < 20:
            call, event = _line(holding).split()
            held |= {call} if event == "Answered" else set()
        os.kill(holding.pid, signal.SIGKILL)
        holding.wait()
        assert "20 active calls" in engine.cli("core show channels")
        with _host(engine, "end"):
            assert waiting.wait() == 0, waiting.log.read_text()[-2000:]


@contextlib.contextmanager
def calling_when_ready(
    engine: Engine, calls: int
) -> "Iterator[tuple[Sipp, subprocess.Popen[str]]]":
    """Call a host process as soon as it takes calls."""
    with _host(engine) as host:
        assert _line(host).split() == ["host", "Ready"]
        with calling(engine, "", calls=calls, rate=20, hangs_up=False) as callers:
            yield callers, host


@contextlib.contextmanager
def _host(engine: Engine, *end: str) -> "Iterator[subprocess.Popen[str]]":
    config = engine.config
    arguments = [config.url, config.secret, str(config.sounds), *end]
    with subprocess.Popen(
        [sys.executable, "-m", "tests.voice.hold_host", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}/src"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        overdue = threading.Timer(90, process.kill)  # no line would be waited for for ever
        overdue.start()
        try:
            yield process
        finally:
            overdue.cancel()
            process.kill()


def _line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, "the host has ended"
    return line


def test_the_dialplan_hides_keys(engine: Engine) -> None:
    """Nothing that was pressed or dialled stands in Asterisk's log."""
    log = (engine.folder / "log/messages.log").read_text()
    assert "DTMF" not in log
    assert "15550100" not in log


def test_the_files_under_deploy_load_as_they_are(tmp_path: Path) -> None:
    """`asterisk -C` with deploy/asterisk; only the ports of this machine are others."""
    if why := engines.available():
        pytest.skip(why)
    ports = {"bind=0.0.0.0:5060": "bind=127.0.0.1:{}", "bindport=8088": "bindport={}"}
    http = free_port()
    (tmp_path / "etc").mkdir()
    for path in FOLDER.glob("*.conf"):
        text = path.read_text()
        for shipped, ours in ports.items():
            text = text.replace(shipped, ours.format(http if "port" in ours else free_port()))
        (tmp_path / "etc" / path.name).write_text(text)
    config = replace(EXAMPLE, url=f"http://127.0.0.1:{http}")
    with engines.started(tmp_path, config) as running:
        assert "trunk" in running.cli("pjsip show endpoints")
        assert "walletdesk-call" in running.cli("dialplan show walletdesk-call")
        found = asyncio.run(check_engine(config))
        told = (tmp_path / "log/messages.log").read_text()
    assert [each for each in found if each.level == "error"] == []
    ours = {path.name for path in FOLDER.glob("*.conf")}
    wrong = [line for line in told.splitlines() if "ERROR" in line or "WARNING" in line]
    assert [line for line in wrong if any(name in line for name in ours)] == []


def test_the_check_has_asterisk_call_itself(engine: Engine) -> None:
    """With sound that Asterisk reads; a folder that it cannot read is a fault; no desk hears it."""

    async def story(desk: FakeDesk) -> None:
        good = await check_engine(engine.config)
        assert [each.message for each in good if "called itself once" in each.message]
        assert [each for each in good if each.level == "error"] == []
        sounds = engine.folder / "elsewhere"
        sounds.mkdir()
        (sounds / "tone.wav").write_bytes(b"no sound at all")
        bad = await check_engine(replace(engine.config, sounds=sounds))
        assert [each.message for each in bad if each.level == "error"] == [
            f"Asterisk cannot play what lies in {sounds}."
        ]
        assert desk.heard == {}

    run(engine, story)
    assert "0 active channels" in engine.cli("core show channels")


def test_the_shipped_configuration_loads(engine: Engine) -> None:
    shown = engine.cli("pjsip show endpoints")
    assert all(name in shown for name in ("browser-7", "telephone-7", "trunk"))
    assert "walletdesk-call" in engine.cli("dialplan show walletdesk-call")
