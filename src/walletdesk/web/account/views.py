"""Pages of the second factor: allauth's views with the desk's own steps around them."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from allauth.account.views import LoginView
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.mfa.webauthn.views import AddWebAuthnView, EditWebAuthnView, RemoveWebAuthnView
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from walletdesk.accounts.actions.invitations import accept_invitation, invited_user
from walletdesk.accounts.actions.names import BadName
from walletdesk.accounts.actions.own_account import LongPassword, WeakPassword
from walletdesk.accounts.actions.second_factor import note_second_factor, remember_step
from walletdesk.accounts.queries import (
    get_membership_of,
    lacks_second_factor,
    second_factors_of,
)
from walletdesk.accounts.second_factor import passkeys_possible
from walletdesk.kit.errors import NotFound
from walletdesk.kit.limits.actions import hit
from walletdesk.kit.live.wire import address_group
from walletdesk.web.common.qr import draw, in_groups

if TYPE_CHECKING:
    from walletdesk.accounts.models import User

OPTIONS_PER_ADDRESS = 60
WINDOW = timedelta(minutes=5)
OIDC, SAML = "sso", "saml"  # as site/outside_identity.py names them


class SignIn(LoginView):  # type: ignore[misc]  # allauth ships no types
    """The sign-in: password, passkey, and the identity providers of this desk."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        onward = context.get("redirect_field_value")
        query = "?" + urlencode({"next": onward}) if onward else ""
        outside = settings.WALLETDESK.outside
        ways = []
        if outside.oidc_issuer:
            address = reverse("openid_connect_login", args=[OIDC])
            ways.append((outside.oidc_name, address + query))
        if outside.saml_metadata:
            ways.append((outside.saml_name, reverse("saml_login", args=[SAML]) + query))
        return context | {"outside": ways, "passkeys": passkeys_possible()}


@require_POST
def passkey_options(request: HttpRequest) -> HttpResponse:
    """Return the challenge for a sign-in by passkey; the session keeps it."""
    hit(
        what="passkey-options",
        who=address_group(request.META.get("REMOTE_ADDR", "")),
        limit=OPTIONS_PER_ADDRESS,
        window=WINDOW,
    )
    return JsonResponse(webauthn.begin_authentication(user=None))


@require_safe
@login_required
def second_factor(request: HttpRequest) -> HttpResponse:
    """Lead a person who needs a second factor to one; others to their account."""
    user = cast("User", request.user)
    try:
        place = get_membership_of(user)
    except NotFound:
        return render(request, "desk/no_place.html", status=403)
    if not lacks_second_factor(place):
        return redirect("desk:settings:account")
    context = {"brand": place.brand, "passkeys": passkeys_possible()}
    return render(request, "mfa/choose.html", context)


class ActivateApp(ActivateTOTPView):  # type: ignore[misc]  # allauth ships no types
    """Set an authenticator app up."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["qr"] = draw(context["totp_url"])
        context["groups"] = in_groups(context["form"].secret)
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        remember_step(user=cast("User", self.request.user), step=form.step)
        self.request.session.pop("second_factor.pending", None)
        return response


class AddPasskey(AddWebAuthnView):  # type: ignore[misc]  # as above
    """Make a passkey that can sign in by itself: kept by the device, which asks who it is."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        options = webauthn.begin_registration(cast("User", self.request.user), passwordless=True)
        context["js_data"] = {"creation_options": options}
        context["form"] = kwargs.get("form") or self.get_form()
        return context


class RenamePasskey(EditWebAuthnView):  # type: ignore[misc]  # as above
    """Another name for a passkey."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        note_second_factor(user=cast("User", self.request.user), change="passkey_renamed")
        return response


class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc]  # as above
    """Remove a passkey."""


class RecoveryCodes(codes.ViewRecoveryCodesView):  # type: ignore[misc]  # as above
    """Show the recovery codes, once."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if context["can_view_codes"]:
            shown = [f"{code[:5]}-{code[5:]}" for code in context["unused_codes"]]
            context["codes"] = shown
            context["as_text"] = "\n".join([f"walletdesk {settings.WALLETDESK.base_url}", *shown])
        return context


@require_safe
@login_required
def done(request: HttpRequest) -> HttpResponse:
    """Return from a change to where it was begun."""
    if not second_factors_of(cast("User", request.user)):
        return redirect("account_second_factor")
    return redirect("desk:settings:account")


# --- invitations --------------------------------------------------------------------------


def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Let an invited person choose their password. The link counts once."""
    user = invited_user(token)
    context: dict[str, Any] = {"invited": user, "name": request.POST.get("name", user.name)}
    if request.method != "POST":
        return render(request, "account/invitation.html", context)
    context["errors"] = _accept(request, token)
    if context["errors"]:
        return render(request, "account/invitation.html", context, status=400)
    return render(request, "account/invitation_accepted.html", context)


def _accept(request: HttpRequest, token: str) -> dict[str, list[str]]:
    """Accept an invitation. Return what is wrong with what was typed, by field."""
    password = request.POST.get("password", "")
    if password != request.POST.get("again", ""):
        return {"again": [_("The two passwords are not the same.")]}
    try:
        accept_invitation(token=token, name=request.POST.get("name", ""), password=password)
    except BadName:
        return {"name": [_("Give a name of at most 80 characters.")]}
    except LongPassword:
        return {"password": [_("This password is too long.")]}
    except WeakPassword as refusal:
        return {"password": list(refusal.fields["reasons"])}
    return {}
