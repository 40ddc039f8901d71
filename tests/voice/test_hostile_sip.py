"""What strangers and broken telephones send to the SIP listener changes nothing."""

import asyncio
import contextlib
import dataclasses
import random
import socket
from ipaddress import ip_network
from pathlib import Path

import uvloop

from tests.voice.parties import PATIENCE, Flow, Telephone, running, sip_config, telephones
from walletdesk.integrations.embedded_voice.config import MediaConfig
from walletdesk.voice import types as v

INVITE = (
    "INVITE sip:100@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK1\r\n"
    "From: <sip:x@127.0.0.1>;tag=1\r\nTo: <sip:100@127.0.0.1>\r\nCall-ID: abc\r\n"
    "CSeq: 1 INVITE\r\nContact: <sip:x@127.0.0.1:9>\r\nContent-Type: application/sdp\r\n"
    "Content-Length: {length}\r\n\r\n{body}"
)


def hostile() -> list[bytes]:
    """Return messages that no telephone sends, and broken copies of one that it does."""
    bodies = (
        "", "v=x", "m=audio", "v=0\r\nm=audio 99999 RTP/AVP 0\r\nc=IN IP4 127.0.0.1",
        "v=0\r\nc=IN IP4 10.9.8.7\r\nm=audio 5000 RTP/AVP 0", "v=0\r\nm=video 1 RTP/AVP 99",
        "v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 5000 RTP/AVP 0\r\na=rtpmap:\x00 x/y/z",
    )  # fmt: skip
    found = [INVITE.format(length=len(body), body=body).encode() for body in bodies]
    found += [
        b"",
        b"\x00" * 600,
        b"A" * 60_000,
        b"BYE x SIP/2.0\r\n\r\n",
        b"SIP/2.0 200 OK\r\n\r\n",
    ]
    dice = random.Random(7)  # noqa: S311 - the same damage each time
    whole = bytearray(found[3])
    for _ in range(200):
        broken = bytearray(whole)
        for _ in range(dice.randrange(1, 12)):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        found.append(bytes(broken))
    return found


def test_the_listener_survives_what_is_no_call(tmp_path: Path) -> None:
    uvloop.run(_survives(tmp_path))


async def _heard_out(port: int) -> None:
    """Wait until the listener has taken what was sent, and the second is over of the last of it."""
    async with asyncio.timeout(PATIENCE):
        while not await _answer_to_options(port):
            pass
    await asyncio.sleep(1.1)


async def _answer_to_options(port: int) -> bytes:
    """Return what the listener says within a moment to somebody who asks what it can."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.setblocking(False)
        line.connect(("127.0.0.1", port))
        here = f"127.0.0.1:{line.getsockname()[1]}"
        options = INVITE.replace("INVITE", "OPTIONS").format(length=0, body="")
        line.send(options.replace("127.0.0.1:9", here).replace("bK1", f"bK{here[10:]}").encode())
        await asyncio.sleep(0.3)
        with contextlib.suppress(BlockingIOError):
            return line.recv(1_000)
    return b""


async def _survives(folder: Path) -> None:
    config = sip_config(folder)
    async with telephones(440.0) as (caller,), running(config) as flow:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            for message in hostile():
                line.sendto(message, ("127.0.0.1", config.sip.port))
        await _heard_out(config.sip.port)
        await _answered(flow, caller, config)
        for _ in range(50):  # and strange sound in the middle of a call
            caller._sound._sender.send_raw(101, b"\x01", 0)  # noqa: SLF001 - a broken event
        await caller.hears(600.0)
        assert len(await flow.driver.calls()) == 1


async def _answered(flow: Flow, caller: Telephone, config: MediaConfig) -> None:
    calling = asyncio.create_task(caller.call(("127.0.0.1", config.sip.port)))
    while (await flow.next(v.Incoming)).caller != "+4915112345678":
        pass  # broken copies that are still calls
    await flow.do(v.Answer())
    await flow.next(v.Answered)
    await calling
    flow.sounds["long"] = flow.sounds["short"]
    await flow.do(v.Play((v.Said("", ("short",) * 20),), collect=v.Collect()))


def test_who_is_not_allowed_gets_no_answer_at_all(tmp_path: Path) -> None:
    uvloop.run(_stranger(tmp_path))


async def _stranger(folder: Path) -> None:
    config = sip_config(folder)
    closed = dataclasses.replace(config.sip, allow=(ip_network("203.0.113.0/24"),))
    async with running(dataclasses.replace(config, sip=closed)) as flow:
        answer = await _answer_to_options(closed.port)
        assert answer == b""
        assert flow.heard == []


def test_only_allowed_numbers_are_called(tmp_path: Path) -> None:
    uvloop.run(_numbers(tmp_path))


async def _numbers(folder: Path) -> None:
    async with telephones(440.0) as (far,):
        far.busy = True
        async with running(sip_config(folder, trunk=far.udp.local_addr)) as flow:
            flow.call = "out-1"
            await flow.do(v.Dial("+19005551234"))
            assert (await flow.next(v.Failed)).code == "no_dial"
            assert (await flow.next(v.HungUp)).reason == "failed"
            flow.call = "out-2"
            await flow.do(v.Dial("+4930123456"))
            assert (await flow.next(v.HungUp)).reason == "busy"
            await flow.do(v.Hold())
            assert (await flow.next(v.HungUp)).reason == "lost"
            trunk = flow.driver.trunk
            assert not any(map(trunk.may_dial, ["", "+49", "+49x", "0049301234", "+4930123456;x"]))


def test_a_message_is_kept_when_the_caller_is_silent_or_hangs_up(tmp_path: Path) -> None:
    uvloop.run(_message(tmp_path))


async def _message(folder: Path) -> None:
    config = sip_config(folder)
    async with telephones(440.0) as (caller,), running(config) as flow:
        await _answered(flow, caller, config)
        await flow.do(v.TakeMessage("voicemail", seconds=0.5))
        kept = await flow.next(v.Recorded)
        assert 0.3 < kept.seconds < 10  # of at most 0.5, on a machine that is busy
        await flow.do(v.TakeMessage("second"))
        await caller.hears(1000.0)  # the tone
        await asyncio.sleep(0.6)
        caller.hang_up()
        assert (await flow.next(v.Recorded)).name == "second"
        assert (await flow.next(v.HungUp)).reason == "caller"
