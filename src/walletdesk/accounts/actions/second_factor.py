"""Second factors: a code counts once, and an owner helps whoever lost theirs."""

import secrets
import time
from datetime import timedelta
from typing import Any, ClassVar

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.db import transaction

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.actions.sessions import end_sessions
from walletdesk.accounts.models import Membership, User
from walletdesk.accounts.rules import totp_steps
from walletdesk.accounts.sealing import unseal
from walletdesk.kit.errors import DomainError
from walletdesk.kit.limits.actions import forget, hit
from walletdesk.kit.wake import revoke

TRIES = 5
WINDOW = timedelta(minutes=5)
CODE_LENGTH = 32  # characters as typed, spaces included


class WrongCode(DomainError):
    """The code is wrong, too old, or has counted before."""

    code: ClassVar[str] = "wrong_code"
    status: ClassVar[int] = 400


class SecondFactorMissing(DomainError):
    """The person's role needs a second factor, and there is none yet."""

    code: ClassVar[str] = "second_factor_missing"
    status: ClassVar[int] = 403


def use_code(*, user: User, code: str) -> Authenticator:
    """Spend a code of an authenticator app or a recovery code. Return what it belongs to.

    A code counts once: the row is locked, and of two requests at once one is refused.
    Raises TooMany after five tries in five minutes, WrongCode otherwise.
    """
    hit(what="second-factor", who=str(user.pk), limit=TRIES, window=WINDOW)
    typed = "".join(code.split()).replace("-", "")
    found = _spend(user, typed) if typed.isascii() and typed.isdigit() else None
    if found is None:
        raise WrongCode
    forget(what="second-factor", who=str(user.pk))
    return found


@transaction.atomic
def _spend(user: User, typed: str) -> Authenticator | None:
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
    for found in Authenticator.objects.select_for_update().filter(user=user, type__in=kinds):
        if found.type == Authenticator.Type.RECOVERY_CODES:
            right = found.wrap().validate_code(typed)
        else:
            right = _spend_step(found, typed)
        if right:
            return found
    return None


def _spend_step(found: Authenticator, typed: str) -> bool:
    """Accept a step (RFC 6238) that is later than the last one that counted."""
    step = matching_step(unseal(found.data["secret"]), typed)
    if step is None or step <= found.data.get("step", 0):
        return False
    found.data["step"] = step
    found.save(update_fields=["data"])
    return True


def matching_step(secret: str, typed: str) -> int | None:
    """Return the number of the time step whose code was typed, None when none fits."""
    for step in totp_steps(time.time(), settings.MFA_TOTP_TOLERANCE):
        expected = format_hotp_value(hotp_value(secret, step))
        if secrets.compare_digest(expected, typed):
            return step
    return None


@transaction.atomic
def remember_step(*, user: User, step: int) -> None:
    """Keep the code of the set-up from counting a second time."""
    kind = Authenticator.Type.TOTP
    for found in Authenticator.objects.select_for_update().filter(user=user, type=kind):
        found.data["step"] = step
        found.save(update_fields=["data"])


@transaction.atomic
def note_second_factor(*, user: User, change: str, detail: dict[str, Any] | None = None) -> None:
    """Audit a change to somebody's own second factor, and have their streams show their right."""
    for place in Membership.objects.filter(user=user).select_related("brand", "user"):
        record_audit(
            brand=place.brand,
            actor=place,
            action=f"second_factor.{change}",
            subject=f"member:{place.pk}",
            detail=detail,
        )
    revoke(f"staff:{user.pk}")


@transaction.atomic
def remove_second_factors(*, user: User) -> int:
    """Remove all second factors of a person and end their sessions. Return how many there were."""
    count, _ = Authenticator.objects.filter(user=user).delete()
    end_sessions(user=user)
    return int(count)
