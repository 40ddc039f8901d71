"""Teams, and which roles need a second factor."""

from collections.abc import Collection
from typing import ClassVar

from django.db import IntegrityError, transaction

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.actions.names import TEAM_LENGTH, checked_name
from walletdesk.accounts.models import Brand, Membership, Team
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission, Role
from walletdesk.kit.errors import BadInput, DomainError, NotAllowed
from walletdesk.kit.wake import revoke

TEAMS = 200  # of a brand


class NameTaken(DomainError):
    """Another team has this name."""

    code: ClassVar[str] = "name_taken"


class TooManyTeams(DomainError):
    """The brand has 200 teams."""

    code: ClassVar[str] = "too_many_teams"


def create_team(*, actor: Membership, name: str) -> Team:
    """Make a team. Raises NotAllowed, BadName, NameTaken, TooManyTeams."""
    _require_right(actor)
    name = checked_name(name, TEAM_LENGTH)
    try:
        with transaction.atomic():
            Brand.objects.select_for_update().get(pk=actor.brand_id)
            if Team.objects.filter(brand_id=actor.brand_id).count() >= TEAMS:
                raise TooManyTeams
            team = Team.objects.create(brand=actor.brand, name=name)
            _note(actor, "team.created", f"team:{team.pk}", name=name)
    except IntegrityError:
        raise NameTaken from None
    return team


def rename_team(*, actor: Membership, team: Team, name: str) -> None:
    """Give a team another name. Raises NotAllowed, BadName, NameTaken."""
    _require_right(actor)
    name = checked_name(name, TEAM_LENGTH)
    try:
        with transaction.atomic():
            Team.objects.filter(pk=team.pk, brand_id=actor.brand_id).update(name=name)
            _note(actor, "team.renamed", f"team:{team.pk}", name=name)
    except IntegrityError:
        raise NameTaken from None


@transaction.atomic
def remove_team(*, actor: Membership, team: Team) -> None:
    """Remove a team. Its members stay, without a team."""
    _require_right(actor)
    Team.objects.filter(pk=team.pk, brand_id=actor.brand_id).delete()
    _note(actor, "team.removed", f"team:{team.pk}", name=team.name)


@transaction.atomic
def require_second_factor(*, actor: Membership, roles: Collection[str]) -> None:
    """Say which roles of a brand need a second factor. It holds at once, on streams too."""
    _require_right(actor)
    if not set(roles) <= set(Role):
        raise BadInput(roles="unknown")
    chosen = [role for role in Role if role in roles]
    brand = Brand.objects.select_for_update().get(pk=actor.brand_id)
    if brand.second_factor_roles == chosen:
        return
    _note(
        actor,
        "second_factor.roles_changed",
        f"brand:{brand.pk}",
        before=brand.second_factor_roles,
        after=chosen,
    )
    Brand.objects.filter(pk=brand.pk).update(second_factor_roles=chosen)
    for user_id in Membership.objects.filter(brand=brand, role__in=chosen).values_list(
        "user_id", flat=True
    ):
        revoke(f"staff:{user_id}")


def _require_right(actor: Membership) -> None:
    if not may(actor.role, Permission.STAFF_MANAGE):
        raise NotAllowed


def _note(actor: Membership, action: str, subject: str, **detail: object) -> None:
    record_audit(brand=actor.brand, actor=actor, action=action, subject=subject, detail=detail)
