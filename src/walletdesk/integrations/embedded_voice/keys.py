"""Keys that come as tones, for lines without RFC 4733 events."""

from typing import Final

import numpy as np

from walletdesk.integrations.embedded_voice.audio import FRAME, QUIET, Samples, loudness
from walletdesk.voice.types import AUDIO_RATE

KEYS: Final = frozenset("0123456789*#")
_ROWS: Final = (697, 770, 852, 941)
_COLUMNS: Final = (1209, 1336, 1477, 1633)
_GRID: Final = ("123A", "456B", "789C", "*0#D")
_SHARE: Final = 0.55  # of a frame's energy that lies in the two tones (ITU-T Q.24: speech has less)
_TWIST: Final = 10.0  # at most this many times between the two (Q.24: 4 to 8 dB)
_BEFORE_NEXT: Final = 4.0  # a tone stands this far above its neighbours
_WAVES: Final = np.exp(
    -2j * np.pi * np.outer((*_ROWS, *_COLUMNS), np.arange(FRAME)) / AUDIO_RATE
).astype(np.complex64)


def key_in(frame: Samples) -> str:
    """Return the key whose two tones fill 20 ms, or ""."""
    if loudness(frame) < QUIET:
        return ""
    samples = frame.astype(np.float32)
    power = np.abs(_WAVES @ samples) ** 2
    rows, columns = power[:4], power[4:]
    row, column = int(rows.argmax()), int(columns.argmax())
    low, high = float(rows[row]), float(columns[column])
    # A sine of amplitude a has energy n·a²/2, and n²·a²/4 in its bin.
    share = (low + high) * 2 / FRAME / float(np.dot(samples, samples))
    others = max(np.partition(rows, -2)[-2] / low, np.partition(columns, -2)[-2] / high)
    clear = share > _SHARE and max(low / high, high / low) < _TWIST and others < 1 / _BEFORE_NEXT
    return _GRID[row][column] if clear else ""


class ToneKeys:
    """Tells each key of a line once: two frames begin it (Q.24: 40 ms), two without end it."""

    def __init__(self) -> None:
        self._last = ""
        self._told = ""
        self._without = 0

    def feed(self, frame: Samples) -> str:
        """Take 20 ms; return a key that has just been pressed, or ""."""
        key = key_in(frame)
        begun = key if key and key == self._last and key != self._told else ""
        self._without = 0 if key else self._without + 1
        if begun:
            self._told = begun
        elif self._without >= 2:
            self._told = ""
        self._last = key
        return begun
