"""What is said to customers of other ways than the chat becomes mails: one for one go."""

from django.db import transaction

from walletdesk.channels.delivery.actions import (
    extend_delivery,
    fail_delivery,
    plan_delivery,
)
from walletdesk.channels.delivery.models import Delivery
from walletdesk.channels.delivery.queries import last_seq_covered
from walletdesk.channels.delivery.types import NewDelivery
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import get_conversation
from walletdesk.conversations.types import Status
from walletdesk.integrations.email.models import MailAccount
from walletdesk.integrations.email.outgoing import rules
from walletdesk.integrations.email.outgoing.models import SentMail
from walletdesk.integrations.email.outgoing.queries import Recipient, account_of, recipient_of
from walletdesk.integrations.email.outgoing.types import CHANNEL, Purpose, Trouble
from walletdesk.kit import clock, ids

SEND_JOB = "email.send"
NOWHERE = b""  # recipient of what has no address


@transaction.atomic
def send_mail_for(*, conversation_id: int, seq: int) -> None:
    """Plan the mail for a message to the customer. Handler of `message_posted`.

    Within the debounce several messages share a mail. For an address that nobody has confirmed it
    is held; without an address, or with a dead one, it fails at once, so that staff see it.
    """
    conversation = get_conversation(conversation_id)
    if conversation is None or seq <= last_seq_covered(conversation.pk, CHANNEL, Purpose.REPLY):
        return
    account, recipient = account_of(conversation), recipient_of(conversation)
    if recipient is None and conversation.channel != CHANNEL:
        return  # a ticket whose customer reads on its page only
    lookup = recipient.lookup if recipient else NOWHERE
    shared = {"conversation_id": conversation.pk, "channel": CHANNEL, "purpose": Purpose.REPLY}
    if extend_delivery(recipient=lookup, seq=seq, **shared):  # type: ignore[arg-type] # by name
        return
    delivery = _planned(conversation, seq, lookup, held=_is_held(recipient))
    if account is not None:
        new_mail(delivery, account, conversation, language=conversation.language)
    if trouble := _trouble(account, recipient):
        fail_delivery(delivery_id=delivery.pk, reason=trouble)


def _is_held(recipient: Recipient | None) -> bool:
    return recipient is not None and not recipient.confirmed and not recipient.undeliverable


def _trouble(account: MailAccount | None, recipient: Recipient | None) -> Trouble | None:
    if recipient is None:
        return Trouble.NO_ADDRESS
    if recipient.undeliverable:
        return Trouble.UNDELIVERABLE
    return Trouble.NO_ACCOUNT if account is None else None


def _planned(conversation: Conversation, seq: int, lookup: bytes, *, held: bool) -> Delivery:
    return plan_delivery(
        new=NewDelivery(
            brand_id=conversation.brand_id,
            channel=CHANNEL,
            purpose=Purpose.REPLY,
            recipient=lookup,
            job=SEND_JOB,
            due_at=clock.now() + rules.DEBOUNCE,
            contact_id=conversation.contact_id,
            conversation_id=conversation.pk,
            first_seq=seq,
            seq=seq,
            held=held,
        )
    )


def new_mail(
    delivery: Delivery,
    account: MailAccount,
    conversation: Conversation | None,
    *,
    language: str,
    sealed: bytes | None = None,
    ref: str = "",
) -> SentMail:
    """Write the row of a mail: from here on its Message-ID is fixed, whatever happens."""
    named = conversation.ref if conversation is not None else "mail"
    domain = sender_address(account).rpartition("@")[2]
    return SentMail.objects.create(
        message_id=rules.message_id(named, delivery.seq, ids.new_ref(), domain),
        ref=ref or ids.new_ref(),
        delivery=delivery,
        account=account,
        conversation=conversation,
        seq=delivery.seq,
        contact_id=delivery.contact_id,
        recipient=delivery.recipient,
        purpose=delivery.purpose,
        language=language,
        sealed=sealed,
    )


def sender_address(account: MailAccount) -> str:
    """Return the address that stands in From."""
    return account.from_address or account.address


@transaction.atomic
def ready_mail(*, delivery_id: int) -> Trouble | None:
    """See to it that a reply has all that sending it needs, as things stand now; else say why not.

    What was planned without an account or with an address that died meanwhile gets another one.
    """
    delivery = Delivery.objects.select_for_update().get(pk=delivery_id)
    conversation = get_conversation(delivery.conversation_id or 0)
    if delivery.purpose == Purpose.RESOLVED and conversation is not None:
        return None if conversation.status == Status.RESOLVED else Trouble.GONE
    if delivery.purpose != Purpose.REPLY:
        return None
    if conversation is None:
        return Trouble.GONE
    account, recipient = account_of(conversation), recipient_of(conversation)
    if trouble := _trouble(account, recipient):
        return trouble
    if account is None or recipient is None or not recipient.confirmed:
        return Trouble.UNCONFIRMED
    sent = SentMail.objects.filter(delivery=delivery).first()
    if sent is None:
        sent = new_mail(delivery, account, conversation, language=conversation.language)
    if bytes(delivery.recipient) != recipient.lookup or sent.seq != delivery.seq:
        Delivery.objects.filter(pk=delivery.pk).update(recipient=recipient.lookup)
        SentMail.objects.filter(pk=sent.pk).update(recipient=recipient.lookup, seq=delivery.seq)
    return None
