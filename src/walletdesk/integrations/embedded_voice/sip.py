"""Telephones: a SIP listener for a trunk or a switchboard, off unless it is configured.

Inbound from allowed addresses only; outbound through the trunk, to allowed numbers only. Built on
aiosipua: UDP, no TLS, so it belongs on a private line (docs/operate/voice-embedded.md).
"""

import asyncio
import ipaddress
import logging
import re
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from aiortp import PortAllocator
from aiosipua import IncomingCall, OutgoingCall, SipDigestAuth, SipUAC, SipUAS
from aiosipua.headers import parse_uri
from aiosipua.message import SipResponse
from aiosipua.sdp import SdpMessage
from aiosipua.transport import UdpSipTransport

from walletdesk.integrations.embedded_voice.audio import FrameQueue, Samples
from walletdesk.integrations.embedded_voice.config import SipConfig
from walletdesk.integrations.embedded_voice.keys import KEYS
from walletdesk.integrations.embedded_voice.registering import Registering, address_of
from walletdesk.integrations.embedded_voice.rtp import (
    Agreed,
    Sound,
    accepted,
    agree,
    offer_sdp,
    open_sound,
)
from walletdesk.voice.types import Play

log = logging.getLogger(__name__)

MOST_CALLS: Final = 200  # measured: one core (docs/adr/0044-embedded-voice.md)
MESSAGE_BYTES: Final = 8_192
MESSAGES_A_SECOND: Final = 400  # of one address; a trunk sends all its calls from one
CALLS_A_SECOND: Final = 20
SESSION_SECONDS: Final = 600  # a call whose other end has died is noticed (RFC 4028)
RESEND: Final = (0.5, 1.0, 2.0, 4.0)  # RFC 3261, timer A
_MOST_HOSTS: Final = 1_000
_NUMBER: Final = re.compile(r"\+?[0-9]{3,15}")
_CLAIMED: Final = re.compile(r"[^+0-9A-Za-z*#._-]")
_BUSY, _NOBODY = {486, 600, 603}, {408, 480, 487}

OnCall = Callable[["SipLeg", str, str], None]


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, take: Callable[[bytes, tuple[str, int]], None]) -> None:
        self._take = take

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        self._take(data, (str(addr[0]), int(addr[1])))


class Limit:
    """How often something may happen in a second, for each address."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._seen: dict[str, deque[float]] = {}

    def admits(self, address: str, now: float) -> bool:
        """Count one; False when it is too much."""
        if len(self._seen) > 1_000:
            self._seen.clear()
        seen = self._seen.setdefault(address, deque())
        while seen and now - seen[0] > 1.0:
            seen.popleft()
        if len(seen) >= self._most:
            return False
        seen.append(now)
        return True


@dataclass
class GuardedUdp(UdpSipTransport):
    """Drops what comes from strangers, too much or too large, before it is parsed."""

    allowed: Callable[[str], bool] = lambda _host: False

    async def start(self) -> None:
        self._limit = Limit(MESSAGES_A_SECOND)
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Datagrams(self._take), local_addr=self.local_addr
        )
        self._udp_transport = transport
        self.local_addr = transport.get_extra_info("sockname")[:2]

    def _take(self, data: bytes, addr: tuple[str, int]) -> None:
        now = asyncio.get_running_loop().time()
        fits = len(data) <= MESSAGE_BYTES
        if fits and self.allowed(addr[0]) and self._limit.admits(addr[0], now):
            self._dispatch(data, addr)


class _Client(SipUAC):
    """Knows which of its calls have been heard of, so that the others are asked again."""

    def __init__(self, transport: UdpSipTransport, advertised: tuple[str, int] | None) -> None:
        super().__init__(transport, advertised_addr=advertised)
        self.heard_of: set[str] = set()

    def handle_response(self, response: SipResponse, addr: tuple[str, int]) -> None:
        self.heard_of.add(response.call_id or "")
        super().handle_response(response, addr)


class SipLeg:
    """A telephone."""

    weight = 0  # it costs a tenth of a browser; the listener counts its own

    def __init__(self, trunk: "SipTrunk", agreed: Agreed, port: int) -> None:
        self.heard = FrameQueue()
        self.on_key: Callable[[str], None] = lambda _key: None
        self.on_left: Callable[[str], None] = lambda _reason: None
        self.agreed = agreed
        self.port = port
        self.in_band = not agreed.events
        self.incoming: IncomingCall | None = None
        self.outgoing: OutgoingCall | None = None
        self._trunk = trunk
        self._sound: Sound | None = None
        self._closed = False

    @property
    def has_media(self) -> bool:
        """Whether sound flows."""
        return self._sound is not None and not self._closed

    async def answer(self) -> None:
        """Take the call up."""
        if await self.open_media() and self.incoming is not None:
            self.incoming.accept(self.agreed.answer)

    async def open_media(self) -> bool:
        """Let sound flow."""
        if self._sound is None and not self._closed:
            local = (self._trunk.config.host, self.port)
            self._sound = await open_sound(
                self.agreed, local, self._trunk.allowed, self.heard.push, self._press
            )
        return self.has_media

    def _press(self, key: str) -> None:
        if key in KEYS:
            self.on_key(key)

    def moved(self, agreed: Agreed) -> None:
        """Follow the other end to another address."""
        self.agreed = agreed
        if self._sound is not None:
            self._sound.update_remote(agreed.remote)

    def show(self, play: Play, seconds: float) -> bool:  # noqa: ARG002 - a telephone has no screen
        """Return False: a telephone has no screen."""
        return False

    def tell(self, kind: str, **fields: object) -> None:
        """Do nothing: a telephone has no screen."""

    def send(self, frame: Samples) -> None:
        """Say 20 ms."""
        if self._sound is not None:
            self._sound.send_audio_pcm_auto(frame.tobytes())

    def send_keys(self, keys: str) -> None:
        """Press keys towards the other end (RFC 4733)."""
        if self._sound is not None and self._sound._sender is not None:  # noqa: SLF001 - the clock of the stream is nowhere else
            for key in keys:
                self._sound.send_dtmf(key, timestamp=self._sound._sender.current_timestamp)  # noqa: SLF001 - as above

    def left(self, reason: str) -> None:
        """Take note that the other end is gone."""
        if not self._closed:
            self.on_left(reason)

    async def close(self, reason: str) -> None:
        """Hang up and free the port."""
        if self._closed:
            return
        self._closed = True
        self._trunk.let_go(self, reason)
        if self._sound is not None:
            await self._sound.close()
        await self._trunk.ports.release(self.port)


class SipTrunk:
    """The listener, its calls, and the registration at a trunk."""

    def __init__(self, config: SipConfig, on_call: OnCall) -> None:
        self.config = config
        self.ports = PortAllocator(config.ports)
        self.legs: dict[str, SipLeg] = {}
        # Whether an address may speak to us and be spoken to. Asked for each packet of sound,
        # and reading an address costs more than reading the packet.
        self.allowed: Callable[[str], bool] = lru_cache(_MOST_HOSTS)(self._is_allowed)
        self._on_call = on_call
        self._limit = Limit(CALLS_A_SECOND)
        self._udp = GuardedUdp((config.host, config.port), allowed=self.allowed)
        advertised = (config.advertise, config.port) if config.advertise else None
        self._client = _Client(self._udp, advertised)
        self._uas = SipUAS(
            self._udp,
            uac=self._client,
            advertised_addr=advertised,
            session_expires=SESSION_SECONDS,
        )
        self._registering: Registering | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def _is_allowed(self, host: str) -> bool:
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        return any(address in network for network in self.config.allow)

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        return self._udp.local_addr

    async def start(self) -> None:
        """Listen; register if it is wanted."""
        for library in ("aiosipua", "aiortp"):  # at INFO they tell who calls whom, and from where
            logging.getLogger(library).setLevel(logging.WARNING)
        uas = self._uas
        uas.on_invite = self._invited
        uas.on_reinvite = self._moved
        uas.on_bye = lambda call, _request: self._gone(call.call_id, "caller")
        uas.on_cancel = lambda request, _addr: self._gone(request.call_id or "", "caller")
        uas.on_ack_timeout = lambda call: self._gone(call.call_id, "lost")
        uas.on_session_expired = lambda call: self._gone(call.call_id, "lost")
        await uas.start()
        if self.config.register and self.config.trunk:
            self._registering = Registering(self._client, self.config, self.config.trunk)
            self._registering.start()

    async def stop(self) -> None:
        """Hang up everywhere and stop listening."""
        await asyncio.gather(*(leg.close("us") for leg in list(self.legs.values())))
        if self._registering is not None:
            await self._registering.stop()
        await self._uas.stop()

    # --- calls that come -------------------------------------------------------------------

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _invited(self, call: IncomingCall) -> None:
        known = self.legs.get(call.call_id)
        if known is not None:  # the same question again: our answer got lost
            known.incoming = call
            return
        now = asyncio.get_running_loop().time()
        if len(self.legs) >= MOST_CALLS or not self._limit.admits(call.source_addr[0], now):
            call.reject(503, "Service Unavailable")
            return
        self._start(self._take(call))

    async def _take(self, call: IncomingCall) -> None:
        try:
            port, _ = await self.ports.allocate()
            agreed = self._agree(call.sdp_offer, port)
        except (ValueError, RuntimeError) as error:
            log.info("a call was refused: %s", error)
            call.reject(488, "Not Acceptable Here")
            return
        leg = SipLeg(self, agreed, port)
        leg.incoming = call
        self.legs[call.call_id] = leg
        call.ringing()
        self._on_call(leg, _number_in(call.caller), _number_in(call.callee))

    def _agree(self, offer: SdpMessage | None, port: int) -> Agreed:
        if offer is None:
            raise ValueError("no offer of sound")
        agreed = agree(offer, self.config.advertise or self.config.host, port)
        if not self.allowed(agreed.remote[0]):
            raise ValueError("sound to a stranger")
        return agreed

    def _moved(self, call: IncomingCall) -> None:
        leg = self.legs.get(call.call_id)
        try:
            agreed = self._agree(call.sdp_offer, leg.port) if leg else None
        except ValueError:
            agreed = None
        if leg is None or agreed is None:
            call.reject(488, "Not Acceptable Here")
            return
        leg.moved(agreed)
        call.accept(agreed.answer)

    def _gone(self, call_id: str, reason: str) -> None:
        leg = self.legs.get(call_id)
        if leg is not None:
            leg.left(reason)

    def let_go(self, leg: SipLeg, reason: str) -> None:
        """Hang up towards the other end, if it is still there."""
        self.legs = {name: each for name, each in self.legs.items() if each is not leg}
        if leg.incoming is not None and leg.incoming.dialog.state.value == "early":
            with suppress(Exception):
                leg.incoming.reject(486 if reason == "us" else 480)
        elif leg.incoming is not None:
            leg.incoming.hangup()
        elif leg.outgoing is not None:
            leg.outgoing.hangup(self._client)

    # --- calls that we make ----------------------------------------------------------------

    def may_dial(self, number: str) -> bool:
        """Tell whether this number may be called."""
        fits = _NUMBER.fullmatch(number) and number.startswith(self.config.dial)
        return bool(self.config.trunk and self.config.dial and fits)

    async def dial(self, number: str, seconds: float) -> "SipLeg | str":
        """Call a number; returns the telephone that was taken up, or why none was."""
        if self.config.trunk is None or not self.may_dial(number):
            return "no_dial"
        try:
            there = await address_of(*self.config.trunk)
        except OSError:
            log.warning("the trunk's name has no address")
            return "failed"
        port, _ = await self.ports.allocate()
        host = self.config.advertise or self.config.host
        call = self._client.send_invite(
            f"sip:{self.config.user or 'desk'}@{self.config.trunk[0]}",
            f"sip:{number}@{self.config.trunk[0]}",
            there,
            sdp_offer=offer_sdp(host, port),
            auth=SipDigestAuth(self.config.user, self.config.secret)
            if self.config.secret
            else None,
            session_expires=SESSION_SECONDS,
        )
        reason = await self._answered(call, seconds)
        if not reason:
            try:
                leg = await self._outgoing(call, port)
            except ValueError:
                call.hangup(self._client)
                reason = "failed"
            else:
                return leg
        await self.ports.release(port)
        return reason

    async def _answered(self, call: OutgoingCall, seconds: float) -> str:
        again = asyncio.create_task(self._ask_again(call))
        try:
            await call.wait_answered(seconds)
        except TimeoutError:
            call.cancel(self._client)
            return "no_answer"
        except RuntimeError:
            code = call._reject_code  # noqa: SLF001 - the error holds it in its words only
            return "busy" if code in _BUSY else "no_answer" if code in _NOBODY else "failed"
        except asyncio.CancelledError:
            call.cancel(self._client)
            raise
        finally:
            again.cancel()
            self._client.heard_of.discard(call.call_id)
        return ""

    async def _ask_again(self, call: OutgoingCall) -> None:
        for pause in RESEND:
            await asyncio.sleep(pause)
            if call.call_id in self._client.heard_of:
                return
            self._udp.send(call.invite, call.remote_addr)

    async def _outgoing(self, call: OutgoingCall, port: int) -> SipLeg:
        if call.sdp_answer is None:
            raise ValueError("no answer of sound")
        agreed = accepted(call.sdp_answer)
        if not self.allowed(agreed.remote[0]):
            raise ValueError("sound to a stranger")
        leg = SipLeg(self, agreed, port)
        leg.outgoing = call
        self.legs[call.call_id] = leg
        await leg.open_media()
        return leg


def _number_in(uri: str) -> str:
    """Return the claimed number or name, without what could not stand in a log or a page."""
    try:
        user = parse_uri(uri).user or ""
    except Exception:  # noqa: BLE001 - it is foreign text
        return ""
    return _CLAIMED.sub("", user)[:40]
