"""Your account: name, language, password, second factor, and where you are signed in."""

from typing import Any, cast

from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from walletdesk.accounts.actions import own_account
from walletdesk.accounts.actions.names import PERSON_LENGTH, BadName
from walletdesk.accounts.actions.own_account import LongPassword, WeakPassword, WrongPassword
from walletdesk.accounts.actions.sessions import end_session, end_sessions
from walletdesk.accounts.models import StaffSession
from walletdesk.accounts.queries import second_factors_of, sessions_of
from walletdesk.accounts.second_factor import passkeys_possible
from walletdesk.kit.limits.actions import TooMany
from walletdesk.web.common.languages import names_of
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.settings.devices import device
from walletdesk.web.desk.settings.frame import SettingsForm, done, section_page, show, tell

PASSWORD_CHARACTERS = 1_024


class ProfileForm(SettingsForm):
    """One's own name and language."""

    name = forms.CharField(label=gettext_lazy("Full name"), max_length=PERSON_LENGTH)
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the desk"),
        required=False,
        choices=[
            ("", gettext_lazy("As in the browser")),
            *names_of(list(settings.LANGUAGE_NAMES)).items(),
        ],
    )


class PasswordForm(SettingsForm):
    """The old password and the new one, twice."""

    auto_id = "password_%s"
    old = forms.CharField(
        label=gettext_lazy("Present password"),
        max_length=PASSWORD_CHARACTERS,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=gettext_lazy("New password"),
        help_text=gettext_lazy("At least 12 characters. A sentence that only you know is good."),
        max_length=PASSWORD_CHARACTERS,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("New password, once more"),
        max_length=PASSWORD_CHARACTERS,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("new") and found.get("again") != found["new"]:
            self.add_error("again", _("The two passwords are not the same."))
        return found


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("account")
def account(request: StaffRequest) -> HttpResponse:
    """Show one's own account; save name and language."""
    user = request.membership.user
    if request.method != "POST":
        form = ProfileForm(initial={"name": user.name, "language": user.language})
        return _page(request, form, PasswordForm(auto_id=PasswordForm.auto_id))
    form = ProfileForm(request.POST)
    if form.is_valid():
        try:
            own_account.change_own_profile(
                membership=request.membership,
                name=form.cleaned_data["name"],
                language=form.cleaned_data["language"],
                known=list(settings.LANGUAGE_NAMES),
            )
        except BadName:
            form.add_error("name", _("Give a name of at most 80 characters."))
        else:
            return _saved_profile(request, form.cleaned_data["language"])
    return _page(request, form, PasswordForm(auto_id=PasswordForm.auto_id))


def _saved_profile(request: StaffRequest, language: str) -> HttpResponse:
    tell(request, _("Saved"))
    response = done("account")
    name = settings.LANGUAGE_COOKIE_NAME
    if language:
        secure = settings.LANGUAGE_COOKIE_SECURE
        response.set_cookie(name, language, secure=secure, samesite="Lax")
    else:
        response.delete_cookie(name, samesite="Lax")
    return response


@require_POST
@section_page("account")
def password(request: StaffRequest) -> HttpResponse:
    """Change one's own password: every other session ends."""
    form = PasswordForm(request.POST, auto_id=PasswordForm.auto_id)
    user = request.membership.user
    if form.is_valid() and _changed(request, form):
        update_session_auth_hash(cast("HttpRequest", request), user)
        tell(request, _("Your password is changed. You are signed out everywhere else."))
        return done("account")
    profile = ProfileForm(initial={"name": user.name, "language": user.language})
    return _page(request, profile, form)


def _changed(request: StaffRequest, form: PasswordForm) -> bool:
    """Change the password; False leaves the reason in the form."""
    try:
        own_account.change_password(
            membership=request.membership,
            old=form.cleaned_data["old"],
            new=form.cleaned_data["new"],
            keep=request.session.session_key,
        )
    except WrongPassword:
        form.add_error("old", _("This is not your present password."))
    except LongPassword:
        form.add_error("new", _("This password is too long."))
    except WeakPassword as refusal:
        for reason in refusal.fields["reasons"]:
            form.add_error("new", reason)
    except TooMany as refusal:
        seconds = refusal.fields["retry_after"]
        request.retry_after = seconds  # type: ignore[attr-defined]  # read by web.errors
        text = _("Too many attempts. Try again in %(seconds)s seconds.") % {"seconds": seconds}
        form.add_error(None, text)
    return not form.errors


def _page(request: StaffRequest, form: ProfileForm, passwords: PasswordForm) -> HttpResponse:
    user = request.membership.user
    factors = second_factors_of(user)
    kinds = {found.type: found for found in factors}
    codes = kinds.get(Authenticator.Type.RECOVERY_CODES)
    place = request.membership
    context = {
        "form": form,
        "passwords": passwords,
        "has_password": user.has_usable_password(),
        "app": kinds.get(Authenticator.Type.TOTP),
        "passkeys": [found for found in factors if found.type == Authenticator.Type.WEBAUTHN],
        "passkeys_possible": passkeys_possible(),
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else None,
        "must_have": place.role in place.brand.second_factor_roles,
        "sessions": [_shown(found, request) for found in sessions_of(user)],
    }
    wrong = form.errors if form.is_bound else passwords.errors
    return show(request, "account", "account", context, status=422 if wrong else 200)


def _shown(found: StaffSession, request: StaffRequest) -> dict[str, Any]:
    name, handheld = device(found.device)
    return {
        "ref": found.ref,
        "device": name or _("Unknown device"),
        "icon": "phone" if handheld else "monitor",
        "address": found.address,
        "since": found.started_at,
        "seen": found.active_at,
        "here": found.session_key == request.session.session_key,
    }


@require_POST
@section_page("account")
def end_one(request: StaffRequest, ref: str) -> HttpResponse:
    """Sign one of one's own devices out."""
    end_session(user=request.membership.user, ref=ref)
    tell(request, _("That device is signed out."))
    return done("account")


@require_POST
@section_page("account")
def end_others(request: StaffRequest) -> HttpResponse:
    """Sign all of one's own devices out but this one."""
    end_sessions(user=request.membership.user, keep=request.session.session_key)
    tell(request, _("You are signed out everywhere else."))
    return done("account")
