"""The form's confirmation mails leave as e-mail where a brand has an account, else into the log."""

import logging

from walletdesk.contacts.personal.models import Identity
from walletdesk.integrations.email.outgoing.actions.addresses import confirm_recipient
from walletdesk.integrations.email.outgoing.actions.automatic import mail_confirmation
from walletdesk.integrations.email.outgoing.queries import first_account
from walletdesk.web.portal.mailing import Confirmation, Console

log = logging.getLogger("walletdesk.mail")


class ByEmail(Console):
    """Sends through the brand's mail account."""

    def send(self, mail: Confirmation) -> None:
        """Plan one mail, none over a limit; the log has the link only without an account."""
        if first_account(mail.brand) is None:
            super().send(mail)
            return
        sent = mail_confirmation(
            brand=mail.brand, to=mail.to, language=mail.language, link=mail.link, ip=mail.address
        )
        if not sent:
            log.warning("a mail that confirms an address is over a limit and was not sent")

    def confirmed(self, identity: Identity) -> None:
        """Let the replies go that waited for this address."""
        confirm_recipient(contact=identity.contact, recipient=bytes(identity.lookup))
