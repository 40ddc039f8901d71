"""The forms of mail accounts. Secrets are typed in, never shown again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from walletdesk.integrations.email.models import MailAccount
from walletdesk.integrations.email.providers import PROVIDERS
from walletdesk.integrations.email.types import WayIn
from walletdesk.web.desk.settings.email_words import way_in
from walletdesk.web.desk.settings.frame import SettingsForm

SECURITY = [("tls", "TLS"), ("starttls", "STARTTLS"), ("none", _("None (this machine only)"))]
AUTH = [("password", _("Password")), ("google", "Google"), ("microsoft", "Microsoft 365")]
IN_PLAIN = (
    "host", "port", "security", "username", "auth", "client_id", "tenant", "folder", "move_to",
    "provider",
)  # fmt: skip
IN_SECRET = ("password", "client_secret", "refresh_token", "webhook_secret")
OWN = (
    "name", "address", "active", "authserv_id", "in_way", "reply_address",
)  # fmt: skip
KEPT = _("Leave it empty to keep the one that is stored.")


def _secret(label: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(
        label=label, required=False, max_length=4_000, widget=widget, help_text=KEPT, strip=False
    )


def _text(label: Any, most: int = 254, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=most, **more)


class NewAccountForm(SettingsForm):
    """Name and address of an account."""

    name = forms.CharField(label=_("Name"), max_length=60)
    address = forms.EmailField(
        label=_("Address"), max_length=254, help_text=_("Such as support@example.com.")
    )


class AccountForm(NewAccountForm):
    """All of an account. What belongs to another way than the chosen one is left alone."""

    aliases = _text(
        _("Other addresses"), 2_000, help_text=_("That lead here too, separated by commas.")
    )
    active = forms.BooleanField(label=_("In use"), required=False)
    in_way = forms.ChoiceField(
        label=_("How mail comes in"), choices=lambda: [(w, way_in(w)) for w in WayIn]
    )
    host = _text(_("Server"))
    port = forms.IntegerField(label=_("Port"), required=False, min_value=1, max_value=65_535)
    security = forms.ChoiceField(label=_("Encryption"), choices=SECURITY, required=False)
    auth = forms.ChoiceField(label=_("Sign in with"), choices=AUTH, required=False)
    username = _text(_("User name"))
    password = _secret(_("Password"))
    client_id = _text(_("Client ID"))
    tenant = _text(_("Tenant"), help_text=_("Microsoft only; empty means any."))
    client_secret = _secret(_("Client secret"))
    refresh_token = _secret(_("Refresh token"))
    folder = _text(_("Folder"), 200, help_text=_("Empty means INBOX."))
    move_to = _text(
        _("Move read mail to"), 200, help_text=_("Empty leaves it there, marked as read.")
    )
    provider = forms.ChoiceField(
        label=_("Provider"),
        required=False,
        choices=lambda: [("", "—"), *((code, each.name) for code, each in PROVIDERS.items())],
    )
    webhook_secret = _secret(_("Its signing key, or user:password"))
    authserv_id = _text(
        _("Server whose checks of senders count"),
        help_text=_(
            "The name in Authentication-Results of your own receiving server, such as"
            " mx.google.com. Empty: this desk checks signatures by itself."
        ),
    )
    reply_address = _text(_("Answers go to"), help_text=_("Empty means the address above."))

    @staticmethod
    def initial_of(account: MailAccount) -> dict[str, Any]:
        """Return what the form shows of an account: everything but its secrets."""
        shown = {name: getattr(account, name) for name in OWN}
        shown |= {name: account.in_settings.get(name, "") for name in IN_PLAIN}
        return shown | {
            "aliases": ", ".join(account.aliases),
            "version": account.version,
        }

    def fields_of_account(self) -> dict[str, Any]:
        """Return the plain fields, as the action takes them."""
        data = self.cleaned_data
        told = {name: data[name] for name in IN_PLAIN if data.get(name)}
        aliases = [part.strip() for part in data["aliases"].split(",") if part.strip()]
        return {name: data[name] for name in OWN} | {"aliases": aliases, "in_settings": told}

    def in_secrets(self) -> dict[str, str]:
        """Return the secrets that were typed."""
        return {name: self.cleaned_data[name] for name in IN_SECRET if self.cleaned_data[name]}
