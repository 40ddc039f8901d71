"""Registration at a trunk: challenged, renewed, taken back; what the check says of it."""

import asyncio
import json
from dataclasses import asdict, replace
from ipaddress import ip_network
from itertools import islice
from pathlib import Path

import pytest
import uvloop

from tests.ports import free_port
from tests.voice import engine as engines
from tests.voice.parties import PATIENCE, running, sip_config
from tests.voice.registrar import Registrar, registrar
from walletdesk.integrations.embedded_voice import registering
from walletdesk.integrations.embedded_voice.checking import check_media
from walletdesk.integrations.embedded_voice.config import MediaConfig
from walletdesk.voice.findings import ERROR, OK, WARNING, Finding


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is tried anew but what is renewed, and a farewell may take long."""
    monkeypatch.setattr(registering, "AGAIN", 3600.0)
    monkeypatch.setattr(registering, "FAREWELL", PATIENCE)


def at(there: Registrar, folder: Path, *, host: str = "127.0.0.1") -> MediaConfig:
    config = sip_config(folder, trunk=(host, there.port))
    sip = replace(config.sip, user="desk", secret="s3cret", register=True)
    return replace(config, sip=sip)


async def answered(there: Registrar, times: int, status: int = 200) -> None:
    async with asyncio.timeout(PATIENCE), there.changed:
        await there.changed.wait_for(lambda: there.answers.count(status) >= times)


async def said(config: MediaConfig) -> Finding:
    """Return what the check says of the registration, after what it says of the trunk."""
    found = [each async for each in check_media(config)]
    return found[-2]


def test_it_answers_the_challenge_renews_in_time_and_takes_it_back(tmp_path: Path) -> None:
    async def story() -> None:
        async with registrar(grants=1) as there:
            config = at(there, tmp_path, host="localhost")
            async with running(config):
                await answered(there, 1)
                assert there.held == {f"sip:desk@127.0.0.1:{config.sip.port}"}
                assert there.answers[:2] == [401, 200]
                # What is over is not renewed by itself: this one came before that.
                await answered(there, 2)
            assert there.held == set()

    uvloop.run(story())


def test_the_check_tells_whether_calls_come(tmp_path: Path) -> None:
    async def story() -> None:
        async with registrar() as there:
            config = at(there, tmp_path)
            before = await said(config)
            strangers = (ip_network("203.0.113.0/24"),)
            deaf = await said(replace(config, sip=replace(config.sip, allow=strangers)))
            async with running(config):
                await answered(there, 3)
                while_it_runs = await said(config)
                assert len(there.held) == 1, "asking changes nothing"
        assert (before.level, while_it_runs.level) == (WARNING, OK), while_it_runs
        assert "sends no calls" in before.message
        assert (deaf.level, "127.0.0.1 is not allowed" in deaf.message) == (ERROR, True)
        assert "Registered at the trunk as desk" in while_it_runs.message

    asyncio.run(story())


def test_a_wrong_secret_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        async with registrar(secret="another") as there:
            config = at(there, tmp_path)
            async with running(config):
                await answered(there, 1, 403)
                found = await said(config)
            assert there.held == set()
        silent = await said(config)
        assert (found.level, silent.level) == (ERROR, ERROR)
        assert "does not let desk register (403)" in found.message
        assert "no answer" in silent.message
        assert "s3cret" not in json.dumps([asdict(found), asdict(silent)]) + caplog.text

    asyncio.run(story())
    assert "the trunk refuses the registration: 403" in caplog.text


def test_who_is_refused_asks_less_and_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registering, "AGAIN", 30.0)
    assert list(islice(registering.pauses(), 7)) == [30, 60, 120, 240, 480, 900, 900]


@pytest.mark.long
def test_a_real_asterisk_holds_our_address_while_we_run(tmp_path: Path) -> None:
    if why := engines.available():
        pytest.skip(why)
    (tmp_path / "engine").mkdir()
    with engines.engine(tmp_path / "engine", [7], free_port()) as engine:
        config = sip_config(tmp_path, trunk=("127.0.0.1", engine.sip_port))
        secret = engine.config.agent_password(7)
        sip = replace(config.sip, user="telephone-7", secret=secret, register=True)
        uvloop.run(_at_asterisk(replace(config, sip=sip)))


async def _at_asterisk(config: MediaConfig) -> None:
    sip, trunk = config.sip, config.sip.trunk
    ours = {("127.0.0.1", sip.port)}
    assert await registering.registered_at(sip, trunk) == (200, set())
    async with running(config):
        async with asyncio.timeout(PATIENCE):
            while (await registering.registered_at(sip, trunk))[1] != ours:
                pass
        assert (await said(config)).level == OK
    assert await registering.registered_at(sip, trunk) == (200, set())
    status, held = await registering.registered_at(replace(sip, secret="a-guess"), trunk)
    assert (status, held) == (401, set())
