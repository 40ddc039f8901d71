"""All writes of promises: calendars, policies, clocks."""

from walletdesk.sla.actions.calendars import (
    DAYS,
    SPECIAL_DAYS,
    CalendarDraft,
    SpecialDay,
    change_calendar,
    create_calendar,
    read_draft,
    remove_calendar,
    set_inbox_hours,
)
from walletdesk.sla.models import NAME_LENGTH

__all__ = [
    "DAYS",
    "NAME_LENGTH",
    "SPECIAL_DAYS",
    "CalendarDraft",
    "SpecialDay",
    "change_calendar",
    "create_calendar",
    "read_draft",
    "remove_calendar",
    "set_inbox_hours",
]
