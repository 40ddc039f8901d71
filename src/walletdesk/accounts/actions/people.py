"""People and their places in a brand."""

from collections.abc import Sequence
from typing import ClassVar

from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from walletdesk.accounts.models import Brand, Membership, Team, User
from walletdesk.accounts.types import Role
from walletdesk.kit.errors import BadInput
from walletdesk.kit.wake import revoke

EMAIL_LENGTH = 254  # RFC 5321 section 4.5.3.1.3, less the angle brackets


class WeakPassword(BadInput):
    """The password is too easy. Field `reasons`: sentences in the reader's language."""

    code: ClassVar[str] = "weak_password"


class BadEmail(BadInput):
    """The e-mail address is none."""

    code: ClassVar[str] = "bad_email"


@transaction.atomic
def create_member(  # noqa: PLR0913 - a person is made in one go
    *,
    brand: Brand,
    email: str,
    name: str,
    password: str,
    role: Role,
    languages: Sequence[str] = (),
    team: str | None = None,
    same_password_as: User | None = None,
) -> Membership:
    """Make a person and their place in a brand. Raises BadEmail or WeakPassword.

    `same_password_as` saves the hashing for people who share one, as those of the demo do.
    A person who exists keeps their password and gets the place (or the new role in it).
    """
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise BadEmail(email=email) from None
    if len(email) > EMAIL_LENGTH:
        raise BadEmail(email=email)
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User(email=email, name=name)
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise WeakPassword(reasons=error.messages) from None
        if same_password_as is not None:
            user.password = same_password_as.password
        else:
            user.set_password(password)
        user.save()
    group = Team.objects.get_or_create(brand=brand, name=team)[0] if team else None
    place, _created = Membership.objects.update_or_create(
        brand=brand,
        user=user,
        defaults={"role": role, "languages": list(languages), "team": group},
    )
    revoke(f"staff:{user.pk}")
    return place


@transaction.atomic
def change_role(*, membership: Membership, role: Role) -> None:
    """Give a member another role. Open streams show their right again."""
    Membership.objects.filter(pk=membership.pk).update(role=role)
    revoke(f"staff:{membership.user_id}")


@transaction.atomic
def deactivate_user(*, user: User) -> None:
    """Shut a person out at once: pages, sessions and streams."""
    User.objects.filter(pk=user.pk).update(is_active=False)
    for session in Session.objects.all().iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()
    revoke(f"staff:{user.pk}")
