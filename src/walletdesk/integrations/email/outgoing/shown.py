"""How a kept mail is shown: its header, its text, the links of ours in it, its HTML."""

import re
from dataclasses import dataclass
from email import message_from_string
from email.message import EmailMessage
from email.policy import default

from django.conf import settings

from walletdesk.integrations.email.outgoing.models import SentMail
from walletdesk.integrations.email.vault import open_fields

SHOWN_HEADERS = ("From", "To", "Reply-To", "Date", "Message-ID", "In-Reply-To", "Auto-Submitted")
_URL = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True, repr=False)
class Shown:
    """A kept mail, taken apart."""

    subject: str
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    links: tuple[str, ...]
    signed: bool


def shown(sent: SentMail) -> Shown:
    """Return a kept mail as the page "Outbox" shows it; empty when it does not open any more."""
    raw = open_fields(sent.copy, ref=sent.ref, column="copy").get("raw", "")
    message = message_from_string(raw, policy=default)
    text = _part(message, "plain")
    own = settings.WALLETDESK.base_url
    return Shown(
        subject=str(message["Subject"] or ""),
        headers=tuple((n, str(message[n])) for n in SHOWN_HEADERS if message[n]),
        text=text,
        html=_part(message, "html"),
        links=tuple(url for url in _URL.findall(text) if url.startswith(f"{own}/")),
        signed=message["DKIM-Signature"] is not None,
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""
