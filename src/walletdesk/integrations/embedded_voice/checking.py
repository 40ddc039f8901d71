"""Whether the embedded driver can carry calls: `walletdesk voice check` asks."""

import asyncio
import ipaddress
import logging
import secrets
import tempfile
from collections.abc import AsyncIterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import httpx
from django.conf import settings

from walletdesk.integrations.embedded_voice.config import MediaConfig, SipConfig
from walletdesk.integrations.embedded_voice.mark import read_mark
from walletdesk.voice.findings import ERROR, OK, WARNING, Finding
from walletdesk.voice.ice import IceServer

_PARTS: Final = ("aiortc", "aiortp", "aiosipua")
_SECONDS: Final = 10.0  # for each thing that answers over the network
_ANSWER_SECONDS: Final = 3.0  # of a trunk to a question that it may ignore
_OPTIONS: Final = (
    "OPTIONS sip:{host} SIP/2.0\r\nVia: SIP/2.0/UDP {own}:{port};branch=z9hG4bK{mark};rport\r\n"
    "Max-Forwards: 70\r\nFrom: <sip:check@{own}>;tag={mark}\r\nTo: <sip:{host}>\r\n"
    "Call-ID: {mark}\r\nCSeq: 1 OPTIONS\r\nContact: <sip:check@{own}:{port}>\r\n"
    "Content-Length: 0\r\n\r\n"
)


async def check() -> list[Finding]:
    """Look at the media process of the settings. Never raises for what is wrong with it."""
    return [found async for found in check_media(settings.WALLETDESK.media)]


async def check_media(config: MediaConfig) -> AsyncIterator[Finding]:
    """Yield what is there and what is missing: wheels, process, ways through, line, a call."""
    if any(find_spec(part) is None for part in _PARTS):
        yield Finding(ERROR, "Its libraries are not installed.", "pip install 'walletdesk[voice]'")
        return
    yield await _process(config)
    for server in config.ice:
        yield await _way(server)
    if config.sip is not None:
        yield _line(config.sip)
        if config.sip.trunk is not None:
            yield await _trunk(config.sip.host, config.sip.trunk)
            if config.sip.register:
                yield await _registration(config.sip, config.sip.trunk)
    yield await _own_call()


async def _process(config: MediaConfig) -> Finding:
    mark = read_mark(config.mark)
    if mark is None and config.sip is None:
        return Finding(OK, "The media process sleeps; the first call wakes it.")
    if mark is None:
        return Finding(WARNING, "The media process does not run.", "Start it: walletdesk up.")
    headers = {"X-Walletdesk-Media": mark.secret}
    url = f"http://127.0.0.1:{mark.port}/voice/media/open"
    try:
        async with httpx.AsyncClient(timeout=_SECONDS, trust_env=False) as client:
            answer = await client.post(url, json={"token": ""}, headers=headers)
    except httpx.HTTPError:
        return Finding(ERROR, "The media process does not answer.", "Look at voice.log.")
    if answer.status_code != httpx.codes.UNAUTHORIZED:  # it wants a token: it is ours
        return Finding(ERROR, "Something else answers in its place.", "Start walletdesk anew.")
    return Finding(OK, f"The media process answers; {config.legs} browsers may speak at a time.")


async def _way(server: IceServer) -> Finding:
    """Ask a STUN or TURN server for what a call would ask it."""
    from aiortc import (  # noqa: PLC0415 - the extra may be missing
        RTCIceGatherer,
        RTCIceServer,
        RTCIceTransport,
    )

    relays = server.url.startswith("turn")
    asked = RTCIceGatherer([RTCIceServer(server.url, server.user or None, server.secret or None)])
    try:
        async with asyncio.timeout(_SECONDS):
            await asked.gather()
        kinds = {each.type for each in asked.getLocalCandidates()}
    except (OSError, TimeoutError, ValueError):
        kinds = set()
    finally:
        await RTCIceTransport(asked).stop()  # it closes what was gathered
    if ("relay" if relays else "srflx") in kinds:
        return Finding(OK, f"{server.url} answers" + (" and relays sound." if relays else "."))
    if not relays:
        return Finding(WARNING, f"{server.url} tells nothing new.", "Is it beyond the same NAT?")
    way_out = "Look at its address, its user and secret, and UDP to it (WALLETDESK_VOICE_ICE)."
    return Finding(ERROR, f"{server.url} does not relay sound.", way_out)


def _line(sip: SipConfig) -> Finding:
    text = f"Telephones are listened for at {sip.host}:{sip.port}"
    try:
        if ipaddress.ip_address(sip.host).is_loopback:
            return Finding(OK, f"{text}: this machine only.")
    except ValueError:
        pass
    if any(network.prefixlen == 0 for network in sip.allow):
        return Finding(ERROR, f"{text}, for everybody.", "Name the trunk: ..._VOICE_SIP_ALLOW.")
    return Finding(OK, f"{text}, for {', '.join(map(str, sip.allow))}.")


async def _trunk(own: str, trunk: tuple[str, int]) -> Finding:
    """Ask the trunk whether it is there (RFC 3261, section 11); some answer their own only."""
    loop, answer = asyncio.get_running_loop(), asyncio.get_running_loop().create_future()

    class Asking(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, _addr: object) -> None:
            if data.startswith(b"SIP/2.0 ") and not answer.done():
                answer.set_result(data[8:11].decode("ascii", "replace"))

    where = f"{trunk[0]}:{trunk[1]}"
    try:
        transport, _ = await loop.create_datagram_endpoint(Asking, remote_addr=trunk)
    except OSError:
        return Finding(ERROR, f"The trunk {where} has no address.", "Is its name written right?")
    try:
        port = transport.get_extra_info("sockname")[1]
        mark = secrets.token_hex(8)
        asked = _OPTIONS.format(host=where, own=own, port=port, mark=mark)
        transport.sendto(asked.encode())
        async with asyncio.timeout(_ANSWER_SECONDS):
            return Finding(OK, f"The trunk {where} answers ({await answer}).")
    except TimeoutError:
        return Finding(
            WARNING, f"The trunk {where} does not answer a question.", "Some answer calls only."
        )
    finally:
        transport.close()


async def _registration(sip: SipConfig, trunk: tuple[str, int]) -> Finding:
    """Ask the trunk, as the user of the settings, where it sends our calls."""
    from walletdesk.integrations.embedded_voice.registering import (  # noqa: PLC0415 - as above
        address_of,
        registered_at,
    )

    look = "Look at user and secret: WALLETDESK_VOICE_SIP_TRUNK."
    try:
        status, held = await registered_at(sip, trunk)
        there, _port = await address_of(*trunk)
    except OSError:
        return Finding(ERROR, f"The trunk does not let {sip.user} register: no answer.", look)
    if status != httpx.codes.OK:
        return Finding(ERROR, f"The trunk does not let {sip.user} register ({status}).", look)
    if not any(ipaddress.ip_address(there) in network for network in sip.allow):
        text = f"The trunk's address {there} is not allowed: what it answers is dropped."
        return Finding(ERROR, text, "Add it to WALLETDESK_VOICE_SIP_ALLOW.")
    if (sip.advertise or sip.host, sip.port) not in held:
        text = f"The trunk knows {sip.user} and holds no address of ours: it sends no calls."
        return Finding(WARNING, text, "Does the media process run? Look at voice.log.")
    return Finding(OK, f"Registered at the trunk as {sip.user}.")


async def _own_call() -> Finding:
    """Call a driver of one's own once, by SIP on this machine: a tone there, a key back."""
    from walletdesk.integrations.embedded_voice.own_call import (  # noqa: PLC0415 - as above
        own_call,
    )

    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)  # its comings and goings
    try:
        with tempfile.TemporaryDirectory() as folder:
            async with asyncio.timeout(_SECONDS):
                await own_call(Path(folder))
    except TimeoutError:
        return Finding(ERROR, "Its own call was not heard.", "Does a firewall close loopback?")
    except (OSError, RuntimeError) as error:
        return Finding(ERROR, f"Its own call failed: {type(error).__name__}.", "Look at loopback.")
    return Finding(OK, "It called itself once: a tone was heard, a key came back.")
