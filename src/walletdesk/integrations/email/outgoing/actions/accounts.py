"""An account's provider, and a test of an account by its owner."""

from typing import Any

from django.db import transaction

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.channels.delivery.models import Delivery
from walletdesk.integrations.email.models import MailAccount
from walletdesk.integrations.email.outgoing.actions.automatic import send_template
from walletdesk.integrations.email.outgoing.types import Purpose
from walletdesk.integrations.email.vault import open_fields, seal_fields
from walletdesk.kit.errors import ChangedMeanwhile, NotFound


@transaction.atomic
def set_provider_options(
    *, actor: Membership, account: MailAccount, version: int, options: dict[str, Any]
) -> None:
    """Replace the settings that django-anymail gets for an account's provider.

    Raises NotAllowed, ChangedMeanwhile.
    """
    locked = _locked(actor, account)
    if locked.version != version:
        raise ChangedMeanwhile(version=locked.version)
    kept = open_fields(locked.out_settings, ref=locked.ref, column="out_settings")
    fields = kept | {"options": options}
    locked.out_settings = seal_fields(fields, ref=locked.ref, column="out_settings")
    locked.version += 1
    locked.save(update_fields=["out_settings", "version"])
    _note(actor, locked, "mail_account.provider_set", {"names": sorted(options)})


@transaction.atomic
def send_test(*, actor: Membership, account: MailAccount, language: str) -> Delivery | None:
    """Send a test to whoever asks for it, nobody else."""
    locked = _locked(actor, account)
    _note(actor, locked, "mail_account.tested", {})
    return send_template(
        account=locked, to=actor.user.email, template=Purpose.TEST, language=language, values={}
    )


def _locked(actor: Membership, account: MailAccount) -> MailAccount:
    require_right(actor.role, Permission.BRAND_EDIT)
    rows = MailAccount.objects.select_for_update(of=("self",)).select_related("brand")
    locked = rows.filter(pk=account.pk, brand_id=actor.brand_id).first()
    if locked is None:
        raise NotFound
    return locked


def _note(actor: Membership, account: MailAccount, action: str, detail: dict[str, Any]) -> None:
    record_audit(
        brand=actor.brand,
        actor=actor,
        action=action,
        subject=f"mail_account:{account.ref}",
        detail=detail,
    )
