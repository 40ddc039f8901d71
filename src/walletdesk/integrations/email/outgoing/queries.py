"""Reads of outgoing mail: from which account, to which address, and what we sent before."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from walletdesk.accounts.models import Brand, Membership
from walletdesk.contacts.identity_models import ExternalIdentity
from walletdesk.contacts.models import Contact
from walletdesk.contacts.personal.keys import lookup
from walletdesk.contacts.personal.own_words import own_emails
from walletdesk.contacts.personal.rules import lookup_form
from walletdesk.contacts.personal.types import IdentityKind, OwnEmail
from walletdesk.conversations.models import Conversation
from walletdesk.integrations.email.models import MailAccount, RawMail
from walletdesk.integrations.email.outgoing import codes, rules
from walletdesk.integrations.email.outgoing.models import (
    MailAddress,
    ReplyKey,
    ReplyTurn,
    SentMail,
)
from walletdesk.integrations.email.vault import open_fields
from walletdesk.kit import clock, ids
from walletdesk.kit.errors import NotFound

MAILBOX = "mailbox"  # contacts.types.Proof.MAILBOX: an authenticated mail came from there
OUTBOX_PAGE = 50


@dataclass(frozen=True, slots=True, repr=False)
class Recipient:
    """Where mail of a conversation goes, and whether it may."""

    address: str
    lookup: bytes
    confirmed: bool
    undeliverable: str  # why, "" when it is not


@dataclass(frozen=True, slots=True)
class Reachable:
    """What the desk shows of a contact's mail: `trouble` is a code, "" when all is well."""

    known: bool
    confirmed: bool
    trouble: str
    complained: bool


@dataclass(frozen=True, slots=True)
class ReplyTarget:
    """What a reply address of ours stands for: the conversation as it goes on now, and for whom."""

    conversation: Conversation
    contact: Contact


def recipient_key(address: str) -> bytes:
    """Return the keyed hash by which an address is known."""
    return lookup(IdentityKind.EMAIL, lookup_form(IdentityKind.EMAIL, address))


# --- accounts -------------------------------------------------------------------------------


def account_of(conversation: Conversation) -> MailAccount | None:
    """Return the account that answers in a conversation: the one that was written to, if it works.

    Else the brand's first one.
    """
    accounts = list(
        MailAccount.objects.filter(brand_id=conversation.brand_id, active=True)
        .select_related("brand")
        .order_by("pk")
    )
    if len(accounts) < 2:
        return accounts[0] if accounts else None
    written = RawMail.objects.filter(conversation=conversation, account__isnull=False)
    newest = written.order_by("-pk").values_list("account_id", flat=True).first()
    return next((each for each in accounts if each.pk == newest), accounts[0])


def first_account(brand: Brand) -> MailAccount | None:
    """Return the account from which a brand writes when nobody wrote to one."""
    rows = MailAccount.objects.filter(brand=brand, active=True).select_related("brand")
    return rows.order_by("pk").first()


def get_account_by_token(token: str) -> MailAccount:
    """Return the account that a provider's webhook names, else raise NotFound."""
    found = MailAccount.objects.filter(token=token, active=True).select_related("brand").first()
    if found is None:
        raise NotFound
    return found


def accounts_for(membership: Membership) -> list[MailAccount]:
    """Return the accounts of the person's brand."""
    rows = MailAccount.objects.filter(brand_id=membership.brand_id).select_related("brand")
    return list(rows.order_by("pk"))


def get_account_for(membership: Membership, ref: str) -> MailAccount:
    """Return an account of the person's brand, else raise NotFound."""
    rows = MailAccount.objects.filter(brand_id=membership.brand_id, ref=ref)
    found = rows.select_related("brand").first()
    if found is None:
        raise NotFound
    return found


# --- recipients -----------------------------------------------------------------------------


def recipient_of(conversation: Conversation) -> Recipient | None:
    """Return where mail of a conversation goes, None when its customer has no address.

    A confirmed address comes before one that is not, one that works before one that does not, then
    the newest.
    """
    found = [
        _recipient(conversation.contact_id, conversation.brand_id, own)
        for own in own_emails(conversation.contact_id)
        if rules.sendable(own.address)
    ]
    if not found:
        return None
    return min(found, key=lambda each: (bool(each.undeliverable), not each.confirmed))


def _recipient(contact_id: int, brand_id: int, own: OwnEmail) -> Recipient:
    row = MailAddress.objects.filter(contact=contact_id, recipient=own.lookup).first()
    confirmed = own.vouched or (row is not None and row.confirmed_at is not None)
    return Recipient(
        address=own.address,
        lookup=own.lookup,
        confirmed=confirmed or _has_mailbox(contact_id, brand_id, own.address),
        undeliverable=row.reason if row is not None and row.undeliverable_at else "",
    )


def _has_mailbox(contact_id: int, brand_id: int, address: str) -> bool:
    digest = lookup(f"known-{MAILBOX}", f"{brand_id}|{address}")
    return ExternalIdentity.objects.filter(
        brand=brand_id, contact=contact_id, kind=MAILBOX, digest=digest
    ).exists()


def address_of(contact_id: int, recipient: bytes) -> str:
    """Return the address of a contact that a keyed hash names, "" when it is gone."""
    return next((own.address for own in own_emails(contact_id) if own.lookup == recipient), "")


def deliverable(contact: Contact) -> Reachable:
    """Return whether mail reaches a contact, for the customer's panel."""
    rows = list(MailAddress.objects.filter(contact=contact))
    bad = next((row.reason for row in rows if row.undeliverable_at is not None), "")
    return Reachable(
        known=bool(rows),
        confirmed=any(row.confirmed_at is not None for row in rows),
        trouble=bad,
        complained=any(row.complained_at is not None for row in rows),
    )


def address_asked(token: str) -> MailAddress:
    """Return the address that a link asks about, else raise NotFound: unknown, used or too old."""
    rows = MailAddress.objects.filter(token_hash=ids.token_hash(token), asked_until__gt=clock.now())
    found = rows.select_related("contact__brand").first()
    if found is None:
        raise NotFound
    return found


def has_complained(brand_id: int, recipient: bytes) -> bool:
    """Tell whether this address complained about a mail of the brand."""
    return MailAddress.objects.filter(
        contact__brand=brand_id, recipient=recipient, complained_at__isnull=False
    ).exists()


def has_confirmed_since(brand_id: int, recipient: bytes, since: datetime) -> bool:
    """Tell whether the reader of this address has followed a link of the brand's since then."""
    return MailAddress.objects.filter(
        contact__brand=brand_id, recipient=recipient, confirmed_at__gte=since
    ).exists()


# --- what we sent ---------------------------------------------------------------------------


def sent_with_ids(brand: Brand, message_ids: Collection[str]) -> list[SentMail]:
    """Return those of a brand's mails that bear one of these Message-IDs, newest first.

    For the way in: an answer's References name what it answers. With or without angle brackets.
    """
    wanted = {one if one.startswith("<") else f"<{one}>" for one in message_ids if len(one) < 250}
    rows = SentMail.objects.filter(message_id__in=wanted, account__brand=brand)
    return list(rows.select_related("conversation", "contact").order_by("-pk"))


def ours_among(message_ids: Collection[str]) -> set[str]:
    """Return those of the Message-IDs that we made ourselves: such a mail came back in a loop."""
    wanted = {each if each.startswith("<") else f"<{each}>": each for each in message_ids}
    rows = SentMail.objects.filter(message_id__in=list(wanted))
    return {wanted[found] for found in rows.values_list("message_id", flat=True)}


def is_ours(message_id: str) -> bool:
    """Tell whether we made this Message-ID ourselves."""
    return bool(ours_among([message_id]))


def sent_of(conversation: Conversation) -> list[str]:
    """Return the Message-IDs of our mails in a conversation, oldest first."""
    rows = SentMail.objects.filter(conversation=conversation).order_by("-pk")
    return list(rows.values_list("message_id", flat=True)[: rules.REFERENCES])[::-1]


def get_sent(delivery_id: int) -> SentMail | None:
    """Return the mail of a delivery, for the product's own jobs."""
    related = ("delivery", "account__brand", "conversation__brand", "contact")
    return SentMail.objects.filter(delivery=delivery_id).select_related(*related).first()


def copies_for(membership: Membership) -> Sequence[SentMail]:
    """Return the newest mails of the brand whose copy is kept, for the page "Outbox"."""
    rows = SentMail.objects.filter(
        account__brand=membership.brand_id, copy__isnull=False, account__isnull=False
    )
    return list(rows.select_related("account", "delivery").order_by("-pk")[:OUTBOX_PAGE])


def get_copy_for(membership: Membership, ref: str) -> SentMail:
    """Return a mail of the brand whose copy is kept, else raise NotFound."""
    rows = SentMail.objects.filter(account__brand=membership.brand_id, copy__isnull=False, ref=ref)
    found = rows.select_related("account", "delivery").first()
    if found is None:
        raise NotFound
    return found


# --- our own addresses ----------------------------------------------------------------------


def signing_key(brand_id: int) -> ReplyKey | None:
    """Return the key that signs new addresses."""
    return ReplyKey.objects.filter(brand=brand_id, revoked_at=None).order_by("-pk").first()


def key_bytes(key: ReplyKey) -> bytes:
    """Return a key's secret, b"" when it does not open (any more)."""
    ref = f"{key.brand_id}-{key.kid}"
    opened = open_fields(key.sealed, ref=ref, column="reply_key")
    return bytes.fromhex(opened.get("secret", ""))


def turn_of(conversation_id: int, contact_id: int) -> int:
    """Return how often the addresses of this recipient were revoked."""
    rows = ReplyTurn.objects.filter(conversation=conversation_id, contact=contact_id)
    return rows.values_list("turn", flat=True).first() or 0


def reply_parts(conversation_id: int, contact_id: int, turn: int) -> tuple[str, ...]:
    """Return what the code of a reply address stands for."""
    return ("reply", str(conversation_id), str(contact_id), str(turn))


def conversation_of(address: str) -> ReplyTarget | None:
    """Return what a reply address of ours stands for; None for any other, revoked or forged one.

    It finds the conversation. It does not prove who writes: addresses are forwarded and leak.
    """
    found = codes.taken_apart(address)
    if found is None or found.bounce:
        return None
    rows = Conversation.objects.filter(ref=found.ref)
    row = rows.select_related("brand", "contact", "merged_into__brand", "merged_into__contact")
    conversation = row.first()
    if conversation is None:
        return None
    key = _key_named(conversation.brand_id, found.kid)
    turn = turn_of(conversation.pk, conversation.contact_id)
    parts = reply_parts(conversation.pk, conversation.contact_id, turn)
    if not codes.is_code(found.code, key, *parts) or not key:
        return None
    return ReplyTarget(conversation.merged_into or conversation, conversation.contact)


def mail_of_bounce_address(address: str) -> SentMail | None:
    """Return the mail whose return path an address is; None for any other or forged one."""
    found = codes.taken_apart(address)
    if found is None or not found.bounce:
        return None
    related = ("delivery", "account", "conversation", "contact")
    sent = SentMail.objects.filter(ref=found.ref).select_related(*related).first()
    if sent is None:
        return None
    key = _key_named(sent.account.brand_id, found.kid)
    return sent if key and codes.is_code(found.code, key, "bounce", sent.ref) else None


def _key_named(brand_id: int, kid: str) -> bytes:
    key = ReplyKey.objects.filter(brand=brand_id, kid=kid, revoked_at=None).first()
    return key_bytes(key) if key is not None else b""
