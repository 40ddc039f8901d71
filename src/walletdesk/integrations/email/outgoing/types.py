"""What leaves by mail, and why."""

from dataclasses import dataclass, field
from enum import StrEnum

from walletdesk.integrations.email.parsing.types import ParsedMail, SenderVerdict

CHANNEL = "email"


class Purpose(StrEnum):
    """Why a mail is sent."""

    REPLY = "reply"  # what an agent or the bot wrote
    ACK = "ack"  # we have it, and this is how long it takes
    CONFIRM = "confirm"  # is this address yours?
    RESOLVED = "resolved"  # we think it is settled
    RATING = "rating"  # how was it?
    ESCALATED = "escalated"  # somebody outside is asked for help
    TEST = "test"  # an owner tries an account


class Trouble(StrEnum):
    """Stable codes of why a mail cannot be sent or did not arrive; the desk has words for each."""

    NO_ADDRESS = "no_address"
    NO_ACCOUNT = "no_account"
    UNDELIVERABLE = "undeliverable"
    UNCONFIRMED = "unconfirmed"
    BAD_HEADER = "bad_header"
    BAD_SETTINGS = "bad_settings"
    GONE = "gone"
    SIGN_IN = "sign_in"
    UNREACHABLE = "unreachable"
    TOO_SLOW = "too_slow"
    TLS = "tls"
    BUSY = "busy"
    GREYLISTED = "greylisted"
    NO_MAILBOX = "no_mailbox"
    MAILBOX_FULL = "mailbox_full"
    TOO_LARGE = "too_large"
    POLICY = "policy"
    SPAM = "spam"
    COMPLAINED = "complained"
    REFUSED = "refused"
    CUT_OFF = "cut_off"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes along."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one person, not yet MIME. `automatic` sets what RFC 3834 asks for.

    `envelope` is the return path, "" for the null one; `subject` and `to_name` may come from
    strangers and are refused when they hold a line break.
    """

    message_id: str
    sender: str
    sender_name: str
    to: str
    subject: str
    text: str
    language: str
    envelope: str = ""
    reply_to: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    automatic: str = ""  # value of Auto-Submitted, "" for what a person wrote
    unsubscribe: str = ""  # address that ends such mails, by a POST (RFC 8058)
    links: bool = True  # whether addresses in the text may be clicked
    files: tuple[File, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A mail that came in, as the rules of automatic answers look at it.

    `addressed`: one of the account's own addresses stands in To or Cc.
    """

    parsed: ParsedMail
    verdict: SenderVerdict
    mail_from: str
    addressed: bool
    ours: bool  # From is one of our addresses, or the Message-ID is of our own making
    ip: str = ""
