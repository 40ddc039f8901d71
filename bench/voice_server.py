"""Part of voice.py: the embedded driver with a desk of its own that answers every call.

Telephones: a prompt and a key, then hold sound and recording, and a second key. Browsers: each
caller is joined with the agent of the same number. Ends when its input ends; prints what came.
"""

import asyncio
import ipaddress
import json
import resource
import sys
from pathlib import Path

import uvloop

from walletdesk.integrations.embedded_voice.audio import tone, write_wav
from walletdesk.integrations.embedded_voice.config import MediaConfig, SipConfig
from walletdesk.integrations.embedded_voice.driver import EmbeddedDriver
from walletdesk.voice import types as v
from walletdesk.voice.tokens import LegToken

PROMPT = write_wav(tone((600.0,), 2.0).tobytes())


class Desk:
    def __init__(self) -> None:
        self.driver: EmbeddedDriver
        self.numbers: dict[str, int] = {}
        self.keys: dict[str, str] = {}
        self.kept = 0
        self.late: list[float] = []

    async def hear(self, call: str, event: v.Event) -> None:
        if isinstance(event, v.Incoming):
            await self.do(call, v.Answer())
            if event.called == "chat":
                await self.do(call, v.Connect("agent", membership=int(event.token.split("-")[1])))
            else:
                asked = v.Collect(digits=1, seconds=20)
                await self.do(call, v.Play((v.Said("", ("prompt",)),), collect=asked))
        elif isinstance(event, v.Digits):
            known = self.keys.get(call)
            self.keys[call] = (known or "") + event.keys
            if known is None:
                await self.do(call, v.Record("call"))
                await self.do(call, v.Hold())

    async def do(self, call: str, command: v.Command) -> None:
        self.numbers[call] = self.numbers.get(call, 0) + 1
        await self.driver.carry_out(call, self.numbers[call], command)

    async def sound(self, sound: str) -> bytes:
        if sound == "prompt":
            return PROMPT
        raise KeyError(sound)

    async def keep(self, call: str, name: str, wav: bytes) -> None:  # noqa: ARG002 - the port
        self.kept += 1


def opened(token: str) -> LegToken:
    """Take "caller-3" for the caller and "agent-3" for the agent of the third conversation."""
    kind, number = token.split("-")
    return LegToken(kind, number)


async def lag(found: list[float]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        wanted = loop.time() + 0.05
        await asyncio.sleep(0.05)
        found.append((loop.time() - wanted) * 1000)


async def main(mark: Path, port: int) -> None:
    desk = Desk()
    sip = SipConfig("127.0.0.1", port, (ipaddress.ip_network("127.0.0.0/8"),))
    config = MediaConfig(mark, legs=1_000, loopback=True, sip=sip)
    desk.driver = EmbeddedDriver(config, read_token=opened)
    await desk.driver.start(desk)
    watching = asyncio.create_task(lag(desk.late))
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    watching.cancel()
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {
                "right": sum(keys == "25" for keys in desk.keys.values()),
                "cpu_seconds": used.ru_utime + used.ru_stime,
                "rss_mb": used.ru_maxrss / 1024,
                "lag_ms": sorted(desk.late),
            }
        ),
        flush=True,
    )
    await desk.driver.stop()


if __name__ == "__main__":
    uvloop.run(main(Path(sys.argv[1]), int(sys.argv[2])))  # as the process of calls
