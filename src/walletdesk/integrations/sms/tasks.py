"""The job that hands an SMS over."""

from walletdesk.integrations.sms.sending import SEND_JOB, send_due
from walletdesk.kit.jobs import NETWORK, once


@once(name=SEND_JOB, queue=NETWORK)
def send(delivery_id: int) -> None:
    """One attempt to send one SMS."""
    send_due(delivery_id)
