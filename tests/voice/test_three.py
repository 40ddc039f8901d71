"""Three on one call, with sound: who hears whom while a supervisor listens, whispers and joins."""

import asyncio
from pathlib import Path

import uvloop

from tests.voice.parties import Flow, Telephone, running, sip_config, switchboard, telephones
from walletdesk.voice import types as v

CALLER, AGENT, CHIEF = 440.0, 880.0, 620.0


def test_a_supervisor_and_a_transfer(tmp_path: Path) -> None:
    uvloop.run(_story(tmp_path))


async def _story(folder: Path) -> None:
    async with telephones(CALLER, AGENT, CHIEF) as (caller, agent, chief):
        switchboard(agent, {"+49100": agent, "+49200": chief})
        config = sip_config(folder, trunk=agent.udp.local_addr)
        async with running(config) as flow:
            calling = asyncio.create_task(caller.call(("127.0.0.1", config.sip.port)))
            await flow.next(v.Incoming)
            await flow.do(v.Answer())
            await flow.next(v.Answered)
            await calling
            await flow.do(v.Connect("agent", number="+49100"))
            assert (await flow.next(v.LegAnswered)).leg == "agent"
            await flow.do(v.Connect("chief", mode="listen", number="+49200"))
            assert (await flow.next(v.LegAnswered)).leg == "chief"
            await three(flow, caller, agent, chief)
            await flow.do(v.Hangup())
            await flow.next(v.HungUp)


async def three(flow: Flow, caller: Telephone, agent: Telephone, chief: Telephone) -> None:
    """Listen, whisper, barge, consult, transfer; the chief is there and listens."""
    await chief.hears_only(CALLER, AGENT)
    await caller.hears_only(AGENT)
    await agent.hears_only(CALLER)
    await flow.do(v.SetMode("chief", "whisper"))
    await agent.hears_only(CALLER, CHIEF)
    await chief.hears_only(CALLER, AGENT)
    await caller.hears_only(AGENT)
    await flow.do(v.SetMode("chief", "talk"))
    await caller.hears_only(AGENT, CHIEF)
    await agent.hears_only(CALLER, CHIEF)
    await flow.do(v.SetMode("caller", "held"))
    await agent.hears_only(CHIEF)
    await chief.hears_only(AGENT)
    await flow.do(v.SetMode("caller", "talk"))
    await caller.hears_only(AGENT, CHIEF)
    await flow.do(v.Disconnect("agent"))
    assert (await flow.next(v.LegLeft)).leg == "agent"
    await caller.hears_only(CHIEF)
    await chief.hears_only(CALLER)
