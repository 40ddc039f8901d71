"""The keys of our own addresses, and the revocation of addresses."""

import secrets

from django.db import IntegrityError, transaction

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.contacts.models import Contact
from walletdesk.conversations.models import Conversation
from walletdesk.integrations.email.outgoing.models import ReplyKey, ReplyTurn
from walletdesk.integrations.email.outgoing.queries import signing_key
from walletdesk.integrations.email.vault import seal_fields
from walletdesk.kit import clock

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def ensure_reply_key(*, brand_id: int) -> ReplyKey:
    """Return the key that signs new addresses of a brand, made when there is none."""
    return signing_key(brand_id) or _make(brand_id)


def _make(brand_id: int) -> ReplyKey:
    while True:
        kid = "".join(secrets.choice(_LETTERS) for _ in range(2))
        fields = {"secret": secrets.token_hex(32)}
        sealed = seal_fields(fields, ref=f"{brand_id}-{kid}", column="reply_key")
        try:
            with transaction.atomic():
                return ReplyKey.objects.create(brand_id=brand_id, kid=kid, sealed=sealed)
        except IntegrityError:
            continue  # one of 1,296 names is taken


@transaction.atomic
def rotate_reply_key(*, actor: Membership, revoke_old: bool) -> ReplyKey:
    """Sign new addresses under a new key. With `revoke_old` the old addresses find nothing more.

    Answers to them are then threaded by their References alone.
    """
    require_right(actor.role, Permission.BRAND_EDIT)
    if revoke_old:
        old = ReplyKey.objects.filter(brand=actor.brand_id, revoked_at=None)
        old.update(revoked_at=clock.now())
    key = _make(actor.brand_id)
    record_audit(
        brand=actor.brand,
        actor=actor,
        action="mail.reply_key_rotated",
        detail={"key": key.kid, "revoked_old": revoke_old},
    )
    return key


@transaction.atomic
def revoke_reply_addresses(*, conversation: Conversation, contact: Contact) -> None:
    """Have the reply addresses of one recipient in one conversation find nothing any more."""
    row, made = ReplyTurn.objects.select_for_update().get_or_create(
        conversation=conversation, contact=contact
    )
    if not made:
        row.turn += 1
        row.save(update_fields=["turn"])
