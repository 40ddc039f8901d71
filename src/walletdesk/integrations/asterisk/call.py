"""One call in Asterisk: what is asked of it, as requests. Each may be repeated without harm."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Final

from walletdesk.integrations.asterisk import names
from walletdesk.integrations.asterisk.ari import Ari, Refused
from walletdesk.integrations.asterisk.sounds import Sounds
from walletdesk.integrations.asterisk.types import (
    APP,
    AsteriskConfig,
    browser_name,
    telephone_name,
)
from walletdesk.voice import types as t

CALLER: Final = "caller"
_RING_SECONDS: Final = 30
_ENTER_SECONDS: Final = 5.0
_LOOK_SECONDS: Final = 0.3  # between two looks whether an agent's telephone has registered
_log = logging.getLogger("walletdesk.asterisk")


class Impossible(Exception):
    """A command that cannot be carried out; its text is the code that the flow hears."""


@dataclass(slots=True)
class Leg:
    """Somebody beside the caller."""

    mode: str
    joined: bool = False


@dataclass(slots=True)
class Listening:
    """Keys that are waited for."""

    collect: t.Collect
    command: int
    keys: str = ""
    timer: asyncio.TimerHandle | None = None

    def complete(self) -> bool:
        """Tell whether all keys are there."""
        return len(self.keys) >= self.collect.digits


@dataclass(slots=True, eq=False)
class Call:
    """A call's state in this process, and its requests. `tell` puts news in the call's queue."""

    id: str
    ari: Ari
    config: AsteriskConfig
    sounds: Sounds
    tell: Callable[[t.Event], None]
    begin: Callable[[Coroutine[Any, Any, None]], None]  # run something beside
    adopted: bool = False  # taken over from a predecessor: its things may be there already
    number: int = 0
    playing: str = ""
    holding: int = 0  # the command that put the caller on hold
    listening: Listening | None = None
    legs: dict[str, Leg] = field(default_factory=dict)
    caller_mode: str = "talk"
    ours: bool = False  # we hung up
    entering: dict[str, asyncio.Event] = field(default_factory=dict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def carry_out(self, number: int, command: t.Command) -> None:
        """Begin a command. Raises Impossible, Refused or Unreachable."""
        self.number = number
        doing: Callable[[t.Command], Awaitable[None]] = getattr(
            self, f"_do_{type(command).__struct_config__.tag}"
        )
        async with self.lock:
            if isinstance(command, t.Play | t.TakeMessage | t.Hold):
                await self.stop(self.quiet())
            await doing(command)

    # What is heard

    def played(self, playback: str) -> None:
        """Take the end of what was played."""
        if playback != self.playing:
            return
        self.playing = ""
        if self.listening is None:
            self.tell(t.Played(command=names.command_of(playback)))
        else:
            self._wait()

    def pressed(self, key: str) -> str:
        """Take a key; return what is played and must stop."""
        listening = self.listening
        if listening is None:
            if self.holding:
                self.tell(t.Digits(key, command=self.holding))
            return ""
        spoken, self.playing = self.playing, ""
        if key != listening.collect.end:
            listening.keys += key
        if key == listening.collect.end or listening.complete():
            self._heard()
        else:
            self._wait()
        return spoken

    def _wait(self) -> None:
        if self.listening is None:
            return
        if self.listening.timer:
            self.listening.timer.cancel()
        loop = asyncio.get_running_loop()
        self.listening.timer = loop.call_later(self.listening.collect.seconds, self._heard)

    def _heard(self) -> None:
        if self.listening is not None:
            news = t.Digits(self.listening.keys, command=self.listening.command)
            self.quiet()
            self.tell(news)

    async def stop(self, playback: str) -> None:
        """Break off what is played."""
        if playback:
            await self.ari.quietly("DELETE", "playbacks", playback)

    def quiet(self) -> str:
        """Wait for no keys and no end of a sound any more; return what is played."""
        playing, self.playing, self.holding = self.playing, "", 0
        if self.listening and self.listening.timer:
            self.listening.timer.cancel()
        self.listening = None
        return playing

    # Legs

    async def join(self, leg: str) -> None:
        """Put a leg that was taken up where its mode says, together with the caller."""
        async with self.lock:
            state = self.legs.setdefault(leg, Leg("talk"))
            await self._place(leg, state)
            if self.caller_mode != "held":
                await self._caller_in()
            if state.mode == "talk":
                for other, known in self.legs.items():
                    if known.mode == "whisper" and known.joined:
                        await self._place(other, known)
            state.joined = True
        self.tell(t.LegAnswered(leg))

    async def rejoin(self, leg: str) -> None:
        """Take a leg over that was taken up; who is in the bridge stays there."""
        try:
            bridge = await self.ari.ask("GET", "bridges", names.bridge_of(self.id))
        except Refused:
            bridge = {"channels": []}
        if names.leg_channel(self.id, leg) not in bridge["channels"]:
            await self.join(leg)
            return
        self.legs[leg].joined = True
        if self.id not in bridge["channels"]:
            self.caller_mode = "held"
        self.tell(t.LegAnswered(leg))

    async def _place(self, leg: str, state: Leg) -> None:
        channel, bridge = names.leg_channel(self.id, leg), names.bridge_of(self.id)
        await self.ari.quietly("DELETE", "channels", f"{channel}~whisper")
        target = self._whispered_to(leg) if state.mode == "whisper" else None
        if target is not None:
            await self._whisper(channel, names.leg_channel(self.id, target))
            return
        if state.mode == "held":
            await self._out(channel)
            return
        await self._make(bridge)
        await self.ari.quietly("DELETE", "channels", channel, "moh")
        silent = state.mode != "talk"
        await self.ari.ask(
            "POST" if silent else "DELETE", "channels", channel, "mute", values={"direction": "in"}
        )
        await self._add(bridge, channel)

    async def _whisper(self, channel: str, target: str) -> None:
        """Let a channel hear both people at an agent's telephone, and the agent alone hear it."""
        spying, bridge = f"{channel}~whisper", f"{channel}~room"
        await self.ari.quietly("DELETE", "channels", channel, "mute", values={"direction": "in"})
        await self._make(bridge)
        await self._snoop(target, spying, spy="both", whisper="out")
        await self._add(bridge, spying)
        await self._add(bridge, channel)

    async def _snoop(self, target: str, spying: str, *, spy: str, whisper: str) -> None:
        """Make a channel that hears or speaks into another; returns when it can be used."""
        entered = self.entering[spying] = asyncio.Event()
        values = {"spy": spy, "whisper": whisper, "app": APP, "appArgs": "snoop"}
        await self.ari.ask(
            "POST", "channels", target, "snoop", values={**values, "snoopId": spying}
        )
        try:
            await asyncio.wait_for(entered.wait(), _ENTER_SECONDS)
        finally:
            del self.entering[spying]

    def _whispered_to(self, leg: str) -> str | None:
        talking = (k for k, s in self.legs.items() if k != leg and s.joined and s.mode == "talk")
        return next(talking, None)

    async def _make(self, bridge: str) -> None:
        """Make a bridge, unless it is there (409)."""
        # Sound always passes through Asterisk: a direct path could not be recorded.
        await self.ari.quietly("POST", "bridges", bridge, values={"type": "mixing,proxy_media"})

    async def _add(self, bridge: str, channel: str) -> None:
        await self.ari.ask("POST", "bridges", bridge, "addChannel", values={"channel": channel})

    async def _out(self, channel: str) -> None:
        """Take a channel out of the conversation and let it hear the hold sound."""
        await self._remove(channel)
        await self.ari.ask("POST", "channels", channel, "moh")

    async def _remove(self, channel: str) -> None:
        where = ("bridges", names.bridge_of(self.id), "removeChannel")
        await self.ari.quietly("POST", *where, values={"channel": channel})

    async def _caller_in(self) -> None:
        await self.ari.quietly("DELETE", "channels", self.id, "moh")
        await self._make(names.bridge_of(self.id))
        await self._add(names.bridge_of(self.id), self.id)

    # Commands

    async def _do_answer(self, _command: t.Answer) -> None:
        await self.ari.ask("POST", "channels", self.id, "answer")
        self.tell(t.Answered())

    async def _do_play(self, command: t.Play) -> None:
        if command.collect:
            self.listening = Listening(command.collect, self.number)
        playback = names.playback(self.id, self.number)
        self.playing = playback
        if self.adopted and await self.ari.quietly("GET", "playbacks", playback):
            return  # begun by a predecessor; its end is told to us
        sounds = [await self.sounds.media(each) for said in command.said for each in said.sounds]
        media = ",".join(each for each in sounds if each)
        if not media:
            self.played(playback)
            return
        values = {"media": media, "playbackId": playback}
        if any(leg.joined for leg in self.legs.values()) and self.caller_mode == "talk":
            await self.ari.ask("POST", "bridges", names.bridge_of(self.id), "play", values=values)
            return
        await self.ari.quietly("DELETE", "channels", self.id, "moh")
        await self._remove(self.id)
        await self.ari.ask("POST", "channels", self.id, "play", values=values)

    async def _do_hold(self, _command: t.Hold) -> None:
        self.holding = self.number
        await self._out(self.id)

    async def _do_press(self, command: t.Press) -> None:
        await self.ari.ask("POST", "channels", self.id, "dtmf", values={"dtmf": command.keys})

    async def _do_connect(self, command: t.Connect) -> None:
        channel = names.leg_channel(self.id, command.leg)
        self.legs[command.leg] = Leg(command.mode)
        if self.adopted and await self.ari.quietly("GET", "channels", channel):
            return  # rings already, or has been joined when the call was taken over
        await self.ari.ask(
            "POST",
            "channels",
            self.id,
            "variable",
            values={"variable": "WALLETDESK_LEGS", "value": " ".join(self.legs)},
        )
        arguments = f"leg,{command.mode}"
        if command.number:
            await self.originate(channel, self.trunk(command.number), _RING_SECONDS, arguments)
        else:
            self.begin(self._ring(command.leg, command.membership, arguments))

    async def _ring(self, leg: str, membership: int, arguments: str) -> None:
        """Ring an agent's telephone as soon as there is one: a browser registers with the offer."""
        until = asyncio.get_running_loop().time() + _RING_SECONDS
        while (endpoint := await self._telephone(membership)) is None:
            if asyncio.get_running_loop().time() > until or leg not in self.legs:
                self.left(leg, "no_answer")
                return
            await asyncio.sleep(_LOOK_SECONDS)
        try:
            channel = names.leg_channel(self.id, leg)
            await self.originate(channel, endpoint, _RING_SECONDS, arguments)
        except Refused:
            self.left(leg, "failed")

    async def originate(self, channel: str, endpoint: str, seconds: float, arguments: str) -> None:
        """Call somebody; the channel's StasisStart tells when it was taken up."""
        values = {
            "endpoint": endpoint,
            "app": APP,
            "appArgs": arguments,
            "channelId": channel,
            "timeout": str(int(seconds)),
        }
        await self.ari.ask("POST", "channels", values=values)

    def trunk(self, number: str) -> str:
        """Return how a number is dialled. Raises Impossible."""
        if not self.config.trunk or not names.NUMBER.fullmatch(number):
            raise Impossible("no_dial")
        return f"PJSIP/{number}@trunk"

    async def _telephone(self, membership: int) -> str | None:
        """Return the telephone that an agent has registered: the browser before any other."""
        for name in (browser_name(membership), telephone_name(membership)):
            try:
                found = await self.ari.ask("GET", "endpoints", "PJSIP", name)
            except Refused:
                continue
            if found["state"] == "online":
                return f"PJSIP/{name}"
        return None

    async def _do_set_mode(self, command: t.SetMode) -> None:
        if command.leg != CALLER:
            state = self.legs[command.leg] = self.legs.get(command.leg) or Leg(command.mode)
            state.mode = command.mode
            await self._place(command.leg, state)
            return
        self.caller_mode = command.mode
        if command.mode == "held":
            await self._out(self.id)
            return
        await self.ari.ask(
            "DELETE" if command.mode == "talk" else "POST",
            "channels",
            self.id,
            "mute",
            values={"direction": "in"},
        )
        await self._caller_in()

    async def _do_disconnect(self, command: t.Disconnect) -> None:
        channel = names.leg_channel(self.id, command.leg)
        if not await self.ari.quietly("DELETE", "channels", channel):
            self.left(command.leg, "left")

    def left(self, leg: str, reason: str) -> None:
        """Take the end of a leg."""
        if self.legs.pop(leg, None) is not None:
            self.tell(t.LegLeft(leg, reason))

    async def _do_record(self, command: t.Record) -> None:
        for side in names.SIDES:
            spying = f"{self.id}~record~{command.name}~{side}"
            if self.adopted and await self.ari.quietly("GET", "channels", spying):
                continue
            await self._snoop(self.id, spying, spy=side, whisper="none")
            await self._record(spying, names.recording(self.id, command.name, side), {})

    async def _record(self, channel: str, name: str, more: dict[str, str]) -> None:
        values = {"name": name, "format": "wav", "ifExists": "overwrite", **more}
        await self.ari.ask("POST", "channels", channel, "record", values=values)

    async def _do_stop_recording(self, command: t.StopRecording) -> None:
        for side in names.SIDES:
            await self.ari.quietly("DELETE", "channels", f"{self.id}~record~{command.name}~{side}")

    async def _do_take_message(self, command: t.TakeMessage) -> None:
        name = names.recording(self.id, command.name, names.MESSAGE)
        if self.adopted and await self.ari.quietly("GET", "recordings", "live", name):
            return
        await self.ari.quietly("DELETE", "channels", self.id, "moh")
        await self._remove(self.id)
        values = {"media": self.sounds.tone, "playbackId": names.playback(self.id, self.number)}
        await self.ari.ask("POST", "channels", self.id, "play", values=values)
        limits = {
            "maxDurationSeconds": str(int(command.seconds)),
            "maxSilenceSeconds": str(int(command.silence)),
            "terminateOn": "#",
        }
        await self._record(self.id, name, limits)

    async def _do_dial(self, command: t.Dial) -> None:
        if self.adopted:
            return  # it has a channel already
        await self.originate(self.id, self.trunk(command.number), command.seconds, "out")

    async def _do_hangup(self, _command: t.Hangup) -> None:
        self.ours = True
        await self.end_legs()
        if not await self.ari.quietly("DELETE", "channels", self.id):
            self.tell(t.HungUp("us"))

    async def end_legs(self) -> None:
        """Let go of everybody beside the caller, and of what was made for the call."""
        self.quiet()
        for leg in list(self.legs):
            await self.ari.quietly("DELETE", "channels", names.leg_channel(self.id, leg))
            await self.ari.quietly("DELETE", "bridges", f"{names.leg_channel(self.id, leg)}~room")
        await self.ari.quietly("DELETE", "bridges", names.bridge_of(self.id))
