"""Thin jobs of contacts: they call actions."""

from walletdesk.contacts.actions.housekeeping import remove_empty_contacts, remove_expired
from walletdesk.kit.jobs import every


@every("*/10 * * * *", name="contacts.tidy_up")
def tidy_up() -> None:
    """Every ten minutes: forget what is over."""
    remove_expired()


@every("41 3 * * *", name="contacts.remove_empty")
def remove_empty() -> None:
    """Every night: forget visitors who left nothing behind."""
    remove_empty_contacts()
