"""One request to a carrier. What counts is whether it may have taken the SMS over."""

from collections.abc import Mapping
from typing import Any

import httpx

from walletdesk.channels.delivery.types import Postponed, Result, Unclear

SECONDS = 15.0
MOST_BYTES = 1 << 20
Answer = tuple[int, Mapping[str, Any]]


def post(url: str, form: Mapping[str, str], auth: tuple[str, str] | None = None) -> Answer | Result:
    """Post a form and return status and JSON, or what became of it without an answer.

    A connection that never came about handed nothing over. After that nobody knows: neither carrier
    recognises a repetition, so the delivery is unclear and is not repeated by itself.
    """
    try:
        with (
            httpx.Client(timeout=SECONDS, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", url, data=dict(form), auth=auth) as answer,
        ):
            body = b""
            for part in answer.iter_bytes():
                body += part
                if len(body) > MOST_BYTES:
                    return Unclear("too_large")
            told = httpx.Response(answer.status_code, content=body).json()
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol):
        return Postponed("unreachable")
    except (httpx.HTTPError, ValueError, RecursionError):
        return Unclear()
    return answer.status_code, told if isinstance(told, dict) else {}


def busy(status: int) -> Postponed | None:
    """Return that a carrier asks for patience: it has taken nothing over."""
    return Postponed("busy", str(status), 60) if status in (429, 503) else None
