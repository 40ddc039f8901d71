"""What a mail says, once it is read. Everything in here was written by strangers."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Who a mail names: the name is decoded, the address as written with its domain in lower case.

    An address that cannot be read is empty; it identifies nobody.
    """

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a mail: its name is safe to show and to save, its type comes from its content."""

    name: str
    type: str
    size: int
    md5: str  # lower-case hex of the decoded bytes
    content_id: str  # without angle brackets; empty if none
    inline: bool  # the cleaned html shows it
    data: bytes


class BounceKind(StrEnum):
    """What a report says about a mail of ours."""

    HARD = "hard"
    SOFT = "soft"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True)
class BouncedRecipient:
    """One recipient in a report (RFC 3464 section 2.3)."""

    address: str
    action: str  # failed, delayed, delivered, relayed, expanded; empty if not said
    status: str  # x.y.z; empty if not said
    diagnostic: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report about a mail that we may have sent. Anybody can write one: trust no field alone."""

    kind: BounceKind
    recipients: tuple[BouncedRecipient, ...]
    original_message_id: str  # of the returned mail, without angle brackets; empty if not returned
    envelope_token: str  # ours, from Original-Envelope-Id (RFC 3461); empty if none


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """One mail. Ids are without angle brackets; `problems` are stable codes, most of them mild."""

    message_id: str
    generated_id: bool  # the mail has none: `gen-<sha256 of the raw bytes>@walletdesk.invalid`
    sender: Mailbox | None
    reply_to: tuple[Mailbox, ...]
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    delivered_to: tuple[str, ...]
    subject: str
    date: datetime | None
    references: tuple[str, ...]  # References and In-Reply-To, oldest first
    text: str
    reply: str  # `text` without quoted mails and signature
    html: str  # cleaned; empty if the mail has none
    links: tuple[str, ...]  # hosts to which links lead whose text does not say so
    disguised: tuple[str, ...]  # of these, the ones whose text names another host
    attachments: tuple[Attachment, ...]
    automatic: bool  # a machine wrote it (RFC 3834): never answer it automatically
    bulk: bool  # sent to many
    bounce: Bounce | None
    problems: tuple[str, ...]
    sender_defect: bool  # the From field is not exactly one plain mailbox: it identifies nobody


class SenderState(StrEnum):
    """Whether the domain of the From address vouches for a mail."""

    AUTHENTICATED = "authenticated"
    UNAUTHENTICATED = "unauthenticated"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SenderVerdict:
    """Who really sent a mail: `domain` is that of From, the rest are result words (RFC 8601)."""

    state: SenderState
    domain: str
    spf: str
    dkim: str
    dmarc: str
    reason: str  # a stable code
