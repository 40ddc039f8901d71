"""Who works here? The access functions of staff."""

from walletdesk.accounts.models import Brand, BrandLogo, Membership, PrivacyRules, User
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission, Role
from walletdesk.kit import ids
from walletdesk.kit.errors import NotFound


def get_membership_of(user: User, brand_slug: str | None = None) -> Membership:
    """Return a person's place in a brand, or in their first brand. Raises NotFound without one."""
    places = Membership.objects.filter(user=user, user__is_active=True).select_related(
        "brand", "user", "team"
    )
    if brand_slug is not None:
        places = places.filter(brand__slug=brand_slug)
    found = places.order_by("pk").first()
    if found is None:
        raise NotFound
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
    roles = [role for role in Role if may(role, Permission.CONVERSATION_ANSWER)]
    return list(
        Membership.objects.filter(
            brand_id=membership.brand_id, role__in=roles, user__is_active=True
        )
        .select_related("user", "team")
        .order_by("user__name")
    )


def get_brand(slug: str | None) -> Brand:
    """Return a brand by its name in addresses, or the first one. Raises NotFound without one."""
    if slug is not None and not ids.may_name(slug):
        raise NotFound
    brands = Brand.objects.order_by("pk")
    found = brands.first() if slug is None else brands.filter(slug=slug).first()
    if found is None:
        raise NotFound
    return found


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
