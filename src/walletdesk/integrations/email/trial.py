"""Trying an account from the settings: connect, sign in, select the folder, leave."""

from walletdesk.integrations.email.actions.fetching import note_trouble
from walletdesk.integrations.email.imap import ImapTrouble, open_mailbox
from walletdesk.integrations.email.models import MailAccount
from walletdesk.integrations.email.types import WayIn


def try_mailbox(account: MailAccount) -> str:
    """Return "" when the mailbox can be read, else the code of what is wrong."""
    if account.in_way != WayIn.IMAP:
        return "no_mailbox"
    try:
        with open_mailbox(account):
            return ""
    except ImapTrouble as trouble:
        note_trouble(account=account, code=trouble.why)
        return trouble.why
