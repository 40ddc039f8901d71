"""Settings of the way out: by whom mails leave, under which name, and with which signature."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.channels.delivery.models import Delivery
from walletdesk.integrations.email.models import MailAccount
from walletdesk.integrations.email.outgoing import rules
from walletdesk.integrations.email.outgoing.actions.automatic import send_template
from walletdesk.integrations.email.outgoing.dkim_sign import new_keys
from walletdesk.integrations.email.outgoing.types import Purpose
from walletdesk.integrations.email.types import WayOut
from walletdesk.integrations.email.vault import open_fields, seal_fields
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput, ChangedMeanwhile, NotFound
from walletdesk.safety import guard

SIGNATURE_LENGTH = 600
NAME_LENGTH = 80


@dataclass(frozen=True, slots=True, repr=False)
class WayOutDraft:
    """What an owner filled in. `settings` may leave secrets empty: then the old ones stay."""

    backend: WayOut
    from_name: str
    from_address: str
    signature: str
    settings: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def change_way_out(
    *, actor: Membership, account: MailAccount, version: int, draft: WayOutDraft
) -> None:
    """Change how an account's mails leave. Raises NotAllowed, BadInput, ChangedMeanwhile.

    The address in From has the account's own domain, so that signatures and policies align.
    """
    locked = _locked(actor, account)
    if locked.version != version:
        raise ChangedMeanwhile(version=locked.version)
    _check(locked, draft)
    kept = open_fields(locked.out_settings, ref=locked.ref, column="out_settings")
    settings = {k: v if v != "" else kept.get(k, "") for k, v in draft.settings.items()}
    locked.out_backend = draft.backend
    locked.out_settings = seal_fields(settings, ref=locked.ref, column="out_settings")
    locked.from_name, locked.from_address = draft.from_name, draft.from_address
    locked.signature = draft.signature
    locked.version += 1
    locked.last_out_error, locked.last_out_error_at = "", None
    locked.save()
    _note(actor, locked, "mail.way_out_changed", {"backend": draft.backend})


def _check(account: MailAccount, draft: WayOutDraft) -> None:
    wrong: dict[str, str] = {}
    if draft.from_name != rules.one_line(draft.from_name, NAME_LENGTH):
        wrong["from_name"] = "too_long" if len(draft.from_name) > NAME_LENGTH else "text"
    address = draft.from_address
    if address and not rules.sendable(address):
        wrong["from_address"] = "email"
    elif address and address.rpartition("@")[2].lower() != _domain(account):
        wrong["from_address"] = "domain"
    if len(draft.signature) > SIGNATURE_LENGTH:
        wrong["signature"] = "too_long"
    for name in ("from_name", "signature"):
        if guard.check(getattr(draft, name)).secret:
            wrong[name] = "secret"
    if wrong:
        raise BadInput(**wrong)


def _domain(account: MailAccount) -> str:
    return account.address.rpartition("@")[2].lower()


@transaction.atomic
def make_signing_keys(*, actor: Membership, account: MailAccount) -> None:
    """Make fresh DKIM keys under a new selector: the old records may stay until mails are read."""
    locked = _locked(actor, account)
    locked.dkim_key = seal_fields(new_keys(), ref=locked.ref, column="dkim_key")
    locked.dkim_selector = f"wd{clock.now():%y%m%d%H%M}"
    locked.save(update_fields=["dkim_key", "dkim_selector"])
    _note(actor, locked, "mail.signing_keys_made", {"selector": locked.dkim_selector})


@transaction.atomic
def send_test(*, actor: Membership, account: MailAccount, language: str) -> Delivery | None:
    """Send a test to whoever asks for it, nobody else."""
    locked = _locked(actor, account)
    _note(actor, locked, "mail.test_sent", {})
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
