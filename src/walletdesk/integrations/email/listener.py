"""Our own LMTP (RFC 2033) or SMTP listener, behind the mail server of the site. Off unless set.

A recipient must be an address of an account; the answer to DATA comes after the mail is on the
disk; without database or store the sender is asked to come again (4xx).
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import Error, close_old_connections

from walletdesk.integrations.email.models import MailAccount
from walletdesk.integrations.email.queries import account_for_recipient
from walletdesk.integrations.email.receiving import NULL_SENDER, receive_mails
from walletdesk.integrations.email.rules import MOST_BYTES, MOST_TOGETHER, MOST_TOGETHER_BYTES
from walletdesk.integrations.email.types import Envelope as Cover
from walletdesk.integrations.email.types import Letter, Source
from walletdesk.kit import clock
from walletdesk.kit.errors import DomainError

log = logging.getLogger("walletdesk.mail")

AT_ONCE = 3  # batches at work in a process: a mail that takes long holds up one of them
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
        self._gathered: list[_Taken] = []
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
        cover = self._cover(session, envelope)
        answer = await self._taken(cover, envelope.original_content or b"")
        return "\r\n".join([answer] * len(envelope.rcpt_tos)) if self.lmtp else answer

    def _cover(self, session: Session, envelope: Envelope) -> Cover:
        return Cover(
            mail_from=envelope.mail_from or NULL_SENDER,
            rcpt=tuple(envelope.rcpt_tos),
            peer="" if self.lmtp else _peer(session),
            helo="" if self.lmtp else str(session.host_name or ""),
            source=Source.LMTP if self.lmtp else Source.SMTP,
            arrived=clock.now(),
        )

    async def _taken(self, cover: Cover, raw: bytes) -> str:
        """Have a mail taken in with those that wait beside it; return the answer."""
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._gathered.append(_Taken(Letter(raw, cover), answer))
        async with self._places:
            batch = _batch_of(self._gathered)
            if batch:
                answers = [LATER] * len(batch)
                try:
                    answers = await asyncio.to_thread(_take, [each.letter for each in batch])
                finally:
                    for each, told in zip(batch, answers, strict=True):
                        if not each.answer.done():
                            each.answer.set_result(told)
        return await answer


@dataclass(frozen=True, slots=True)
class _Taken:
    """A mail that waits for its answer."""

    letter: Letter
    answer: asyncio.Future[str]


def _batch_of(gathered: list[_Taken]) -> list[_Taken]:
    """Take as many as belong into one transaction from the front: all at once when few wait."""
    batch: list[_Taken] = []
    size = 0
    while gathered and len(batch) < MOST_TOGETHER and size < MOST_TOGETHER_BYTES:
        batch.append(gathered.pop(0))
        size += len(batch[-1].letter.raw)
    return batch


def _take(letters: list[Letter]) -> list[str]:
    """Take mails in, those of one account together; return the answer to each."""
    answers = [OK] * len(letters)
    try:
        places: dict[int, tuple[MailAccount, list[int]]] = {}
        for at, letter in enumerate(letters):
            for account in _accounts(letter.envelope.rcpt):
                places.setdefault(account.pk, (account, []))[1].append(at)
    except Error as error:
        log.warning("mails are asked for again: %s", type(error).__name__)
        close_old_connections()
        return [LATER] * len(letters)
    for account, ours in places.values():
        for at, answer in zip(ours, _answers(account, [letters[at] for at in ours]), strict=True):
            answers[at] = answer if answers[at] == OK else answers[at]
    close_old_connections()
    return answers


def _answers(account: MailAccount, letters: list[Letter]) -> list[str]:
    try:
        receive_mails(account=account, letters=letters)
    except (Error, DomainError) as error:
        if len(letters) > 1:  # a neighbour's fault is no answer to this one
            return [_answers(account, [each])[0] for each in letters]
        log.warning("a mail is asked for again: %s", type(error).__name__)
        return [LATER]
    return [OK] * len(letters)


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
