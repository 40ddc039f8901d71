"""Removing what a brand no longer keeps."""

from django.db import transaction

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Brand, PrivacyRules
from walletdesk.conversations.models import Conversation, Event
from walletdesk.conversations.retention import past_retention

AT_ONCE = 200
MOST = 20_000  # of a brand and night: the rest follows in the nights after


def remove_past_retention() -> int:
    """Remove resolved conversations that are older than their brand keeps them. Returns how many.

    In small transactions; each night's work of a brand is one entry of the audit trail.
    """
    removed = 0
    for rules in PrivacyRules.objects.exclude(retention_days=None).select_related("brand"):
        removed += _remove_of(rules.brand, rules.retention_days or 0)
    return removed


def _remove_of(brand: Brand, days: int) -> int:
    removed = 0
    while removed < MOST:
        count = _remove_some(brand, days)
        removed += count
        if count < AT_ONCE:
            break
    if removed:
        detail = {"count": removed, "days": days}
        record_audit(brand=brand, actor=None, action="retention.removed", detail=detail)
    return removed


@transaction.atomic
def _remove_some(brand: Brand, days: int) -> int:
    # Whoever writes in one holds its row, and it is left alone.
    rows = past_retention(brand, days).select_for_update(skip_locked=True, of=("self",))
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    if keys:
        Event.objects.filter(conversation__in=keys).delete()
        Conversation.objects.filter(pk__in=keys).delete()
    return len(keys)
