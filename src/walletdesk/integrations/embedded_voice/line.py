"""A browser as a leg: news that it fetches, and sound over WebRTC once it is needed."""

import asyncio
import logging
import secrets
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import av
import numpy as np
from aioice import ice
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCDataChannel,
    RTCIceServer,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError

from walletdesk.integrations.embedded_voice.audio import SILENCE, FrameQueue, Samples
from walletdesk.integrations.embedded_voice.config import MediaConfig
from walletdesk.integrations.embedded_voice.keys import KEYS
from walletdesk.voice.types import AUDIO_RATE, Play

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

MEDIA_SECONDS: Final = 20.0  # asking for a way through a slow relay takes ten
GONE_SECONDS: Final = 25.0  # without a question for news: the page is closed or without network
MOST_NEWS: Final = 500
MOST_KEYS: Final = 32
_TIME_BASE: Final = Fraction(1, AUDIO_RATE)
_ITS_ADDRESSES = ice.get_host_addresses


def offer_loopback() -> None:
    """Let this machine's own browsers reach us: aioice leaves 127.0.0.1 out."""

    def addresses(use_ipv4: bool, use_ipv6: bool) -> list[str]:  # noqa: FBT001 - aioice's own shape
        found = _ITS_ADDRESSES(use_ipv4, use_ipv6)
        return ["127.0.0.1", *found] if use_ipv4 else found

    ice.get_host_addresses = addresses


class _Spoken(MediaStreamTrack):
    """What a browser is to hear; the room's clock decides when."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._frames: asyncio.Queue[Samples] = asyncio.Queue(10)
        self._at = 0

    def put(self, frame: Samples) -> None:
        if self._frames.full():
            self._frames.get_nowait()
        self._frames.put_nowait(frame)

    async def recv(self) -> av.AudioFrame:
        if self.readyState != "live":
            raise MediaStreamError
        samples = await self._frames.get()
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = AUDIO_RATE
        frame.time_base = _TIME_BASE
        frame.pts = self._at
        self._at += samples.size
        return frame


class Line:
    """A caller's or an agent's page. `ident` is its secret: who knows it speaks for the page."""

    in_band = False
    weight = 1

    def __init__(self, kind: str, subject: str, config: MediaConfig) -> None:
        self.ident = secrets.token_urlsafe(24)
        self.kind = kind
        self.subject = subject
        self.heard = FrameQueue()
        self.on_key: Callable[[str], None] = lambda _key: None
        self.on_left: Callable[[str], None] = lambda _reason: None
        self.closed = False
        self._config = config
        self._news: list[dict[str, Any]] = []
        self._came = asyncio.Event()
        self._asking = 0
        self._asked_at = asyncio.get_running_loop().time()
        self._peer: RTCPeerConnection | None = None
        self._track: _Spoken | None = None
        self._flows = asyncio.Event()
        self._pump: asyncio.Task[None] | None = None

    # --- news ------------------------------------------------------------------------------

    def tell(self, kind: str, **fields: object) -> None:
        """Add news for the page."""
        if len(self._news) < MOST_NEWS:
            self._news.append({"n": len(self._news) + 1, "t": kind, **fields})
            self._came.set()

    async def news(self, after: int, seconds: float) -> list[dict[str, Any]]:
        """Return what is newer than number `after`; waits for it when there is nothing."""
        self._asking += 1
        try:
            if after >= len(self._news) and not self.closed:
                self._came.clear()
                async with asyncio.timeout(seconds):
                    await self._came.wait()
        except TimeoutError:
            pass
        finally:
            self._asking -= 1
            self._asked_at = asyncio.get_running_loop().time()
        return self._news[after:]

    @property
    def gone(self) -> bool:
        """Whether the page has not asked for news for long."""
        silent = asyncio.get_running_loop().time() - self._asked_at
        return not self._asking and silent > GONE_SECONDS

    def show(self, play: Play, seconds: float) -> bool:
        """Speak on the screen."""
        self.tell(
            "say",
            text=[each.text for each in play.said],
            sounds=[sound for each in play.said for sound in each.sounds],
            choices=play.choices,
            keys=play.collect is not None,
            seconds=seconds,
        )
        return True

    # --- acting ----------------------------------------------------------------------------

    async def answer(self) -> None:
        """Let the page know that it is heard."""
        self.tell("answered")

    def press(self, keys: str) -> None:
        """Take keys from the page."""
        for key in keys[:MOST_KEYS]:
            if key in KEYS:
                self.on_key(key)

    def send_keys(self, keys: str) -> None:
        """Do nothing: a page has no menu to press through."""

    def send(self, frame: Samples) -> None:
        """Say 20 ms."""
        if self._track is not None:
            self._track.put(frame)

    @property
    def has_media(self) -> bool:
        """Whether sound flows."""
        return self._flows.is_set() and not self.closed

    async def open_media(self) -> bool:
        """Ask the page for sound and wait until it flows."""
        if not self.has_media and not self.closed:
            self.tell("media")
            try:
                async with asyncio.timeout(MEDIA_SECONDS):
                    await self._flows.wait()
            except TimeoutError:
                log.info("no sound came about with a browser")
        return self.has_media

    async def take_offer(self, sdp: str) -> str:
        """Answer the page's offer. Raises ValueError when it is none."""
        await self._drop_peer()
        servers = [
            RTCIceServer(each.url, each.user or None, each.secret or None)
            for each in self._config.ice
        ]
        # never without the list: a public STUN server would be asked by default
        self._peer = peer = RTCPeerConnection(RTCConfiguration(iceServers=servers))
        self._track = track = _Spoken()
        peer.on("connectionstatechange", lambda: self._changed(peer))
        peer.on("track", self._hear)
        peer.on("datachannel", self._channel)
        try:
            await peer.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
            peer.addTrack(track)  # fits into the offer's own place for sound, if there is one
            await peer.setLocalDescription(await peer.createAnswer())
        except Exception as error:
            await self._drop_peer()
            raise ValueError("not an offer that can be answered") from error
        return peer.localDescription.sdp

    def _changed(self, peer: RTCPeerConnection) -> None:
        if peer is not self._peer:
            return
        if peer.connectionState == "connected":
            self._flows.set()
        elif peer.connectionState in {"failed", "closed"} and self.has_media:
            self._flows.clear()
            self.tell("media")  # the page may have another network by now; else it is gone soon

    def _hear(self, track: MediaStreamTrack) -> None:
        if track.kind == "audio":
            self._pump = asyncio.create_task(self._listen(track))

    async def _listen(self, track: MediaStreamTrack) -> None:
        """Bring what the browser says to 8,000 samples a second, whatever the codec."""
        resampler = av.AudioResampler("s16", "mono", AUDIO_RATE)
        try:
            while True:
                frame = await track.recv()
                for each in resampler.resample(frame):  # type: ignore[arg-type] # audio by its kind
                    self.heard.push(each.to_ndarray()[0].astype(np.int16, copy=False))
        except MediaStreamError:
            self.heard.push(SILENCE)

    def _channel(self, channel: RTCDataChannel) -> None:
        def take(message: object) -> None:
            if isinstance(message, str):
                self.press(message)

        channel.on("message", take)

    # --- ending ----------------------------------------------------------------------------

    async def leave(self, reason: str) -> None:
        """Let go of a page that has left."""
        if not self.closed:
            await self.close(reason)
            self.on_left(reason)

    async def close(self, reason: str) -> None:
        """Let go; the page learns why."""
        if not self.closed:
            self.tell("gone", reason=reason)
            self.closed = True
            self._came.set()
            self._flows.set()  # who waits for sound waits no longer
            await self._drop_peer()

    async def _drop_peer(self) -> None:
        peer, self._peer = self._peer, None
        if self._track is not None:
            self._track.stop()
        if self._pump is not None:
            self._pump.cancel()
        if peer is not None:
            await peer.close()
