"""A telephone call without any engine: an independent caller, a menu, an agent, a recording."""

import asyncio
import logging
from pathlib import Path

import pytest
import uvloop

from tests.voice.parties import channels_of, pitch_of, running, sip_config, telephones
from walletdesk.voice import types as v


def test_a_call_from_the_greeting_to_the_survey(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    uvloop.run(_story(tmp_path))
    assert "15112345678" not in caplog.text, "no log tells who calls"
    assert "4930123456" not in caplog.text, "nor who is called"


async def _story(folder: Path) -> None:
    async with telephones(440.0, 880.0) as (caller, agent):
        config = sip_config(folder, trunk=agent.udp.local_addr)
        async with running(config) as flow:
            calling = asyncio.create_task(caller.call(("127.0.0.1", config.sip.port)))
            came = await flow.next(v.Incoming)
            assert (came.caller, came.called) == ("+4915112345678", "100")
            await flow.do(v.Answer())
            await flow.next(v.Answered)
            await calling
            await flow.do(v.Play((v.Said("Welcome", ("short",)),), collect=v.Collect()))
            await caller.hears(600.0)
            caller.press("2")
            assert (await flow.next(v.Digits)).keys == "2"

            await flow.do(v.Hold("You are next"))
            await flow.do(v.Record("call"))
            await flow.do(v.Connect("a", number="+4930123456"))
            await flow.next(v.LegAnswered)
            await caller.hears(880.0)
            await agent.hears(440.0)
            await flow.do(v.Press("7"))
            await flow.do(v.SetMode("a", "listen"))  # a supervisor: hears, is not heard
            await caller.hears(0.0)
            await agent.hears(440.0)
            assert agent.keys == []
            assert caller.keys == ["7"]
            await flow.do(v.SetMode("a", "talk"))
            await caller.hears(880.0)
            await flow.do(v.StopRecording("call"))
            await flow.next(v.Recorded)
            left, right = channels_of(flow.kept["call"])
            assert (pitch_of(left), pitch_of(right)) == (440.0, 880.0)

            agent.hang_up()
            assert (await flow.next(v.LegLeft)).leg == "a"
            await flow.do(v.Play((v.Said("How was it?", ("short",)),), collect=v.Collect()))
            caller.press("5")
            assert (await flow.next(v.Digits)).keys == "5"
            await flow.do(v.Hangup())
            assert (await flow.next(v.HungUp)).reason == "us"
            await asyncio.wait_for(caller.over.wait(), 60)
            assert await flow.driver.calls() == frozenset()
