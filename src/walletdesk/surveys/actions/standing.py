"""Asked at most once in so many days, over all ways, and never again after an opt-out."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from walletdesk.accounts.models import Brand
from walletdesk.contacts.personal.models import Identity
from walletdesk.kit import clock
from walletdesk.kit.errors import NotFound
from walletdesk.surveys.links import stopped_mark
from walletdesk.surveys.queries import REACHED_BY, contact_mark

# Rows are taken in one order, so that two askers of one customer wait for each other only one way.
_CLAIM = """
INSERT INTO surveys_standing AS s (brand_id, mark, asked_at)
SELECT %(brand)s, mark, %(now)s FROM unnest(%(marks)s::bytea[]) AS mark ORDER BY mark
ON CONFLICT (brand_id, mark) DO UPDATE SET asked_at = excluded.asked_at
WHERE s.opted_out_at IS NULL AND (s.asked_at IS NULL OR s.asked_at <= %(before)s)
RETURNING 1
"""
_STOP = """
INSERT INTO surveys_standing AS s (brand_id, mark, opted_out_at)
SELECT %(brand)s, mark, %(now)s FROM unnest(%(marks)s::bytea[]) AS mark ORDER BY mark
ON CONFLICT (brand_id, mark)
DO UPDATE SET opted_out_at = coalesce(s.opted_out_at, excluded.opted_out_at)
"""


def claim_asking(*, brand: Brand, marks: Collection[bytes], every_days: int) -> bool:
    """Take the right to ask a customer now, in the caller's transaction; tell whether it was so."""
    now = clock.now()
    values: dict[str, Any] = {
        "brand": brand.pk,
        "marks": sorted(set(marks)),
        "now": now,
        "before": now - timedelta(days=every_days),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CLAIM, values)
        if len(cursor.fetchall()) == len(values["marks"]):
            return True
        transaction.set_rollback(True)  # of this step only: one may not be asked, so none is taken
    return False


@transaction.atomic
def opt_out(*, brand: Brand, token: str) -> None:
    """End all asking of whoever a link names, for good. Twice is no error. Raises NotFound."""
    mark = stopped_mark(brand.pk, token)
    if mark is None:
        raise NotFound
    stop_asking(brand=brand, marks=[mark])


@transaction.atomic
def stop_asking(*, brand: Brand, marks: Collection[bytes]) -> None:
    """Never ask these again, nor the customers whose addresses they are."""
    rows = Identity.objects.filter(brand=brand, kind__in=REACHED_BY, lookup__in=list(marks))
    contacts = {contact_mark(pk) for pk in rows.values_list("contact_id", flat=True)}
    values: dict[str, Any] = {
        "brand": brand.pk,
        "marks": sorted({*marks, *contacts}),
        "now": clock.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_STOP, values)
