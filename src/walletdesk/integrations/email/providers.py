"""Mails that a provider posts (django-anymail knows who signs how), as the raw mail again.

The signature is checked by anymail. The raw mail is taken from the post where the provider sends
it, so that its own signature (DKIM) can be checked and nothing of it is read outside of the child;
else anymail puts one together from the parts, which nobody vouches for.
"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from anymail.webhooks.base import AnymailCoreWebhookView
from anymail.webhooks.mailersend import MailerSendInboundWebhookView
from anymail.webhooks.mailgun import MailgunInboundWebhookView
from anymail.webhooks.mailjet import MailjetInboundWebhookView
from anymail.webhooks.mandrill import MandrillCombinedWebhookView
from anymail.webhooks.postmark import PostmarkInboundWebhookView
from anymail.webhooks.sendgrid import SendGridInboundWebhookView
from anymail.webhooks.sparkpost import SparkPostInboundWebhookView
from django.http import HttpRequest

from walletdesk.integrations.email.models import MailAccount
from walletdesk.integrations.email.vault import open_fields
from walletdesk.kit.errors import BadInput, DomainError


class WrongSignature(DomainError):
    """The post is not signed as the account's provider signs, or no secret is set."""

    code: ClassVar[str] = "wrong_signature"
    status: ClassVar[int] = 403


@dataclass(frozen=True, slots=True)
class Posted:
    """One mail out of a post, and what its envelope was."""

    raw: bytes
    mail_from: str = ""
    rcpt: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Provider:
    """How a provider posts: anymail's view, under which name it takes the secret, the raw mail."""

    name: str
    view: type[AnymailCoreWebhookView]
    secret: str
    raw: Callable[[HttpRequest], Iterator[Posted]]


def _json(request: HttpRequest) -> Any:
    return json.loads(request.body)


def _bytes(text: object) -> bytes:
    return text.encode("utf-8", "surrogateescape") if isinstance(text, str) else b""


def _mailgun(request: HttpRequest) -> Iterator[Posted]:
    if "body-mime" in request.POST:
        yield _of_form(request.POST, "body-mime", "sender", "recipient")


def _of_form(form: Mapping[str, Any], raw: str, sender: str, recipient: str) -> Posted:
    to = str(form.get(recipient, ""))
    return Posted(_bytes(form[raw]), str(form.get(sender, "")), (to,) if to else ())


def _sendgrid(request: HttpRequest) -> Iterator[Posted]:
    if "email" in request.POST:
        told = json.loads(str(request.POST.get("envelope", "{}")))
        to = told.get("to") or []
        yield Posted(
            _bytes(request.POST["email"]), str(told.get("from", "")), tuple(map(str, to[:50]))
        )


def _postmark(request: HttpRequest) -> Iterator[Posted]:
    told = _json(request)
    if "RawEmail" in told:
        to = str(told.get("OriginalRecipient", ""))
        yield Posted(_bytes(told["RawEmail"]), "", (to,) if to else ())


def _sparkpost(request: HttpRequest) -> Iterator[Posted]:
    for event in _json(request):
        told = event.get("msys", {}).get("relay_message")
        if told:
            content = told["content"]
            raw = _bytes(content["email_rfc822"])
            if content.get("email_rfc822_is_base64"):
                raw = base64.b64decode(raw)
            yield Posted(raw, str(told.get("msg_from", "")), (str(told.get("rcpt_to", "")),))


def _mandrill(request: HttpRequest) -> Iterator[Posted]:
    for event in json.loads(str(request.POST.get("mandrill_events", "[]"))):
        told = event.get("msg", {}) if event.get("event") == "inbound" else {}
        if "raw_msg" in told:
            yield Posted(_bytes(told["raw_msg"]), "", (str(told.get("email", "")),))


def _mailersend(request: HttpRequest) -> Iterator[Posted]:
    told = _json(request).get("data", {})
    if told.get("raw"):
        to = [str(each.get("email", "")) for each in told.get("recipients", {}).get("to", [])]
        yield Posted(_bytes(told["raw"]), "", tuple(to))


def _none(_request: HttpRequest) -> Iterator[Posted]:
    yield from ()


PROVIDERS = {
    "mailgun": Provider("Mailgun", MailgunInboundWebhookView, "webhook_signing_key", _mailgun),
    "mailersend": Provider(
        "MailerSend", MailerSendInboundWebhookView, "inbound_secret", _mailersend
    ),
    "mandrill": Provider("Mandrill", MandrillCombinedWebhookView, "webhook_key", _mandrill),
    "mailjet": Provider("Mailjet", MailjetInboundWebhookView, "webhook_secret", _none),
    "postmark": Provider("Postmark", PostmarkInboundWebhookView, "webhook_secret", _postmark),
    "sendgrid": Provider("SendGrid", SendGridInboundWebhookView, "webhook_secret", _sendgrid),
    "sparkpost": Provider("SparkPost", SparkPostInboundWebhookView, "webhook_secret", _sparkpost),
}


def mails_in(request: HttpRequest, account: MailAccount) -> list[Posted]:
    """Return the mails of a post. Raises WrongSignature, or BadInput when it makes no sense."""
    provider = PROVIDERS.get(str(account.in_settings.get("provider", "")))
    secrets = open_fields(account.in_secrets, ref=account.ref, column="in_secrets")
    secret = secrets.get("webhook_secret", "")
    if provider is None or not secret:
        raise WrongSignature
    view = provider.view(**{provider.secret: secret})
    try:
        view.run_validators(request)
    except (AnymailWebhookValidationFailure, AnymailError):
        raise WrongSignature from None
    try:
        return list(provider.raw(request)) or [
            _put_together(event) for event in view.parse_events(request)
        ]
    except (AnymailError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadInput(body="mail") from None


def _put_together(event: Any) -> Posted:
    message = event.message
    to = message.envelope_recipient
    return Posted(message.as_bytes(), str(message.envelope_sender or ""), (str(to),) if to else ())
