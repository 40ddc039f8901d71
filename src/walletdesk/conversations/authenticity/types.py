"""Where a reported link stands, and who reported it."""

from enum import StrEnum


class ReportState(StrEnum):
    """What became of a report."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class Reporter(StrEnum):
    """Who reported."""

    CUSTOMER = "customer"
    AGENT = "agent"
