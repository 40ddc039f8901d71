"""What we sent, as the way in asks for it: whose answer a mail is, and which report is true."""

from collections.abc import Sequence

from walletdesk.accounts.models import Brand
from walletdesk.conversations.models import Conversation
from walletdesk.integrations.email.models import MailAccount
from walletdesk.integrations.email.outgoing.actions.automatic import (
    acknowledge,
    ask_confirmation,
)
from walletdesk.integrations.email.outgoing.actions.reports import take_report
from walletdesk.integrations.email.outgoing.queries import is_ours, ours_among, sent_with_ids
from walletdesk.integrations.email.outgoing.types import Incoming
from walletdesk.integrations.email.parsing.types import ParsedMail, SenderVerdict
from walletdesk.integrations.email.queries import own_addresses
from walletdesk.integrations.email.rules import without_detail
from walletdesk.integrations.email.tokens import conversation_of
from walletdesk.integrations.email.types import Envelope

__all__ = [
    "conversation_of_addresses",
    "conversation_of_sent",
    "ours_among",
    "take_report",
    "tell_that_it_came",
]
ADDRESSES = 60  # of one mail that are looked at for a token


def conversation_of_addresses(brand: Brand, addresses: Sequence[str]) -> Conversation | None:
    """Return the conversation that the token in one of these addresses stands for."""
    for address in dict.fromkeys(addresses[:ADDRESSES]):
        found = conversation_of(address) if "+" in address else None
        if found is not None and found.conversation.brand_id == brand.pk:
            return found.conversation
    return None


def conversation_of_sent(brand: Brand, message_ids: Sequence[str]) -> Conversation | None:
    """Return the conversation of the newest mail of ours that bears one of these ids."""
    sent = sent_with_ids(brand, message_ids) if message_ids else []
    return next((each.conversation for each in sent if each.conversation), None)


def tell_that_it_came(
    *,
    account: MailAccount,
    parsed: ParsedMail,
    verdict: SenderVerdict,
    envelope: Envelope,
    conversation: Conversation,
) -> None:
    """Plan the acknowledgement of a first mail, or a question to who is not verified."""
    own = own_addresses(account.brand)
    boxes = (*parsed.to, *parsed.cc)
    sender = parsed.sender.address.lower() if parsed.sender else ""
    mail = Incoming(
        parsed=parsed,
        verdict=verdict,
        mail_from=envelope.mail_from or sender,
        addressed=any(without_detail(box.address) in own for box in boxes),
        ours=sender in own or is_ours(parsed.message_id),
        ip=envelope.peer,
    )
    if acknowledge(account=account, mail=mail, conversation=conversation) == "unverified":
        ask_confirmation(account=account, mail=mail, conversation=conversation)
