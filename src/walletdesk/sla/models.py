"""Calendars of business hours."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from walletdesk.accounts.models import Brand
from walletdesk.channels.models import Inbox
from walletdesk.sla.types import Week


class Calendar(models.Model):
    """When people answer. `weekly`: seven lists of [from, to] in minutes, Monday first.

    `special`: a list of {"date", "name", "intervals"}; without intervals the day is closed.
    The brand's `main` one is what customers of the chat are told.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="calendars")
    name = models.CharField(max_length=60)
    time_zone = models.CharField(max_length=60)
    always = models.BooleanField(db_default=False, default=False)
    weekly = models.JSONField(default=list)
    special = models.JSONField(default=list)
    main = models.BooleanField(db_default=False, default=False)
    version = models.IntegerField(db_default=0, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(F("brand"), Lower("name"), name="calendar_name_once"),
            models.UniqueConstraint(
                fields=["brand"], condition=Q(main=True), name="one_main_calendar"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def week(self) -> Week:
        """Return the calendar as the rules read it."""
        return as_week(self.time_zone, self.weekly, self.special, always=self.always)


class InboxHours(models.Model):
    """Which calendar holds for an inbox; the main one where there is no row."""

    inbox = models.OneToOneField(Inbox, models.CASCADE, primary_key=True, related_name="hours")
    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="inboxes")

    def __str__(self) -> str:
        return f"{self.inbox_id}: {self.calendar_id}"


def as_week(zone: str, weekly: Any, special: Any, *, always: bool) -> Week:
    """Return stored JSON as the rules read it."""
    return Week(
        zone=zone,
        days=tuple(tuple((start, end) for start, end in day) for day in weekly),
        special={
            date.fromisoformat(day["date"]): tuple((s, e) for s, e in day["intervals"])
            for day in special
        },
        always=always,
    )
