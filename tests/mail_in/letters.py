"""Letters as customers send them, with what the receiving server says of their sender."""

from email.message import EmailMessage
from email.utils import format_datetime
from itertools import count

from walletdesk.kit import clock

TRUSTED = "mx.borealis.example"
_NUMBERS = count(1)


def letter(
    text: str = "My transfer has not arrived for two hours.",
    *,
    sender: str = "Ana <ana@mail.example>",
    subject: str = "Transfer missing",
    to: str = "support@borealis.example",
    verdict: str = "pass",
    files: tuple[tuple[str, bytes, str], ...] = (),
    html: str = "",
    **headers: str,
) -> bytes:
    """Return a raw mail. `verdict`: what the trusted server said of DMARC, "" for nothing."""
    message = EmailMessage()
    domain = sender.rpartition("@")[2].rstrip(">")
    if verdict:
        message["Authentication-Results"] = (
            f"{TRUSTED}; dmarc={verdict} header.from={domain};"
            f" dkim={verdict} header.d={domain}; spf={verdict} smtp.mailfrom={domain}"
        )
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(clock.now())
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if "Message-ID" not in named:
        named["Message-ID"] = f"<letter-{next(_NUMBERS)}@mail.example>"
    for name, value in named.items():
        message[name] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    for name, data, kind in files:
        main, _slash, sub = kind.partition("/")
        message.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()
