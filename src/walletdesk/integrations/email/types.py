"""Ways of mail in and out, and what becomes of a mail that came in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class WayIn(StrEnum):
    """How the mails of an account reach us."""

    NONE = "none"
    IMAP = "imap"
    LISTENER = "listener"  # our own LMTP or SMTP, behind the site's mail server
    WEBHOOK = "webhook"  # a provider posts them


class WayOut(StrEnum):
    """How the mails of an account leave."""

    CONSOLE = "console"  # the log and the page "Outbox": one machine without a mail server
    SMTP = "smtp"
    ANYMAIL = "anymail"


class MailState(StrEnum):
    """What became of a raw mail."""

    RECEIVED = "received"  # kept, not recorded yet
    RECORDED = "recorded"  # an event of a conversation
    REPORT = "report"  # a bounce or a complaint: given to the ledger of what we sent
    IGNORED = "ignored"  # our own, or of nobody who could be answered
    QUARANTINED = "quarantined"  # it could not be worked on: an operator decides
    DISCARDED = "discarded"  # an operator decided


class Source(StrEnum):
    """On which way a raw mail came."""

    IMAP = "imap"
    LMTP = "lmtp"
    SMTP = "smtp"
    WEBHOOK = "webhook"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the transport said of a mail, which its headers cannot be trusted with.

    `peer` is the sending server's address and `helo` what it called itself, "" when a trusted
    server handed the mail over. `rcpt` are the recipients that reached us.
    """

    mail_from: str = ""
    rcpt: tuple[str, ...] = ()
    peer: str = ""
    helo: str = ""
    source: Source = Source.IMPORT
    arrived: datetime | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it came, and what the transport said of it."""

    raw: bytes
    envelope: Envelope


@dataclass(frozen=True, slots=True)
class Received:
    """What `receive_mail` did. `conversation` is its ref, "" without; `reason` a stable code.

    `repeated` tells that this very mail had been received before.
    """

    state: MailState
    conversation: str = ""
    reason: str = ""
    repeated: bool = False
