"""The audit entry of a change to settings: what was, and what is."""

from collections.abc import Mapping
from typing import Any

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import differences


def record_change(
    *,
    actor: Membership,
    action: str,
    subject: str = "",
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> bool:
    """Append an audit entry with the fields that differ; say whether there was any.

    `before` is {} for something new, `after` for something removed. Long texts are shortened.
    """
    changed = differences(before, after)
    if changed:
        record_audit(
            brand=actor.brand,
            actor=actor,
            action=action,
            subject=subject,
            detail={"changed": changed},
        )
    return bool(changed)
