"""Thin jobs of the front ends."""

from walletdesk.conversations.contents.store import blob_store
from walletdesk.kit.jobs import every
from walletdesk.web.files.sweep import sweep_files


@every("41 * * * *", name="web.sweep_files")
def sweep() -> None:
    """Every hour: remove files that were never sent, and what no row knows of."""
    sweep_files(blob_store())
