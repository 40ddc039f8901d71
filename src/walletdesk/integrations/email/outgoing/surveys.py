"""Surveys by mail: a fixed text with two links of ours, to a confirmed address only."""

from django.conf import settings

from walletdesk.integrations.email.outgoing.actions.automatic import About, send_template
from walletdesk.integrations.email.outgoing.queries import (
    Recipient,
    account_of,
    has_complained,
    recipient_of,
)
from walletdesk.integrations.email.outgoing.types import Purpose
from walletdesk.surveys.actions.asking import renew_link
from walletdesk.surveys.links import stop_link
from walletdesk.surveys.models import Invitation


class MailPoster:
    """Asks by mail (`surveys.ports.Poster`)."""

    def recipient(self, invitation: Invitation) -> bytes | None:
        """Return the mark of the address, None when none is confirmed, works and wants mail.

        None without an account, too: one may never come, and an old matter is not asked about.
        """
        found = self._recipient(invitation)
        return found.lookup if found and account_of(invitation.conversation) else None

    def phone(self, invitation: Invitation) -> str:  # noqa: ARG002 - the port's signature
        """Return "": a mail goes to no number."""
        return ""

    def plan(self, invitation: Invitation) -> bool:
        """Plan the mail; False over the limits of automatic mail."""
        account, to = account_of(invitation.conversation), self._recipient(invitation)
        if account is None or to is None:
            return False
        base = f"{settings.WALLETDESK.base_url.rstrip('/')}/s"
        stop = f"{base}/stop/{invitation.brand.slug}/{stop_link(invitation.brand_id, to.lookup)}/"
        conversation = invitation.conversation
        planned = send_template(
            account=account,
            to=to.address,
            template=Purpose.RATING,
            language=conversation.language,
            values={
                "link": f"{base}/{renew_link(conversation_id=conversation.pk)}/",
                "unsubscribe": stop,
                "number": conversation.ref,
            },
            about=About(invitation.contact, conversation),
        )
        return planned is not None

    def _recipient(self, invitation: Invitation) -> Recipient | None:
        found = recipient_of(invitation.conversation)
        if found is None or not found.confirmed or found.undeliverable:
            return None
        return None if has_complained(invitation.brand_id, found.lookup) else found
