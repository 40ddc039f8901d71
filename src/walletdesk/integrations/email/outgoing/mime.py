"""From a letter to bytes: Django's own message class, which refuses line breaks in headers."""

from email import charset as charsets
from email.utils import formataddr, formatdate

from django.core.mail import EmailMultiAlternatives

from walletdesk.integrations.email.outgoing.markup import html_of
from walletdesk.integrations.email.outgoing.types import Letter
from walletdesk.kit import clock

_UTF8 = charsets.Charset("utf-8")
_UTF8.body_encoding = charsets.QP  # seven bits and short lines: no server on the way changes a byte


def message_of(letter: Letter) -> EmailMultiAlternatives:
    """Return the message of a letter. Raises ValueError for a line break in a header."""
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=_mailbox(letter.sender_name, letter.sender),
        to=[letter.to],
        headers=_headers(letter),
    )
    message.encoding = _UTF8
    html = html_of(letter.text, letter.language, links=letter.links)
    message.attach_alternative(html, "text/html")
    for file in letter.files:
        message.attach(file.name, file.data, file.media_type)
    return message


def bytes_of(letter: Letter) -> bytes:
    """Return a letter as it travels, lines ended by CRLF. Raises ValueError as `message_of`."""
    return message_of(letter).message().as_bytes(linesep="\r\n")  # type: ignore[call-arg] # Django's own message


def _mailbox(name: str, address: str) -> str:
    if any(c in name + address for c in "\r\n\x00"):
        raise ValueError("line break in a mailbox")
    return formataddr((name, address)) if name else address


def _headers(letter: Letter) -> dict[str, str]:
    headers = {
        "Message-ID": letter.message_id,
        "Date": formatdate(clock.now().timestamp()),
        "Content-Language": letter.language,
    }
    optional = {
        "Reply-To": letter.reply_to,
        "In-Reply-To": letter.in_reply_to,
        "References": " ".join(letter.references),
        "List-Unsubscribe": letter.unsubscribe and f"<{letter.unsubscribe}>",
        "List-Unsubscribe-Post": letter.unsubscribe and "List-Unsubscribe=One-Click",
    }
    headers |= {name: value for name, value in optional.items() if value}
    if letter.automatic:
        domain = letter.sender.rpartition("@")[2]
        headers |= {
            "Auto-Submitted": letter.automatic,
            "X-Auto-Response-Suppress": "All",
            "List-Id": f"<automatic.{domain}>",
        }
    return headers
