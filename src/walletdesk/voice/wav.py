"""Recordings of prompts: read from any plain WAV, written as calls need them.

8,000 samples a second, 16 bit, one channel (G.711's band). Compressed formats are refused: whoever
has them converts them with a program of their own (docs/operate/voice.md), so that no decoder of
ours meets a stranger's file.
"""

import io
import wave
from typing import Final

import numpy as np
from numpy.typing import NDArray

from walletdesk.voice.types import AUDIO_RATE

LARGEST: Final = 8 * 1024 * 1024  # bytes of an upload
LONGEST: Final = 90.0  # seconds of a prompt
SHORTEST: Final = 0.1
LOUD: Final = 0.7  # of the range: where the loudest sample is put
RATES: Final = range(8_000, 96_001)


class BadSound(ValueError):
    """The file is no WAV that can be used."""


def prompt_wav(data: bytes) -> bytes:
    """Return a prompt as calls play it. Raises BadSound with a stable code."""
    samples, rate = _read(data)
    seconds = len(samples) / rate
    if not SHORTEST <= seconds <= LONGEST:
        raise BadSound("sound_length")
    thin = _resampled(samples, rate)
    most = float(np.max(np.abs(thin)))
    if most < 0.003:
        raise BadSound("sound_silent")
    level = np.clip(thin / most * LOUD * 32767, -32768, 32767).astype("<i2")
    return _written(level.tobytes())


def _read(data: bytes) -> tuple[NDArray[np.float64], int]:
    if len(data) > LARGEST:
        raise BadSound("sound_large")
    try:
        with wave.open(io.BytesIO(data)) as file:
            width, rate, channels = file.getsampwidth(), file.getframerate(), file.getnchannels()
            frames = file.readframes(file.getnframes())
    except (wave.Error, EOFError, ValueError, OverflowError) as error:
        raise BadSound("sound_type") from error
    if rate not in RATES or not 1 <= channels <= 8 or width not in (1, 2, 3, 4):
        raise BadSound("sound_type")
    whole = len(frames) // (width * channels) * width * channels
    if not whole:
        raise BadSound("sound_type")
    samples = _samples(frames[:whole], width).reshape(-1, channels)
    return samples.mean(axis=1), rate


def _samples(frames: bytes, width: int) -> NDArray[np.float64]:
    if width == 1:
        return np.frombuffer(frames, np.uint8).astype(np.float64) / 128 - 1
    if width == 3:
        raw = np.frombuffer(frames, np.uint8).reshape(-1, 3).astype(np.int32)
        joined = raw[:, 0] | raw[:, 1] << 8 | raw[:, 2] << 16
        return np.where(joined >= 1 << 23, joined - (1 << 24), joined) / float(1 << 23)
    kind = "<i2" if width == 2 else "<i4"
    return np.frombuffer(frames, kind).astype(np.float64) / float(1 << (8 * width - 1))


def _resampled(samples: NDArray[np.float64], rate: int) -> NDArray[np.float64]:
    """Return the samples at AUDIO_RATE, what a telephone cannot carry filtered out before."""
    if rate == AUDIO_RATE:
        return samples
    spectrum = np.fft.rfft(samples)
    spectrum[np.fft.rfftfreq(len(samples), 1 / rate) > AUDIO_RATE * 0.45] = 0
    smooth = np.fft.irfft(spectrum, len(samples))
    at = np.arange(int(len(samples) * AUDIO_RATE / rate)) * rate / AUDIO_RATE
    return np.interp(at, np.arange(len(samples)), smooth)


def _written(frames: bytes) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(AUDIO_RATE)
        file.writeframes(frames)
    return out.getvalue()
