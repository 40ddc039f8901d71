"""The forms of the second factor: allauth's, with our limits, single use and careful parsing."""

from contextlib import suppress
from typing import Any

from allauth.account.forms import ReauthenticateForm as PasswordForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm, DeactivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from walletdesk.accounts.actions.names import BadName, checked_name
from walletdesk.accounts.actions.second_factor import (
    CODE_LENGTH,
    TRIES,
    WINDOW,
    WrongCode,
    matching_step,
    use_code,
)
from walletdesk.accounts.queries import second_factors_of
from walletdesk.accounts.sealing import seal, unseal
from walletdesk.kit.limits.actions import TooMany, forget, hit
from walletdesk.kit.live.wire import address_group

PASSKEYS = 10  # of one person
PASSKEY_TRIES = 30  # of an address, in five minutes
PASSKEY_NAME_LENGTH = 40
PENDING = "second_factor.pending"
CREDENTIAL_LENGTH = 16_384  # characters; attestations of known makers stay below 4,000
MALFORMED = (ValueError, TypeError, KeyError, AttributeError, IndexError, AssertionError)
REFUSED = (InvalidSignature, UnsupportedAlgorithm, *MALFORMED)


def too_many(refusal: TooMany) -> ValidationError:
    """Return what a form says at a limit; the answer becomes 429 (web/errors.py)."""
    seconds = refusal.fields["retry_after"]
    context.request.retry_after = seconds
    return ValidationError(
        _("Too many attempts. Try again in %(seconds)s seconds."), params={"seconds": seconds}
    )


class PasswordAgainForm(PasswordForm):  # type: ignore[misc]  # allauth ships no types
    """The password before a sensitive change; tries count as those of a sign-in."""

    def clean_password(self) -> str:
        found = str(super().clean_password())
        forget(what="sign-in-account", who=self.user.email)
        return found


def _code_field() -> forms.CharField:
    return forms.CharField(max_length=CODE_LENGTH, error_messages={"required": _("Type the code.")})


class _CountedCode:
    """Checks a code against whatever the person has, once."""

    user: Any
    cleaned_data: dict[str, Any]

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        try:
            self.authenticator = use_code(user=self.user, code=code)
        except TooMany as refusal:
            raise too_many(refusal) from None
        except WrongCode:
            raise ValidationError(
                _("This code is not right, or it has been used already. Wait for the next one.")
            ) from None
        return code


class CodeForm(_CountedCode, AuthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """The code at sign-in."""

    code = _code_field()


class CodeAgainForm(_CountedCode, ReauthenticateForm):  # type: ignore[misc]  # as above
    """The code before a sensitive change."""

    code = _code_field()


class ActivateForm(ActivateTOTPForm):  # type: ignore[misc]  # as above
    """The first code of a new authenticator app. The secret waits in the session, sealed."""

    code = _code_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        session = context.request.session
        pending = session.get(PENDING) if args or "data" in kwargs else None
        super().__init__(*args, **kwargs)
        session.pop("mfa.totp.secret", None)
        if pending:
            self.secret = unseal(pending)
        else:
            session[PENDING] = seal(self.secret)
        self.step: int | None = None

    def clean_code(self) -> str:
        try:
            hit(what="second-factor", who=str(self.user.pk), limit=TRIES, window=WINDOW)
        except TooMany as refusal:
            raise too_many(refusal) from None
        typed = "".join(str(self.cleaned_data["code"]).split())
        if typed.isascii() and typed.isdigit():
            self.step = matching_step(self.secret, typed)
        if self.step is None:
            raise ValidationError(
                _("This code does not fit. Is the time of your telephone set automatically?")
            )
        return typed


class DeactivateForm(DeactivateTOTPForm):  # type: ignore[misc]  # as above
    """Nothing to fill in."""


class _Credential(forms.JSONField):
    """What the browser's passkey call returned, as JSON of bounded size and depth."""

    def to_python(self, value: Any) -> Any:
        found = None
        if isinstance(value, str) and len(value) <= CREDENTIAL_LENGTH:
            with suppress(RecursionError, ValueError, ValidationError):
                found = super().to_python(value)
        if not isinstance(found, dict):
            raise ValidationError(no_passkey())
        return found


def no_passkey() -> str:
    """Return what is said of every passkey that does not fit: why is nobody's business."""
    return _("This passkey was not accepted. Try again, or sign in with your password.")


class _CarefulCredential:
    """Takes whatever a stranger sends for a passkey's answer."""

    cleaned_data: dict[str, Any]

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]  # of the form beside
        except ValidationError:
            raise
        except REFUSED:
            raise ValidationError(no_passkey()) from None


class PasskeyForm(_CarefulCredential, AuthenticateWebAuthnForm):  # type: ignore[misc]  # as above
    """A passkey as the second factor."""

    credential = _Credential(widget=forms.HiddenInput)


class PasskeySignInForm(_CarefulCredential, LoginWebAuthnForm):  # type: ignore[misc]  # as above
    """A passkey instead of a password."""

    credential = _Credential(widget=forms.HiddenInput)

    def clean_credential(self) -> Any:
        address = address_group(context.request.META.get("REMOTE_ADDR", ""))
        try:
            hit(what="sign-in-passkey", who=address, limit=PASSKEY_TRIES, window=WINDOW)
        except TooMany as refusal:
            raise too_many(refusal) from None
        return super().clean_credential()


class PasskeyAgainForm(_CarefulCredential, ReauthenticateWebAuthnForm):  # type: ignore[misc]  # as above
    """A passkey before a sensitive change."""

    credential = _Credential(widget=forms.HiddenInput)


def _named(form: Any) -> str:
    name = str(form.cleaned_data.get("name") or "")
    try:
        return checked_name(name, PASSKEY_NAME_LENGTH) if name.strip() else _("Passkey")
    except BadName:
        raise ValidationError(_("Give a short name, without special characters.")) from None


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # as above
    """A new passkey."""

    passwordless = None
    name = forms.CharField(required=False, max_length=PASSKEY_NAME_LENGTH)
    credential = _Credential(widget=forms.HiddenInput)

    def clean_name(self) -> str:
        return _named(self)

    def clean(self) -> Any:
        kinds = [found.type for found in second_factors_of(self.user)]
        if kinds.count("webauthn") >= PASSKEYS:
            raise ValidationError(_("You have ten passkeys. Remove one first."))
        try:
            return super().clean()
        except ValidationError:
            raise
        except REFUSED:
            raise ValidationError(no_passkey()) from None


class RenamePasskeyForm(EditWebAuthnForm):  # type: ignore[misc]  # as above
    """Another name for a passkey."""

    name = forms.CharField(max_length=PASSKEY_NAME_LENGTH)

    def clean_name(self) -> str:
        return _named(self)
