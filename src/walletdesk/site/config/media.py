"""The settings of the media process: ways through the network, and the SIP line."""

import ipaddress
import re
from collections.abc import Iterator
from typing import Final

from walletdesk.integrations.embedded_voice.config import SipConfig
from walletdesk.site.config.reading import WrongValueError
from walletdesk.voice.ice import IceServer

_ICE: Final = re.compile(
    r"(?P<scheme>stuns?|turns?):(?:(?P<user>[^:@\s]+):(?P<secret>[^@\s]+)@)?"
    r"(?P<host>[A-Za-z0-9.\[\]:_-]+(?:\?transport=(?:udp|tcp))?)"
)
_ADDRESS: Final = re.compile(
    r"(?P<host>[0-9.]+|\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+):(?P<port>[0-9]{1,5})"
)
_TRUNK: Final = re.compile(r"(?:(?P<user>[^:@\s]+)(?::(?P<secret>[^@\s]+))?@)?(?P<address>[^@\s]+)")
_PORTS: Final = re.compile(r"([0-9]{4,5})-([0-9]{4,5})")
_PREFIX: Final = re.compile(r"\+?[0-9]{1,12}")


def ice(text: str) -> tuple[IceServer, ...]:
    """Return the STUN and TURN servers; none by default."""
    found = []
    for each in text.replace(",", " ").split():
        parts = _ICE.fullmatch(each)
        if not parts or (parts["scheme"].startswith("turn") and not parts["user"]):
            raise WrongValueError(
                "holds what is no server of this kind.",
                "Write turn:user:secret@turn.example.com:3478 or stun:stun.example.com.",
            )
        url = f"{parts['scheme']}:{parts['host']}"
        found.append(IceServer(url, parts["user"] or "", parts["secret"] or ""))
    return tuple(found)


def listen(text: str) -> tuple[str, int] | None:
    """Return where SIP is listened for; None when it is off."""
    return _address(text, "Write it as 127.0.0.1:5060, or leave it out.") if text else None


def _address(text: str, example: str) -> tuple[str, int]:
    parts = _ADDRESS.fullmatch(text)
    if not parts or not 0 < int(parts["port"]) < 65536:
        raise WrongValueError("is no address with a port.", example)
    return parts["host"].strip("[]"), int(parts["port"])


def allow(text: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    """Return the networks that may speak SIP to us."""
    try:
        return tuple(ipaddress.ip_network(each) for each in text.replace(",", " ").split())
    except ValueError as error:
        example = "Write addresses or networks, as 203.0.113.7 198.51.100.0/28."
        raise WrongValueError("holds what is no address.", example) from error


def advertise(text: str) -> str:
    """Return the address that the trunk shall send sound to, when it is not the one listened on."""
    try:
        return str(ipaddress.ip_address(text)) if text else ""
    except ValueError as error:
        raise WrongValueError("is no IP address.", "Write it as 203.0.113.7.") from error


def ports(text: str) -> tuple[int, int]:
    """Return the range of UDP ports for sound; two for each call."""
    parts = _PORTS.fullmatch(text)
    if not parts or not 1024 <= int(parts[1]) < int(parts[2]) - 1 < 65535:
        raise WrongValueError("is no range of ports.", "Write it as 20000-20399.")
    return int(parts[1]), int(parts[2])


def trunk(text: str) -> tuple[str, str, tuple[str, int]] | None:
    """Return user, secret and address of the trunk; None when there is none."""
    if not text:
        return None
    example = "Write it as user:secret@203.0.113.7:5060, or as 203.0.113.7:5060."
    parts = _TRUNK.fullmatch(text)
    if not parts:
        raise WrongValueError("cannot be read.", example)
    return parts["user"] or "", parts["secret"] or "", _address(parts["address"], example)


def dial(text: str) -> tuple[str, ...]:
    """Return how the numbers begin that may be called; none by default."""
    found = tuple(text.replace(",", " ").split())
    if not all(_PREFIX.fullmatch(each) for each in found):
        raise WrongValueError("holds what begins no number.", "Write them as +49 +41.")
    return found


def missing(sip: SipConfig | None) -> Iterator[tuple[str, str, str]]:
    """Yield (setting, what is wrong, way out) for what does not fit together."""
    if sip is None:
        return
    if not sip.allow:
        yield (
            "WALLETDESK_VOICE_SIP_ALLOW",
            "is missing: a telephone line that listens to everybody is called by everybody.",
            "Name the addresses of your trunk or switchboard.",
        )
    if sip.host in ("0.0.0.0", "::") and not sip.advertise:  # noqa: S104 - refused, not bound
        yield (
            "WALLETDESK_VOICE_SIP_ADVERTISE",
            "is missing: a trunk cannot send calls and sound to every address of ours.",
            "Name the one that the trunk reaches, or listen there only.",
        )
    if sip.register and not (sip.trunk and sip.user):
        yield (
            "WALLETDESK_VOICE_SIP_TRUNK",
            "is missing: there is nobody to register with.",
            "Write it as user:secret@203.0.113.7:5060.",
        )
