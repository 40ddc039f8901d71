"""Our own LMTP (RFC 2033) or SMTP listener, behind the mail server of the site. Off unless set.

A recipient must be an address of an account; the answer to DATA comes after the mail is on the
disk; without database or store the sender is asked to come again (4xx).
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import Error, close_old_connections

from walletdesk.integrations.email.models import MailAccount
from walletdesk.integrations.email.queries import account_for_recipient
from walletdesk.integrations.email.receiving import NULL_SENDER, receive_mail
from walletdesk.integrations.email.rules import MOST_BYTES
from walletdesk.integrations.email.types import Envelope as Cover
from walletdesk.integrations.email.types import Source
from walletdesk.kit import clock
from walletdesk.kit.errors import DomainError

log = logging.getLogger("walletdesk.mail")

AT_ONCE = 4  # mails at work in a process; others wait with their data
IDLE_SECONDS = 60.0
RECIPIENTS = 50
LINE_BYTES = 1_000_000  # RFC 5321 allows 1,000, and mails do not keep to it
OK = "250 2.0.0 taken"
LATER = "451 4.3.0 not now: come again"
NOBODY = "550 5.1.1 nobody reads mail at this address here"
TOO_MANY = "452 4.5.3 too many recipients"


class Handler:
    """What happens at each step of the dialogue (aiosmtpd calls these by name)."""

    def __init__(self, *, lmtp: bool) -> None:
        self.lmtp = lmtp
        self._places = asyncio.Semaphore(AT_ONCE)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Take a recipient that is an account's address."""
        if len(envelope.rcpt_tos) >= RECIPIENTS:
            return TOO_MANY
        try:
            found = await asyncio.to_thread(_looked_up, address)
        except Error:
            return LATER
        if found is None:
            return NOBODY
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Answer after the commit: LMTP once for each recipient, SMTP once for all."""
        async with self._places:
            answer = await asyncio.to_thread(self._take, session, envelope)
        return "\r\n".join([answer] * len(envelope.rcpt_tos)) if self.lmtp else answer

    def _take(self, session: Session, envelope: Envelope) -> str:
        cover = Cover(
            mail_from=envelope.mail_from or NULL_SENDER,
            rcpt=tuple(envelope.rcpt_tos),
            peer="" if self.lmtp else _peer(session),
            helo="" if self.lmtp else str(session.host_name or ""),
            source=Source.LMTP if self.lmtp else Source.SMTP,
            arrived=clock.now(),
        )
        raw = envelope.original_content or b""
        try:
            for account in _accounts(envelope.rcpt_tos):
                receive_mail(account=account, raw=raw, envelope=cover)
        except (Error, DomainError) as error:
            log.warning("a mail is asked for again: %s", type(error).__name__)
            return LATER
        finally:
            close_old_connections()
        return OK


def _looked_up(address: str) -> MailAccount | None:
    try:
        return account_for_recipient(address)
    finally:
        close_old_connections()


def _accounts(addresses: Sequence[str]) -> list[MailAccount]:
    found = {a.pk: a for address in addresses if (a := account_for_recipient(address))}
    return list(found.values())


def _peer(session: Session) -> str:
    peer: object = session.peer
    return str(peer[0]) if isinstance(peer, tuple) else ""


class _Lmtp(LMTP):
    line_length_limit = LINE_BYTES


class _Smtp(SMTP):
    line_length_limit = LINE_BYTES


def _protocol(handler: Handler, *, lmtp: bool) -> SMTP:
    limits: dict[str, Any] = {
        "data_size_limit": MOST_BYTES,
        "enable_SMTPUTF8": True,
        "ident": "walletdesk",
        "timeout": IDLE_SECONDS,
    }
    return (_Lmtp if lmtp else _Smtp)(handler, hostname="walletdesk", **limits)


async def listen(address: str) -> asyncio.Server:
    """Return a server that listens at lmtp://host:port or smtp://host:port. Raises OSError."""
    parts = urlsplit(address)
    lmtp = parts.scheme == "lmtp"
    handler = Handler(lmtp=lmtp)
    loop = asyncio.get_running_loop()
    return await loop.create_server(
        lambda: _protocol(handler, lmtp=lmtp), host=parts.hostname, port=parts.port or 0
    )
