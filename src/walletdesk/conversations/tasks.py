"""Thin jobs of conversations: they call actions."""

from walletdesk.conversations.actions.housekeeping import close_idle, remove_old_receipts
from walletdesk.conversations.actions.partitions import ensure_partitions
from walletdesk.kit import jobs
from walletdesk.kit.limits.actions import remove_old


@jobs.periodic(cron="17 3 * * *")
@jobs.task(queueing_lock="timeline-partitions", pass_context=False)
def keep_partitions(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes the time
    """Every night: the timeline has partitions for the months to come."""
    ensure_partitions()


@jobs.periodic(cron="*/10 * * * *")
@jobs.task(queueing_lock="tidy-up", pass_context=False)
def tidy_up(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes the time
    """Every ten minutes: forget old receipts and counters, close what was left with the bot."""
    remove_old_receipts()
    remove_old()
    close_idle()
