"""Thin jobs: mails that wait for another try, originals that are too old."""

from walletdesk.integrations.email.actions.raw import forget_old, take_due
from walletdesk.integrations.email.receiving import try_again
from walletdesk.kit.jobs import every

AT_ONCE = 20
ORIGINALS_KEPT_DAYS = 180


@every("* * * * *", name="email.try_again")
def retry() -> None:
    """Every minute: work on mails that were kept and not settled, or failed before."""
    for mail in take_due(most=AT_ONCE):
        try_again(mail)


@every("17 4 * * *", name="email.forget_originals")
def forget() -> None:
    """Every night: delete originals that are older than they are kept."""
    while forget_old(before_days=ORIGINALS_KEPT_DAYS):
        pass
