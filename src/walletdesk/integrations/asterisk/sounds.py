"""Sounds in the folder that Asterisk reads, and the WAVs that it writes."""

import asyncio
import hashlib
import io
import math
import os
import tempfile
import wave
from array import array
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

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
    samples = range(int(AUDIO_RATE * _TONE_SECONDS))
    wave_form = (int(_LOUD * math.sin(2 * math.pi * _TONE_HZ * n / AUDIO_RATE)) for n in samples)
    return _wav(array("h", wave_form).tobytes(), 1)


def seconds_of(wav: bytes) -> float:
    """Return how long a WAV lasts. Raises wave.Error or EOFError if it is none."""
    with wave.open(io.BytesIO(wav)) as file:
        return file.getnframes() / file.getframerate()


def two_sides(left: bytes, right: bytes = b"") -> bytes:
    """Return two mono WAVs as the channels of one; the shorter ends in silence.

    Raises wave.Error or EOFError if one is no WAV.
    """
    sides = [_samples(left), _samples(right)]
    both = array("h", bytes(4 * max(len(side) for side in sides)))
    for channel, side in enumerate(sides):
        both[channel : 2 * len(side) : 2] = side
    return _wav(both.tobytes(), 2)


def _samples(wav: bytes) -> "array[int]":
    if not wav:
        return array("h")
    with wave.open(io.BytesIO(wav)) as file:
        if file.getsampwidth() != 2 or file.getnchannels() != 1:
            raise wave.Error("not PCM of 16 bit in one channel")
        return array("h", file.readframes(file.getnframes()))


def _wav(frames: bytes, channels: int) -> bytes:
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(AUDIO_RATE)
        file.writeframes(frames)
    return written.getvalue()
