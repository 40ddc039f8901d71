"""Known fakes: taken in from lists by whoever runs the desk, or confirmed by its people."""

from collections.abc import Sequence

from django.db import transaction

from walletdesk.accounts.models import Brand
from walletdesk.official.lists import Found
from walletdesk.official.models import KnownFake
from walletdesk.official.rules import LABEL
from walletdesk.official.types import Kind

AT_ONCE = 5_000


@transaction.atomic
def import_fakes(*, found: Sequence[Found], source: str) -> int:
    """Add what a public list names, for all brands. Return how many were new.

    Repeating it adds nothing. What a list does not name any more stays known.
    """
    before = KnownFake.objects.filter(brand=None).count()
    for start in range(0, len(found), AT_ONCE):
        part = found[start : start + AT_ONCE]
        KnownFake.objects.bulk_create(
            [KnownFake(kind=kind, value=value, source=source[:LABEL]) for kind, value in part],
            ignore_conflicts=True,
        )
    return KnownFake.objects.filter(brand=None).count() - before


@transaction.atomic
def confirm_fake(*, brand: Brand, kind: Kind, value: str, source: str) -> KnownFake:
    """Note that our own people confirmed a fake. Confirming it again changes nothing."""
    row, _made = KnownFake.objects.get_or_create(
        brand=brand,
        kind=kind,
        value=value,
        defaults={"source": source[:LABEL], "confirmed": True},
    )
    return row
