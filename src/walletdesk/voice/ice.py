"""STUN and TURN servers of the installation: how browsers find a way through their networks."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class IceServer:
    """A STUN or TURN server of the installation's own; we name none by ourselves."""

    url: str
    user: str = ""
    secret: str = field(default="", repr=False)


def for_browser(servers: Iterable[IceServer]) -> list[dict[str, str]]:
    """Return them as RTCIceServer (https://www.w3.org/TR/webrtc/#rtciceserver-dictionary)."""
    return [{"urls": s.url, "username": s.user, "credential": s.secret} for s in servers]
