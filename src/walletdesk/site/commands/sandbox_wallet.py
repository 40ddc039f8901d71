"""`walletdesk sandbox-wallet`: a wallet's back end to try things with. Needs no desk."""

from __future__ import annotations

import os
import secrets
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from walletdesk.integrations.wallet_backend.sandbox import Sandbox, make_server
from walletdesk.site.config.values import wallet_secret
from walletdesk.site.refusal import RefusalError

if TYPE_CHECKING:
    import argparse


def run(arguments: argparse.Namespace) -> int:
    """Serve until interrupted. Prints the settings with which a desk reaches it."""
    given = wallet_secret(os.environ.get("WALLETDESK_WALLET_SECRET", "").strip())
    secret = given or secrets.token_urlsafe(32)
    sandbox = Sandbox(secret.encode())
    try:
        server = make_server(sandbox, "127.0.0.1", arguments.port)
    except OSError as error:
        raise RefusalError(
            f"Port {arguments.port} cannot be used.", "Give another one with --port."
        ) from error
    shown = "" if given else f"\n  WALLETDESK_WALLET_SECRET={secret}"
    sys.stdout.write(
        "The sandbox wallet is ready. Start the desk with\n"
        f"  WALLETDESK_WALLET_URL=http://127.0.0.1:{server.server_address[1]}{shown}\n"
        "It knows the accounts demo-1 to demo-9 and every address, and forgets all when it ends.\n"
    )
    sys.stdout.flush()
    for interrupt in (signal.SIGINT, signal.SIGTERM):  # a shell's background ignores the first
        signal.signal(interrupt, signal.default_int_handler)
    with server, suppress(KeyboardInterrupt):
        server.serve_forever(poll_interval=0.2)
    return 0
