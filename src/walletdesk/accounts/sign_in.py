"""How staff sign in: allauth, with limits that count across processes and before any hashing."""

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from walletdesk.kit.limits.actions import TooMany, forget, hit
from walletdesk.kit.live.wire import address_group
from walletdesk.kit.wake import revoke

PASSWORD_LENGTH = 1_024  # bytes; argon2 would hash megabytes
TRIES_PER_ACCOUNT = 5
TRIES_PER_ADDRESS = 30
WINDOW = timedelta(minutes=5)


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

    def logout(self, request: HttpRequest) -> None:
        """End the session, and the streams that were opened with it."""
        user_id = request.user.pk
        super().logout(request)
        revoke(f"staff:{user_id}")

    def post_login(self, request: HttpRequest, user: Any, **options: Any) -> Any:
        """Forget the wrong tries of an account whose owner has come in."""
        forget(what="sign-in-account", who=user.email)
        return super().post_login(request, user, **options)
