"""Reads of mail accounts and raw mails, and their access functions."""

from collections.abc import Sequence

from django.db.models import Q

from walletdesk.accounts.models import Brand, Membership
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import get_conversation_for
from walletdesk.integrations.email import rules
from walletdesk.integrations.email.models import FolderBookmark, MailAccount, MessageId, RawMail
from walletdesk.integrations.email.types import MailState, WayIn
from walletdesk.integrations.email.vault import digest
from walletdesk.kit import ids
from walletdesk.kit.errors import NotFound

QUARANTINE_SHOWN = 100


# --- accounts -----------------------------------------------------------------------------


def accounts_of(brand: Brand) -> list[MailAccount]:
    """Return the mail accounts of a brand, oldest first."""
    return list(MailAccount.objects.filter(brand=brand).order_by("pk"))


def accounts_with(way: WayIn) -> list[MailAccount]:
    """Return the active accounts of all brands whose mails come in this way."""
    rows = MailAccount.objects.filter(active=True, in_way=way)
    return list(rows.select_related("brand").order_by("pk"))


def get_account_for(membership: Membership, ref: str) -> MailAccount:
    """Return an account of the person's brand, else raise NotFound. Owners only."""
    if may(membership.role, Permission.BRAND_EDIT) and ids.may_name(ref):
        found = MailAccount.objects.filter(brand_id=membership.brand_id, ref=ref).first()
        if found is not None:
            return found
    raise NotFound


def account_of_token(token: str) -> MailAccount | None:
    """Return the active account that a webhook's address names, or None."""
    if not ids.may_name(token):
        return None
    rows = MailAccount.objects.filter(token=token, active=True, in_way=WayIn.WEBHOOK)
    return rows.select_related("brand").first()


def own_addresses(brand: Brand) -> set[str]:
    """Return all addresses under which a brand gets mail."""
    rows = MailAccount.objects.filter(brand=brand).values_list("address", "aliases", "from_address")
    return {
        a.lower() for address, aliases, sender in rows for a in (address, *aliases, sender) if a
    }


# --- raw mails ----------------------------------------------------------------------------


def quarantine_of(membership: Membership) -> list[RawMail]:
    """Return what waits for a decision, newest first, at most QUARANTINE_SHOWN."""
    if not may(membership.role, Permission.BRAND_EDIT):
        raise NotFound
    rows = RawMail.objects.filter(brand_id=membership.brand_id, state=MailState.QUARANTINED)
    return list(rows.select_related("account").order_by("-pk")[:QUARANTINE_SHOWN])


def get_raw_for(membership: Membership, ref: str) -> RawMail:
    """Return a raw mail of the brand for an owner, else raise NotFound."""
    if may(membership.role, Permission.BRAND_EDIT) and ids.may_name(ref):
        rows = RawMail.objects.filter(brand_id=membership.brand_id, ref=ref)
        found = rows.select_related("contact", "brand").first()
        if found is not None:
            return found
    raise NotFound


def get_mail_for(membership: Membership, ref: str, seq: int) -> RawMail:
    """Return the mail behind an event of a conversation that this person may read.

    Raises NotFound. For its cleaned body only: the original is for owners (`get_raw_for`).
    """
    conversation = get_conversation_for(membership, ref)
    rows = RawMail.objects.filter(conversation=conversation, seq=seq)
    found = rows.select_related("contact", "brand").first()
    if found is None:
        raise NotFound
    return found


def conversation_of_ids(brand: Brand, message_ids: Sequence[str]) -> Conversation | None:
    """Return the conversation of the last of these ids that is known from customers' mails."""
    if not message_ids:
        return None
    keys = {digest("message-id", each): at for at, each in enumerate(message_ids)}
    rows = MessageId.objects.filter(brand=brand, id_key__in=list(keys))
    found = max(
        rows.select_related("conversation__contact"),
        key=lambda row: keys[bytes(row.id_key)],
        default=None,
    )
    return found.conversation if found else None


def known_messages(brand: Brand, message_ids: Sequence[str]) -> dict[str, bytes]:
    """Return of those Message-IDs that are known what their mails said (see MessageId)."""
    names = {digest("message-id", each): each for each in message_ids}
    rows = MessageId.objects.filter(brand=brand, id_key__in=list(names))
    return {names[bytes(key)]: bytes(said) for key, said in rows.values_list("id_key", "said")}


def conversation_named(brand: Brand, ref: str) -> Conversation | None:
    """Return a conversation of a brand by its name, or None."""
    if not ref:
        return None
    return Conversation.objects.filter(brand=brand, ref=ref).select_related("contact").first()


def bookmark_of(account: MailAccount, folder: str) -> FolderBookmark | None:
    """Return up to where a folder was read, None before the first time."""
    return FolderBookmark.objects.filter(account=account, folder=folder).first()


def account_for_recipient(address: str) -> MailAccount | None:
    """Return the active account to which a recipient of the listener belongs, or None.

    What follows a + in the part before the @ is ours: a token (RFC 5233 calls it detail).
    """
    plain = rules.without_detail(address)
    if not plain:
        return None
    local, _at, domain = plain.rpartition("@")
    named = Q(address=plain) | Q(aliases__contains=[plain]) | Q(reply_address=plain)
    renamed = Q(reply_domain=domain, address__startswith=f"{local}@")
    renamed |= Q(reply_domain=domain, reply_address__startswith=f"{local}@")
    rows = MailAccount.objects.filter(named | renamed, active=True, in_way=WayIn.LISTENER)
    return rows.select_related("brand").order_by("pk").first()
