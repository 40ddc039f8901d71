"""Thin jobs of conversations: they call actions."""

from walletdesk.accounts.actions.sessions import remove_old_sessions
from walletdesk.conversations.actions.housekeeping import close_idle, remove_old_receipts
from walletdesk.conversations.actions.partitions import ensure_partitions
from walletdesk.kit.jobs import every
from walletdesk.kit.limits.actions import remove_old


@every("17 3 * * *", name="conversations.keep_partitions")
def keep_partitions() -> None:
    """Every night: the timeline has partitions for the months to come."""
    ensure_partitions()


@every("*/10 * * * *", name="conversations.tidy_up")
def tidy_up() -> None:
    """Every ten minutes: forget old receipts and counters, close what was left with the bot."""
    remove_old_receipts()
    remove_old()
    remove_old_sessions()
    close_idle()
