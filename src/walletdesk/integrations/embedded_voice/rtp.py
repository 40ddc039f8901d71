"""Sound of a telephone: one RTP session (aiortp) that listens to known addresses only."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from aiortp import RTPSession
from aiosipua.sdp import SdpMessage, negotiate_sdp, parse_sdp
from aiosipua.sdp_negotiate import SdpNegotiationError

from walletdesk.integrations.embedded_voice.audio import Samples

log = logging.getLogger(__name__)

PCMU, PCMA = 0, 8
EVENTS = 101  # the payload type of RFC 4733 digits in our own offers


@dataclass(frozen=True, slots=True)
class Agreed:
    """What both ends agreed on. `remote`: where sound goes; `events`: type of digits, 0 = none."""

    answer: SdpMessage
    remote: tuple[str, int]
    payload: int
    events: int


def agree(offer: SdpMessage, host: str, port: int) -> Agreed:
    """Answer an offer with G.711 and, if it has them, RFC 4733 digits. Else ValueError."""
    remote = offer.rtp_address
    if remote is None or not 0 < remote[1] < 65536:
        raise ValueError("no address for sound")
    events = _events(offer)
    try:
        # The offer's own payload type for digits: many ends expect the same one back.
        answer, payload = negotiate_sdp(
            offer, host, port, [PCMU, PCMA], dtmf_payload_type=events or EVENTS
        )
    except SdpNegotiationError as error:
        raise ValueError("no codec in common") from error
    return Agreed(answer, remote, payload, events)


def accepted(answer: SdpMessage) -> Agreed:
    """Read the answer to our own offer. Raises ValueError when there is no common codec."""
    audio, remote = answer.audio, answer.rtp_address
    known = (
        [each.payload_type for each in audio.codecs if each.payload_type in {PCMU, PCMA}]
        if audio
        else []
    )
    if remote is None or not known:
        raise ValueError("no codec in common")
    return Agreed(answer, remote, known[0], _events(answer))


def offer_sdp(host: str, port: int) -> SdpMessage:
    """Return our own offer: G.711 of both laws, RFC 4733 digits."""
    family = "IP6" if ":" in host else "IP4"
    return parse_sdp(
        f"v=0\r\no=- {port} 1 IN {family} {host}\r\ns=-\r\nc=IN {family} {host}\r\nt=0 0\r\n"
        f"m=audio {port} RTP/AVP {PCMA} {PCMU} {EVENTS}\r\na=rtpmap:{PCMA} PCMA/8000\r\n"
        f"a=rtpmap:{PCMU} PCMU/8000\r\na=rtpmap:{EVENTS} telephone-event/8000\r\n"
        f"a=fmtp:{EVENTS} 0-15\r\na=ptime:20\r\na=sendrecv\r\n"
    )


def _events(sdp: SdpMessage) -> int:
    codecs = sdp.audio.codecs if sdp.audio else []
    named = [each for each in codecs if each.encoding_name.lower() == "telephone-event"]
    return named[0].payload_type if named else 0


class Sound(RTPSession):
    """A session that drops what strangers send and what cannot be read."""

    known: Callable[[str], bool] = staticmethod(lambda _host: True)

    def _handle_rtp(self, data: bytes, addr: tuple[str, int]) -> None:
        if not self.known(addr[0]):
            return
        try:
            super()._handle_rtp(data, addr)
        except Exception as error:  # noqa: BLE001 - whatever a stranger sends must not end a call
            log.info("a packet of sound could not be read: %s", type(error).__name__)


async def open_sound(
    agreed: Agreed,
    local: tuple[str, int],
    known: Callable[[str], bool],
    hear: Callable[[Samples], None],
    press: Callable[[str], None],
) -> Sound:
    """Let sound flow between `local` and the other end."""
    session = await Sound.create(
        local_addr=local,
        remote_addr=agreed.remote,
        payload_type=agreed.payload,
        dtmf_payload_type=agreed.events or EVENTS,
        jitter_prefetch=2,
    )
    if not isinstance(session, Sound):
        raise TypeError
    session.known = known
    session.on_audio = lambda pcm, _at: hear(np.frombuffer(pcm, np.int16))
    session.on_dtmf = lambda key, _duration: press(key)
    return session
