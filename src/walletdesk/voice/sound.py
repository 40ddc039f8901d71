"""Sounds as they cross the port: WAV, PCM 16 bit, `AUDIO_RATE`, one channel or two. Pure."""

import io
import wave
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from walletdesk.voice.types import AUDIO_RATE

Samples = NDArray[np.int16]


class NoWav(Exception):
    """The bytes are no WAV that we carry."""


def channels_of(wav: bytes) -> list[Samples]:
    """Return the channels of a WAV, all of one length. Raises NoWav."""
    try:
        with wave.open(io.BytesIO(wav)) as file:
            if file.getsampwidth() != 2 or file.getframerate() != AUDIO_RATE:
                raise NoWav
            frames = np.frombuffer(file.readframes(file.getnframes()), "<i2")
            many = file.getnchannels()
    except (wave.Error, EOFError) as error:
        raise NoWav from error
    whole = frames[: len(frames) // many * many]
    return list(whole.astype(np.int16).reshape(-1, many).T)


def wav_of(*channels: Samples) -> bytes:
    """Return a WAV of these channels; the shorter ones end in silence."""
    both = np.zeros((max(map(len, channels)), len(channels)), "<i2")
    for number, samples in enumerate(channels):
        both[: len(samples), number] = samples
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(AUDIO_RATE)
        file.writeframes(both.tobytes())
    return written.getvalue()


def seconds_of(wav: bytes) -> float:
    """Return how long a WAV lasts. Raises NoWav."""
    return len(channels_of(wav)[0]) / AUDIO_RATE


def silenced(wav: bytes, spans: Iterable[tuple[float, float]]) -> bytes:
    """Return a WAV in which nothing is heard on any channel within the spans, in seconds.

    The length stays. Spans may reach beyond both ends. Raises NoWav.
    """
    channels: Sequence[Samples] = channels_of(wav)
    for start, end in spans:
        first, last = max(0, int(start * AUDIO_RATE)), max(0, int(np.ceil(end * AUDIO_RATE)))
        for samples in channels:
            samples[first:last] = 0
    return wav_of(*channels)
