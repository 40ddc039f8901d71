"""A worker that makes one attempt to send a mail, and is killed by the far side in the middle."""

import sys

from walletdesk.site.commands.prepare import load_django

load_django()

from walletdesk.integrations.email.outgoing.sending import send_due  # noqa: E402 - Django first

send_due(int(sys.argv[1]))
