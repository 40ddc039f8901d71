"""What people change about themselves."""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.actions.names import PERSON_LENGTH, checked_name
from walletdesk.accounts.actions.sessions import end_sessions
from walletdesk.accounts.models import Membership, User
from walletdesk.accounts.rules import PASSWORD_LENGTH
from walletdesk.kit.errors import BadInput
from walletdesk.kit.limits.actions import forget, hit

TRIES = 5
WINDOW = timedelta(minutes=5)


class WeakPassword(BadInput):
    """The password is too easy. Field `reasons`: sentences in the reader's language."""

    code: ClassVar[str] = "weak_password"


class WrongPassword(BadInput):
    """That is not the present password."""

    code: ClassVar[str] = "wrong_password"


class LongPassword(BadInput):
    """The password has more than 1,024 bytes."""

    code: ClassVar[str] = "long_password"


def require_strength(password: str, user: User) -> None:
    """Raise WeakPassword or LongPassword unless a password will do for a person."""
    if "\x00" in password or len(password.encode(errors="replace")) > PASSWORD_LENGTH:
        raise LongPassword
    try:
        password.encode()
        validate_password(password, user)
    except UnicodeEncodeError:
        raise LongPassword from None
    except ValidationError as error:
        raise WeakPassword(reasons=error.messages) from None


def change_password(*, membership: Membership, old: str, new: str, keep: str | None) -> User:
    """Replace one's own password; all sessions but `keep` end, and their streams.

    Raises WrongPassword, WeakPassword, LongPassword, and TooMany after five wrong tries.
    """
    user = membership.user
    hit(what="change-password", who=str(user.pk), limit=TRIES, window=WINDOW)
    if len(old.encode(errors="replace")) > PASSWORD_LENGTH or not user.check_password(old):
        raise WrongPassword
    require_strength(new, user)
    user.set_password(new)  # outside of the transaction: hashing takes a third of a second
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(password=user.password)
        end_sessions(user=user, keep=keep)
        _note(membership, "password.changed")
    forget(what="change-password", who=str(user.pk))
    return user


@transaction.atomic
def change_own_profile(
    *, membership: Membership, name: str, language: str, known: Sequence[str]
) -> None:
    """Change one's own name and language (one of `known`, or empty). Raises BadName, BadInput."""
    if language and language not in known:
        raise BadInput(language=language[:12])
    name = checked_name(name, PERSON_LENGTH)
    User.objects.filter(pk=membership.user_id).update(name=name, language=language)
    if name != membership.user.name:
        _note(membership, "member.renamed")


def _note(membership: Membership, action: str) -> None:
    record_audit(
        brand=membership.brand,
        actor=membership,
        action=action,
        subject=f"member:{membership.pk}",
    )
