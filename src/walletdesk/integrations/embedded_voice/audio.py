"""Sound as numbers: 20 ms frames of 16 bit samples, 8,000 a second, and what is made of them."""

import io
import wave
from collections import deque
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from walletdesk.voice.types import AUDIO_RATE

Samples = NDArray[np.int16]

FRAME: Final = 160
FRAME_SECONDS: Final = FRAME / AUDIO_RATE
SILENCE: Final[Samples] = np.zeros(FRAME, np.int16)
QUIET: Final = 150.0  # root mean square of 16 bit samples (-47 dBFS): below it nobody speaks
ABOVE_FLOOR: Final = 2.5  # speech stands this far above what the line hums
_AHEAD: Final = 2  # frames that wait before sound begins: 40 ms of jitter
_MOST: Final = 12  # frames kept when the other end runs fast or in bursts


def read_wav(data: bytes) -> Samples:
    """Return the samples of a WAV (PCM 16 bit, one channel, 8,000 a second); else ValueError."""
    try:
        with wave.open(io.BytesIO(data)) as file:
            shape = (file.getnchannels(), file.getsampwidth(), file.getframerate())
            if shape != (1, 2, AUDIO_RATE):
                raise ValueError("not one channel of 16 bit at 8,000 Hz")
            return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16)
    except (wave.Error, EOFError) as error:
        raise ValueError("not a WAV file") from error


def write_wav(*channels: bytes) -> bytes:
    """Return a WAV of one or two channels, each PCM 16 bit; the shorter one ends in silence."""
    most = max(map(len, channels))
    padded = [np.frombuffer(each.ljust(most, b"\0"), "<i2") for each in channels]
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(AUDIO_RATE)
        file.writeframes(np.stack(padded, axis=1).tobytes())
    return out.getvalue()


def tone(pitches: tuple[float, ...], seconds: float, level: float = 0.15) -> Samples:
    """Return sines, faded in and out so that they do not click."""
    at = np.arange(int(seconds * AUDIO_RATE)) / AUDIO_RATE
    wave_ = np.asarray(sum(np.sin(2 * np.pi * pitch * at) for pitch in pitches)) / len(pitches)
    fade = np.minimum(1.0, np.minimum(at, at[::-1]) / 0.02)
    return (wave_ * fade * level * 32767).astype(np.int16)


@lru_cache(maxsize=1)
def hold_sound() -> Samples:
    """Return our own hold sound, six soft notes and a pause: nobody's music, no licence."""
    notes = (392.0, 493.9, 587.3, 493.9, 440.0, 392.0)
    parts = [tone((note, note * 2), 0.6, 0.06) for note in notes]
    return np.concatenate([*parts, np.zeros(AUDIO_RATE * 3, np.int16)])


def mix(frames: list[Samples]) -> Samples:
    """Return the sum of frames; what is too loud is cut off."""
    if len(frames) == 1:
        return frames[0]
    if not frames:
        return SILENCE
    total = np.sum(frames, axis=0, dtype=np.int32)
    return np.clip(total, -32768, 32767).astype(np.int16)


def loudness(frame: Samples) -> float:
    """Return the root mean square."""
    return float(np.sqrt(np.mean(np.square(frame, dtype=np.float32))))


class FrameQueue:
    """What one end says, taken out 20 ms at a time: silence fills gaps, what is late is dropped."""

    def __init__(self) -> None:
        self._frames: deque[Samples] = deque()
        self._rest = SILENCE[:0]
        self._running = False

    def push(self, samples: Samples) -> None:
        """Add what has come, of any length."""
        if self._rest.size or samples.size != FRAME:
            samples = np.concatenate([self._rest, samples])
            whole = samples.size - samples.size % FRAME
            self._rest = samples[whole:]
            self._frames.extend(np.split(samples[:whole], whole // FRAME) if whole else ())
        else:
            self._frames.append(samples)
        while len(self._frames) > _MOST:
            self._frames.popleft()

    def take(self) -> Samples:
        """Return the next 20 ms."""
        if not self._running and len(self._frames) < _AHEAD:
            return SILENCE
        self._running = bool(self._frames)
        return self._frames.popleft() if self._frames else SILENCE


class SilenceWatch:
    """Tells when somebody has stopped speaking; the line's own hum is learnt."""

    def __init__(self, seconds: float) -> None:
        self._most = seconds
        self._silent = 0.0
        self._floor = QUIET

    def feed(self, frame: Samples) -> bool:
        """Take 20 ms; True when there has been silence for long enough."""
        level = loudness(frame)
        self._floor = min(level, self._floor * 1.005 + 0.01)
        speaks = level > max(QUIET, self._floor * ABOVE_FLOOR)
        self._silent = 0.0 if speaks else self._silent + FRAME_SECONDS
        return self._silent >= self._most


def frames_of(samples: Samples) -> list[Samples]:
    """Cut samples into whole frames; the last one ends in silence."""
    padded = np.pad(samples, (0, -samples.size % FRAME))
    bounds = range(0, padded.size + 1, FRAME)
    return [padded[start:end] for start, end in pairwise(bounds)]
