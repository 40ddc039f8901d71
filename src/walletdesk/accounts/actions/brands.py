"""Brands."""

from collections.abc import Sequence

from django.db import transaction

from walletdesk.accounts.models import Brand
from walletdesk.accounts.types import Role
from walletdesk.kit.errors import BadInput


@transaction.atomic
def create_brand(
    *,
    slug: str,
    name: str,
    languages: Sequence[str],
    default_language: str,
    accent: str,
    second_factor_roles: Sequence[str] = (Role.OWNER, Role.SUPERVISOR),
) -> Brand:
    """Make a brand. The default language must be one of its languages."""
    if default_language not in languages:
        raise BadInput(default_language=default_language)
    return Brand.objects.create(
        slug=slug,
        name=name,
        languages=list(languages),
        default_language=default_language,
        accent=accent,
        second_factor_roles=list(second_factor_roles),
    )
