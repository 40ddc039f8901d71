"""Writes to mail accounts: owners only, audited, secrets sealed before they are written."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Brand, Membership
from walletdesk.accounts.rules import differences, require_right
from walletdesk.accounts.types import Permission
from walletdesk.integrations.email.models import MailAccount
from walletdesk.integrations.email.rules import normal_address
from walletdesk.integrations.email.types import WayIn
from walletdesk.integrations.email.vault import open_fields, seal_fields
from walletdesk.kit import ids
from walletdesk.kit.errors import BadInput, ChangedMeanwhile, NotFound

ALIASES = 20
PLAIN = (
    "name", "address", "aliases", "active", "language", "in_way", "in_settings", "authserv_id",
    "reply_address", "reply_domain",
)  # fmt: skip


@transaction.atomic
def create_account(
    *, actor: Membership, name: str, address: str, aliases: Sequence[str] = ()
) -> MailAccount:
    """Make an account that neither fetches nor sends yet. Raises BadInput, NotAllowed."""
    require_right(actor.role, Permission.BRAND_EDIT)
    made = MailAccount(
        ref=ids.new_ref(),
        brand=actor.brand,
        name=name,
        address=_address(address),
        aliases=_aliases(aliases),
        token=secrets.token_hex(20),
    )
    _save(made)
    _audit(actor, made, "mail_account.created", {"address": [None, made.address]})
    return made


@transaction.atomic
def ensure_import_account(*, brand: Brand) -> MailAccount:
    """Return the account to which imported mails belong: the brand's first one, made if need be.

    One that is made is not active: nothing can leave from its address, so nothing may try.
    """
    found = MailAccount.objects.filter(brand=brand).order_by("pk").first()
    if found is not None:
        return found
    made = MailAccount(
        ref=ids.new_ref(),
        brand=brand,
        name="Imported mail",
        address=f"import@{brand.slug}.invalid",
        active=False,
        token=secrets.token_hex(20),
    )
    made.save()
    return made


@transaction.atomic
def change_account(
    *,
    actor: Membership,
    account: MailAccount,
    version: int,
    fields: Mapping[str, Any],
    in_secrets: Mapping[str, str],
) -> MailAccount:
    """Change an account. A secret that is left empty stays as it is.

    Raises BadInput, ChangedMeanwhile, NotAllowed.
    """
    require_right(actor.role, Permission.BRAND_EDIT)
    locked = _locked(actor, account)
    if locked.version != version:
        raise ChangedMeanwhile(version=locked.version)
    before = {name: getattr(locked, name) for name in PLAIN}
    for name, value in fields.items():
        if name not in PLAIN:
            raise BadInput(**{name: "unknown"})
        setattr(locked, name, value)
    locked.address, locked.aliases = _address(locked.address), _aliases(locked.aliases)
    _require_complete(locked)
    changed = {name: getattr(locked, name) for name in PLAIN}
    told = differences(before, changed)
    kept = open_fields(locked.in_secrets, ref=locked.ref, column="in_secrets")
    given = {name: value for name, value in in_secrets.items() if value}
    if given:
        locked.in_secrets = seal_fields(kept | given, ref=locked.ref, column="in_secrets")
        told |= {name: [None, "…"] for name in given}
    locked.version += 1
    locked.last_error = ""
    _save(locked)
    _audit(actor, locked, "mail_account.changed", told)
    return locked


@transaction.atomic
def remove_account(*, actor: Membership, account: MailAccount) -> None:
    """Remove an account with its secrets. What came in by it stays. Raises NotAllowed."""
    require_right(actor.role, Permission.BRAND_EDIT)
    locked = _locked(actor, account)
    _audit(actor, locked, "mail_account.removed", {"address": [locked.address, None]})
    locked.delete()


def _locked(actor: Membership, account: MailAccount) -> MailAccount:
    found = (
        MailAccount.objects.select_for_update()
        .filter(pk=account.pk, brand_id=actor.brand_id)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def _address(text: str) -> str:
    plain = normal_address(text).lower()
    if not plain or "+" in plain or len(plain) > 254:
        raise BadInput(address="email")
    return plain


def _aliases(texts: Sequence[str]) -> list[str]:
    if len(texts) > ALIASES:
        raise BadInput(aliases="too_many")
    plain = [normal_address(text).lower() for text in texts if text.strip()]
    if not all(plain):
        raise BadInput(aliases="email")
    return list(dict.fromkeys(plain))


def _require_complete(account: MailAccount) -> None:
    """Refuse a way that lacks what it cannot do without."""
    told = account.in_settings
    if account.in_way == WayIn.IMAP:
        for name in ("host", "username"):
            if not told.get(name):
                raise BadInput(**{name: "required"})
    if account.in_way == WayIn.WEBHOOK and not told.get("provider"):
        raise BadInput(provider="required")


def _save(account: MailAccount) -> None:
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError:
        raise BadInput(address="taken") from None


def _audit(
    actor: Membership, account: MailAccount, action: str, detail: dict[str, list[Any]]
) -> None:
    record_audit(
        brand=actor.brand,
        actor=actor,
        action=action,
        subject=f"mail_account:{account.ref}",
        detail=detail,
    )
