"""What the settings tell the embedded driver. No numpy here: the supervisor reads settings too."""

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from walletdesk.voice.ice import IceServer

# Measured: a core carries about 16 WebRTC legs (docs/adr/0044-embedded-voice.md).
LEGS = 16


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

    mark: Path = Path("voice-media.json")
    legs: int = LEGS
    ice: tuple[IceServer, ...] = ()
    loopback: bool = False  # offer 127.0.0.1 too: for tests and demos on one machine
    sip: SipConfig | None = None
