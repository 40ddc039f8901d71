"""Part of voice.py and voice_asterisk.py: telephones that call, say 440 Hz, press 2 and 5, and note
when each packet came.

Signalling by aiosipua; sound by plain sockets, whose packets the kernel stamps on arrival, so that
this process's own delays do not count.
"""

import asyncio
import json
import socket
import struct
import sys
from contextlib import suppress
from itertools import pairwise

import uvloop
from aiortp.codecs import get_codec
from aiosipua import SipUAC, SipUAS

from walletdesk.integrations.embedded_voice.audio import tone
from walletdesk.integrations.embedded_voice.rtp import EVENTS, PCMA, offer_sdp
from walletdesk.integrations.embedded_voice.sip import GuardedUdp

STAMP = 35  # SO_TIMESTAMPNS
TALK_SECONDS = 10.0
SAID = get_codec(PCMA).encode(tone((440.0,), 60.0, 0.5).tobytes())


class Telephone:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, STAMP, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.at: list[float] = []
        self.number = 0
        self.stamp = 0
        self.remote: tuple[str, int] | None = None
        loop.add_reader(self.socket, self.receive)

    @property
    def port(self) -> int:
        return int(self.socket.getsockname()[1])

    def receive(self) -> None:
        """Take all that waits: one at a time would come late after each moment without time."""
        with suppress(BlockingIOError):
            while True:
                data, extra, _flags, _address = self.socket.recvmsg(2048, 64)
                if data[1] & 0x7F in {0, 8}:
                    seconds, nanos = struct.unpack("qq", extra[0][2])
                    self.at.append(seconds + nanos / 1e9)

    def send(self, kind: int, payload: bytes, stamp: int) -> None:
        if self.remote is not None:
            head = struct.pack("!BBHII", 0x80, kind, self.number & 0xFFFF, stamp, 4711)
            self.socket.sendto(head + payload, self.remote)
            self.number += 1

    def speak(self) -> None:
        at = self.stamp % len(SAID)
        self.send(PCMA, SAID[at : at + 160], self.stamp)
        self.stamp += 160

    def press(self, key: int) -> None:
        for end, length in ((0, 160), (0, 320), (0x80, 480), (0x80, 480), (0x80, 480)):
            self.send(EVENTS, struct.pack("!BBH", key, end | 10, length), self.stamp)


async def main(port: int, calls: int) -> None:
    loop = asyncio.get_running_loop()
    udp = GuardedUdp(("127.0.0.1", 0), allowed=lambda _host: True)
    client = SipUAC(udp)
    uas = SipUAS(udp, uac=client)
    await uas.start()
    telephones = [Telephone(loop) for _ in range(calls)]
    talking = asyncio.create_task(speak(telephones))
    ringing = []
    for telephone in telephones:
        ringing.append(asyncio.create_task(ring(client, telephone, port)))
        await asyncio.sleep(0.06)  # under the listener's own limit
    answered = await asyncio.gather(*ringing)
    await asyncio.sleep(1.0)
    for telephone in telephones:
        telephone.press(2)
        await asyncio.sleep(0.01)
    began = loop.time()
    await asyncio.sleep(TALK_SECONDS)
    for telephone in telephones:
        telephone.press(5)
        await asyncio.sleep(0.01)
    await asyncio.sleep(2.0)
    talking.cancel()
    gaps = [
        (later - before) * 1000
        for telephone in telephones
        for before, later in pairwise(telephone.at[-400:])
    ]
    print(json.dumps({"answered": sum(answered), "gaps": gaps, "seconds": loop.time() - began}))
    await uas.stop()


async def ring(client: SipUAC, telephone: Telephone, port: int) -> bool:
    call = client.send_invite(
        "sip:+4930123456@127.0.0.1",
        "sip:100@127.0.0.1",
        ("127.0.0.1", port),
        sdp_offer=offer_sdp("127.0.0.1", telephone.port),
    )
    try:
        await call.wait_answered(30)
    except (TimeoutError, RuntimeError):
        return False
    telephone.remote = call.sdp_answer.rtp_address
    return True


async def speak(telephones: list[Telephone]) -> None:
    loop = asyncio.get_running_loop()
    at = loop.time()
    while True:
        for telephone in telephones:
            telephone.speak()
        at += 0.02
        await asyncio.sleep(max(0.0, at - loop.time()))


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), int(sys.argv[2])))
