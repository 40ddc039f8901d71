"""How staff sign in: allauth, with limits that count across processes and before any hashing."""

import time
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context as allauth_context
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from walletdesk.accounts.actions.second_factor import note_second_factor
from walletdesk.accounts.rules import PASSWORD_LENGTH
from walletdesk.kit.limits.actions import TooMany, forget, hit
from walletdesk.kit.live.wire import address_group
from walletdesk.kit.wake import revoke

TRIES_PER_ACCOUNT = 5
TRIES_PER_ADDRESS = 30
WINDOW = timedelta(minutes=5)
DEVICE_LENGTH = 200
CHANGES = {
    "mfa/email/totp_activated": "app_added",
    "mfa/email/totp_deactivated": "app_removed",
    "mfa/email/webauthn_added": "passkey_added",
    "mfa/email/webauthn_removed": "passkey_removed",
    "mfa/email/recovery_codes_generated": "recovery_codes_made",
}


def device_of(request: HttpRequest) -> tuple[str, str]:
    """Return from where a request comes: its address, and what the browser says of itself."""
    told = request.META.get("HTTP_USER_AGENT", "").replace("\x00", "")[:DEVICE_LENGTH]
    return request.META.get("REMOTE_ADDR", "")[:45], told.encode(errors="replace").decode()


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Nobody signs up by themselves; five wrong passwords close an account for five minutes."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's
        return False

    def is_ajax(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's
        """Answer with pages only: allauth's JSON repeats the fields of a form, the password too."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse before the password is looked at: too long, or too many tries.

        The tries are counted before they are judged, so that guesses in parallel count too.
        """
        if len((credentials.get("password") or "").encode(errors="replace")) > PASSWORD_LENGTH:
            raise ValidationError(_("This password is too long."))
        try:
            hit(
                what="sign-in-address",
                who=address_group(request.META.get("REMOTE_ADDR", "")),
                limit=TRIES_PER_ADDRESS,
                window=WINDOW,
            )
            hit(
                what="sign-in-account",
                who=str(credentials.get("email") or "").lower(),
                limit=TRIES_PER_ACCOUNT,
                window=WINDOW,
            )
        except TooMany as refusal:
            request.retry_after = refusal.fields["retry_after"]  # type: ignore[attr-defined] # read by web.errors
            raise ValidationError(
                _("Too many attempts. Try again in %(seconds)s seconds."),
                params={"seconds": refusal.fields["retry_after"]},
            ) from None

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Answer for a person who was shut out as for a wrong password: it says nothing of them."""
        user = super().authenticate(request, **credentials)
        return user if user is not None and user.is_active else None

    def reauthenticate(self, user: Any, password: str) -> bool:
        """Check a signed-in person's password again, within the limits of a sign-in."""
        found = self.authenticate(allauth_context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def pre_login(self, request: HttpRequest, user: Any, **options: Any) -> Any:
        """Turn away whoever was shut out, whichever way they came, also between two factors."""
        if not user.is_active:
            messages.error(request, no_entry())
            raise ImmediateHttpResponse(redirect("account_login"))
        return super().pre_login(request, user, **options)

    def login(self, request: HttpRequest, user: Any) -> None:
        """Begin a session that knows its device.

        The person is looked at once more: a second factor may have taken minutes.
        """
        user.refresh_from_db(fields=["is_active"])
        if not user.is_active:
            messages.error(request, no_entry())
            raise ImmediateHttpResponse(redirect("account_login"))
        request.session.device = device_of(request)  # type: ignore[attr-defined]  # of our engine
        super().login(request, user)

    def logout(self, request: HttpRequest) -> None:
        """End the session, and the streams that were opened with it."""
        user_id = request.user.pk
        super().logout(request)
        revoke(f"staff:{user_id}")

    def post_login(self, request: HttpRequest, user: Any, **options: Any) -> HttpResponse:
        """Forget the wrong tries of an account whose owner has come in; speak their language."""
        forget(what="sign-in-account", who=user.email)
        response: HttpResponse = super().post_login(request, user, **options)
        if user.language in dict(settings.LANGUAGES):
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                user.language,
                secure=settings.LANGUAGE_COOKIE_SECURE,
                samesite="Lax",
            )
        return response

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """Take a sign-in of the last minutes as proof, as if it had been asked for just now."""
        request = self.request
        records = get_authentication_records(request, request.user)
        newest = max((record["at"] for record in records), default=0)
        if time.time() - newest < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app, **options))

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,  # noqa: ARG002 - allauth's
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Keep what a person must read, and none of allauth's good wishes."""
        if message and not message_template:
            messages.add_message(request, level, message, extra_tags)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,  # noqa: ARG002 - allauth's
        email: str | None = None,  # noqa: ARG002 - allauth's
    ) -> None:
        """Audit a change of the second factor; allauth calls this after each of them."""
        if template_prefix in CHANGES:
            note_second_factor(user=user, change=CHANGES[template_prefix])


def no_entry() -> str:
    """Return the one sentence for everybody who is known elsewhere and not invited here."""
    return _("You cannot sign in here. Ask an owner of this desk for an invitation.")
