"""What operators do with mails that could not be worked on, and with originals."""

from django.db import transaction

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.integrations.email.models import RawMail
from walletdesk.integrations.email.raw_store import raw_bytes
from walletdesk.integrations.email.rules import TRIES
from walletdesk.integrations.email.types import MailState
from walletdesk.kit import clock
from walletdesk.kit.errors import NotFound


@transaction.atomic
def release(*, actor: Membership, mail: RawMail) -> RawMail:
    """Give a mail of the quarantine one more try, which the caller makes. Raises NotFound."""
    locked = _quarantined(actor, mail)
    locked.state, locked.tries = MailState.RECEIVED, TRIES - 1
    locked.next_try_at = clock.now()
    locked.save(update_fields=["state", "tries", "next_try_at"])
    _audit(actor, locked, "mail.retried")
    return locked


@transaction.atomic
def discard(*, actor: Membership, mail: RawMail) -> None:
    """Give a mail of the quarantine up. Raises NotFound when somebody else decided."""
    locked = _quarantined(actor, mail)
    locked.state, locked.done_at = MailState.DISCARDED, clock.now()
    locked.save(update_fields=["state", "done_at"])
    _audit(actor, locked, "mail.discarded")


@transaction.atomic
def disclose_original(*, actor: Membership, mail: RawMail) -> bytes:
    """Write the audit entry, then open an original. Owners only; raises NotAllowed, NotFound.

    The bytes must not leave before the transaction is committed.
    """
    require_right(actor.role, Permission.BRAND_EDIT)
    if actor.brand_id != mail.brand_id:
        raise NotFound
    _audit(actor, mail, "mail.original_read")
    return raw_bytes(mail)


def _quarantined(actor: Membership, mail: RawMail) -> RawMail:
    require_right(actor.role, Permission.BRAND_EDIT)
    found = (
        RawMail.objects.select_for_update(of=("self",))
        .select_related("brand", "account", "contact")
        .filter(pk=mail.pk, brand_id=actor.brand_id, state=MailState.QUARANTINED)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def _audit(actor: Membership, mail: RawMail, action: str) -> None:
    record_audit(
        brand=actor.brand,
        actor=actor,
        action=action,
        subject=f"mail:{mail.ref}",
        detail={"reason": mail.reason},
    )
