"""Jobs of surveys."""

from walletdesk.kit.jobs import every
from walletdesk.surveys.actions.grouping import group_comments


@every("41 3 * * *", name="surveys.group_comments")
def group() -> None:
    """Every night: comments are put together by what they are about."""
    group_comments()
