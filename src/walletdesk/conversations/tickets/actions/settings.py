"""What a brand decides about its form, and what the form spared the desk."""

from collections.abc import Collection

from django.db import connection, transaction

from walletdesk.accounts.actions.changes import record_change
from walletdesk.accounts.models import Brand, Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.conversations.tickets.models import FormSettings
from walletdesk.conversations.tickets.rules import topics_offered
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput
from walletdesk.kit.versions import change_row

HOURS = (1, 240)

_COUNT = """
INSERT INTO tickets_deflection AS d (brand_id, day, topic, article, count)
VALUES (%s, %s, %s, %s, 1)
ON CONFLICT (brand_id, day, topic, article) DO UPDATE SET count = d.count + 1
"""


@transaction.atomic
def change_form(
    *, actor: Membership, version: int, enabled: bool, answer_hours: int, topics: Collection[str]
) -> None:
    """Open or close the form and choose its topics. Raises BadInput, ChangedMeanwhile."""
    require_right(actor.role, Permission.BRAND_EDIT)
    known = [code for codes in topics_offered().values() for code in codes]
    if not set(topics) <= set(known) or (enabled and not topics):
        raise BadInput(topics="required" if not topics else "unknown")
    if not HOURS[0] <= answer_hours <= HOURS[1]:
        raise BadInput(answer_hours="range")
    FormSettings.objects.get_or_create(brand_id=actor.brand_id)
    rows = FormSettings.objects.filter(brand_id=actor.brand_id)
    names = ("enabled", "answer_hours", "hidden_topics")
    before = dict(rows.values(*names).get())
    values = {
        "enabled": enabled,
        "answer_hours": answer_hours,
        "hidden_topics": [code for code in known if code not in topics],
    }
    change_row(rows, version=version, **values)
    record_change(actor=actor, action="form.changed", subject="form", before=before, after=values)


def count_deflection(*, brand: Brand, topic: str, article: str) -> None:
    """Note that an article made a ticket needless."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [brand.pk, clock.now().date(), topic, article])
