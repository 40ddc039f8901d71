"""A worker that carries out one order with the wallet of the environment, and nothing else."""

import sys

from walletdesk.site.commands.prepare import load_django

load_django()

from walletdesk.cases import tasks  # noqa: E402 - Django must be set up first
from walletdesk.site import wiring  # noqa: E402 - as above

assert wiring.WIRING
tasks.carry_out(int(sys.argv[1]))
