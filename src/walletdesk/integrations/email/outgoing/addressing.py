"""Our own addresses: where answers and reports come back to."""

from walletdesk.contacts.models import Contact
from walletdesk.conversations.models import Conversation
from walletdesk.integrations.email.models import MailAccount
from walletdesk.integrations.email.outgoing import codes
from walletdesk.integrations.email.outgoing.models import ReplyKey, SentMail
from walletdesk.integrations.email.outgoing.queries import key_bytes, reply_parts, turn_of


def base_address(account: MailAccount) -> str:
    """Return the address whose mailbox takes what answers an account's mails."""
    address = account.reply_address or account.address
    if account.reply_domain:
        return f"{address.rpartition('@')[0]}@{account.reply_domain}"
    return address


def reply_address(
    account: MailAccount, conversation: Conversation, contact: Contact, key: ReplyKey
) -> str:
    """Return `local+<ref>.<code>@domain`, or the plain address when its local part is too long."""
    turn = turn_of(conversation.pk, contact.pk)
    value = codes.code(key_bytes(key), *reply_parts(conversation.pk, contact.pk, turn))
    base = base_address(account)
    return codes.tagged(base, f"{conversation.ref}.{key.kid}{value}") or base


def bounce_address(sent: SentMail, key: ReplyKey) -> str:
    """Return the return path of one mail (VERP), or the plain address when it would be too long."""
    value = codes.code(key_bytes(key), "bounce", sent.ref)
    base = base_address(sent.account)
    return codes.tagged(base, f"b.{sent.ref}.{key.kid}{value}") or base
