"""One IMAP mailbox (RFC 3501, IDLE: RFC 2177), so that a crash loses and doubles nothing.

Mails are read with BODY.PEEK[], which changes nothing on the server; `done_with` marks or moves
them once they are on our disk.
"""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Self

from imapclient import SEEN, IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from walletdesk.integrations.email.models import MailAccount
from walletdesk.integrations.email.oauth import AccessToken, TokenRefused, fetch_token
from walletdesk.integrations.email.rules import MOST_BYTES
from walletdesk.integrations.email.vault import open_fields
from walletdesk.kit.errors import DomainError

CONNECT_SECONDS = 15.0
READ_SECONDS = 60.0
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
MOVE = b"MOVE"
IDLE = b"IDLE"
NOT_GIVEN = "not_given"


class ImapTrouble(DomainError):
    """The mailbox cannot be read. Field `why`: a stable code, worded by the settings.

    `lasting` ones will not go away by trying again soon.
    """

    code: ClassVar[str] = "imap"

    @property
    def why(self) -> str:
        """The code."""
        return str(self.fields["why"])

    @property
    def lasting(self) -> bool:
        """Whether somebody has to do something about it."""
        return self.why in {"login_refused", "oauth_refused", "no_folder", "certificate", "plain"}


@dataclass(frozen=True, slots=True)
class Fetched:
    """A mail on the server. `arrived` is when the server got it."""

    uid: int
    raw: bytes
    arrived: datetime | None


class Mailbox:
    """A signed-in connection with its folder selected. Use it as a context."""

    def __init__(self, client: IMAPClient, folder: str, uidvalidity: int, uidnext: int) -> None:
        self._client = client
        self.folder = folder
        self.uidvalidity = uidvalidity
        self.uidnext = uidnext
        self.can_idle = client.has_capability("IDLE")
        self._can_move = client.has_capability("MOVE")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(IMAPClientError, OSError):
            self._client.logout()

    def uids_after(self, last: int) -> list[int]:
        """Return the numbers of the mails after one, ascending."""
        with _explained():
            found = self._client.search(["UID", f"{last + 1}:*"])
        # "n:*" names the last mail even when its number is lower (RFC 3501 section 6.4.8).
        return sorted(uid for uid in found if uid > last)

    def unseen(self) -> list[int]:
        """Return the numbers of the mails that nobody has read, ascending."""
        with _explained():
            return sorted(self._client.search(["UNSEEN"]))

    def fetch(self, uid: int) -> Fetched | None:
        """Return a mail, None when somebody removed it. At most MOST_BYTES of it are read.

        Raises ImapTrouble: NOT_GIVEN when the server refuses this one and the connection stands.
        """
        part = f"BODY.PEEK[]<0.{MOST_BYTES}>"
        got: dict[int, dict[bytes, Any]]
        with _explained():
            try:
                got = self._client.fetch([uid], [part, "INTERNALDATE"])
            except IMAPClientAbortError:
                raise
            except IMAPClientError as error:
                raise ImapTrouble(why=NOT_GIVEN) from error
        fields = got.get(uid)
        if not fields:
            return None
        raw = next((v for k, v in fields.items() if k.startswith(b"BODY[]")), None)
        arrived = fields.get(b"INTERNALDATE")
        if arrived is not None:
            arrived = arrived.astimezone(UTC)
        return Fetched(uid, bytes(raw), arrived) if raw is not None else None

    def done_with(self, uid: int, move_to: str) -> None:
        """Mark a mail as read, or move it to a folder. Doing it twice is no error."""
        with _explained():
            self._client.add_flags([uid], [SEEN], silent=True)
            if not move_to:
                return
            if not self._client.folder_exists(move_to):
                self._client.create_folder(move_to)
            if self._can_move:
                self._client.move([uid], move_to)
            else:
                self._client.copy([uid], move_to)
                self._client.delete_messages([uid], silent=True)
                self._client.expunge([uid])

    def begin_idle(self) -> None:
        """Ask the server to tell of news."""
        with _explained():
            self._client.idle()

    def news(self, seconds: float) -> bool:
        """Tell whether the server told of news within so many seconds."""
        with _explained():
            said = self._client.idle_check(timeout=seconds)
        return any(len(line) > 1 and line[1] in {b"EXISTS", b"RECENT"} for line in said)

    def end_idle(self) -> None:
        """Stop listening: before any other command."""
        with _explained():
            self._client.idle_done()


def open_mailbox(account: MailAccount, token: AccessToken | None = None) -> Mailbox:
    """Connect, sign in and select the folder. Raises ImapTrouble.

    Certificates are checked. Without encryption only this machine's own servers are spoken to: a
    password would be read on the way.
    """
    settings = account.in_settings
    host, port = str(settings.get("host", "")), int(settings.get("port") or 993)
    security = settings.get("security", "tls")
    if security == "none" and host not in LOOPBACK:
        raise ImapTrouble(why="plain")
    context = ssl.create_default_context(cafile=settings.get("ca_file") or None)
    timeout = SocketTimeout(CONNECT_SECONDS, READ_SECONDS)
    with _explained():
        client = IMAPClient(
            host, port=port, ssl=security == "tls", ssl_context=context, timeout=timeout
        )
    try:
        with _explained():
            if security == "starttls":
                client.starttls(context)
            _sign_in(client, account, token)
            folder = str(settings.get("folder") or "INBOX")
            return _selected(client, folder)
    except BaseException:
        with suppress(IMAPClientError, OSError):
            client.shutdown()
        raise


def _sign_in(client: IMAPClient, account: MailAccount, token: AccessToken | None) -> None:
    user = str(account.in_settings.get("username", ""))
    try:
        if account.in_settings.get("auth", "password") == "password":
            secrets = open_fields(account.in_secrets, ref=account.ref, column="in_secrets")
            client.login(user, secrets.get("password", ""))
        else:
            client.oauth2_login(user, (token or fetch_token(account)).text)
    except LoginError:
        raise ImapTrouble(why="login_refused") from None
    except TokenRefused as refused:
        raise ImapTrouble(why=refused.fields["why"]) from None


def _selected(client: IMAPClient, folder: str) -> Mailbox:
    try:
        told = client.select_folder(folder)
    except IMAPClientError as error:
        raise ImapTrouble(why="no_folder") from error
    return Mailbox(
        client, folder, int(told.get(b"UIDVALIDITY", 0)), int(told.get(b"UIDNEXT", 0) or 0)
    )


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what a network and a library raise into the codes of ImapTrouble."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise ImapTrouble(why="certificate") from error
    except ssl.SSLError as error:
        raise ImapTrouble(why="tls") from error
    except (TimeoutError, socket.timeout) as error:  # noqa: UP041 - imapclient's may be either
        raise ImapTrouble(why="too_slow") from error
    except socket.gaierror as error:
        raise ImapTrouble(why="no_such_host") from error
    except OSError as error:
        raise ImapTrouble(why="unreachable") from error
    except IMAPClientError as error:
        raise ImapTrouble(why="cut_off") from error
