"""What an agent's browser needs to be a telephone of Asterisk."""

import json
from urllib.parse import urlsplit

from walletdesk.integrations.asterisk.types import AsteriskConfig, browser_name


def sip_account(config: AsteriskConfig, membership: int, driver: str = "asterisk") -> str:
    """Return where and as whom an agent's browser registers, as JSON.

    Empty when another driver carries the call or browsers do not reach Asterisk. The password
    opens a telephone that may call nobody.
    """
    if driver != "asterisk" or not config.wss or not config.secret:
        return ""
    account = {
        "wss": config.wss,
        "domain": urlsplit(config.wss).hostname or "",
        "user": browser_name(membership),
        "password": config.agent_password(membership),
    }
    return json.dumps(account)
