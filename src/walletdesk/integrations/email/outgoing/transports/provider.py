"""Any provider that django-anymail knows, by its name and settings."""

import re
from importlib import import_module
from typing import Any

from anymail.exceptions import AnymailConfigurationError, AnymailError, AnymailRecipientsRefused
from django.core.mail import EmailMessage

from walletdesk.channels.delivery.types import Accepted, Postponed, Refused, Result, Unclear
from walletdesk.integrations.email.outgoing.mime import message_of
from walletdesk.integrations.email.outgoing.transports.types import Parcel
from walletdesk.integrations.email.outgoing.types import Trouble

PROVIDERS = (
    "brevo", "mailersend", "mailgun", "mailjet", "mailtrap", "mandrill", "postal", "postmark",
    "resend", "scaleway", "sendgrid", "sparkpost", "unisender_go",
)  # fmt: skip
TIMEOUT = (10, 60)  # seconds to connect, and to answer
_NAME = re.compile(r"[a-z][a-z0-9_]{1,40}")
_NEVER_BEGAN = frozenset({"NewConnectionError", "ConnectTimeoutError", "NameResolutionError"})


def backend_of(fields: dict[str, Any]) -> Any:
    """Return the provider's backend. Raises ValueError for unknown names or settings it refuses."""
    provider = str(fields.get("provider", ""))
    options = {str(k): v for k, v in dict(fields.get("options") or {}).items()}
    if provider not in PROVIDERS or not all(map(_NAME.fullmatch, options)):
        raise ValueError("provider")
    module = import_module(f"anymail.backends.{provider}")
    wanted = {k: v for k, v in options.items() if not k.startswith("webhook_")}
    try:
        return module.EmailBackend(fail_silently=False, timeout=TIMEOUT, **wanted)
    except (AnymailConfigurationError, TypeError) as error:
        raise ValueError("provider settings") from error


def send(parcel: Parcel, fields: dict[str, Any]) -> Result:
    """Hand one mail to the provider and say what came of it."""
    try:
        backend = backend_of(fields)
        message = message_of(parcel.letter)
        message.metadata = {"mail": parcel.letter.message_id.strip("<>")}  # type: ignore[attr-defined] # anymail's
        backend.open()
    except (ValueError, AnymailError):
        return Refused(Trouble.BAD_SETTINGS)
    parcel.handing_over()
    try:
        backend.send_messages([message])
    except AnymailRecipientsRefused:
        return Refused(Trouble.REFUSED, by_recipient=True)
    except AnymailError as error:
        return _failure(error)
    finally:
        backend.close()
    return Accepted(_id_of(message))


def _id_of(message: EmailMessage) -> str:
    status = getattr(message, "anymail_status", None)
    found = getattr(status, "message_id", None)
    return found if isinstance(found, str) else ""


def _failure(error: AnymailError) -> Result:
    """Tell what an error means: without an answer the mail may be there, if anything was sent."""
    code = getattr(error, "status_code", None)
    if code is None:
        never = bool(_names(error) & _NEVER_BEGAN)
        return Postponed(Trouble.UNREACHABLE) if never else Unclear(Trouble.CUT_OFF)
    if code in (401, 403):
        return Postponed(Trouble.SIGN_IN, str(code))
    if code in (408, 425, 429, 503):
        return Postponed(Trouble.BUSY, str(code))
    return Unclear(Trouble.UNCLEAR) if code >= 500 else Refused(Trouble.REFUSED, str(code))


def _names(error: BaseException | None, depth: int = 8) -> set[str]:
    """Return the classes of an error and of what caused it; urllib3 keeps the cause as `reason`."""
    if error is None or depth == 0:
        return set()
    inner = [error.__cause__, error.__context__, getattr(error, "reason", None), *error.args]
    found = {each.__name__ for each in type(error).__mro__}
    for each in inner:
        if isinstance(each, BaseException):
            found |= _names(each, depth - 1)
    return found
