"""Who works here? The access functions of staff."""

from collections.abc import Collection
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from walletdesk.accounts.models import (
    Brand,
    BrandLogo,
    Membership,
    PrivacyRules,
    StaffSession,
    Team,
    User,
)
from walletdesk.accounts.rules import may
from walletdesk.accounts.sessions import alive
from walletdesk.accounts.types import Permission, Role
from walletdesk.kit import ids
from walletdesk.kit.compiled import Compiled
from walletdesk.kit.errors import NotFound

PEOPLE_PER_PAGE = 50
SEARCH_LENGTH = 80
SESSIONS_SHOWN = 50
NEIGHBOURS = 2  # teams shown on either side of a name
NAMED = 5  # people named where the others are counted


def active_places() -> "QuerySet[Membership]":
    """Return the places of people who were not shut out, each knowing of its second factor."""
    return _with_second_factor(
        Membership.objects.filter(user__is_active=True).select_related("brand", "user", "team")
    )


def _with_second_factor(places: "QuerySet[Membership]") -> "QuerySet[Membership]":
    return places.annotate(has_second_factor=_a_second_factor())


def _a_second_factor() -> Exists:
    factors = Authenticator.objects.filter(user=OuterRef("user"))
    return Exists(factors.exclude(type=Authenticator.Type.RECOVERY_CODES))


def lacks_second_factor(membership: Membership) -> bool:
    """Tell whether a place may not be used yet: its role needs a second factor and there is none.

    Takes what `active_places` and `get_membership_of` return; another place counts as without.
    """
    has = getattr(membership, "has_second_factor", False)
    return membership.role in membership.brand.second_factor_roles and not has


def _places_of(user: int) -> "QuerySet[Membership]":
    places = _with_second_factor(Membership.objects.filter(user_id=user, user__is_active=True))
    return places.select_related("brand", "team").order_by("pk")


_FIRST_PLACE = Compiled(lambda user: _places_of(user)[:1], user=int)  # of each request of staff


def get_membership_of(user: User, brand_slug: str | None = None) -> Membership:
    """Return a person's place in a brand, or in their first brand. Raises NotFound without one."""
    if brand_slug is None:
        found = _FIRST_PLACE.first(user=user.pk)
    else:
        found = _places_of(user.pk).filter(brand__slug=brand_slug).first()
    if found is None:
        raise NotFound
    found.user = user  # who asks has just read it
    return found


def get_active_membership(membership_id: int) -> Membership | None:
    """Return the place of somebody who may sign in, or None."""
    return (
        Membership.objects.filter(pk=membership_id, user__is_active=True)
        .select_related("brand", "user", "team")
        .first()
    )


def get_colleague_for(membership: Membership, colleague_id: int) -> Membership:
    """Return a colleague of the same brand, else raise NotFound."""
    found = (
        Membership.objects.filter(pk=colleague_id, brand_id=membership.brand_id)
        .select_related("user", "team")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def colleagues_who_answer(membership: Membership) -> list[Membership]:
    """Return the active members of the same brand to whom a conversation can be handed."""
    return _who_answer(membership.brand_id)


def members_who_answer(brand: Brand) -> list[Membership]:
    """Return a brand's active members to whom a conversation can be handed."""
    return _who_answer(brand.pk)


def _who_answer(brand_id: int) -> list[Membership]:
    roles = [role for role in Role if may(role, Permission.CONVERSATION_ANSWER)]
    return list(
        Membership.objects.filter(brand_id=brand_id, role__in=roles, user__is_active=True)
        .exclude(user__invitation__isnull=False)
        .select_related("user", "team")
        .order_by("user__name")
    )


def people_for(brand: Brand, team: Team | None) -> list[Membership]:
    """Return whom something is offered to: who answers in the team, else all who may reassign."""
    people = Membership.objects.filter(brand=brand, user__is_active=True).select_related("user")
    able = [one for one in people if may(one.role, Permission.CONVERSATION_ANSWER)]
    mine = [one for one in able if team is not None and one.team_id == team.pk]
    return mine or [one for one in able if may(one.role, Permission.CONVERSATION_REASSIGN)]


def screens_of(memberships: Collection[int]) -> dict[int, str]:
    """Return membership (id) → the subject of its open pages, which belong to the user: "staff:7".

    Who is no longer there is left out.
    """
    rows = Membership.objects.filter(pk__in=memberships)
    return {pk: f"staff:{user}" for pk, user in rows.values_list("pk", "user_id")}


def teams_of(membership: Membership) -> list[Team]:
    """Return the teams of the person's brand, by name."""
    return list(Team.objects.filter(brand_id=membership.brand_id).order_by("name"))


def get_team_for(membership: Membership, team_id: int) -> Team:
    """Return a team of the person's brand, else raise NotFound."""
    found = Team.objects.filter(brand_id=membership.brand_id, pk=team_id).first()
    if found is None:
        raise NotFound
    return found


def get_brand(slug: str | None) -> Brand:
    """Return a brand by its name in addresses, or the first one. Raises NotFound without one."""
    if slug is not None and not ids.may_name(slug):
        raise NotFound
    brands = Brand.objects.order_by("pk")
    found = brands.first() if slug is None else brands.filter(slug=slug).first()
    if found is None:
        raise NotFound
    return found


def all_brands() -> list[Brand]:
    """Return every brand of this desk, the first one first."""
    return list(Brand.objects.order_by("pk"))


def get_brand_by_id(brand_id: int) -> Brand | None:
    """Return a brand by its number, None when it is gone."""
    return Brand.objects.filter(pk=brand_id).first()


def privacy_of(brand: Brand) -> PrivacyRules:
    """Return a brand's privacy settings; the defaults, unsaved, when nobody has set any."""
    return PrivacyRules.objects.filter(brand=brand).first() or PrivacyRules(brand=brand)


def logo_digest(brand: Brand) -> str:
    """Return the name of a brand's logo in addresses, "" without one."""
    found = BrandLogo.objects.filter(brand=brand).values_list("digest", flat=True).first()
    return found or ""


def get_logo(*, brand_slug: str, digest: str) -> BrandLogo:
    """Return a brand's logo by its digest, else raise NotFound."""
    found = None
    if ids.may_name(brand_slug) and ids.may_name(digest):
        found = BrandLogo.objects.filter(brand__slug=brand_slug, digest=digest).first()
    if found is None:
        raise NotFound
    return found


# --- people and teams, for those who manage them -----------------------------------------------


@dataclass(frozen=True)
class PeoplePage:
    """Members of a brand, and where the next page begins."""

    people: list[Membership]
    following: int | None


def list_people(membership: Membership, *, search: str = "", start: int = 0) -> PeoplePage:
    """Return a page of the brand's people, those who may come in first, by name.

    Each knows `has_second_factor`, `seen_at` (last use of a session, else last sign-in) and, in
    `user.invitation`, whether the invitation is still open. Two statements whatever the number.
    """
    found = _people_of(membership)
    words = search[:SEARCH_LENGTH].split() if ids.may_name(search) else ["\ufffd"]
    for word in words:
        found = found.filter(Q(user__name__icontains=word) | Q(user__email__icontains=word))
    page = list(
        found.order_by("-user__is_active", "user__name", "pk")[start : start + PEOPLE_PER_PAGE + 1]
    )
    more = len(page) > PEOPLE_PER_PAGE
    return PeoplePage(page[:PEOPLE_PER_PAGE], start + PEOPLE_PER_PAGE if more else None)


def get_person_for(membership: Membership, person_id: int) -> Membership:
    """Return a member of the same brand with all that the list shows, else raise NotFound."""
    found = _people_of(membership).filter(pk=person_id).first()
    if found is None:
        raise NotFound
    return found


def _people_of(membership: Membership) -> "QuerySet[Membership]":
    seen = (
        StaffSession.objects.filter(user=OuterRef("user"))
        .order_by()
        .values("user")
        .annotate(last=Max("active_at"))
        .values("last")
    )
    return _with_second_factor(
        Membership.objects.filter(brand_id=membership.brand_id)
        .select_related("user", "user__invitation", "team", "brand")
        .annotate(seen_at=Coalesce(seen, "user__last_login"))
    )


def list_teams(membership: Membership) -> list[Team]:
    """Return the brand's teams by name, each with its `size` and its members."""
    return list(
        Team.objects.filter(brand_id=membership.brand_id)
        .annotate(size=Count("memberships", filter=Q(memberships__user__is_active=True)))
        .prefetch_related("memberships__user")
        .order_by("name")
    )


def team_neighbours(
    membership: Membership, name: str, *, but: int = 0
) -> tuple[list[Team], list[Team]]:
    """Return the teams right before and right after where a name would stand, in their order.

    `but` is left out: the team that is to be renamed.
    """
    others = Team.objects.filter(brand_id=membership.brand_id).exclude(pk=but)
    before = others.filter(name__lt=name).order_by("-name")[:NEIGHBOURS]
    return list(before)[::-1], list(others.filter(name__gt=name).order_by("name")[:NEIGHBOURS])


def teams_called(membership: Membership, name: str, *, but: int = 0) -> list[Team]:
    """Return the teams that have a name already, in small or capital letters, but for one."""
    others = Team.objects.filter(brand_id=membership.brand_id).exclude(pk=but)
    return list(others.filter(name__iexact=name).order_by("name"))


@dataclass(frozen=True)
class LedToSetUp:
    """Who would be led to set up a second factor.

    `others` are the first ones by name, without the reader; `count` counts everybody who is there,
    `invited` those who have not come in yet.
    """

    count: int
    reader: bool
    others: list[Membership]
    invited: int


def led_to_second_factor(membership: Membership, roles: Collection[str]) -> LedToSetUp:
    """Return who has none yet, were these the brand's roles that need one."""
    lacking = active_places().filter(
        ~_a_second_factor(), brand_id=membership.brand_id, role__in=list(roles)
    )
    here = lacking.filter(user__invitation=None)
    reader = here.filter(pk=membership.pk).exists()
    return LedToSetUp(
        here.count(),
        reader,
        list(here.exclude(pk=membership.pk).order_by("user__name", "pk")[: NAMED - reader]),
        lacking.exclude(user__invitation=None).count(),
    )


# --- one's own account --------------------------------------------------------------------------


def sessions_of(user: User) -> list[StaffSession]:
    """Return where a person is signed in now, the last used one first."""
    return list(
        StaffSession.objects.filter(alive(), user=user)
        .defer("session_data")
        .order_by("-active_at")[:SESSIONS_SHOWN]
    )


def second_factors_of(user: User) -> list[Authenticator]:
    """Return a person's authenticator app, passkeys and recovery codes, the oldest first."""
    return list(Authenticator.objects.filter(user=user).order_by("pk"))


def get_user_by_email(email: str) -> User | None:
    """Return the active person of an e-mail address, compared exactly and in lower case."""
    if not ids.may_name(email):
        return None
    return User.objects.filter(email=email.lower(), is_active=True).first()
