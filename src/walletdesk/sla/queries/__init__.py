"""Reads of calendars: what customers are told now, and the access functions."""

from datetime import datetime

from django.db.models.functions import Lower

from walletdesk.accounts.models import Brand, Membership
from walletdesk.channels.models import Inbox
from walletdesk.kit import clock
from walletdesk.kit.errors import NotFound
from walletdesk.sla.models import Calendar, InboxHours, TeamHours
from walletdesk.sla.rules import is_open, next_change
from walletdesk.sla.types import Hours


def hours_of(brand: Brand, at: datetime | None = None) -> Hours | None:
    """Return what customers are told of the brand's hours; None when no calendar says anything."""
    main = Calendar.objects.filter(brand=brand, main=True).first()
    return hours(main, at) if main else None


def hours_of_inboxes(brand: Brand, at: datetime | None = None) -> dict[int, Hours]:
    """Return inbox id → its hours, for those that have a calendar of their own."""
    rows = InboxHours.objects.filter(inbox__brand=brand).select_related("calendar")
    return {row.inbox_id: hours(row.calendar, at) for row in rows}


def hours_of_teams(brand: Brand, at: datetime | None = None) -> dict[int, Hours]:
    """Return team id → its hours, for those that have a calendar of their own."""
    rows = TeamHours.objects.filter(team__brand=brand).select_related("calendar")
    return {row.team_id: hours(row.calendar, at) for row in rows}


def hours(calendar: Calendar, at: datetime | None = None) -> Hours:
    """Return what a calendar says at a moment, now by default."""
    week = calendar.week()
    moment = at or clock.now()
    return Hours(
        name=calendar.name,
        zone=calendar.time_zone,
        open=is_open(week, moment),
        always=calendar.always,
        changes_at=next_change(week, moment),
    )


def calendars_of(membership: Membership) -> list[Calendar]:
    """Return the calendars of the person's brand, the main one first."""
    calendars = Calendar.objects.filter(brand_id=membership.brand_id)
    return list(calendars.order_by("-main", Lower("name")))


def get_calendar_for(membership: Membership, calendar_id: int) -> Calendar:
    """Return a calendar of the person's brand, else raise NotFound."""
    found = Calendar.objects.filter(brand_id=membership.brand_id, pk=calendar_id).first()
    if found is None:
        raise NotFound
    return found


def calendar_id_of(inbox: Inbox) -> int | None:
    """Return the inbox's own calendar, None when the main one holds."""
    return InboxHours.objects.filter(inbox=inbox).values_list("calendar_id", flat=True).first()
