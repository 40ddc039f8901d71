"""Addresses that find a conversation: `support+<ref>.<code>@domain`.

The code has 128 bits of HMAC-SHA-256 over the conversation, its recipient and how often their
addresses were revoked, under a key that can be replaced. It finds; it does not prove who writes.
"""

from walletdesk.contacts.models import Contact
from walletdesk.conversations.models import Conversation
from walletdesk.integrations.email.models import MailAccount
from walletdesk.integrations.email.outgoing.actions.keys import ensure_reply_key
from walletdesk.integrations.email.outgoing.addressing import reply_address
from walletdesk.integrations.email.outgoing.queries import ReplyTarget, conversation_of

__all__ = ["ReplyTarget", "conversation_of", "make_reply_address"]


def make_reply_address(account: MailAccount, conversation: Conversation, contact: Contact) -> str:
    """Return the address at which this recipient answers in this conversation."""
    key = ensure_reply_key(brand_id=account.brand_id)
    return reply_address(account, conversation, contact, key)
