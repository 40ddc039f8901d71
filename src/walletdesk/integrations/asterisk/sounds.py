"""Sounds in the folder that Asterisk reads."""

import asyncio
import hashlib
import os
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import numpy as np

from walletdesk.voice.sound import wav_of
from walletdesk.voice.types import AUDIO_RATE

_TONE_HZ: Final = 1_000
_TONE_SECONDS: Final = 0.3
_LOUD: Final = 8_000


class Sounds:
    """A folder of WAVs that are named after their content, so that none is ever written over."""

    def __init__(self, folder: Path, load: Callable[[str], Awaitable[bytes]]) -> None:
        self._folder = folder
        self._load = load

    async def prepare(self) -> None:
        """Write what the dialplan plays when we are down: the tone, and "fallback" if there is."""
        await asyncio.to_thread(self._write, "tone", tone())
        try:
            await asyncio.to_thread(self._write, "fallback", await self._load("fallback"))
        except KeyError:
            return

    async def media(self, sound: str) -> str | None:
        """Return how Asterisk is told to play a sound, None when there is none."""
        try:
            wav = await self._load(sound)
        except KeyError:
            return None
        name = hashlib.sha256(wav).hexdigest()[:32]
        await asyncio.to_thread(self._write, name, wav, keep=True)
        return f"sound:{self._folder / name}"

    @property
    def tone(self) -> str:
        """How Asterisk is told to play the tone before a message."""
        return f"sound:{self._folder / 'tone'}"

    def _write(self, name: str, wav: bytes, *, keep: bool = False) -> None:
        path = self._folder / f"{name}.wav"
        if keep and path.exists():
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self._folder, suffix=".new")
        with os.fdopen(handle, "wb") as file:
            file.write(wav)
        Path(temporary).chmod(0o644)  # Asterisk runs as somebody else
        Path(temporary).replace(path)


def tone() -> bytes:
    """Return the tone after which a message is taken, as WAV."""
    at = np.arange(int(AUDIO_RATE * _TONE_SECONDS)) / AUDIO_RATE
    return wav_of((_LOUD * np.sin(2 * np.pi * _TONE_HZ * at)).astype(np.int16))
