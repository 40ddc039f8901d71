"""One call: does what the flow commands, and tells in order what comes of it."""

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress
from functools import partial
from typing import Any, Final, Protocol

import numpy as np

from walletdesk.integrations.embedded_voice.audio import (
    SILENCE,
    FrameQueue,
    Samples,
    SilenceWatch,
    read_wav,
    tone,
    write_wav,
)
from walletdesk.integrations.embedded_voice.keys import KEYS
from walletdesk.integrations.embedded_voice.modes import MODES
from walletdesk.integrations.embedded_voice.room import Recording, Room
from walletdesk.integrations.embedded_voice.types import CALLER, Leg
from walletdesk.voice import types as v

log = logging.getLogger(__name__)

AHEAD_SECONDS: Final = 2.0  # a key that was pressed this long before it is waited for counts
KEEP_TRIES: Final = 5
READ_SECONDS: Final = 0.06  # a letter: 17 a second are read easily
BEEP: Final = tone((1000.0,), 0.4)
_FRONT: Final = (v.Play, v.Hold, v.TakeMessage)  # what the caller hears; the newest counts


class Switchboard(Protocol):
    """What a call needs of the process."""

    desk: v.Desk

    async def ring(self, command: v.Connect) -> Leg | str:
        """Return the leg that was taken up, or why none was."""

    def admit(self, *legs: Leg) -> bool:
        """Keep places for the legs that need one; False when there are too few."""

    def release(self, leg: Leg) -> None:
        """Give the leg's place back."""

    def ended(self, call: "Call") -> None:
        """Forget a call that is over."""


class Call:
    """A caller, those who speak with them, and what is going on."""

    def __init__(self, name: str, caller: Leg, board: Switchboard) -> None:
        self.name = name
        self.caller = caller
        self.room = Room(caller)
        self._board = board
        self._last = -1
        self._over = False
        self._news: asyncio.Queue[v.Event] = asyncio.Queue()
        self._keys: asyncio.Queue[tuple[float, str]] = asyncio.Queue(32)
        self._front: asyncio.Task[None] | None = None
        self._ringing: dict[str, asyncio.Task[None]] = {}
        self._message_over: asyncio.Event | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._reporter = self.start(self._report())
        caller.on_key = self._pressed
        caller.on_left = self.leave

    # --- telling ---------------------------------------------------------------------------

    def tell(self, event: v.Event) -> None:
        """Tell the flow, after what was told before."""
        self._news.put_nowait(event)

    async def _report(self) -> None:
        while True:
            event = await self._news.get()
            await self._told(event)
            if isinstance(event, v.HungUp):
                self._board.ended(self)
                return

    async def _told(self, event: v.Event) -> None:
        for again in range(KEEP_TRIES):
            try:
                await self._board.desk.hear(self.name, event)
            except Exception:
                log.exception("%s of %s was not taken", type(event).__name__, self.name)
                await asyncio.sleep(0.2 * 2**again)
            else:
                return

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run beside the others until the call is over."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    # --- commands --------------------------------------------------------------------------

    async def carry_out(self, number: int, command: v.Command) -> None:
        """Begin a command; one that was begun before is passed over."""
        if number <= self._last or self._over:
            return
        self._last = number
        if isinstance(command, _FRONT):
            await self._clear_front()
            self._front = self.start(self._do(number, command))
        else:
            await self._do(number, command)

    async def _do(self, number: int, command: v.Command) -> None:
        work = getattr(self, f"_{command.__struct_config__.tag}")  # _play, _connect …
        try:
            await work(number, command)
        except Exception:
            log.exception("%s of %s failed", type(command).__name__, self.name)
            self.tell(v.Failed(number, "failed"))

    async def _clear_front(self) -> None:
        self.room.quiet()
        if self._message_over is not None:
            self._message_over.set()  # what was said is kept
        elif self._front is not None:
            self._front.cancel()
        if self._front is not None:
            with suppress(asyncio.CancelledError):
                await self._front
            self._front = None

    async def _answer(self, _number: int, _command: v.Answer) -> None:
        await self.caller.answer()
        self.tell(v.Answered())

    async def _play(self, number: int, command: v.Play) -> None:
        samples, seconds = await self._spoken(command.said)
        on_screen = self.caller.show(command, seconds)
        spoken = asyncio.sleep(seconds) if on_screen else self.room.play(samples)
        if command.collect is None:
            await spoken
            self.tell(v.Played(number))
        else:
            keys = await self._collect(command.collect, spoken)
            self.tell(v.Digits(keys, number))

    async def _spoken(self, said: tuple[v.Said, ...]) -> tuple[Samples, float]:
        """Return the sounds, and how long all takes; what has no sound is read on a screen."""
        parts = [SILENCE]
        reading = 0.0
        for each in said:
            found = [
                sound for sound in [await self._sound(name) for name in each.sounds] if sound.size
            ]
            parts += found
            reading += 0.0 if found else READ_SECONDS * _letters(each.text)
        samples = np.concatenate(parts)
        return samples, samples.size / v.AUDIO_RATE + reading

    async def _sound(self, name: str) -> Samples:
        try:
            return read_wav(await self._board.desk.sound(name))
        except (KeyError, ValueError):
            log.warning("there is no sound %s", name)
            return SILENCE[:0]

    async def _hold(self, number: int, command: v.Hold) -> None:
        self.caller.tell("hold", text=command.text, choices=command.choices)
        try:
            self.room.hold(read_wav(await self._board.desk.sound("hold")))
        except (KeyError, ValueError):
            self.room.hold(None)
        self._forget_old_keys()
        while True:
            self.tell(v.Digits((await self._keys.get())[1], number))

    async def _connect(self, number: int, command: v.Connect) -> None:
        if command.leg not in self._ringing and command.leg not in self.room.legs:
            self._ringing[command.leg] = self.start(self._ring(number, command))

    async def _ring(self, number: int, command: v.Connect) -> None:
        leg: Leg | str = "failed"
        try:
            leg = await self._board.ring(command)
            if isinstance(leg, str):
                self._not_rung(number, command.leg, leg)
            elif problem := await self._open(self.caller, leg):
                full = problem == "full"
                self.tell(v.Failed(number, problem) if full else v.LegLeft(command.leg, problem))
            else:
                await self._join(command, leg)
                leg = ""
        except Exception:
            log.exception("ringing in %s failed", self.name)
            self.tell(v.LegLeft(command.leg, "failed"))
        finally:
            self._ringing.pop(command.leg, None)
            if not isinstance(leg, str):
                await self._close(leg, "failed")

    def _not_rung(self, number: int, leg: str, reason: str) -> None:
        self.tell(v.Failed(number, reason) if reason == "no_dial" else v.LegLeft(leg, reason))

    async def _join(self, command: v.Connect, leg: Leg) -> None:
        await self._clear_front()
        mode = command.mode if command.mode in MODES else "listen"
        leg.on_left = partial(self._leg_left, command.leg)
        leg.on_key = self.caller.send_keys
        self.room.join(command.leg, leg, mode)
        for each in (leg, self.caller):
            each.tell("joined", leg=command.leg, mode=mode)
        self.tell(v.LegAnswered(command.leg))

    async def _open(self, *legs: Leg) -> str:
        """Have sound flow to all of them; returns "", or why it does not: "full", "failed"."""
        if not self._board.admit(*legs):
            return "full"
        if all(await asyncio.gather(*(leg.open_media() for leg in legs))):
            return ""
        if not self.caller.has_media:
            self.leave("failed")
        return "failed"

    async def _set_mode(self, number: int, command: v.SetMode) -> None:
        if command.leg not in self.room.legs or command.mode not in MODES:
            self.tell(v.Failed(number, "no_leg"))
            return
        if command.leg == CALLER:
            self.room.quiet()
        self.room.set_mode(command.leg, command.mode)
        self.room.legs[command.leg].tell("mode", mode=command.mode)

    async def _disconnect(self, _number: int, command: v.Disconnect) -> None:
        if ringing := self._ringing.pop(command.leg, None):
            ringing.cancel()
        elif leg := self.room.leave(command.leg):
            await self._close(leg, "us")
        self.tell(v.LegLeft(command.leg, "left"))

    async def _press(self, _number: int, command: v.Press) -> None:
        self.caller.send_keys("".join(key for key in command.keys if key in KEYS))

    async def _record(self, _number: int, command: v.Record) -> None:
        self.room.recordings.setdefault(command.name, Recording())

    async def _stop_recording(self, number: int, command: v.StopRecording) -> None:
        recording = self.room.recordings.pop(command.name, None)
        if recording is None:
            self.tell(v.Failed(number, "no_recording"))
            return
        await self._keep(command.name, recording.wav(), recording.seconds)

    async def _keep(self, name: str, wav: bytes, seconds: float) -> None:
        await self._board.desk.keep(self.name, name, wav)
        self.tell(v.Recorded(name, seconds))

    async def _take_message(self, number: int, command: v.TakeMessage) -> None:
        self._message_over = over = asyncio.Event()
        recording = Recording()
        watch = SilenceWatch(command.silence)

        def hear(frame: Samples) -> None:
            recording.add(frame, SILENCE[:0])
            if watch.feed(frame):
                over.set()

        try:
            if problem := await self._open(self.caller):
                self.tell(v.Failed(number, problem))
                return
            self.caller.tell("message", seconds=command.seconds)
            await self.room.play(BEEP)
            self.caller.heard = FrameQueue()  # what was said before the tone
            self.room.listener = hear
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), command.seconds)
        finally:
            self.room.listener = self._message_over = None
        self.caller.tell("message_taken")
        await self._keep(command.name, write_wav(bytes(recording.caller)), recording.seconds)

    async def _hangup(self, _number: int, _command: v.Hangup) -> None:
        self.leave("us")

    # --- keys ------------------------------------------------------------------------------

    def _pressed(self, key: str) -> None:
        if key == "#" and self._message_over is not None:
            self._message_over.set()
            return
        with suppress(asyncio.QueueFull):
            self._keys.put_nowait((asyncio.get_running_loop().time(), key))

    async def _collect(self, asked: v.Collect, spoken: Coroutine[Any, Any, None]) -> str:
        speaking = asyncio.create_task(spoken)
        self._forget_old_keys()
        keys = ""
        try:
            while len(keys) < asked.digits:
                key = await self._key(speaking, asked.seconds)
                if not key or key == asked.end:
                    break
                keys += key
        finally:
            speaking.cancel()
        return keys

    def _forget_old_keys(self) -> None:
        now = asyncio.get_running_loop().time()
        kept = [self._keys.get_nowait() for _ in range(self._keys.qsize())]
        for at, key in kept:
            if now - at < AHEAD_SECONDS:
                self._keys.put_nowait((at, key))

    async def _key(self, speaking: asyncio.Future[None], seconds: float) -> str:
        """Return the next key, "" when the time after the last word or key is up."""
        pressed = asyncio.create_task(self._keys.get())
        first: set[asyncio.Future[Any]] = {pressed, speaking}
        try:
            await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
            if not pressed.done():
                await asyncio.wait({pressed}, timeout=seconds)
            if not pressed.done():
                return ""
            if not speaking.done():
                speaking.cancel()
                self.room.quiet()
            return pressed.result()[1]
        finally:
            pressed.cancel()

    async def swap(self, old: Leg, new: Leg) -> bool:
        """Go on with a page that was loaded anew; False when its old line is not in this call."""
        name = next((name for name, leg in self.room.legs.items() if leg is old), None)
        if name is None:
            return False
        self.room.legs[name] = new
        new.on_left, new.on_key = old.on_left, old.on_key
        await self._close(old, "elsewhere")
        self._reopening = self.start(self._open_again(new))
        return True

    async def _open_again(self, leg: Leg) -> None:
        if await self._open(leg):
            leg.on_left("failed")

    # --- ending ----------------------------------------------------------------------------

    def _leg_left(self, name: str, reason: str) -> None:
        leg = self.room.leave(name)
        if leg is not None:
            self._closing = self.start(self._close(leg, reason))
            self.tell(v.LegLeft(name, "left" if reason == "caller" else reason))

    def leave(self, reason: str) -> None:
        """End the call: what was recorded is kept first."""
        if not self._over:
            self._over = True
            self._ending = asyncio.create_task(self._end(reason))

    def end(self, reason: str) -> asyncio.Task[None]:
        """End the call; what is returned ends when the flow knows of it."""
        self.leave(reason)
        return self._reporter

    async def _end(self, reason: str) -> None:
        others = self._tasks - {self._reporter}
        for ringing in self._ringing.values():
            ringing.cancel()
        await self._clear_front()
        for name, recording in self.room.recordings.items():
            with suppress(Exception):  # it was logged; the call must end all the same
                await self._keep(name, recording.wav(), recording.seconds)
        await asyncio.gather(*(self._close(leg, reason) for leg in self.room.legs.values()))
        for task in others:
            task.cancel()
        self.tell(v.HungUp(reason))

    async def _close(self, leg: Leg, reason: str) -> None:
        self._board.release(leg)
        try:
            await leg.close(reason)
        except Exception:
            log.exception("a leg of %s did not close", self.name)


def _letters(text: str) -> float:
    """Count letters, Chinese ones as four: they carry as much."""
    return sum(4.0 if each > "\u2e80" else 1.0 for each in text)
