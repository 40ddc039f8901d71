"""One call to a driver of its own, on loopback: no desk hears of it, nothing is kept."""

import asyncio
import ipaddress
import socket
from pathlib import Path
from typing import Final

from aiosipua import SipUAC, SipUAS

from walletdesk.integrations.embedded_voice.audio import QUIET, Samples, loudness, tone, write_wav
from walletdesk.integrations.embedded_voice.config import MediaConfig, SipConfig
from walletdesk.integrations.embedded_voice.driver import EmbeddedDriver
from walletdesk.integrations.embedded_voice.rtp import accepted, offer_sdp, open_sound
from walletdesk.integrations.embedded_voice.sip import GuardedUdp
from walletdesk.voice import types as v

_HERE: Final = "127.0.0.1"
_KEY: Final = "5"
_TONE: Final = write_wav(tone((600.0,), 4.0).tobytes())


class _Desk:
    """Answers, plays a tone, and waits for the key."""

    def __init__(self) -> None:
        self.driver: EmbeddedDriver
        self.keys: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def hear(self, call: str, event: v.Event) -> None:
        if isinstance(event, v.Incoming):
            await self.driver.carry_out(call, 1, v.Answer())
        elif isinstance(event, v.Answered):
            asked = v.Play((v.Said("", ("tone",)),), collect=v.Collect())
            await self.driver.carry_out(call, 2, asked)
        elif isinstance(event, v.Digits) and not self.keys.done():
            self.keys.set_result(event.keys)

    async def sound(self, sound: str) -> bytes:  # noqa: ARG002 - the port
        return _TONE

    async def keep(self, call: str, name: str, wav: bytes) -> None:
        """Keep nothing: nothing is recorded."""


def _free(count: int) -> list[int]:
    """Return ports that nobody uses now."""
    lines = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _each in range(count)]
    for line in lines:
        line.bind((_HERE, 0))
    ports = [int(line.getsockname()[1]) for line in lines]
    for line in lines:
        line.close()
    return ports


async def own_call(folder: Path) -> None:
    """Return when a tone was heard and a key came back. Raises OSError or RuntimeError.

    It has no limit of its own: the caller sets one. `folder` takes the mark of the driver.
    """
    listening, calling, sound = _free(3)
    sip = SipConfig(_HERE, listening, (ipaddress.ip_network("127.0.0.0/8"),))
    desk = _Desk()
    desk.driver = EmbeddedDriver(MediaConfig(folder / "mark", sip=sip))
    udp = GuardedUdp((_HERE, calling), allowed=lambda host: host == _HERE)
    client = SipUAC(udp)
    caller = SipUAS(udp, uac=client)
    await desk.driver.start(desk)
    await caller.start()
    try:
        await _call(client, listening, sound)
        if await desk.keys != _KEY:
            raise RuntimeError("another key came")
    finally:
        await caller.stop()
        await desk.driver.stop()


async def _call(client: SipUAC, listening: int, port: int) -> None:
    heard = asyncio.Event()

    def hear(samples: Samples) -> None:
        if loudness(samples) > QUIET:
            heard.set()

    call = client.send_invite(
        f"sip:check@{_HERE}",
        f"sip:check@{_HERE}",
        (_HERE, listening),
        sdp_offer=offer_sdp(_HERE, port),
    )
    await call.wait_answered(30)
    if call.sdp_answer is None:
        raise RuntimeError("no answer of sound")
    agreed = accepted(call.sdp_answer)
    line = await open_sound(agreed, (_HERE, port), lambda _host: True, hear, lambda _key: None)
    try:
        await heard.wait()
        line.send_dtmf(_KEY, timestamp=0)
        await asyncio.sleep(0)
    finally:
        await line.close()
