"""Access tokens for mailboxes at Google and Microsoft: refresh token in, access token out.

RFC 6749 section 6. Which address is asked is fixed by the provider's name; nothing that a stranger
wrote has a part in it.
"""

import time
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlsplit

import httpx

from walletdesk.integrations.email.actions.fetching import keep_refresh_token
from walletdesk.integrations.email.models import MailAccount
from walletdesk.integrations.email.vault import open_fields, seal_fields
from walletdesk.kit.errors import DomainError

TOKEN_ADDRESSES = {
    "google": "https://oauth2.googleapis.com/token",
    "microsoft": "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
}
SCOPES = {
    "google": "https://mail.google.com/",
    "microsoft": "https://outlook.office.com/IMAP.AccessAsUser.All"
    " https://outlook.office.com/SMTP.Send offline_access",
}
TIMEOUT = httpx.Timeout(10.0)
ANSWER_BYTES = 64 * 1024
MARGIN = 60.0  # seconds before its end in which an access token is not used any more
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class TokenRefused(DomainError):
    """The provider gives no token. Field `why`: oauth_refused (sign in anew) or oauth_down."""

    code: ClassVar[str] = "oauth_refused"


@dataclass(slots=True)
class AccessToken:
    """An access token and until when (monotonic seconds) it works. Lives in memory only."""

    text: str
    until: float

    @property
    def fresh(self) -> bool:
        """Whether it can still be used."""
        return time.monotonic() < self.until - MARGIN


def token_address(settings: dict[str, Any]) -> str:
    """Return where an account's tokens come from. Raises TokenRefused for an address not allowed.

    An address of one's own must be https, or this machine's.
    """
    own = settings.get("token_url", "")
    if not own:
        pattern = TOKEN_ADDRESSES.get(settings.get("auth", ""), "")
        return pattern.format(tenant=settings.get("tenant") or "common")
    parts = urlsplit(own)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return str(own)
    raise TokenRefused(why="oauth_refused")


def fetch_token(account: MailAccount) -> AccessToken:
    """Return a fresh access token. A rotated refresh token is sealed at once.

    Raises TokenRefused.
    """
    secrets = open_fields(account.in_secrets, ref=account.ref, column="in_secrets")
    settings = account.in_settings
    asked = {
        "grant_type": "refresh_token",
        "refresh_token": secrets.get("refresh_token", ""),
        "client_id": settings.get("client_id", ""),
        "scope": SCOPES.get(settings.get("auth", ""), ""),
    }
    if secrets.get("client_secret"):
        asked["client_secret"] = secrets["client_secret"]
    told = _ask(token_address(settings), asked)
    renewed = told.get("refresh_token")
    if isinstance(renewed, str) and renewed and renewed != secrets.get("refresh_token"):
        secrets["refresh_token"] = renewed
        account.in_secrets = seal_fields(secrets, ref=account.ref, column="in_secrets")
        keep_refresh_token(account=account, sealed=account.in_secrets)
    life = told.get("expires_in")
    seconds = float(life) if isinstance(life, int | float) and 0 < life < 1e6 else 300.0
    return AccessToken(str(told["access_token"]), time.monotonic() + seconds)


def _ask(address: str, asked: dict[str, str]) -> dict[str, Any]:
    try:
        with httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client:
            answer = client.post(address, data=asked)
        told = answer.json() if len(answer.content) <= ANSWER_BYTES else {}
    except (httpx.HTTPError, ValueError) as error:
        raise TokenRefused(why="oauth_down") from error
    if answer.status_code >= 500:
        raise TokenRefused(why="oauth_down")
    if answer.status_code != 200 or not isinstance(told, dict) or not told.get("access_token"):
        raise TokenRefused(why="oauth_refused")
    return told
