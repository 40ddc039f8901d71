"""Jobs of outgoing mail."""

from walletdesk.channels.delivery.actions import take_up_lost
from walletdesk.integrations.email.outgoing.actions.housekeeping import remove_orphans
from walletdesk.integrations.email.outgoing.actions.plan import SEND_JOB
from walletdesk.integrations.email.outgoing.actions.settle import remove_old_copies
from walletdesk.integrations.email.outgoing.sending import send_due
from walletdesk.kit.jobs import NETWORK, every, once


@once(name=SEND_JOB, queue=NETWORK)
def send(delivery_id: int) -> None:
    """One attempt to send one mail."""
    send_due(delivery_id)


@every("* * * * *", name="email.take_up_lost")
def take_up() -> None:
    """Every minute: what is due and was forgotten gets a job again."""
    take_up_lost()


@every("23 3 * * *", name="email.tidy_up")
def tidy_up() -> None:
    """Every night: copies that are no longer shown, rows of conversations that are gone."""
    remove_old_copies()
    remove_orphans()
