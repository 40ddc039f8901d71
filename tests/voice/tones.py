"""Tones as sounds, and how much of a tone is in a sound."""

import io
import wave

import numpy as np
from numpy.typing import NDArray

RATE = 8_000
Samples = NDArray[np.int16]


def tone(hertz: int, seconds: float) -> Samples:
    """Return a tone at half of full scale."""
    return (16_000 * np.sin(2 * np.pi * hertz * np.arange(int(RATE * seconds)) / RATE)).astype(
        np.int16
    )


def wav(*channels: Samples) -> bytes:
    """Return a WAV of these channels."""
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.stack(channels, axis=1).tobytes())
    return written.getvalue()


def channels(data: bytes) -> list[Samples]:
    """Return the channels of a WAV."""
    with wave.open(io.BytesIO(data)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        return list(samples.reshape(-1, file.getnchannels()).T)


def share(samples: Samples, hertz: int) -> float:
    """Return which share of a sound's energy lies within 5 Hz of a frequency."""
    if not len(samples) or not samples.any():
        return 0.0
    energy = np.abs(np.fft.rfft(samples.astype(float))) ** 2
    near = np.abs(np.fft.rfftfreq(len(samples), 1 / RATE) - hertz) <= 5
    return float(energy[near].sum() / energy.sum())


def mu_law(hertz: int, seconds: float) -> bytes:
    """Return a tone in G.711 mu-law (ITU-T G.711)."""
    samples = tone(hertz, seconds).astype(np.int32)
    sign = np.where(samples < 0, 0x80, 0)
    size = np.minimum(np.abs(samples), 32_635) + 132
    exponent = np.floor(np.log2(size)).astype(np.int32) - 7
    mantissa = (size >> (exponent + 3)) & 0x0F
    return bytes((~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8))


def from_mu_law(data: bytes) -> Samples:
    """Return the samples of G.711 mu-law."""
    code = ~np.frombuffer(data, np.uint8).astype(np.int32) & 0xFF
    size = (((code & 0x0F) << 3) + 132 << ((code >> 4) & 7)) - 132
    return np.where(code & 0x80, -size, size).astype(np.int16)
