"""Where the legs of one call hear each other: 20 ms at a time, recorded when asked."""

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from walletdesk.integrations.embedded_voice.audio import (
    SILENCE,
    Samples,
    frames_of,
    hold_sound,
    mix,
    write_wav,
)
from walletdesk.integrations.embedded_voice.keys import KEYS, ToneKeys
from walletdesk.integrations.embedded_voice.modes import speakers
from walletdesk.integrations.embedded_voice.types import CALLER, Leg
from walletdesk.voice.types import AUDIO_RATE

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_SECONDS = 90 * 60  # of one recording: 170 MB of memory


class Recording:
    """Both sides of a call: the caller, and what the caller hears of people."""

    def __init__(self) -> None:
        self.caller = bytearray()
        self.others = bytearray()

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.caller) / 2 / AUDIO_RATE

    def add(self, caller: Samples, others: Samples) -> None:
        """Add 20 ms of both."""
        if self.seconds < MOST_SECONDS:
            self.caller += caller.tobytes()
            self.others += others.tobytes()

    def wav(self) -> bytes:
        """Return it as a WAV of two channels, the caller on the left."""
        return write_wav(bytes(self.caller), bytes(self.others))


class Room:
    """The legs of a call, what each says and hears."""

    def __init__(self, caller: Leg) -> None:
        self.legs: dict[str, Leg] = {CALLER: caller}
        self.modes: dict[str, str] = {CALLER: "talk"}
        self.recordings: dict[str, Recording] = {}
        self.listener: Callable[[Samples], None] | None = None  # hears the caller alone
        self._hears = speakers(self.modes)
        self._tones = ToneKeys()
        self._spoken: deque[Samples] = deque()
        self._said: asyncio.Event = asyncio.Event()
        self._hold = frames_of(hold_sound())
        self._holding = False
        self._at = 0

    def join(self, name: str, leg: Leg, mode: str) -> None:
        """Let a leg hear and be heard."""
        self.legs[name] = leg
        self.set_mode(name, mode)

    def leave(self, name: str) -> Leg | None:
        """Take a leg out."""
        leg = self.legs.pop(name, None)
        self.modes.pop(name, None)
        self._hears = speakers(self.modes)
        return leg

    def set_mode(self, name: str, mode: str) -> None:
        """Change what a leg hears and says."""
        self.modes[name] = mode
        self._hears = speakers(self.modes)

    async def play(self, samples: Samples) -> None:
        """Have the caller hear this; returns when it has been spoken."""
        self.quiet()
        if samples.size:
            self._said = said = asyncio.Event()
            self._spoken.extend(frames_of(samples))
            await said.wait()

    def hold(self, samples: Samples | None) -> None:
        """Play the hold sound until something else is to be heard."""
        self.quiet()
        if samples is not None and samples.size:
            self._hold = frames_of(samples)
        self._holding = True

    def quiet(self) -> None:
        """Stop what is played."""
        self._holding = False
        self._spoken.clear()
        self._said.set()

    def tick(self) -> None:
        """Carry 20 ms."""
        said = {name: leg.heard.take() for name, leg in self.legs.items() if leg.has_media}
        if not said:
            return
        self._at += 1
        caller = said.get(CALLER, SILENCE)
        self._listen(caller)
        for name in said:
            self.legs[name].send(self._for(name, said))
        if self.recordings:
            present = caller if self.modes[CALLER] == "talk" else SILENCE
            others = self._mixed(CALLER, said)
            for recording in self.recordings.values():
                recording.add(present, others)

    def _listen(self, caller: Samples) -> None:
        leg = self.legs[CALLER]
        if leg.in_band and (key := self._tones.feed(caller)) in KEYS:
            leg.on_key(key)
        if self.listener is not None:
            self.listener(caller)

    def _for(self, name: str, said: dict[str, Samples]) -> Samples:
        if name == CALLER and self._spoken:
            frame = self._spoken.popleft()
            if not self._spoken:
                self._said.set()
            return frame
        if self.modes[name] == "held" or (name == CALLER and self._holding):
            return self._hold[self._at % len(self._hold)]
        return self._mixed(name, said)

    def _mixed(self, name: str, said: dict[str, Samples]) -> Samples:
        heard = (said.get(each, SILENCE) for each in self._hears[name])
        return mix([each for each in heard if each is not SILENCE])
