"""Thin jobs of conversations: they call actions."""

from walletdesk.accounts.actions.sessions import remove_old_sessions
from walletdesk.conversations.actions.attachments import READ_PICTURE
from walletdesk.conversations.actions.drafts import remove_old_drafts
from walletdesk.conversations.actions.housekeeping import close_idle, remove_old_receipts
from walletdesk.conversations.actions.partitions import ensure_partitions
from walletdesk.conversations.actions.retention import remove_past_retention
from walletdesk.conversations.actions.scheduled import send_due
from walletdesk.conversations.actions.snooze import WAKE_JOB, wake_due, wake_overdue
from walletdesk.conversations.actions.undo import remove_old_steps
from walletdesk.conversations.contents.read_picture import read_picture
from walletdesk.kit.jobs import PICTURES, every, once
from walletdesk.kit.limits.actions import remove_old


@every("17 3 * * *", name="conversations.keep_partitions")
def keep_partitions() -> None:
    """Every night: the timeline has partitions for the months to come."""
    ensure_partitions()


@every("* * * * *", name="conversations.send_scheduled")
def send_scheduled() -> None:
    """Every minute: replies whose time has come are sent, or held for a look."""
    send_due()


@every("* * * * *", name="conversations.wake_overdue")
def wake_those_overdue() -> None:
    """Every minute: a snoozed conversation comes back although no job was left for it."""
    wake_overdue()


@every("*/10 * * * *", name="conversations.tidy_up")
def tidy_up() -> None:
    """Every ten minutes: forget what is old, close what was left with the bot."""
    remove_old_receipts()
    remove_old()
    remove_old_steps()
    remove_old_sessions()
    close_idle()
    remove_old_drafts()


@once(name=WAKE_JOB)
def wake(conversation_id: int) -> None:
    """At its time: a snoozed conversation comes back."""
    wake_due(conversation_id=conversation_id)


@once(name=READ_PICTURE, queue=PICTURES, again=True)
def look_at_picture(attachment_id: int) -> None:
    """Once a customer's picture is there: read the words in it."""
    read_picture(attachment_id=attachment_id)


@every("41 2 * * *", name="conversations.keep_retention")
def keep_retention() -> None:
    """Every night: remove the resolved conversations that their brand no longer keeps."""
    remove_past_retention()
