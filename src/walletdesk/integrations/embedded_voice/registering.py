"""Registration at a trunk (RFC 3261, section 10), where the trunk asks for it.

Kept while the listener runs, renewed before it is over, taken back when it stops: then the trunk
sends no calls to where nobody listens.
"""

import asyncio
import logging
import socket
from collections.abc import Iterator
from typing import Final

from aiosipua import Registration, SipDigestAuth, SipUAC
from aiosipua.auth import answer_challenge
from aiosipua.message import SipMessage, SipResponse
from aiosipua.registration import RegistrationState
from aiosipua.utils import generate_branch, generate_call_id, generate_tag

from walletdesk.integrations.embedded_voice.config import SipConfig

log = logging.getLogger(__name__)

AGAIN: Final = 30.0
LONGEST: Final = 900.0  # who is refused again and again is taken for somebody who guesses
FAREWELL: Final = 2.0
ANSWER: Final = 3.0
_ASKED: Final = {401, 407}


def pauses() -> Iterator[float]:
    """Yield how long to wait after each refusal in a row."""
    pause = AGAIN
    while True:
        yield pause
        pause = min(2 * pause, LONGEST)


async def address_of(host: str, port: int) -> tuple[str, int]:
    """Return an address by numbers: packets go to no other. Raises OSError for an unknown name."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_DGRAM)
    # The listener's socket is of one family, mostly IPv4.
    (*_, address) = min(found, key=lambda each: each[0] != socket.AF_INET)
    return str(address[0]), int(address[1])


class Registering:
    """Our address at the trunk's registrar."""

    def __init__(self, client: SipUAC, config: SipConfig, trunk: tuple[str, int]) -> None:
        self._trunk = trunk
        self._entry = Registration(
            client,
            f"sip:{config.user}@{trunk[0]}",
            trunk,
            auth=SipDigestAuth(config.user, config.secret),
        )
        self._entry.on_failed = lambda _entry, status, _why: log.warning(
            "the trunk refuses the registration: %s", status
        )
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Register, and see to it that it stays so."""
        self._task = asyncio.create_task(self._stay())

    async def _stay(self) -> None:
        entry, refused = self._entry, pauses()
        while True:
            if entry.state is RegistrationState.REGISTERED:
                refused = pauses()
            else:
                await self._register()
            pause = next(refused) if entry.state is RegistrationState.FAILED else AGAIN
            await asyncio.sleep(pause)

    async def _register(self) -> None:
        try:
            self._entry.registrar = await address_of(*self._trunk)
        except OSError:
            log.warning("the trunk's name has no address")
            return
        self._entry.register()

    def _state(self) -> RegistrationState:
        return self._entry.state

    async def stop(self) -> None:
        """Take the registration back; a trunk that is silent is not waited for."""
        if self._task is not None:
            self._task.cancel()
        if self._state() not in (RegistrationState.REGISTERED, RegistrationState.REGISTERING):
            return
        self._entry.unregister()
        gone = RegistrationState.UNREGISTERED
        try:
            async with asyncio.timeout(FAREWELL):
                while self._state() is not gone:  # noqa: ASYNC110 - it tells nobody
                    await asyncio.sleep(0.02)
        except TimeoutError:
            log.warning("the trunk did not hear that we leave")


# --- asking what is registered ------------------------------------------------------------------


class _Line(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.heard: asyncio.Queue[bytes | OSError] = asyncio.Queue()

    def datagram_received(self, data: bytes, _addr: object) -> None:
        self.heard.put_nowait(data)

    def error_received(self, exc: Exception) -> None:
        self.heard.put_nowait(OSError(str(exc)))


async def registered_at(sip: SipConfig, trunk: tuple[str, int]) -> tuple[int, set[tuple[str, int]]]:
    """Ask the registrar which addresses it holds for us; changes none of them (section 10.2.3).

    Returns its answer, and the addresses. Raises OSError (TimeoutError too) when there is none.
    """
    loop = asyncio.get_running_loop()
    line = _Line()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: line, remote_addr=await address_of(*trunk)
    )
    try:
        own = "{}:{}".format(*transport.get_extra_info("sockname")[:2])
        dialog = (generate_call_id(own), generate_tag())
        uri, number, proof = f"sip:{trunk[0]}", 1, ""
        while True:
            request = _question(sip, uri, own, (*dialog, number, proof))
            transport.sendto(request.encode())
            answer = await _final(line, number)
            if proof or answer.status_code not in _ASKED:
                return answer.status_code, set(_addresses(answer))
            auth = SipDigestAuth(sip.user, sip.secret)
            proven = answer_challenge(auth, answer, answer.status_code, "REGISTER", uri)
            if proven is None:
                return answer.status_code, set()
            number, proof = 2, "{}: {}\r\n".format(*proven)
    finally:
        transport.close()


def _question(sip: SipConfig, uri: str, own: str, of: tuple[str, str, int, str]) -> str:
    call, tag, number, proof = of
    who = f"<sip:{sip.user}@{uri.partition(':')[2]}>"
    return (
        f"REGISTER {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch={generate_branch()};rport\r\n"
        f"Max-Forwards: 70\r\nFrom: {who};tag={tag}\r\nTo: {who}\r\nCall-ID: {call}\r\n"
        f"CSeq: {number} REGISTER\r\n{proof}Content-Length: 0\r\n\r\n"
    )


async def _final(line: _Line, number: int) -> SipResponse:
    async with asyncio.timeout(ANSWER):
        while True:
            heard = await line.heard.get()
            if isinstance(heard, OSError):
                raise heard
            try:
                answer = SipMessage.parse(heard)
            except ValueError:
                continue
            ours = (answer.get_header("cseq") or "").split()[:1] == [str(number)]
            if isinstance(answer, SipResponse) and ours and answer.status_code >= 200:
                return answer


def _addresses(answer: SipResponse) -> Iterator[tuple[str, int]]:
    for contact in answer.contact:
        if contact.uri is not None:
            yield contact.uri.host, contact.uri.port or 5060
