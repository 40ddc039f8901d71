"""Addresses in settings, taken apart. What was given is not repeated: it may hold a secret."""

import ipaddress
from typing import Final
from urllib.parse import SplitResult, urlsplit

from walletdesk.site.config.reading import WrongValueError

HTTP: Final = ("http", "https")


def taken_apart(text: str, example: str) -> SplitResult:
    """Return an address's parts; its port can be read then. Raises WrongValueError."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise WrongValueError("cannot be read as an address.", example) from None
    if port == 0:
        raise WrongValueError("leads to port 0, where nobody listens.", example)
    return parts


def on_the_web(text: str, example: str, schemes: tuple[str, ...] = HTTP) -> SplitResult:
    """Return the parts of an address with a host and without anybody's name and password."""
    parts = taken_apart(text, example)
    if parts.scheme not in schemes or not parts.hostname or "@" in parts.netloc:
        raise WrongValueError("is no web address.", example)
    return parts


def is_private(parts: SplitResult) -> bool:
    """Whether nobody on the way can read along: https, or http that stays on this machine."""
    if parts.scheme == "https" or parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
