"""What the driver is told: where Asterisk is, and how agents and the trunk are dialled."""

import hashlib
import hmac
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

APP: Final = "walletdesk"
"""Our name in Asterisk: of the ARI user and of the one application that all numbers lead to."""

EXAMPLE_SECRET: Final = "put-a-secret-of-your-own-here"  # noqa: S105 - it opens nothing
"""What stands in deploy/asterisk; no installation starts with it."""


@dataclass(frozen=True, slots=True)
class AsteriskConfig:
    """Where Asterisk is. Without `url` and `secret` there is none."""

    url: str = ""  # of its HTTP server, such as http://127.0.0.1:8088
    secret: str = field(default="", repr=False)  # ARI password; agents' passwords come from it
    sounds: Path = Path("sounds")  # a folder that we write and Asterisk reads
    wss: str = ""  # where browsers reach its /ws, such as wss://desk.example.com/sip/ws
    trunk: str = ""  # host[:port] of the trunk; no calls go out without one

    def agent_password(self, membership: int) -> str:
        """Return the SIP password of an agent's telephones, which stands in no table."""
        key = f"walletdesk:sip:{membership}".encode()
        return hmac.new(self.secret.encode(), key, hashlib.sha256).hexdigest()[:32]

    @property
    def host(self) -> str:
        """The trunk's host without its port."""
        return self.trunk.rpartition(":")[0] or self.trunk


def browser_name(membership: int) -> str:
    """Return the SIP name of an agent's browser."""
    return f"browser-{membership}"


def telephone_name(membership: int) -> str:
    """Return the SIP name of an agent's own telephone."""
    return f"telephone-{membership}"
