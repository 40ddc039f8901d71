"""No carrier: the log says that there was an SMS. The number is not in it, the link is."""

import logging

from walletdesk.channels.delivery.types import Accepted, Result
from walletdesk.integrations.sms.types import Sms
from walletdesk.integrations.sms.words import text_of

log = logging.getLogger("walletdesk.sms")


class Console:
    """For a desk without a carrier."""

    name = "console"

    def send(self, sms: Sms) -> Result:
        """Write the text into the log."""
        log.warning("no SMS carrier: to a number ending in %s: %s", sms.to[-2:], text_of(sms))
        return Accepted(f"console-{sms.ref}")
