"""The driver against a captured Asterisk, its names, its configuration and its check."""

import asyncio
import base64
import logging
from pathlib import Path

import pytest

from tests.ports import free_port
from tests.voice.desk import FakeDesk
from tests.voice.replayed import Replay, serving
from tests.voice.stories import SOUNDS, hotline
from tests.voice.tones import channels, share
from tools.asterisk_example import EXAMPLE, FOLDER
from walletdesk.integrations.asterisk import names
from walletdesk.integrations.asterisk.accounts import sip_account
from walletdesk.integrations.asterisk.checking import _version, check_engine
from walletdesk.integrations.asterisk.configuring import AGENTS, configuration, write
from walletdesk.integrations.asterisk.driver import AsteriskDriver
from walletdesk.integrations.asterisk.types import AsteriskConfig
from walletdesk.site.config import load_config
from walletdesk.site.config.reading import ConfigError
from walletdesk.voice import types as t

SECRET = "an-ari-secret-of-a-test"
TOKEN = "Basic " + base64.b64encode(f"walletdesk:{SECRET}".encode()).decode()


def config_of(folder: Path, port: int = 8088) -> AsteriskConfig:
    return AsteriskConfig(
        url=f"http://127.0.0.1:{port}",
        secret=SECRET,
        sounds=folder / "sounds",
        wss="wss://desk.example.com/sip/ws",
        trunk="192.0.2.7:5070",
    )


def test_a_whole_call_as_it_was_captured(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Menu, hold, somebody, both sides recorded, the rating; keys and numbers are in no log."""
    caplog.set_level(logging.DEBUG)
    asyncio.run(_replayed(tmp_path))
    noisy = ("uvicorn", "websockets", "asyncio")  # the other side's, which is in this process
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith(noisy)]
    assert not any("555" in line or "dtmf" in line.lower() for line in ours), ours


async def _replayed(folder: Path) -> None:
    port = free_port()
    config = config_of(folder, port)
    app = Replay(config.sounds, TOKEN)
    desk = FakeDesk(SOUNDS)
    desk.flow = hotline
    desk.driver = AsteriskDriver(config)
    async with serving(app, port):
        await desk.driver.start(desk)
        await desk.driver.calls()
        await desk.until(lambda: any(t.LegAnswered("agent") in e for e in desk.heard.values()))
        [call] = desk.heard
        await desk.do(call, t.Disconnect("agent"))
        await desk.until(lambda: t.HungUp("us") in desk.heard[call])
        assert await desk.driver.calls() == frozenset()
        await desk.driver.stop()
    assert desk.heard[call] == [
        t.Incoming("+15550100", "4000"),
        t.Answered(),
        t.Digits("2", command=2),
        t.LegAnswered("agent"),
        t.LegLeft("agent"),
        t.Recorded("talk", 1.0),
        t.Digits("5", command=8),
        t.HungUp("us"),
    ]
    said, listened = channels(desk.kept[call, "talk"])
    assert share(said, 440) > 0.9
    assert share(listened, 880) > 0.9
    assert app.unknown == []


def test_what_nobody_knows_is_lost_and_a_silent_engine_is_waited_for(tmp_path: Path) -> None:
    """A command for a call that is gone; and without Asterisk `calls` gives no answer."""

    async def story() -> None:
        desk = FakeDesk()
        driver = desk.driver = AsteriskDriver(config_of(tmp_path, free_port()))
        await driver.start(desk)
        await desk.do("gone", t.Answer())
        assert desk.heard["gone"] == [t.HungUp("lost")]
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(driver.calls(), 0.1)
        await driver.stop()

    asyncio.run(story())


def test_wrong_password_and_hostile_events(tmp_path: Path) -> None:
    """Events of no known form are passed over; a wrong password is told by the check."""

    async def story() -> None:
        port = free_port()
        app = Replay(tmp_path, "Basic other")
        async with serving(app, port):
            found = await check_engine(config_of(tmp_path, port))
        assert [each.level for each in found] == ["error"]
        assert "WALLETDESK_ASTERISK_SECRET" in found[0].way_out
        silent = await check_engine(config_of(tmp_path, port))
        assert [each.level for each in silent] == ["error"]

    asyncio.run(story())
    from walletdesk.integrations.asterisk.ari import _hand_over  # noqa: PLC0415 - beside its test

    driver = AsteriskDriver(config_of(tmp_path))
    for frame in (b"\xff", "[]", "{}", '{"type":"StasisStart"}', '{"type":5}', '{"type":[]}', "{"):
        _hand_over(frame, driver._take)  # noqa: SLF001 - what the socket does


@pytest.mark.parametrize(
    ("version", "level"),
    [
        ("22.10.1+dfsg", "ok"),
        ("20.16.0", "ok"),
        ("23.0.0", "ok"),
        ("22.5.2", "error"),
        ("16.28.0~dfsg", "error"),
        ("GIT-master", "error"),
    ],
)
def test_versions(version: str, level: str) -> None:
    assert _version(version).level == level


def test_names_lead_back() -> None:
    assert names.leg_of(names.leg_channel("1.2", "a1")) == ("1.2", "a1")
    assert names.leg_of("1.2~leg~a1~whisper") is None
    assert names.leg_of("1.2") is None
    assert names.call_of(names.playback("1.2", 7)) == "1.2"
    assert names.command_of(names.playback("1.2", 7)) == 7
    found = names.stored(names.recording("1.2", "talk-1", "out"))
    assert found == ("1.2", "talk-1", "out")
    assert found.files() == ["walletdesk~1.2~talk-1~in", "walletdesk~1.2~talk-1~out"]
    assert names.stored("holiday") is None
    assert names.fallback("fallback~1.2~+1555~4000") == ("1.2", "+1555", "4000")
    assert names.fallback("fallback~1.2") is None


def test_configuration_holds_each_agent_and_no_open_value(tmp_path: Path) -> None:
    config = config_of(tmp_path)
    texts = configuration(config, [12, 7])
    write(tmp_path / "etc", texts)
    for name, text in texts.items():
        assert "@" not in text.replace("@http", "@"), name
        assert (tmp_path / "etc" / name).stat().st_mode & 0o077 == 0
    assert "match=192.0.2.7\n" in texts["pjsip.conf"]
    assert "contact=sip:192.0.2.7:5070\n" in texts["pjsip.conf"]
    assert texts[AGENTS].index("browser-7") < texts[AGENTS].index("browser-12")
    assert config.agent_password(7) in texts[AGENTS]
    assert config.agent_password(7) != config.agent_password(12)
    without = configuration(AsteriskConfig(url=config.url, secret=SECRET), [])
    assert "[trunk]" not in without["pjsip.conf"]
    assert "[browser](!)" in without["pjsip.conf"]
    assert "dtmf" not in without["logger.conf"].split("[logfiles]")[1]


def test_the_example_is_what_the_command_writes_and_its_secret_is_refused() -> None:
    shown = {path.name: path.read_text() for path in FOLDER.glob("*.conf")}
    assert shown == configuration(EXAMPLE, []), "run tools/asterisk_example.py"
    assert "password" not in shown[AGENTS].split("\n", 2)[2]
    with pytest.raises(ConfigError, match="example"):
        load_config({"WALLETDESK_ASTERISK_SECRET": EXAMPLE.secret})


def test_the_browser_gets_an_account_where_it_reaches_asterisk(tmp_path: Path) -> None:
    config = config_of(tmp_path)
    account = sip_account(config, 7)
    assert account is not None
    assert (account["user"], account["domain"]) == ("browser-7", "desk.example.com")
    assert account["password"] == config.agent_password(7)
    assert sip_account(AsteriskConfig(), 7) is None
