"""Providers' webhooks about mails that they sent for us, read by django-anymail, signed.

Only its validation and its decoding are used; its signals are not.
"""

from importlib import import_module
from typing import Any

from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest

from walletdesk.integrations.email.models import MailAccount
from walletdesk.integrations.email.outgoing.actions.reports import take_provider_news
from walletdesk.integrations.email.outgoing.transports.provider import PROVIDERS
from walletdesk.integrations.email.types import WayOut
from walletdesk.integrations.email.vault import open_fields
from walletdesk.kit.errors import BadInput, NotAllowed, NotFound

MOST_EVENTS = 1_000


def take_tracking(account: MailAccount, request: HttpRequest) -> int:
    """Write the news of one call of a provider; return how many there were.

    Raises NotFound when the account has no provider, NotAllowed when the call does not prove that
    it is from it, BadInput when it cannot be read.
    """
    fields = open_fields(account.out_settings, ref=account.ref, column="out_settings")
    view = _view(account, fields)
    try:
        view.run_validators(request)
        events = view.parse_events(request)[:MOST_EVENTS]
    except (AnymailWebhookValidationFailure, SuspiciousOperation):
        raise NotAllowed from None
    except (AnymailError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        raise BadInput(body="unreadable") from None
    for event in events:
        _take(account, event)
    return len(events)


def _view(account: MailAccount, fields: dict[str, Any]) -> Any:
    """Return anymail's view of the provider; without a secret nobody is believed."""
    provider = str(fields.get("provider", ""))
    options = dict(fields.get("options") or {})
    if account.out_backend != WayOut.ANYMAIL or provider not in PROVIDERS:
        raise NotFound
    secrets = {k: v for k, v in options.items() if k.startswith("webhook_") and v}
    if not secrets:
        raise NotAllowed
    try:
        module = import_module(f"anymail.webhooks.{provider}")
    except ImportError:
        raise NotFound from None
    views = [
        value for name, value in vars(module).items()
        if name.endswith("TrackingWebhookView") and value.__module__ == module.__name__
    ]  # fmt: skip
    if not views:
        raise NotFound
    try:
        return views[0](**secrets)
    except (AnymailError, TypeError, ValueError):
        raise NotAllowed from None


def _take(account: MailAccount, event: Any) -> None:
    metadata = getattr(event, "metadata", None) or {}
    own = metadata.get("mail", "") if isinstance(metadata, dict) else ""
    take_provider_news(
        account_id=account.pk,
        message_id=str(own or "")[:250].replace("\x00", ""),
        provider_id=str(getattr(event, "message_id", "") or "")[:250].replace("\x00", ""),
        recipient=str(getattr(event, "recipient", "") or "")[:320],
        news=(str(event.event_type), str(getattr(event, "reject_reason", "") or "")),
    )
