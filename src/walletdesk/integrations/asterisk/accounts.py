"""What an agent's browser needs to be a telephone of Asterisk."""

from collections.abc import Iterable
from typing import TypedDict
from urllib.parse import urlsplit

from walletdesk.integrations.asterisk.types import AsteriskConfig, browser_name
from walletdesk.voice.ice import IceServer, for_browser


class SipAccount(TypedDict):
    """Where to register, and as whom. The password opens a telephone that may call nobody."""

    wss: str
    domain: str
    user: str
    password: str
    ice: list[dict[str, str]]


def sip_account(
    config: AsteriskConfig, membership: int, ice: Iterable[IceServer] = ()
) -> SipAccount | None:
    """Return an agent's account, None when browsers do not reach Asterisk."""
    if not config.wss or not config.secret:
        return None
    return SipAccount(
        wss=config.wss,
        domain=urlsplit(config.wss).hostname or "",
        user=browser_name(membership),
        password=config.agent_password(membership),
        ice=for_browser(ice),
    )
