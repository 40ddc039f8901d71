"""What the embedded driver is told by the settings, and the shape of a leg."""

from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Protocol

from walletdesk.integrations.embedded_voice.audio import FrameQueue, Samples
from walletdesk.voice.types import Play

# Measured: a core carries about 16 WebRTC legs (docs/adr/0044-embedded-voice.md).
LEGS = 16
CALLER = "caller"  # the name of the caller's own leg


@dataclass(frozen=True, slots=True)
class IceServer:
    """A STUN or TURN server of the installation's own; we name none by ourselves."""

    url: str
    user: str = ""
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class SipConfig:
    """The SIP listener. `allow`: who may speak to it; `dial`: beginnings of numbers we may call."""

    host: str
    port: int
    allow: tuple[IPv4Network | IPv6Network, ...]
    advertise: str = ""
    ports: tuple[int, int] = (20_000, 20_399)
    trunk: tuple[str, int] | None = None
    user: str = ""
    secret: str = field(default="", repr=False)
    register: bool = False
    dial: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MediaConfig:
    """The media process: where its mark lies, what it may carry, whom it asks for a way."""

    mark: Path
    legs: int = LEGS
    ice: tuple[IceServer, ...] = ()
    loopback: bool = False  # offer 127.0.0.1 too: for tests and demos on one machine
    sip: SipConfig | None = None


class Leg(Protocol):
    """One party of a call: a telephone, or a browser that may have no sound yet."""

    heard: FrameQueue
    on_key: Callable[[str], None]
    on_left: Callable[[str], None]
    in_band: bool  # digits come as tones only

    @property
    def has_media(self) -> bool:
        """Whether sound flows."""

    @property
    def weight(self) -> int:
        """How many of the process's legs it takes, or would take, when sound flows."""

    async def answer(self) -> None:
        """Take it up."""

    async def open_media(self) -> bool:
        """Have sound flow; False when it cannot."""

    def show(self, play: Play, seconds: float) -> bool:
        """Speak on a screen for so long; False when there is none and it must be heard."""

    def tell(self, kind: str, **fields: object) -> None:
        """Let a screen know what happens."""

    def send(self, frame: Samples) -> None:
        """Say 20 ms."""

    def send_keys(self, keys: str) -> None:
        """Press keys towards the other end."""

    async def close(self, reason: str) -> None:
        """Let go; `on_left` is not called."""
