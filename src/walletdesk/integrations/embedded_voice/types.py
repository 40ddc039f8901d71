"""The shape of a leg."""

from collections.abc import Callable
from typing import Protocol

from walletdesk.integrations.embedded_voice.audio import FrameQueue, Samples
from walletdesk.voice.types import Play

CALLER = "caller"  # the name of the caller's own leg


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
