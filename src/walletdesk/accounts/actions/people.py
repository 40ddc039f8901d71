"""People and their places in a brand."""

from collections.abc import Sequence
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.actions.names import PERSON_LENGTH, TEAM_LENGTH, checked_name
from walletdesk.accounts.actions.own_account import WeakPassword, require_strength
from walletdesk.accounts.actions.second_factor import remove_second_factors
from walletdesk.accounts.actions.sessions import end_sessions
from walletdesk.accounts.models import Brand, Membership, Team, User
from walletdesk.accounts.rules import may_change, may_give
from walletdesk.accounts.types import Role
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput, DomainError, NotAllowed
from walletdesk.kit.wake import revoke

__all__ = ["WeakPassword"]  # raised by create_member
EMAIL_LENGTH = 254  # RFC 5321 section 4.5.3.1.3, less the angle brackets


class BadEmail(BadInput):
    """The e-mail address is none."""

    code: ClassVar[str] = "bad_email"


class LastOwner(DomainError):
    """A brand keeps at least one active owner who has accepted the invitation."""

    code: ClassVar[str] = "last_owner"


class SharedPerson(DomainError):
    """The person also works for another brand, which this change would touch."""

    code: ClassVar[str] = "shared_person"


def checked_email(text: str) -> str:
    """Return an e-mail address in the form in which it is stored. Raises BadEmail."""
    email = text.strip().lower()
    try:
        validate_email(email)
        email.encode()
    except (ValidationError, UnicodeEncodeError):
        raise BadEmail(email="form") from None
    if len(email) > EMAIL_LENGTH or "\x00" in email:
        raise BadEmail(email="form")
    return email


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
    """Make a person and their place in a brand. Raises BadEmail, BadName or WeakPassword.

    `same_password_as` saves the hashing for people who share one, as those of the demo do.
    A person who exists keeps their password and gets the place (or the new role in it).
    """
    email = checked_email(email)
    name = checked_name(name, PERSON_LENGTH)
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User(email=email, name=name)
        require_strength(password, user)
        if same_password_as is not None:
            user.password = same_password_as.password
        else:
            user.set_password(password)
        user.save()
    group = None
    if team:
        group, _made = Team.objects.get_or_create(brand=brand, name=checked_name(team, TEAM_LENGTH))
    place, _created = Membership.objects.update_or_create(
        brand=brand,
        user=user,
        defaults={"role": role, "languages": list(languages), "team": group},
    )
    revoke(f"staff:{user.pk}")
    return place


# --- changes by a colleague -----------------------------------------------------------------


@transaction.atomic
def change_role(*, membership: Membership, role: Role, actor: Membership | None = None) -> None:
    """Give a member another role. Open streams show their right again.

    `actor` is None for what the desk does by itself. Raises NotAllowed for one's own role, for a
    role above the actor's and for a person above the actor; LastOwner.
    """
    current = _locked(membership)
    if current.role == role:
        return
    if actor is not None:
        _require_other(actor, membership)
        giver = _role_now(actor)
        if not (may_change(giver, current.role) and may_give(giver, role)):
            raise NotAllowed
    _require_owner_besides(current)
    Membership.objects.filter(pk=membership.pk).update(role=role)
    _note(actor, membership, "member.role_changed", before=current.role, after=role)
    revoke(f"staff:{membership.user_id}")


@transaction.atomic
def change_place(
    *, membership: Membership, actor: Membership, team: Team | None, languages: Sequence[str]
) -> None:
    """Change a colleague's (or one's own) team and languages. Raises NotAllowed, BadInput."""
    current = _locked(membership)
    if not may_change(_role_now(actor), current.role):
        raise NotAllowed
    if not set(languages) <= set(membership.brand.languages):
        raise BadInput(languages="unknown")
    if team is not None and team.brand_id != membership.brand_id:
        raise BadInput(team="unknown")
    kept = [code for code in membership.brand.languages if code in languages]
    Membership.objects.filter(pk=membership.pk).update(team=team, languages=kept)
    _note(actor, membership, "member.changed", team=team and team.pk, languages=kept)


@transaction.atomic
def deactivate_user(*, user: User) -> None:
    """Shut a person out at once: pages, sessions and streams."""
    User.objects.filter(pk=user.pk).update(is_active=False)
    end_sessions(user=user)


@transaction.atomic
def deactivate_member(*, membership: Membership, actor: Membership) -> None:
    """Shut a colleague out at once. Raises NotAllowed, LastOwner, SharedPerson."""
    current = _changeable(membership, actor)
    _require_owner_besides(current)
    deactivate_user(user=membership.user)
    # From now on only an owner lets them in again: lifting a lock of before must not.
    locks = membership.user.locks.filter(opened_at=None)
    locks.update(opened_at=clock.now(), opened_by=actor)
    _note(actor, membership, "member.deactivated")


@transaction.atomic
def reactivate_member(*, membership: Membership, actor: Membership) -> None:
    """Let a colleague in again, with the password and second factor of before."""
    _changeable(membership, actor)
    User.objects.filter(pk=membership.user_id).update(is_active=True)
    _note(actor, membership, "member.reactivated")


@transaction.atomic
def reset_second_factor(*, membership: Membership, actor: Membership) -> None:
    """Remove a colleague's second factors, when the telephone is lost; all their sessions end."""
    _changeable(membership, actor)
    count = remove_second_factors(user=membership.user)
    _note(actor, membership, "second_factor.reset", removed=count)


@transaction.atomic
def end_sessions_of(*, membership: Membership, actor: Membership) -> None:
    """Sign a colleague out everywhere."""
    _changeable(membership, actor)
    count = end_sessions(user=membership.user)
    _note(actor, membership, "sessions.ended", ended=count)


# --- rules that need the database -------------------------------------------------------------


def _locked(membership: Membership) -> Membership:
    """Lock the brand's owners and this member, in one order, and return the member as it is now."""
    places = Membership.objects.select_for_update().filter(brand_id=membership.brand_id)
    list(places.filter(role=Role.OWNER).order_by("pk"))
    return places.get(pk=membership.pk)


def _role_now(actor: Membership) -> str:
    """Return the actor's role under the lock: it may have been taken a moment ago."""
    return Membership.objects.get(pk=actor.pk).role


def _changeable(membership: Membership, actor: Membership) -> Membership:
    _require_other(actor, membership)
    current = _locked(membership)
    if not may_change(_role_now(actor), current.role):
        raise NotAllowed
    if Membership.objects.filter(user_id=membership.user_id).exclude(pk=membership.pk).exists():
        raise SharedPerson
    return current


def _require_other(actor: Membership, membership: Membership) -> None:
    if actor.pk == membership.pk or actor.brand_id != membership.brand_id:
        raise NotAllowed


def _require_owner_besides(current: Membership) -> None:
    """Refuse to lose the last owner. The owners are locked, so two at once cannot both go."""
    if current.role != Role.OWNER:
        return
    others = Membership.objects.filter(
        brand_id=current.brand_id,
        role=Role.OWNER,
        user__is_active=True,
        user__invitation__isnull=True,
    ).exclude(pk=current.pk)
    if not others.exists():
        raise LastOwner


def _note(actor: Membership | None, about: Membership, action: str, **detail: object) -> None:
    record_audit(
        brand=about.brand,
        actor=actor,
        action=action,
        subject=f"member:{about.pk}",
        detail=detail,
    )
