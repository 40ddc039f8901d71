"""SMTP (RFC 5321): STARTTLS or TLS, passwords or XOAUTH2, and an account of what was accepted.

The library's own `sendmail` hides when the far side may have a mail. Here the text travels first;
the ledger is told right before the final dot, without which no server may accept anything.
"""

import base64
import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from walletdesk.channels.delivery.types import Accepted, Postponed, Refused, Result, Unclear
from walletdesk.integrations.email.outgoing.rules import FINAL, status_of, trouble_of
from walletdesk.integrations.email.outgoing.transports.types import Parcel
from walletdesk.integrations.email.outgoing.types import Trouble

STEP_SECONDS = 20.0
LAST_SECONDS = 240.0  # RFC 5321 4.5.3.2.6 says 600; the ledger's lease is shorter
_PIECE = 65_536


@dataclass(frozen=True, slots=True, repr=False)
class SmtpSettings:
    """Where and how. `security` is "tls", "starttls" or "none" (only for this very machine)."""

    host: str
    port: int
    security: str
    user: str = ""
    password: str = ""
    token: str = ""  # an access token for XOAUTH2 instead of a password
    ca_file: str = ""

    @classmethod
    def from_fields(cls, fields: dict[str, Any]) -> "SmtpSettings":
        """Return the settings of an account. Raises ValueError when something is missing."""
        host, security = str(fields.get("host", "")), str(fields.get("security", "starttls"))
        port = int(fields.get("port") or (465 if security == "tls" else 587))
        if not host or not 0 < port < 65_536 or security not in {"tls", "starttls", "none"}:
            raise ValueError("smtp settings")
        texts = {name: str(fields.get(name, "")) for name in ("user", "password", "token")}
        return cls(host, port, security, ca_file=str(fields.get("ca_file", "")), **texts)


def send(parcel: Parcel, where: SmtpSettings) -> Result:
    """Hand one mail over and say what came of it. Exceptions of the ledger pass through."""
    try:
        client = _connected(where)
    except Exception as error:  # noqa: BLE001 - before anything was handed over all is safe
        return _unreachable(error)
    try:
        return _transaction(client, parcel)
    finally:
        client.close()


def _connected(where: SmtpSettings) -> smtplib.SMTP:
    context = ssl.create_default_context(cafile=where.ca_file or None)
    client: smtplib.SMTP
    if where.security == "tls":
        client = smtplib.SMTP_SSL(where.host, where.port, timeout=STEP_SECONDS, context=context)
    else:
        client = smtplib.SMTP(where.host, where.port, timeout=STEP_SECONDS)
    try:
        client.ehlo_or_helo_if_needed()
        if where.security == "starttls":
            client.starttls(context=context)
            client.ehlo()
        if where.token:
            _sign_in_by_token(client, where)
        elif where.user:
            client.login(where.user, where.password)
    except BaseException:
        client.close()
        raise
    return client


def _sign_in_by_token(client: smtplib.SMTP, where: SmtpSettings) -> None:
    """XOAUTH2 as Google and Microsoft document it; an error comes as a challenge to be answered."""
    text = f"user={where.user}\x01auth=Bearer {where.token}\x01\x01"
    code, answer = client.docmd("AUTH", "XOAUTH2 " + base64.b64encode(text.encode()).decode())
    if code == 334:
        code, answer = client.docmd("")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, answer)


def _transaction(client: smtplib.SMTP, parcel: Parcel) -> Result:
    handed = False
    try:
        for code, answer in _envelope(client, parcel):
            if code not in (250, 251, 354):
                return _refusal(code, answer)
        for start in range(0, len(data := _dotted(parcel.raw)), _PIECE):
            client.send(data[start : start + _PIECE])
        parcel.handing_over()
        handed = True
        if client.sock is not None:
            client.sock.settimeout(LAST_SECONDS)
        client.send(b".\r\n")
        code, answer = client.getreply()
    except (OSError, smtplib.SMTPException) as error:
        return Unclear(Trouble.CUT_OFF) if handed else _unreachable(error)
    if code != 250:
        return _refusal(code, answer)
    with suppress(OSError, smtplib.SMTPException):
        if client.sock is not None:
            client.sock.settimeout(1.0)
        client.quit()
    return Accepted()


def _envelope(client: smtplib.SMTP, parcel: Parcel) -> Any:
    options = ["size=" + str(len(parcel.raw))] if client.has_extn("size") else []
    yield client.mail(parcel.letter.envelope, options)
    yield client.rcpt(parcel.letter.to)
    yield client.docmd("DATA")


def _dotted(raw: bytes) -> bytes:
    """Double the dots that begin lines (RFC 5321 4.5.2)."""
    data = raw if raw.endswith(b"\r\n") else raw + b"\r\n"
    data = data.replace(b"\r\n.", b"\r\n..")
    return b"." + data if data.startswith(b".") else data


def _refusal(code: int, answer: bytes) -> Result:
    words = answer.decode("utf-8", "replace")
    status = status_of(words) or str(code)
    trouble = trouble_of(status, words)
    if 400 <= code < 500:
        return Postponed(trouble, status)
    return Refused(trouble, status, by_recipient=trouble in FINAL or code in (550, 551, 552, 553))


def _unreachable(error: Exception) -> Result:
    match error:
        case smtplib.SMTPAuthenticationError():
            return Postponed(Trouble.SIGN_IN, str(error.smtp_code))
        case smtplib.SMTPResponseException():
            return Postponed(Trouble.BUSY, str(error.smtp_code))
        case smtplib.SMTPNotSupportedError() | ssl.SSLError():
            return Postponed(Trouble.TLS)
        case TimeoutError() | socket.timeout():
            return Postponed(Trouble.TOO_SLOW)
        case smtplib.SMTPServerDisconnected() if isinstance(error.__context__, TimeoutError):
            return Postponed(Trouble.TOO_SLOW)  # smtplib says so of a server that does not answer
        case _:
            return Postponed(Trouble.UNREACHABLE)
