"""People at the sign-in: their browsers, their authenticator apps, and proof of a moment ago."""

import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from tests.cast import PASSWORD
from walletdesk.accounts.models import Brand, Membership
from walletdesk.accounts.sealing import seal

LOGIN = "/accounts/login/"
CODE = "/accounts/login/code/"


def code_at(secret: str, moment: float | None = None) -> str:
    """Return what an authenticator app shows (RFC 6238)."""
    return str(format_hotp_value(hotp_value(secret, int(moment or time.time()) // 30)))


def give_app(member: Membership) -> str:
    """Give a person an authenticator app and return its secret."""
    secret = str(generate_totp_secret())
    Authenticator.objects.create(
        user=member.user, type=Authenticator.Type.TOTP, data={"secret": seal(secret)}
    )
    return secret


def be_strict(brand: Brand, *roles: str) -> None:
    Brand.objects.filter(pk=brand.pk).update(second_factor_roles=list(roles))


def knock(client: Client, member: Membership, **more: str) -> Any:
    return client.post(LOGIN, {"login": member.user.email, "password": PASSWORD, **more})


def signed_in(member: Membership, **options: Any) -> Client:
    """Return a browser in which a person signed in with a password a moment ago."""
    client = Client(**options)
    assert knock(client, member).status_code == 302
    return client
