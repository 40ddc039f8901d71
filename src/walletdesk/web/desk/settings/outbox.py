"""Outgoing mail: how each account sends, a test, keys of signatures, and what left by the log."""

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
from walletdesk.integrations.email.outgoing import dkim_sign
from walletdesk.integrations.email.outgoing.actions import accounts as actions
from walletdesk.integrations.email.outgoing.queries import (
    accounts_for,
    copies_for,
    get_account_for,
    get_copy_for,
)
from walletdesk.integrations.email.outgoing.sending import keys_of
from walletdesk.integrations.email.outgoing.shown import shown
from walletdesk.integrations.email.outgoing.transports.provider import PROVIDERS
from walletdesk.integrations.email.types import WayOut
from walletdesk.integrations.email.vault import open_fields
from walletdesk.kit.errors import BadInput
from walletdesk.web.desk import mail_words
from walletdesk.web.desk.access import StaffRequest
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
WAYS = {
    WayOut.CONSOLE: gettext_lazy("Only into the log and the outbox below: nothing leaves"),
    WayOut.SMTP: gettext_lazy("A mail server (SMTP)"),
    WayOut.ANYMAIL: gettext_lazy("A provider's service"),
}
SMTP_FIELDS = ("host", "port", "security", "user", "password", "token")
TEXT = forms.TextInput(attrs={"spellcheck": "false"})


class WayOutForm(SettingsForm):
    """How an account's mails leave. Secrets are never shown again; left empty they stay."""

    backend = forms.ChoiceField(
        label=gettext_lazy("Mails leave by"), choices=[(str(k), v) for k, v in WAYS.items()]
    )
    from_name = forms.CharField(
        label=gettext_lazy("Name of the sender"), max_length=80, required=False
    )
    from_address = forms.CharField(
        label=gettext_lazy("Address of the sender"), max_length=254, required=False, widget=TEXT
    )
    signature = forms.CharField(
        label=gettext_lazy("Signature"), required=False, max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    host = forms.CharField(
        label=gettext_lazy("Server"), max_length=253, required=False, widget=TEXT
    )
    port = forms.IntegerField(
        label=gettext_lazy("Port"), required=False, min_value=1, max_value=65535
    )
    security = forms.ChoiceField(
        label=gettext_lazy("Encryption"),
        choices=[
            ("starttls", "STARTTLS"), ("tls", "TLS"),
            ("none", gettext_lazy("None: for a server on this machine")),
        ],
    )  # fmt: skip
    user = forms.CharField(label=gettext_lazy("User"), max_length=254, required=False, widget=TEXT)
    password = forms.CharField(
        label=gettext_lazy("Password"), required=False, max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    token = forms.CharField(
        label=gettext_lazy("Access token (XOAUTH2), instead of a password"), required=False,
        max_length=4000, widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    provider = forms.ChoiceField(
        label=gettext_lazy("Provider"), choices=[(name, name) for name in PROVIDERS]
    )
    options = forms.CharField(
        label=gettext_lazy("Its settings, as JSON"), required=False, max_length=4000,
        widget=forms.Textarea(
            attrs={"rows": 4, "spellcheck": "false", "placeholder": '{"api_key": "…"}'}
        ),
    )  # fmt: skip

    def way_settings(self) -> dict[str, Any]:
        """Return what is sealed. Raises BadInput."""
        data = self.cleaned_data
        if data["backend"] == WayOut.ANYMAIL:
            return {"provider": data["provider"], "options": _options(data["options"])}
        return {name: data[name] if data[name] is not None else "" for name in SMTP_FIELDS}


def _options(text: str) -> dict[str, Any] | str:
    if not text.strip():
        return ""
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
    keys = keys_of(account)
    return {
        "account": account,
        "way": WAYS[WayOut(account.out_backend)],
        "trouble": mail_words.trouble(account.last_out_error) if account.last_out_error else "",
        "records": dkim_sign.records(keys) if keys else [],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("outbox")
def edit(request: StaffRequest, ref: str) -> HttpResponse:
    """Change how an account sends."""
    account = get_account_for(request.membership, ref)
    form = WayOutForm(request.POST or None, initial=_initial(account))

    def change() -> None:
        data = form.cleaned_data
        draft = actions.WayOutDraft(
            backend=WayOut(data["backend"]),
            from_name=data["from_name"],
            from_address=data["from_address"],
            signature=data["signature"],
            settings=form.way_settings(),
        )
        actions.change_way_out(
            actor=request.membership, account=account, version=data["version"] or 0, draft=draft
        )

    if request.method == "POST" and save(request, form, change):
        return done("outbox")
    hook = reverse("mail_tracking", args=[account.token])
    context = {
        "form": form,
        "account": account,
        "tracking_url": f"{settings.WALLETDESK.base_url}{hook}",
    }
    return show(request, "outbox", "way_out", context, status=status_of(form))


def _initial(account: MailAccount) -> dict[str, Any]:
    kept = open_fields(account.out_settings, ref=account.ref, column="out_settings")
    shown_again = {name: kept.get(name, "") for name in ("host", "port", "user", "provider")}
    return shown_again | {
        "security": kept.get("security") or "starttls",
        "backend": account.out_backend,
        "from_name": account.from_name,
        "from_address": account.from_address,
        "signature": account.signature,
        "version": account.version,
    }


@require_POST
@section_page("outbox")
def test(request: StaffRequest, ref: str) -> HttpResponse:
    """Send a test to whoever asks."""
    account = get_account_for(request.membership, ref)
    actions.send_test(actor=request.membership, account=account, language=get_language() or "en")
    tell(request, _("A test mail is on its way to %(to)s") % {"to": request.membership.user.email})
    return done("outbox")


@require_POST
@section_page("outbox")
def keys(request: StaffRequest, ref: str) -> HttpResponse:
    """Make fresh keys for signatures."""
    account = get_account_for(request.membership, ref)
    actions.make_signing_keys(actor=request.membership, account=account)
    tell(request, _("New keys are made. Publish the records below."))
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
