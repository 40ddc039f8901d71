"""The driver: Asterisk's events become the flow's, the flow's commands Asterisk's requests.

Nothing that matters is kept here only. Whoever comes after a kill reads which calls there are, what
was noted on them and what lies recorded, and goes on.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Final

from walletdesk.integrations.asterisk import names
from walletdesk.integrations.asterisk.ari import Ari, Event, Refused, Unreachable
from walletdesk.integrations.asterisk.call import Call, Impossible, Leg
from walletdesk.integrations.asterisk.recordings import Recordings
from walletdesk.integrations.asterisk.sounds import Sounds
from walletdesk.integrations.asterisk.types import APP, AsteriskConfig
from walletdesk.voice import types as t

_KNOWN: Final = "WALLETDESK_KNOWN"
_LOOK_AROUND: Final = 60.0  # seconds between two looks for messages that the dialplan took
_ATTEMPTS: Final = 4  # of a command while Asterisk does not answer
_REASONS: Final = {17: "busy", 18: "no_answer", 19: "no_answer", 21: "busy"}
"""Q.850 causes of a call that was not taken up; all others are "failed"."""
_log = logging.getLogger("walletdesk.asterisk")


@dataclass(slots=True)
class _Known:
    """A call, its news in order, and who hands them over."""

    call: Call
    news: "asyncio.Queue[t.Event]" = field(default_factory=asyncio.Queue)
    over: bool = False


class AsteriskDriver:
    """Implements `voice.types.Driver` with one Asterisk."""

    def __init__(self, config: AsteriskConfig) -> None:
        self._config = config
        self._ari = Ari(config)
        self._calls: dict[str, _Known] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._connected = asyncio.Event()
        self._desk: t.Desk
        self._sounds: Sounds
        self._recordings: Recordings

    # The port

    async def start(self, desk: t.Desk) -> None:
        """Follow Asterisk from now on; its absence is waited for, in the background."""
        # httpx writes each address at level INFO; names of endpoints stand in them.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self._desk = desk
        self._sounds = Sounds(self._config.sounds, desk.sound)
        self._recordings = Recordings(self._ari, desk, self._tell)
        await self._sounds.prepare()
        self._spawn(self._ari.follow(self._take_over, self._take))
        self._spawn(self._look_around())

    async def carry_out(self, call: str, number: int, command: t.Command) -> None:
        """Begin a command; tried again for some seconds while Asterisk does not answer."""
        known = self._calls.get(call)
        if known is None and isinstance(command, t.Dial):
            known = self._know(call)
        if known is None or known.over:
            await self._desk.hear(call, t.HungUp("lost"))
            return
        if number <= known.call.number:
            return
        for attempt in range(_ATTEMPTS):
            try:
                await known.call.carry_out(number, command)
            except Impossible as impossible:
                self._tell(call, t.Failed(number, str(impossible)))
            except Refused as refused:
                _log.warning("asterisk: %s: %s", type(command).__name__, refused)
                self._tell(call, t.Failed(number, f"asterisk_{refused.status}"))
            except TimeoutError:
                self._tell(call, t.Failed(number, "asterisk_silent"))
            except Unreachable:
                if attempt == _ATTEMPTS - 1:
                    self._tell(call, t.Failed(number, "unreachable"))
                await asyncio.sleep(2**attempt / 4)
                continue
            return

    async def calls(self) -> frozenset[str]:
        """Return the calls that are alive. Waits until Asterisk answers: silence is no answer."""
        await self._connected.wait()
        return frozenset(name for name, known in self._calls.items() if not known.over)

    async def stop(self) -> None:
        """Follow no more. Calls stay in Asterisk, and the next process takes them up again."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._ari.close()

    # News

    def _know(self, call: str, *, adopted: bool = False) -> _Known:
        known = self._calls.get(call)
        if known is None:
            made = Call(
                call,
                self._ari,
                self._config,
                self._sounds,
                lambda event: self._tell(call, event),
                self._spawn,
                adopted=adopted,
            )
            known = self._calls[call] = _Known(made)
            self._spawn(self._hand_over(call, known))
        return known

    def _tell(self, call: str, event: t.Event) -> None:
        known = self._calls.get(call)
        if known is not None:
            known.news.put_nowait(event)
        else:
            self._spawn(self._heard(call, event))

    async def _hand_over(self, call: str, known: _Known) -> None:
        """Hand a call's news over in order, until it is over and all is told."""
        while not (known.over and known.news.empty()):
            event = await known.news.get()
            await self._heard(call, event)
            if isinstance(event, t.Incoming):
                # Without this mark the next process tells of the call anew.
                mark = {"variable": _KNOWN, "value": "1"}
                await self._ari.quietly("POST", "channels", call, "variable", values=mark)
        self._calls.pop(call, None)

    async def _heard(self, call: str, event: t.Event) -> None:
        """Hand one over. What the desk cannot keep now, it keeps later: nothing is skipped."""
        pause = 0.25
        while True:
            try:
                await self._desk.hear(call, event)
            except Exception:  # noqa: BLE001 - whatever the database has, the news wait
                _log.exception("asterisk: news could not be handed over")
                await asyncio.sleep(pause)
                pause = min(2 * pause, 8.0)
            else:
                return

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        async def guarded() -> None:
            try:
                await work
            except (Refused, Unreachable) as error:
                _log.warning("asterisk: %s", error)

        task = asyncio.create_task(guarded())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # Events of Asterisk

    def _take(self, event: Event) -> None:
        taking = _EVENTS.get(event["type"])
        if taking is not None:
            taking(self, event)

    def _began(self, event: Event) -> None:
        channel, arguments = event["channel"], [*event["args"], ""]
        if arguments[0] == "in":
            self._incoming(channel, arguments[1])
        elif arguments[0] == "out" and channel["id"] in self._calls:
            self._tell(channel["id"], t.Answered())
        elif arguments[0] == "snoop":
            known = self._calls.get(channel["id"].partition("~")[0])
            if known and (entering := known.call.entering.get(channel["id"])):
                entering.set()
        elif (found := names.leg_of(channel["id"])) and found[0] in self._calls:
            self._spawn(self._calls[found[0]].call.join(found[1]))

    def _incoming(self, channel: Event, called: str) -> None:
        known = self._know(channel["id"])
        known.news.put_nowait(t.Incoming(str(channel["caller"]["number"]), called))

    def _left(self, event: Event) -> None:
        self._gone(event["channel"]["id"], event["channel"].get("hangup_cause", 0), answered=True)

    def _destroyed(self, event: Event) -> None:
        self._gone(event["channel"]["id"], event.get("cause", 0), answered=False)

    def _gone(self, channel: str, cause: int, *, answered: bool) -> None:
        reason = _REASONS.get(cause, "failed")
        if channel in self._calls:
            known = self._calls[channel]
            if known.over:
                return
            reached = "us" if known.call.ours else "caller"
            self._end(known, reached if answered or known.call.ours else reason)
        elif (found := names.leg_of(channel)) and found[0] in self._calls:
            call = self._calls[found[0]].call
            leg = call.legs.get(found[1])
            call.left(found[1], "left" if answered or (leg and leg.joined) else reason)

    def _end(self, known: _Known, reason: str) -> None:
        known.over = True
        known.news.put_nowait(t.HungUp(reason))
        self._spawn(known.call.end_legs())

    def _played(self, event: Event) -> None:
        playback = event["playback"]["id"]
        known = self._calls.get(names.call_of(playback))
        if known is not None and not known.over:
            known.call.played(playback)

    def _pressed(self, event: Event) -> None:
        known = self._calls.get(event["channel"]["id"])
        if known is not None:
            self._spawn(known.call.stop(known.call.pressed(event["digit"])))

    def _recorded(self, event: Event) -> None:
        self._spawn(self._recordings.finished(event["recording"]["name"]))

    # Taking over

    async def _take_over(self) -> None:
        """Compare what Asterisk has with what is known here, after each connection."""
        channels = {c["id"]: c for c in await self._ari.ask("GET", "channels")}
        for name, known in list(self._calls.items()):
            if name not in channels and not known.over:
                self._end(known, "lost")
        for name, channel in channels.items():
            if _ours(channel) in {"in", "out"}:
                await self._adopt(name, channel, channels)
        self._connected.set()
        await self._recordings.left_over(frozenset(channels))

    async def _adopt(self, name: str, channel: Event, channels: dict[str, Event]) -> None:
        known = self._calls.get(name) or self._know(name, adopted=True)
        call, noted = known.call, channel.get("channelvars", {})
        if not noted.get(_KNOWN) and _ours(channel) == "in":
            called = channel["dialplan"]["app_data"].split(",")[2]
            self._incoming(channel, called)
        if call.playing and not await self._ari.quietly("GET", "playbacks", call.playing):
            call.played(call.playing)
        for leg in str(noted.get("WALLETDESK_LEGS", "")).split():
            there = channels.get(names.leg_channel(name, leg))
            if there is None:
                call.legs.setdefault(leg, Leg("talk"))
                call.left(leg, "left")
            elif there["state"] == "Up" and not (leg in call.legs and call.legs[leg].joined):
                mode = there["dialplan"]["app_data"].split(",")[-1]
                call.legs.setdefault(leg, Leg(mode))
                await call.rejoin(leg)

    async def _look_around(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_AROUND)
            try:
                channels = await self._ari.ask("GET", "channels")
                await self._recordings.left_over(frozenset(c["id"] for c in channels))
            except (Refused, Unreachable):
                continue


def _ours(channel: Event) -> str:
    """Return what a channel is to us: "in", "out", "leg", "snoop", or "" if it is not ours."""
    dialplan = channel["dialplan"]
    words = str(dialplan["app_data"]).split(",")
    return words[1] if dialplan["app_name"] == "Stasis" and words[0] == APP else ""


_EVENTS: Final[dict[str, Callable[[AsteriskDriver, Event], None]]] = {
    "StasisStart": AsteriskDriver._began,  # noqa: SLF001 - the table belongs to the class
    "StasisEnd": AsteriskDriver._left,  # noqa: SLF001 - as above
    "ChannelDestroyed": AsteriskDriver._destroyed,  # noqa: SLF001 - as above
    "PlaybackFinished": AsteriskDriver._played,  # noqa: SLF001 - as above
    "ChannelDtmfReceived": AsteriskDriver._pressed,  # noqa: SLF001 - as above
    "RecordingFinished": AsteriskDriver._recorded,  # noqa: SLF001 - as above
    "RecordingFailed": AsteriskDriver._recorded,  # noqa: SLF001 - as above
}
