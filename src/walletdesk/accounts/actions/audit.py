"""The audit trail: who did what to whom, and why."""

from typing import Any

from walletdesk.accounts.models import AuditEntry, Brand, Membership
from walletdesk.kit import clock


def record_audit(
    *,
    brand: Brand,
    actor: Membership | None,
    action: str,
    subject: str = "",
    detail: dict[str, Any] | None = None,
) -> AuditEntry:
    """Append one entry in the caller's transaction, before what it tells of leaves the desk.

    `action` is a stable code such as "brand.changed" or "contact.revealed", `subject` what it was
    done to ("conversation:K7Q2", "member:12"), `detail` the named facts,
    never personal data itself.
    `actor` is None for what the desk does by itself.
    """
    return AuditEntry.objects.create(
        brand=brand,
        actor=actor,
        actor_name=actor.user.name if actor is not None else "",
        action=action,
        subject=subject,
        detail=detail or {},
        created_at=clock.now(),
    )
