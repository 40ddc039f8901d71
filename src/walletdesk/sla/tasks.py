"""Thin jobs of promises: they call actions."""

from walletdesk.kit.jobs import every
from walletdesk.sla.actions.calendars import extend_calendars


@every("23 2 * * *", name="sla.extend_calendars")
def extend() -> None:
    """Every night: work out the holidays of a year that has come near."""
    extend_calendars()
