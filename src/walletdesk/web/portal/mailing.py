"""The way of a confirmation link to its address: a port, and the adapter that needs no mail server.

Whoever sends mail for real is put in by `use` (site/wiring.py). The mail is a fixed text in the
customer's language with one link: no byte of it comes from whoever filled the form in.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from walletdesk.accounts.models import Brand

log = logging.getLogger("walletdesk.portal")
TEMPLATE = "confirm_address"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One mail to send. `link` works once."""

    brand: Brand
    to: str
    language: str
    link: str


Sender = Callable[[Confirmation], None]


def console(mail: Confirmation) -> None:
    """Write the link into the log, for a desk without a mail server; never the address."""
    log.warning("no mail server: the link that confirms an address is %s", mail.link)


_senders: list[Sender] = [console]


def use(sender: Sender) -> None:
    """Send by this from now on."""
    _senders[:] = [sender]


def send_confirmation(mail: Confirmation) -> None:
    """Hand a mail over, in the transaction of what it tells about."""
    _senders[0](mail)
