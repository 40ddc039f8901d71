"""`walletdesk search-index`: how far the search index is; fills it, or makes it anew."""

from __future__ import annotations

import os
import sys

from walletdesk.site.commands.database import reachable_database, require_usable
from walletdesk.site.commands.prepare import load_django
from walletdesk.site.config import database_dsn, ensure_secret_key, load_config


def run(*, refill: bool) -> int:
    """Index what is not in the index yet, and end; with `refill` the index is emptied first.

    A running worker does the same by itself, so this is for a desk at rest or a rebuilt index.
    Interrupted, it goes on where it was; searches find the newest conversations first.
    """
    config = load_config(os.environ)
    with reachable_database(config):
        require_usable(database_dsn(config))
        ensure_secret_key(config)
        load_django()
        return _fill(refill=refill)


def _fill(*, refill: bool) -> int:
    from walletdesk.conversations.search.actions.indexing import (  # noqa: PLC0415 - models
        index_all,
    )
    from walletdesk.conversations.search.actions.refill import begin_refill  # noqa: PLC0415
    from walletdesk.conversations.search.queries import filled  # noqa: PLC0415 - models

    if refill:
        begin_refill()
    index_all()
    share = filled()
    if share is None:
        sys.stdout.write("The search index is complete.\n")
    else:
        sys.stdout.write(f"A running worker fills the search index: {share} % are done.\n")
    return 0
