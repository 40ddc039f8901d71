"""Outgoing mail: how each account fares, a test, its provider, and what went into the outbox."""

import json
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from walletdesk.integrations.email.models import MailAccount
from walletdesk.integrations.email.outgoing.actions import accounts as actions
from walletdesk.integrations.email.outgoing.queries import (
    accounts_for,
    copies_for,
    get_account_for,
    get_copy_for,
)
from walletdesk.integrations.email.outgoing.shown import shown
from walletdesk.integrations.email.types import WayOut
from walletdesk.kit.errors import BadInput
from walletdesk.web.desk import mail_words
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.settings.email_words import way_out
from walletdesk.web.desk.settings.frame import (
    SettingsForm,
    done,
    save,
    section_page,
    show,
    status_of,
    tell,
)

FRAME_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


class ProviderForm(SettingsForm):
    """What django-anymail gets for the provider. It is never shown again."""

    options = forms.CharField(
        label=gettext_lazy("Settings of the provider"),
        max_length=4000,
        widget=forms.Textarea(
            attrs={"rows": 5, "spellcheck": "false", "placeholder": '{"api_key": "…"}'}
        ),
    )


def _options(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise BadInput(options="json") from None
    if not isinstance(found, dict) or not all(isinstance(v, str | int) for v in found.values()):
        raise BadInput(options="json")
    return found


@require_safe
@section_page("outbox")
def listing(request: StaffRequest) -> HttpResponse:
    """List the accounts with how they fare, and the mails whose copy is kept."""
    rows = [(sent, shown(sent).subject) for sent in copies_for(request.membership)]
    context = {"accounts": [_row(each) for each in accounts_for(request.membership)], "rows": rows}
    return show(request, "outbox", "outbox", context)


def _row(account: MailAccount) -> dict[str, Any]:
    return {
        "account": account,
        "way": way_out(account.out_backend),
        "by_provider": account.out_backend == WayOut.ANYMAIL,
        "trouble": mail_words.trouble(account.last_out_error) if account.last_out_error else "",
    }


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("outbox")
def provider(request: StaffRequest, ref: str) -> HttpResponse:
    """Set what django-anymail gets for an account's provider; the address for its news."""
    account = get_account_for(request.membership, ref)
    form = ProviderForm(request.POST or None, initial={"version": account.version})

    def change() -> None:
        actions.set_provider_options(
            actor=request.membership,
            account=account,
            version=form.cleaned_data["version"] or 0,
            options=_options(form.cleaned_data["options"]),
        )

    if request.method == "POST" and save(request, form, change):
        return done("outbox")
    hook = reverse("mail_tracking", args=[account.token])
    tracking = f"{settings.WALLETDESK.base_url}{hook}"
    context = {"form": form, "account": account, "tracking_url": tracking}
    return show(request, "outbox", "provider", context, status=status_of(form))


@require_POST
@section_page("outbox")
def test(request: StaffRequest, ref: str) -> HttpResponse:
    """Send a test to whoever asks."""
    account = get_account_for(request.membership, ref)
    actions.send_test(actor=request.membership, account=account, language=get_language() or "en")
    tell(request, _("A test mail is on its way to %(to)s") % {"to": request.membership.user.email})
    return done("outbox")


@require_safe
@section_page("outbox")
def mail(request: StaffRequest, ref: str) -> HttpResponse:
    """Show a kept mail; its HTML stands in a frame of its own in which nothing can act."""
    sent = get_copy_for(request.membership, ref)
    return show(request, "outbox", "outbox_mail", {"sent": sent, "mail": shown(sent)})


@require_safe
@section_page("outbox")
def body(request: StaffRequest, ref: str) -> HttpResponse:
    """Return a kept mail's HTML, for the frame."""
    response = HttpResponse(shown(get_copy_for(request.membership, ref)).html)
    response.own_policy = FRAME_POLICY  # type: ignore[attr-defined] # read by web.security
    return response
