"""The way of a confirmation link to its address: a port, and the adapter that needs no mail server.

Who sends mail for real is put in by `use` (at the composition root). The mail is a fixed text in
the customer's language with one link: no byte of it comes from whoever filled the form in.
"""

import logging
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.urls import reverse

from walletdesk.accounts.models import Brand
from walletdesk.contacts.models import Contact
from walletdesk.contacts.personal.models import Identity
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.tickets.queries import page_token_of

log = logging.getLogger("walletdesk.portal")


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One mail to send. `link` works once; `address` is where the request for it came from."""

    brand: Brand
    contact: Contact
    to: str
    language: str
    link: str
    address: str


class Mailer(Protocol):
    """Who sends, and who is told. Both run in the transaction of what they tell about."""

    def send(self, mail: Confirmation) -> None:
        """Send one mail, or plan it; none to an address that has got enough of them."""

    def confirmed(self, identity: Identity) -> None:
        """Take note that whoever reads this address opened its link."""


class Console:
    """For a desk without a mail server: the link goes into the log, the address never."""

    def send(self, mail: Confirmation) -> None:
        """Write the link into the log."""
        log.warning("no mail server: the link that confirms an address is %s", mail.link)

    def confirmed(self, identity: Identity) -> None:
        """Nothing waits for it: `tickets.queries.reachable_identity` knows."""


_mailers: list[Mailer] = [Console()]


def use(mailer: Mailer) -> None:
    """Send by this from now on."""
    _mailers[:] = [mailer]


def mailer() -> Mailer:
    """Return who sends."""
    return _mailers[0]


def page_address(conversation: Conversation) -> str:
    """Return the address of a ticket's page for a mail to its customer, "" where there is none."""
    token = page_token_of(conversation)
    base = settings.WALLETDESK.base_url.rstrip("/")
    return f"{base}{reverse('portal:status', args=[token])}" if token else ""
