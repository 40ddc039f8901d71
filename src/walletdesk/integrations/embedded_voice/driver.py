"""The embedded driver: browsers and telephones in our own process, without any engine.

Calls live in this process only: after a kill none is alive, and the flow ends them as lost.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable
from typing import Any, Final

from walletdesk.integrations.embedded_voice.audio import FRAME_SECONDS, hold_sound, write_wav
from walletdesk.integrations.embedded_voice.call import Call
from walletdesk.integrations.embedded_voice.config import MediaConfig
from walletdesk.integrations.embedded_voice.line import Line, offer_loopback
from walletdesk.integrations.embedded_voice.signalling import Listener, Signalling
from walletdesk.integrations.embedded_voice.sip import SipLeg, SipTrunk
from walletdesk.integrations.embedded_voice.types import CALLER, Leg
from walletdesk.kit.live.wire import RefusedError
from walletdesk.voice import types as v
from walletdesk.voice.ice import for_browser
from walletdesk.voice.tokens import BadToken, LegToken, read_leg_token

log = logging.getLogger(__name__)

RING_SECONDS: Final = 40.0
PAGE_SECONDS: Final = 30.0  # an agent's page that accepted opens its line at once
MOST_LINES: Final = 500
SWEEP_SECONDS: Final = 5.0


class EmbeddedDriver:
    """Takes calls from browsers and from the SIP listener."""

    desk: v.Desk

    def __init__(
        self, config: MediaConfig, read_token: Callable[[str], LegToken] = read_leg_token
    ) -> None:
        self.config = config
        self._read_token = read_token
        self.lines: dict[str, Line] = {}
        self.trunk: SipTrunk | None = None
        self._calls: dict[str, Call] = {}
        self._dialling: dict[str, asyncio.Task[None]] = {}
        self._agents: dict[int, Line] = {}
        self._agent_came = asyncio.Condition()
        self._places: set[Leg] = set()
        self._listener = Listener(Signalling(self.lines, self._opened, self._sound), config.mark)
        self._tasks: list[asyncio.Task[None]] = []

    # --- the port --------------------------------------------------------------------------

    async def start(self, desk: v.Desk) -> None:
        """Begin to take calls."""
        self.desk = desk
        logging.getLogger("aioice").setLevel(logging.WARNING)  # it tells customers' addresses
        if self.config.loopback:
            offer_loopback()
        work = (self._listener.serve(), self._tick(), self._sweep())
        self._tasks = [asyncio.create_task(each) for each in work]
        if self.config.sip is not None:
            self.trunk = SipTrunk(self.config.sip, self._rung)
            await self.trunk.start()
        listening = asyncio.create_task(self._listener.listening.wait())
        await asyncio.wait({listening, self._tasks[0]}, return_when=asyncio.FIRST_COMPLETED)
        if self._tasks[0].done():
            self._tasks[0].result()

    async def carry_out(self, call: str, number: int, command: v.Command) -> None:
        """Begin a command."""
        if isinstance(command, v.Dial):
            if call not in self._calls and call not in self._dialling:
                self._dialling[call] = asyncio.create_task(self._dial(call, number, command))
        elif known := self._calls.get(call):
            await known.carry_out(number, command)
        elif isinstance(command, v.Hangup) and call in self._dialling:
            self._dialling[call].cancel()
        elif call not in self._dialling:
            await self.desk.hear(call, v.HungUp("lost"))

    async def calls(self) -> frozenset[str]:
        """Return the calls that are alive."""
        return frozenset(self._calls) | frozenset(self._dialling)

    async def stop(self) -> None:
        """Take no more calls and let go of what is open."""
        over = [call.end("lost") for call in self._calls.values()]
        if over:
            await asyncio.wait(over, timeout=10)
        if self.trunk is not None:
            await self.trunk.stop()
        self._listener.stop()
        await asyncio.gather(*(line.close("us") for line in self.lines.values()))
        await asyncio.gather(self._tasks[0], return_exceptions=True)
        for task in (*self._tasks, *self._dialling.values()):
            task.cancel()

    # --- what a call needs -----------------------------------------------------------------

    async def ring(self, command: v.Connect) -> Leg | str:
        """Return the telephone of an agent that was taken up, or why none was."""
        if command.number:
            return await self._dialled(command.number, RING_SECONDS)
        try:
            async with asyncio.timeout(PAGE_SECONDS), self._agent_came:
                await self._agent_came.wait_for(lambda: command.membership in self._agents)
        except TimeoutError:
            return "no_answer"
        return self._agents.pop(command.membership)

    def admit(self, *legs: Leg) -> bool:
        """Keep places for the legs that need one."""
        new = [leg for leg in legs if leg not in self._places]
        taken = sum(leg.weight for leg in self._places)
        if taken + sum(leg.weight for leg in new) > self.config.legs:
            return False
        self._places.update(new)
        return True

    def release(self, leg: Leg) -> None:
        """Give the leg's place back."""
        self._places.discard(leg)

    def ended(self, call: Call) -> None:
        """Forget a call that is over."""
        self._calls.pop(call.name, None)

    # --- calls that come and go ------------------------------------------------------------

    def _begin(self, name: str, caller: Leg) -> Call:
        call = self._calls[name] = Call(name, caller, self)
        return call

    def _rung(self, leg: SipLeg, caller: str, called: str) -> None:
        call = self._begin(f"sip:{secrets.token_hex(16)}", leg)
        call.tell(v.Incoming(caller=caller, called=called))

    async def _dial(self, name: str, number: int, command: v.Dial) -> None:
        try:
            leg = await self._dialled(command.number, command.seconds)
            if not isinstance(leg, str):
                self._begin(name, leg).tell(v.Answered())
                return
            if leg == "no_dial":
                await self.desk.hear(name, v.Failed(number, leg))
                leg = "failed"
            await self.desk.hear(name, v.HungUp(leg))
        except asyncio.CancelledError:
            await self.desk.hear(name, v.HungUp("us"))
        finally:
            self._dialling.pop(name, None)

    async def _dialled(self, number: str, seconds: float) -> Leg | str:
        return "no_dial" if self.trunk is None else await self.trunk.dial(number, seconds)

    async def _opened(self, token: str) -> dict[str, Any]:
        """Open a line for a page."""
        if len(self.lines) >= MOST_LINES:
            raise RefusedError(503, "full", retry_after=60)
        try:
            read = self._read_token(token)
        except BadToken as error:
            raise RefusedError(401, "no_credential") from error
        line = Line(read.kind, read.subject, self.config)
        self.lines[line.ident] = line
        if read.kind == CALLER:
            call = self._begin(f"web:{secrets.token_hex(16)}", line)
            call.tell(v.Incoming(caller="", called="chat", token=token))
        else:
            await self._agent_opened(int(read.subject), line)
        return {"line": line.ident, "ice": for_browser(self.config.ice)}

    async def _agent_opened(self, membership: int, line: Line) -> None:
        before = [each for each in self._lines_of(line) if not each.closed]
        for old in before:
            for call in list(self._calls.values()):
                if await call.swap(old, line):
                    return
            await old.close("elsewhere")
        line.on_left = lambda _reason: self._forget_agent(membership, line)
        async with self._agent_came:
            self._agents[membership] = line
            self._agent_came.notify_all()

    def _lines_of(self, line: Line) -> list[Line]:
        """Return the other lines of the same person."""
        who = (line.kind, line.subject)
        return [
            each
            for each in self.lines.values()
            if (each.kind, each.subject) == who and each is not line
        ]

    def _forget_agent(self, membership: int, line: Line) -> None:
        if self._agents.get(membership) is line:
            del self._agents[membership]

    async def _sound(self, name: str) -> bytes:
        try:
            return await self.desk.sound(name)
        except KeyError:
            if name != "hold":
                raise
            return write_wav(hold_sound().tobytes())

    # --- clocks ----------------------------------------------------------------------------

    async def _tick(self) -> None:
        """Carry 20 ms of every call, every 20 ms: the time is counted from the start."""
        loop = asyncio.get_running_loop()
        at = loop.time()
        while True:
            for call in list(self._calls.values()):
                try:
                    call.room.tick()
                except Exception:
                    log.exception("the sound of %s failed", call.name)
                    call.leave("failed")
            at = max(at + FRAME_SECONDS, loop.time() - 0.2)
            await asyncio.sleep(at - loop.time())

    async def _sweep(self) -> None:
        """Let go of pages that have not asked for news for long."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            for line in [each for each in self.lines.values() if each.gone]:
                if line.closed:
                    del self.lines[line.ident]
                else:
                    await line.leave("lost")
