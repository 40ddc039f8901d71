"""Names, subjects, limits and refusals of outgoing mail. Pure.

RFC 5322 (form), RFC 3834 (automatic answers), RFC 3463 (status codes), RFC 5321 (lengths).
"""

import re
from collections.abc import Sequence
from datetime import timedelta

from walletdesk.conversations.rules import bare_subject
from walletdesk.integrations.email.outgoing.types import Incoming, Purpose, Trouble
from walletdesk.integrations.email.parsing.types import SenderState

DEBOUNCE = timedelta(seconds=60)  # answers that are written in one go become one mail
SUBJECT_LENGTH = 200
REFERENCES = 20  # ids; more make a header that some servers refuse
LOCAL_LENGTH = 64  # RFC 5321 4.5.3.1.1
FILES_BYTES = 7_000_000  # base64 makes 10 MB of it, which nearly every server takes
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ACKS_OF_SENDER = (1, DAY)
ACKS_OF_DOMAIN = (5, HOUR)
CONFIRMS_OF_ADDRESS = (1, DAY)
# Who followed such a link lately reads them, and writes to us on more than one matter.
CONFIRMS_OF_READER = (5, DAY)
LATELY = timedelta(days=30)
ESCALATIONS_OF_ADDRESS = (30, HOUR)
CONFIRMS_OF_IP = (20, HOUR)
AUTOMATIC_IN_ALL = (300, HOUR)  # of a brand: the breaker
KEPT = timedelta(days=7)  # contents of the page "Outbox"

AUTOMATIC = {
    Purpose.ACK: "auto-replied",
    Purpose.CONFIRM: "auto-generated",
    Purpose.RESOLVED: "auto-generated",
    Purpose.RATING: "auto-generated",
    Purpose.ESCALATED: "auto-generated",
    Purpose.TEST: "auto-generated",
}

# One address, ASCII, nothing quoted and no comment: what is odder gets no mail of ours.
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?=.{4,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+"
)
_MACHINE = re.compile(
    r"(?:mailer-daemon|postmaster|no[._-]?reply|do[._-]?not[._-]?reply|bounces?|daemon|root"
    r"|notifications?|automat\w*|listserv|majordomo|owner-.*|.*-(?:request|owner|bounces?))(?:\+.*)?",
    re.IGNORECASE,
)


def sendable(address: str) -> bool:
    """Tell whether an address is plain enough to be mailed to."""
    local = address.partition("@")[0]
    return len(local) <= LOCAL_LENGTH and _ADDRESS.fullmatch(address) is not None


def one_line(text: str, length: int = SUBJECT_LENGTH) -> str:
    """Return a text in one line without control characters, cut to a length."""
    plain = "".join(" " if c.isspace() else c for c in text if c.isspace() or c.isprintable())
    return " ".join(plain.split())[:length]


def reply_subject(subject: str, fallback: str) -> str:
    """Return the subject of an answer: one "Re:", whatever stood before it."""
    plain = bare_subject(one_line(subject))
    return f"Re: {plain}" if plain else fallback


def message_id(ref: str, seq: int, random: str, domain: str) -> str:
    """Return a Message-ID of ours, with its angle brackets: it says what it belongs to."""
    return f"<{ref}.{seq}.{random}@{domain}>"


def kept_references(ids: Sequence[str]) -> tuple[str, ...]:
    """Return the ids that a References header holds: the first and the newest ones, each once."""
    known = list(dict.fromkeys(one for one in ids if _is_id(one)))
    return tuple(known if len(known) <= REFERENCES else known[:1] + known[1 - REFERENCES :])


def _is_id(text: str) -> bool:
    return re.fullmatch(r"<[\x21-\x3b\x3d\x3f-\x7e]{3,250}>", text) is not None


def is_machine(address: str) -> bool:
    """Tell whether the local part of an address is one behind which nobody reads."""
    return _MACHINE.fullmatch(address.partition("@")[0]) is not None


def silence(mail: Incoming) -> str:
    """Return why a mail gets no automatic answer at all, "" when it may (RFC 3834 section 2)."""
    parsed, sender = mail.parsed, mail.parsed.sender
    reasons = {
        "no_sender": sender is None or not sendable(sender.address),
        "sender_defect": parsed.sender_defect,
        "null_return_path": not mail.mail_from.strip("<> "),
        "automatic": parsed.automatic,
        "bulk": parsed.bulk,
        "report": parsed.bounce is not None,
        "ours": mail.ours,
        "machine": sender is not None and is_machine(sender.address),
        "not_addressed": not mail.addressed,
        "failed": mail.verdict.state == SenderState.FAILED,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


# --- what a server's refusal means ----------------------------------------------------------

# RFC 3463 section 3, by subject and detail; the class says whether it is for good.
_BY_STATUS = {
    "1.1": Trouble.NO_MAILBOX,
    "1.2": Trouble.NO_MAILBOX,
    "1.3": Trouble.NO_MAILBOX,
    "1.6": Trouble.NO_MAILBOX,
    "1.10": Trouble.NO_MAILBOX,
    "2.1": Trouble.NO_MAILBOX,
    "2.2": Trouble.MAILBOX_FULL,
    "2.3": Trouble.TOO_LARGE,
    "3.4": Trouble.TOO_LARGE,
    "7.0": Trouble.POLICY,
    "7.1": Trouble.POLICY,
    "7.20": Trouble.POLICY,
    "7.23": Trouble.POLICY,
    "7.25": Trouble.POLICY,
    "7.26": Trouble.POLICY,
}
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_WORDS = (
    (re.compile(r"gr[ae]y-?list", re.IGNORECASE), Trouble.GREYLISTED),
    (re.compile(r"spam|垃圾|blacklist|blocklist|block list", re.IGNORECASE), Trouble.SPAM),
    (re.compile(r"quota|mailbox (?:is )?full|over ?quota|邮箱已满", re.IGNORECASE),
     Trouble.MAILBOX_FULL),
    (re.compile(r"user unknown|no such user|does ?n.t exist|unknown user|user not found|不存在",
                re.IGNORECASE), Trouble.NO_MAILBOX),
)  # fmt: skip


def status_of(text: str) -> str:
    """Return the status code x.y.z in a server's words, "" without."""
    found = _STATUS.search(text)
    return found.group() if found else ""


def trouble_of(status: str, words: str) -> Trouble:
    """Return what a refusal means: by its status code, else by its words."""
    for pattern, trouble in _WORDS:
        if pattern.search(words):
            return trouble
    detail = status.partition(".")[2]
    return _BY_STATUS.get(detail, Trouble.REFUSED)


FINAL = frozenset({Trouble.NO_MAILBOX})  # the address itself is at fault: no more mail to it
