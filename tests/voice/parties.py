"""Those who take part in a call in tests: a flow that is written down, and telephones."""

import asyncio
import io
import wave
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from aiortp import RTPSession
from aiosipua import IncomingCall, SipUAC, SipUAS

from tests.ports import free_port
from walletdesk.integrations.embedded_voice.audio import Samples, tone, write_wav
from walletdesk.integrations.embedded_voice.config import MediaConfig, SipConfig
from walletdesk.integrations.embedded_voice.driver import EmbeddedDriver
from walletdesk.integrations.embedded_voice.rtp import accepted, agree, offer_sdp
from walletdesk.integrations.embedded_voice.sip import GuardedUdp
from walletdesk.voice import types as v

E = TypeVar("E", bound=v.Event)
PATIENCE = 60


class Flow:
    """A desk that keeps what it hears, and gives sounds that were put there."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, v.Event]] = []
        self.kept: dict[str, bytes] = {}
        self.sounds = {"short": write_wav(tone((600.0,), 0.3).tobytes())}
        self.driver: v.Driver
        self.call = ""
        self._number = 0
        self._came = asyncio.Condition()
        self._read = 0

    async def hear(self, call: str, event: v.Event) -> None:
        async with self._came:
            self.heard.append((call, event))
            self._came.notify_all()

    async def sound(self, sound: str) -> bytes:
        return self.sounds[sound]

    async def keep(self, call: str, name: str, wav: bytes) -> None:  # noqa: ARG002 - the port
        self.kept[name] = wav

    async def do(self, command: v.Command) -> None:
        self._number += 1
        await self.driver.carry_out(self.call, self._number, command)

    async def next(self, kind: type[E]) -> E:
        """Return the next event, which must be of this kind."""
        async with asyncio.timeout(PATIENCE), self._came:
            await self._came.wait_for(lambda: len(self.heard) > self._read)
        call, event = self.heard[self._read]
        self._read += 1
        assert isinstance(event, kind), event
        self.call = call
        return event


class Telephone:
    """An independent telephone (aiosipua, aiortp): says one pitch, keeps what it hears."""

    def __init__(self, pitch: float, port: int = 0) -> None:
        # aiosipua's own transport does not listen on uvloop, the loop of the process of calls.
        self.udp = GuardedUdp(("127.0.0.1", port or free_port()), allowed=lambda _host: True)
        self.client = SipUAC(self.udp)
        self.uas = SipUAS(self.udp, uac=self.client)
        self.uas.on_invite = lambda call: self._start(self._invited(call))
        self.uas.on_bye = lambda _call, _request: self.over.set()
        self.over = asyncio.Event()
        self.in_call = asyncio.Event()
        self.busy = False
        self.heard: list[Samples] = []
        self.keys: list[str] = []
        self._pitch = tone((pitch,), 1.0, 0.3)
        self._tasks: set[asyncio.Task[None]] = set()
        self._sound: RTPSession
        self._incoming: IncomingCall | None = None
        self._outgoing = None

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)

    async def _invited(self, call: IncomingCall) -> None:
        if self.busy:
            call.reject(486)
            return
        port = free_port()
        agreed = agree(call.sdp_offer, "127.0.0.1", port)
        await self._speak(port, agreed.remote, agreed.payload)
        self._incoming = call
        call.accept(agreed.answer)

    async def call(self, address: tuple[str, int], number: str = "100") -> None:
        port = free_port()
        self._outgoing = self.client.send_invite(
            "sip:+4915112345678@127.0.0.1",
            f"sip:{number}@127.0.0.1",
            address,
            sdp_offer=offer_sdp("127.0.0.1", port),
        )
        await self._outgoing.wait_answered(PATIENCE)
        agreed = accepted(self._outgoing.sdp_answer)
        await self._speak(port, agreed.remote, agreed.payload)

    async def _speak(self, port: int, remote: tuple[str, int], payload: int) -> None:
        self._sound = await RTPSession.create(
            local_addr=("127.0.0.1", port), remote_addr=remote, payload_type=payload
        )
        self._sound.on_audio = lambda pcm, _at: self.heard.append(np.frombuffer(pcm, np.int16))
        self._sound.on_dtmf = lambda key, _duration: self.keys.append(key)
        self._start(self._talk())
        self.in_call.set()

    async def _talk(self) -> None:
        at = 0
        while True:
            frame = self._pitch[at : at + 160]
            self._sound.send_audio_pcm_auto(frame.tobytes())
            at = (at + 160) % (len(self._pitch) - 160)
            await asyncio.sleep(0.02)

    def press(self, key: str) -> None:
        clock = self._sound._sender.current_timestamp  # noqa: SLF001 - it is nowhere else
        self._sound.send_dtmf(key, timestamp=clock)

    async def hears(self, pitch: float) -> None:
        """Wait until this pitch is what is heard."""
        async with asyncio.timeout(PATIENCE):
            while pitch_of(self.last()) != pitch:  # noqa: ASYNC110 - sound tells of itself
                await asyncio.sleep(0.05)

    async def hears_only(self, *pitches: float) -> None:
        """Wait until these pitches are what is heard, all of them and no other."""
        async with asyncio.timeout(PATIENCE):
            while pitches_of(self.last()) != set(pitches):  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.05)

    def last(self) -> Samples:
        """Return the last half second."""
        return np.concatenate([np.zeros(1, np.int16), *self.heard[-25:]])

    def hang_up(self) -> None:
        if self._outgoing is not None:
            self._outgoing.hangup(self.client)
        elif self._incoming is not None:
            self._incoming.hangup()

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        if self.in_call.is_set():
            await self._sound.close()
        await self.uas.stop()


def pitch_of(samples: Samples) -> float:
    """Return the loudest pitch, to 20 Hz; 0 when it is quiet."""
    if samples.size < 2_000 or np.abs(samples).max() < 500:
        return 0.0
    spectrum = np.abs(np.fft.rfft(samples[-4_000:] * np.hanning(min(4_000, samples.size)), 8_000))
    return round(float(spectrum.argmax()) / 20) * 20


def pitches_of(samples: Samples) -> set[float]:
    """Return the pitches that are heard together, to 20 Hz: each a fifth of the loudest or more."""
    if samples.size < 4_000 or np.abs(samples[-4_000:]).max() < 500:
        return set()
    power = np.abs(np.fft.rfft(samples[-4_000:] * np.hanning(4_000), 8_000))
    loud = np.flatnonzero(power > power.max() / 5)
    tops = [at for at in loud if power[at] == power[max(0, at - 20) : at + 21].max()]
    return {float(round(at / 20) * 20) for at in tops}


def switchboard(trunk: Telephone, phones: dict[str, Telephone]) -> None:
    """Let whoever is called at the trunk's address be the telephone of that number."""

    def invited(call: IncomingCall) -> None:
        phone = phones[call.callee.partition(":")[2].partition("@")[0]]
        phone._start(phone._invited(call))  # noqa: SLF001 - what the telephone does when called

    trunk.uas.on_invite = invited


def channels_of(wav: bytes) -> list[Samples]:
    with wave.open(io.BytesIO(wav)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        return [samples[each :: file.getnchannels()] for each in range(file.getnchannels())]


@asynccontextmanager
async def telephones(*pitches: float, port: int = 0) -> AsyncIterator[list[Telephone]]:
    """Let there be telephones, the first one at that port."""
    found = [Telephone(pitch, 0 if at else port) for at, pitch in enumerate(pitches)]
    for each in found:
        await each.uas.start()
    try:
        yield found
    finally:
        for each in found:
            await each.stop()


@asynccontextmanager
async def running(config: MediaConfig, **more: Any) -> AsyncIterator[Flow]:
    flow = Flow()
    flow.driver = EmbeddedDriver(config, **more)
    await flow.driver.start(flow)
    try:
        yield flow
    finally:
        await flow.driver.stop()


def sip_config(mark: Path, trunk: tuple[str, int] | None = None) -> MediaConfig:
    sip = SipConfig(
        "127.0.0.1", free_port(), (ip_network("127.0.0.0/8"),), trunk=trunk, dial=("+49",)
    )
    return MediaConfig(mark / "voice-media.json", sip=sip)
